"""Wrong settings and tokens, as whoever installs the bot meets them: a sentence each, and a way on."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.settings import Settings, read_settings
from handlers.cli import doctor
from handlers.cli.main import cli
from handlers.demo.slack import Simulator
from handlers.web import logs
from storage.errors import PaperboutError, SettingsError


@contextmanager
def logged() -> Iterator[None]:
    """Logs as `run` prints them."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    root.handlers.clear()
    logs.configure(Settings(_env_file=None))
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = kept
        root.setLevel(level)


@pytest.mark.parametrize(
    "wrong", ["gpt5", "offline,anthropic:", "openai:@http://x/v1", "recorded:", "mistral:large"]
)
def test_a_judge_that_is_none_is_named_with_every_other_problem(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOUT_JUDGES", wrong)
    monkeypatch.setenv("PAPERBOUT_ASSESSORS", "nobody")
    monkeypatch.setenv("PORT", "abc")
    with pytest.raises(SettingsError) as caught:
        read_settings(_env_file=None)
    sentence = caught.value.sentence
    assert f"PAPERBOUT_JUDGES: {wrong.rpartition(',')[2]!r} names no judge: write offline, " in sentence
    assert "PAPERBOUT_ASSESSORS: 'nobody' names no judge" in sentence
    assert "PORT: " in sentence


@pytest.mark.parametrize(
    "right", ["offline", "recorded: a file.csv", "openai:llama3.3@http://localhost:11434/v1, google:gemini-x"]
)
def test_every_form_of_a_judge_is_taken(right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOUT_JUDGES", right)
    assert len(read_settings(_env_file=None).judges) == right.count(",") + 1


async def test_the_doctor_tries_the_app_token_and_tells_swapped_ones() -> None:
    async with Simulator() as slack:

        async def found(bot: str, app: str) -> doctor.Finding:
            settings = read_settings(
                _env_file=None, slack_bot_token=bot, slack_app_token=app, slack_api_url=slack.url
            )
            return await doctor._slack(settings)

        assert (await found(slack.bot_token, slack.app_token)).ok
        wrong = await found(slack.bot_token, "xapp-1-wrong")
        assert not wrong.ok
        assert "SLACK_APP_TOKEN (invalid_auth)" in wrong.detail
        assert "should begin" not in wrong.detail
        swapped = await found(slack.app_token, slack.bot_token)
        assert "It should begin with xoxb-, as a bot token does." in swapped.detail
        assert "should begin with xapp-" in (await found(slack.bot_token, slack.bot_token)).detail


async def test_a_judge_that_cant_be_read_is_a_finding_and_not_the_end_of_the_doctor() -> None:
    settings = Settings(_env_file=None, judges=("openai:m@ftp://x", "offline"))
    assert [one.ok for one in await doctor.judges(settings)] == [False, True]


@pytest.mark.parametrize("who", ["bob", "@U012AB3CD", "u012ab3cd"])
def test_who_is_forgotten_is_named_by_their_id(
    who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(cli, ["forget", who])
    assert answer.exit_code == 2
    assert "Copy member ID" in " ".join(answer.output.split())


def test_a_missing_database_is_told_by_every_command_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (
        ["judges"],
        ["judges", "--json"],
        ["export", "--league", "x"],
        ["forget", "U012AB3CD"],
        ["backup", "copy.db"],
    ):
        error = CliRunner().invoke(cli, words).exception
        assert isinstance(error, PaperboutError), words
        assert error.sentence == (
            f"There is no database at {tmp_path / 'paperbout.db'}: run this in the folder where `paperbout run` runs, "
            "or set DATABASE_URL."
        )


def test_the_help_begins_with_the_demo_and_names_every_command_once() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    listed = [line.split()[1] for line in text.splitlines() if re.match(r"│ [a-z]", line)]
    assert listed[0] == "demo"
    assert len(listed) == len(set(listed)) == 20
    assert CliRunner().invoke(cli, ["--version"]).output == f"paperbout {version('paperbout')}\n"


def test_the_manifest_promises_only_what_it_does() -> None:
    shown = json.loads(CliRunner().invoke(cli, ["manifest"]).stdout)
    says = str(shown["display_information"]["long_description"])
    assert says.startswith("Paste a link to a paper, or mention the bot with one")
    assert 174 <= len(says) <= 4_000


def test_what_libraries_say_is_one_json_line_without_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    bolt = logging.getLogger("slack_bolt.AsyncApp")
    error = ValueError("no good: xoxb-1-abc")
    with logged():
        bolt.warning("As you gave `client` as well, `token` will be unused.")
        bolt.error("Failed with %s\nand more", "xapp-1-A-secret", exc_info=error)
    [line] = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["logger"]) == ("Failed with …\nand more", "error", bolt.name)
    assert "no good: …" in said["exception"]
    assert "abc" not in line
