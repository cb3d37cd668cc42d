"""What keeps the program from starting is a sentence that names the setting; what it loads is never collected."""

import gc
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.app import run
from handlers.cli.running import run_until_stopped
from handlers.demo.slack import Simulator
from storage.errors import SettingsError


@pytest.mark.parametrize("wrong", ["PORT", "PAPERBOUT_METRICS_PORT", "SLACK_APP_TOKEN"])
async def test_what_cant_be_listened_on_or_connected_names_its_setting(tmp_path: Path, wrong: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with Simulator(lambda: 1_768_212_000.0) as slack:
            settings = Settings(
                _env_file=None,
                slack_bot_token=SecretStr(slack.bot_token),
                slack_app_token=SecretStr("xapp-wrong"),
                slack_api_url=slack.url,
                database_url=f"sqlite:///{tmp_path / 'paperbout.db'}",
                host="127.0.0.1",
                port=port if wrong == "PORT" else 0,
                metrics_port=port if wrong == "PAPERBOUT_METRICS_PORT" else None,
            )
            with pytest.raises(SettingsError, match=rf"\b{wrong}\b"):
                await run(settings)


def test_garbage_collection_leaves_out_what_was_loaded_at_the_start() -> None:
    left_out = list[int]()

    async def work() -> None:
        left_out.append(gc.get_freeze_count())

    gc.unfreeze()
    try:
        run_until_stopped(work())
    finally:
        gc.unfreeze()
    assert left_out[0] > 10_000
