"""`paperbout doctor --blocks` and `--live`: what Slack takes is told for every message and window, each in words."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.blocks.degrading import LEVELS
from handlers.cli import slack_proof
from handlers.demo.slack import Simulator
from handlers.slack.blocks_corpus import Sample, samples, shape

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Attention"}}
ROW = [{"type": "raw_text", "text": "1"}]
TABLE = {"type": "data_table", "caption": "Board", "rows": [ROW, ROW]}
MODAL = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "blocks": [SECTION],
}


def card(*blocks: object, key: str = "card:1") -> tuple[str, dict[str, object]]:
    metadata = {"event_type": "paperbout_message", "event_payload": {"key": key}}
    return "chat.postMessage", {"text": "x", "blocks": list(blocks), "metadata": metadata}


EVERY = samples([card(SECTION), card(SECTION), card(TABLE, key="board:1"), ("views.open", {"view": MODAL})])


@pytest.fixture
async def slack() -> AsyncIterator[Simulator]:
    async with Simulator(message_seconds=0) as simulator:
        yield simulator


def settings(slack: Simulator) -> Settings:
    return Settings(_env_file=None, slack_bot_token=SecretStr(slack.bot_token), slack_api_url=slack.url)


def test_a_shape_is_asked_about_once_and_at_each_level_it_changes_at() -> None:
    found = [(one.what, one.kind, one.level) for one in EVERY]
    assert found == [
        ("message", "card", 0),
        ("message", "board", 0),
        ("message", "board", 1),
        ("message", "board", 2),
        ("view", "ask", 0),
    ]
    other = {**SECTION, "text": {"type": "mrkdwn", "text": "BERT"}}
    assert shape(SECTION) == shape(other) != shape(TABLE)


async def test_every_message_and_window_is_asked_about_without_a_token(slack: Simulator) -> None:
    slack.api.tokens.clear()
    findings = await slack_proof.validated(settings(slack), EVERY)
    assert [finding.ok for finding in findings] == [True] * LEVELS
    assert len(slack.api.calls_to("blocks.validate")) == len(EVERY)
    assert "all 3 messages and views" in findings[0].detail


async def test_what_is_refused_is_named_with_its_place(slack: Simulator) -> None:
    slack.faults.unknown_block("data_table")
    richest, simpler, text = await slack_proof.validated(settings(slack), EVERY)
    assert not richest.ok
    assert "message board: /blocks/0/type unsupported type: data_table" in richest.detail
    assert simpler.ok
    assert text.ok
    broken = Sample("view", "ask", 2, {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}})
    *_, last = await slack_proof.validated(settings(slack), [broken])
    assert (last.ok, "/title/text" in last.detail) == (False, True)


async def test_a_server_without_the_method_is_told_so(slack: Simulator) -> None:
    slack.faults.unknown_method("blocks.validate")
    (finding,) = await slack_proof.validated(settings(slack), EVERY)
    assert "doesn't know blocks.validate" in finding.detail


async def test_one_message_of_each_kind_goes_through_a_channel_and_away_again(slack: Simulator) -> None:
    channel = slack.add_channel("trial", members=[slack.add_user("Ann")])
    findings = await slack_proof.live(settings(slack), "#trial", EVERY)
    assert [(finding.check, finding.ok) for finding in findings] == [
        ("live board", True),
        ("live card", True),
        ("live upload", True),
    ]
    assert slack.history(channel) == []
    assert not slack.files


async def test_what_slack_makes_of_them_is_said(slack: Simulator) -> None:
    slack.add_channel("trial", members=[slack.add_user("Ann")])
    slack.faults.unknown_block("data_table")
    slack.api.scopes = slack.api.granted - {"reactions:write", "files:write"}
    board, posted, upload = await slack_proof.live(settings(slack), "trial", EVERY)
    assert (board.ok, "unsupported type: data_table" in board.detail) == (False, True)
    assert posted.detail == "react: missing_scope"
    assert upload.detail == "upload: missing_scope"
    (nowhere,) = await slack_proof.live(settings(slack), "#elsewhere", EVERY)
    assert "type /invite there first" in nowhere.detail


@pytest.mark.slow
async def test_the_walk_shows_messages_and_windows_of_every_kind_and_slack_takes_them_all(
    slack: Simulator,
) -> None:
    every = await slack_proof.corpus()
    kinds = {sample.kind for sample in every if sample.what == "message"}
    assert {"card", "tournament", "match", "digest", "poll", "poll_result", "answer"} <= kinds, kinds
    views = {sample.kind for sample in every if sample.what == "view"}
    assert {
        "home",
        "ask",
        "assessment_view",
        "league_settings",
        "tournament_start",
        "digest_settings",
    } <= views, views
    assert {sample.level for sample in every} == set(range(LEVELS))
    assert len(every) > 80, len(every)  # the day alone sends 34
    findings = await slack_proof.validated(settings(slack), every)
    assert [finding.detail for finding in findings if not finding.ok] == []
