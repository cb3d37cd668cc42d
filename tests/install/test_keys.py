"""Retiring a key: what doctor says of each, and `paperbout key`."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation

from bot.settings import Settings
from bot.work.timing import RealTime
from handlers.cli.keys import count_by_key, keys_in_words, reseal
from handlers.slack.workspaces.manifest import manifest
from handlers.slack.workspaces.oauth import BACK, authorize_url
from handlers.slack.workspaces.scopes_and_events import lacking_scopes, required_scopes, scopes
from handlers.slack.workspaces.tokens import SealedInstallations
from storage.database.engine import Database
from storage.workspaces.token_sealing import Keyring, new_key
from tests.databases import with_tables


async def test_a_key_can_go_once_everything_is_sealed_anew(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    database = await with_tables(url)
    store = SealedInstallations(database, "1.2", Keyring((old,)), RealTime())
    installation = Installation(
        app_id="A1", team_id="T1", user_id="U1", bot_token="xoxb-secret", bot_id="B1", bot_user_id="U0",
        installed_at=datetime.now(UTC).timestamp(),
    )  # fmt: skip
    await store.async_save(installation)
    settings = Settings(_env_file=None, database_url=url, secret_key=SecretStr(f"{new},{old}"))
    before = keys_in_words(await count_by_key(settings, database), 2)
    assert before == (
        True,
        (
            "0 kept tokens are sealed with the first key; key 2 is needed for 2; "
            "`paperbout key renew` seals them with the first"
        ),
    )
    await database.close()
    assert await reseal(settings) == 2
    database = Database(url)
    assert keys_in_words(await count_by_key(settings, database), 2) == (
        True,
        "2 kept tokens are sealed with the first key; key 2 can go",
    )
    await database.close()


def test_a_token_that_no_key_opens_is_told() -> None:
    fine, said = keys_in_words(Counter({0: 1, None: 3}), 1)
    assert not fine
    assert "3 kept tokens can't be opened" in said


def test_the_command_prints_a_key_that_seals() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "handlers.cli.main", "key", "new"], capture_output=True, text=True, check=True
    ).stdout.strip()
    ring = Keyring((made,))
    assert ring.unseal(ring.seal("xoxb-1")) == "xoxb-1"
    assert "xoxb" not in ring.seal("xoxb-1")


def test_the_manifest_of_many_workspaces_has_the_way_back_and_rotates() -> None:
    made = json.loads(json.dumps(manifest(url="https://x/slack/events", redirect_url=f"https://x{BACK}")))
    assert made["oauth_config"]["redirect_urls"] == [f"https://x{BACK}"]
    assert made["settings"]["token_rotation_enabled"] is True
    assert json.loads(json.dumps(manifest()))["settings"]["token_rotation_enabled"] is False


def test_consent_is_asked_beside_the_web_api() -> None:
    assert authorize_url(Settings(_env_file=None)) == "https://slack.com/oauth/v2/authorize"


def test_nobody_is_asked_again_for_what_they_declined() -> None:
    assert lacking_scopes(scopes()) == ()
    assert lacking_scopes(required_scopes()) == ()
    assert lacking_scopes(set(scopes()) - {"files:write", "links:write"}) == ("files:write",)
    assert lacking_scopes(()) == ()
