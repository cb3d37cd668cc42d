"""`paperbout doctor --blocks` and `--live`: what Slack takes is told for every message and window, each in words."""

import inspect
import json
import sys
from collections.abc import AsyncIterator
from types import CodeType, FrameType

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.blocks import builders, ids
from handlers.blocks.degrading import LEVELS
from handlers.cli.slack_proof import checks
from handlers.cli.slack_proof.samples import Sample, corpus, modules
from handlers.cli.slack_proof.samples import builders as every_builder
from handlers.cli.slack_proof.shapes import shape
from handlers.demo import day
from handlers.demo.slack import Simulator
from handlers.demo.slack.checks import surfaces
from tests import independent
from tests.operating.sent_samples import samples
from tests.operating.tour import Tour
from tests.strings import BROKEN_MEASURE

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
    findings = await checks.validated(settings(slack), EVERY)
    assert [finding.ok for finding in findings] == [True] * LEVELS
    assert len(slack.api.calls_to("blocks.validate")) == len(EVERY)
    assert "all 3 messages and views" in findings[0].detail


async def test_what_is_refused_is_named_with_its_place(slack: Simulator) -> None:
    slack.faults.unknown_block("data_table")
    richest, simpler, text = await checks.validated(settings(slack), EVERY)
    assert not richest.ok
    assert "message board: /blocks/0/type unsupported type: data_table" in richest.detail
    assert simpler.ok
    assert text.ok
    broken = Sample("view", "ask", 2, {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}})
    *_, last = await checks.validated(settings(slack), [broken])
    assert (last.ok, "/title/text" in last.detail) == (False, True)


async def test_who_is_asked_too_much_is_asked_again_later(slack: Simulator) -> None:
    slack.faults.retry_after = 0
    for _ in range(5):
        slack.faults.script("blocks.validate", "ratelimited")
    findings = await checks.validated(settings(slack), EVERY)
    assert [finding.ok for finding in findings] == [True] * LEVELS


async def test_a_server_without_the_method_is_told_so(slack: Simulator) -> None:
    slack.faults.unknown_method("blocks.validate")
    (finding,) = await checks.validated(settings(slack), EVERY)
    assert "doesn't know blocks.validate" in finding.detail


async def test_one_message_of_each_kind_goes_through_a_channel_and_away_again(slack: Simulator) -> None:
    channel = slack.add_channel("trial", members=[slack.add_user("Ann")])
    findings = await checks.live(settings(slack), "#trial", EVERY, pause_s=0)
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
    board, posted, upload = await checks.live(settings(slack), "trial", EVERY, pause_s=0)
    assert (board.ok, "unsupported type: data_table" in board.detail) == (False, True)
    assert posted.detail == "react: missing_scope (reactions:write)"
    assert upload.detail == "upload: missing_scope (files:write)"
    (nowhere,) = await checks.live(settings(slack), "#elsewhere", EVERY)
    assert "type /invite there first" in nowhere.detail


async def live(slack: Simulator, channel: str) -> dict[str, str]:
    """What is said of each check that failed."""
    found = await checks.live(settings(slack), channel, EVERY, pause_s=0)
    return {finding.check: finding.detail for finding in found if not finding.ok}


async def test_what_would_refuse_every_message_is_said_once_and_in_words(slack: Simulator) -> None:
    channel = slack.add_channel("trial", members=[slack.add_user("Ann")])
    slack.add_channel("elsewhere", members=[slack.add_user("Bob")], with_bot=False)
    slack.api.scopes = slack.api.granted - {"chat:write"}
    assert await live(slack, "#trial") == {
        "live": "the token lacks chat:write: reinstall the app with `paperbout manifest` (Slack answered missing_scope)"
    }
    slack.api.scopes |= {"chat:write"}
    assert await live(slack, "#elsewhere") == {
        "live": "the bot isn't in #elsewhere: type /invite there first"
    }
    await slack.archive(channel)
    assert await live(slack, channel) == {"live": "the channel is archived (Slack answered is_archived)"}
    slack.api.tokens.clear()
    assert await live(slack, "#trial") == {
        "live": "the bot's token isn't valid (Slack answered invalid_auth)"
    }


async def test_a_missing_token_is_said(slack: Simulator) -> None:
    without = settings(slack).model_copy(update={"slack_bot_token": None})
    (finding,) = await checks.live(without, "#trial", EVERY)
    assert "there is no token" in finding.detail


@pytest.mark.slow
async def test_a_slack_that_cannot_be_reached_is_said(slack: Simulator) -> None:
    away = settings(slack).model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
    (blocks,) = await checks.validated(away, EVERY)
    (posted,) = await checks.live(away, "#trial", EVERY)
    assert "Slack couldn't be reached" in blocks.detail
    assert "Slack couldn't be reached" in posted.detail


# the corpus


@pytest.fixture(scope="module")
def made() -> tuple[list[Sample], set[CodeType]]:
    """Every sample, and the functions that ran while they were made."""
    ran: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            ran.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        return corpus(mixtures=6), ran
    finally:
        sys.setprofile(before)


def test_every_function_that_makes_a_message_or_window_is_in_the_corpus(
    made: tuple[list[Sample], set[CodeType]],
) -> None:
    every, ran = made
    kinds = {sample.kind.partition(",")[0] for sample in every}
    assert kinds == set(every_builder())
    names = {builders.message.__name__, builders.modal.__name__, builders.home.__name__}
    functions = {
        f"{module.__name__}.{name}": function
        for module in modules()
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ != builders.__name__
    }
    left_out = [
        name
        for name, function in functions.items()
        if names & set(function.__code__.co_names)
        and not inspect.iscoroutinefunction(function)
        and not name.endswith(".register")
        and function.__code__ not in ran
    ]
    assert left_out == []
    assert {sample.level for sample in every} == set(range(LEVELS))


def test_every_button_menu_and_window_there_is_shows_in_the_corpus(
    made: tuple[list[Sample], set[CodeType]],
) -> None:
    content = json.dumps([sample.content for sample in made[0]])
    declared = [each.name for each in vars(ids).values() if isinstance(each, (ids.Action, ids.Modal))]
    assert len(declared) > 80, len(declared)
    assert [name for name in declared if f'"{name}' not in content] == []


def test_slack_takes_each_sample_as_the_stand_in_and_two_libraries_know_it(
    made: tuple[list[Sample], set[CodeType]],
) -> None:
    faults = {}
    for sample in made[0]:
        if sample.what == "view":
            kind = str(sample.content["type"])
            found = surfaces.view_problems(sample.content, kind, frozenset()).reasons
            found += independent.view_faults(sample.content)
        else:
            blocks = sample.content["blocks"]
            found = surfaces.message_problems(blocks, frozenset()).reasons + independent.message_faults(
                blocks
            )
        breaks = BROKEN_MEASURE.search(json.dumps(sample.content, ensure_ascii=False))
        found += [f"a line may end within “{breaks[0]}”"] if breaks else []
        if found:
            faults[f"{sample.kind}, level {sample.level}"] = found
    assert faults == {}


@pytest.mark.slow
async def test_what_a_walk_through_the_demo_shows_is_in_the_corpus(slack: Simulator) -> None:
    async with day.open_demo() as demo:
        await day.play(demo, lambda _words, _share: None)
        await Tour(demo, "maya").walk()
        calls = [(call.method, call.arguments) for call in demo.slack.calls if call.answer.get("ok")]
    seen = samples(calls)
    every = corpus()
    windows = {sample.content.get("callback_id") for sample in every if sample.what == "view"}
    assert {sample.content.get("callback_id") for sample in seen if sample.what == "view"} <= windows
    actions = set().union(*(action_ids(sample.content) for sample in every))
    assert set().union(*(action_ids(sample.content) for sample in seen)) <= actions
    findings = await checks.validated(settings(slack), seen + every)
    assert [finding.detail for finding in findings if not finding.ok] == []


def action_ids(value: object) -> set[str]:
    """The kinds of buttons, menus and fields in a message or view."""
    if isinstance(value, dict):
        own = {str(value["action_id"]).partition(":")[0]} if "action_id" in value else set()
        return own.union(*(action_ids(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(action_ids(inner) for inner in value))
    return set()
