"""Whatever a listener does, Slack gets its ack and the person a sentence."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from handlers.blocks import builders, ids, tables
from handlers.blocks.ids import Ballot, OfEntry, Where
from handlers.slack import boundary
from handlers.slack.attempts import attempt
from handlers.slack.calls import Call
from handlers.slack.windows.submissions import ClearViews, FieldErrors, PushView, SubmissionResult, UpdateView
from handlers.slack.workspaces.block_support import Levels
from storage.errors import BadRequestError, StorageError
from storage.workspaces import workspace_rows
from tests.databases import with_tables
from tests.handlers.conftest import Bot, Clock, Slack

TABLE = tables.table(["rank", "paper"], [[1, "Attention"]], "Papers")


async def test_a_command_is_acked_and_answered_by_its_response_url(bot: Bot, slack: Slack) -> None:
    async def rank(call: Call) -> None:
        assert (call.workspace, call.user, call.channel, call.command) == ("T1", "U1", "C1", "/rank")
        await call.answer(builders.message(f"you said {call.text}"))

    bot.on.command("/rank", rank)
    response = await bot.command(" top 3 ", response_url=slack.url + "hook")
    assert (response.status, response.body) == (200, "")
    assert [(sent["text"], sent["response_type"]) for sent in slack.called("hook")] == [
        ("you said top 3", "ephemeral")
    ]


async def test_an_error_reaches_the_person_even_when_all_but_a_direct_message_fails(
    bot: Bot, slack: Slack
) -> None:
    async def rank(_call: Call) -> None:
        raise BadRequestError("There is no <paper> & no cake.")

    bot.on.command("/rank", rank)
    slack.answers["hook"] = [{"ok": False, "http": 404}]
    slack.refuses("chat.postEphemeral", "user_not_in_channel")
    await bot.command(response_url=slack.url + "hook")
    assert [method for method, _ in slack.calls] == ["hook", "chat.postEphemeral", "chat.postMessage"]
    (sent,) = slack.called("chat.postMessage")
    assert (sent["channel"], sent["text"]) == ("U1", "There is no &lt;paper&gt; &amp; no cake.")


async def test_an_answer_that_finds_no_way_is_logged(bot: Bot, slack: Slack) -> None:
    async def rank(call: Call) -> None:
        assert not await call.answer("hello")

    bot.on.command("/rank", rank)
    for method in ("chat.postEphemeral", "chat.postMessage"):
        slack.refuses(method, "unknown_method")
    with capture_logs() as logs:
        await bot.command()
    (lost,) = [line for line in logs if line["event"] == "answer_lost"]
    assert "hello" not in str(lost), "no text of anyone's stands in the log"


async def test_a_defect_is_logged_with_the_number_the_person_reads(bot: Bot, slack: Slack) -> None:
    async def rank(_call: Call) -> None:
        raise KeyError("oops")

    bot.on.command("/rank", rank)
    with capture_logs() as logs:
        response = await bot.command()
    (line,) = [line for line in logs if line["event"] == "listener_failed"]
    assert response.status == 200
    assert line["log_level"] == "error"
    assert line["exc_info"]
    assert line["defect"] in slack.called("chat.postEphemeral")[0]["text"]


async def test_a_button_brings_back_what_it_carries_whatever_its_suffix(bot: Bot) -> None:
    cast: list[Ballot] = []

    async def vote(call: Call, ballot: Ballot) -> None:
        assert call.in_ephemeral
        assert call.message_ts == "1.0"
        cast.append(ballot)

    bot.on.action(ids.CAST_VOTE, vote)
    for suffix in ("", 1):
        await bot.click(*ids.CAST_VOTE.carry(Ballot(7, 2), suffix))
    assert cast == [Ballot(7, 2)] * 2


async def test_a_click_that_must_be_kept_is_acked_once_it_is_and_before_its_answer(
    bot: Bot,
) -> None:
    acked: list[str] = []

    async def vote(call: Call, _ballot: Ballot) -> None:
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not clicking.done()
        call.kept.set()
        for _ in range(200):
            if clicking.done():
                acked.append("before the answer")
                break
            await asyncio.sleep(0.005)
        await call.answer("Your vote is in.")

    async def click() -> BoltResponse:
        request = AsyncBoltRequest(mode="socket_mode", body=bot.clicked(*ids.CAST_VOTE.carry(Ballot(7, 2))))
        return await bot.app.async_dispatch(request)

    bot.on.action(ids.CAST_VOTE, vote, before_ack=True)
    clicking = asyncio.create_task(click())
    response = await clicking
    await bot.on.drain()
    assert response.status == 200
    assert acked == ["before the answer"]


@pytest.mark.slow
async def test_a_click_whose_effect_could_not_be_kept_is_not_acked_and_says_so(
    bot: Bot, slack: Slack
) -> None:
    async def vote(_call: Call, _ballot: Ballot) -> None:
        raise StorageError("The database can't be reached.")

    bot.on.action(ids.CAST_VOTE, vote, before_ack=True)
    response = await bot.click(*ids.CAST_VOTE.carry(Ballot(7, 2)))
    assert response.status != 200
    assert "can't be reached" in slack.called("chat.postEphemeral")[0]["text"]


async def test_a_menu_option_reaches_its_own_listener(bot: Bot, slack: Slack) -> None:
    removed: list[OfEntry] = []

    async def remove(_call: Call, entry: OfEntry) -> None:
        removed.append(entry)

    bot.on.action(ids.REMOVE, remove)
    for value in (ids.REMOVE.in_menu(OfEntry(4)), "gone [1]"):
        action = {
            "type": "overflow",
            "block_id": "b",
            "action_id": "menu",
            "selected_option": {"value": value},
        }
        await bot.click("menu", "", actions=[action])
    assert removed == [OfEntry(4)]
    assert "ask again" in slack.called("chat.postEphemeral")[0]["text"]


async def test_a_button_no_one_can_read_any_more_says_so(bot: Bot, slack: Slack) -> None:
    async def vote(_call: Call, _ballot: Ballot) -> None:
        raise AssertionError("not reached")

    bot.on.action(ids.CAST_VOTE, vote)
    response = await bot.click("vote.cast", "nonsense")
    assert response.status == 200
    assert "older version" in slack.called("chat.postEphemeral")[0]["text"]


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (None, ""),
        (FieldErrors({"name": "Taken."}), {"response_action": "errors", "errors": {"name": "Taken."}}),
        (ClearViews(), {"response_action": "clear"}),
        (UpdateView({"type": "modal"}), {"response_action": "update", "view": {"type": "modal"}}),
        (PushView({"type": "modal"}), {"response_action": "push", "view": {"type": "modal"}}),
    ],
)
async def test_a_submission_is_answered_in_its_ack(bot: Bot, answer: SubmissionResult, body: Any) -> None:
    async def create(call: Call, where: Where) -> SubmissionResult:
        assert (where, call.view.text("name")) == (Where(3, "C1"), "Vision")
        return answer

    bot.on.submission(ids.LEAGUE_CREATE_MODAL, create)
    response = await bot.submit("league_create", '[3,"C1"]', {"name": {"value": {"value": " Vision "}}})
    assert (json.loads(response.body) if response.body else "") == body


async def test_an_error_in_a_submission_stands_at_its_first_field(bot: Bot) -> None:
    async def create(_call: Call, _where: Where) -> SubmissionResult:
        raise BadRequestError("There is no time zone Mars/Phobos.")

    bot.on.submission(ids.LEAGUE_CREATE_MODAL, create)
    response = await bot.submit("league_create", "[3]", {"zone": {"value": {"value": "x"}}})
    assert json.loads(response.body)["errors"] == {"zone": "There is no time zone Mars/Phobos."}
    response = await bot.submit("league_create", "[3]", {})
    assert "Mars/Phobos" in json.dumps(json.loads(response.body)["view"])


async def test_a_slow_submission_is_acked_in_time_and_its_error_follows(
    bot: Bot, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary, "PATIENCE_S", 0.0)
    may_end = asyncio.Event()

    async def create(_call: Call, _where: Where) -> SubmissionResult:
        await may_end.wait()
        return FieldErrors({"name": "Taken."})

    bot.on.submission(ids.LEAGUE_CREATE_MODAL, create)
    asyncio.get_running_loop().call_later(0.05, may_end.set)
    response = await bot.submit("league_create", "[3]", {"name": {"value": {"value": "x"}}})
    assert (response.status, response.body) == (200, "")
    await bot.on.drain()
    assert slack.called("chat.postMessage")[0]["text"] == "Taken."


async def test_all_features_hear_of_an_event_before_it_is_acked(bot: Bot) -> None:
    heard: list[str] = []

    async def first(call: Call) -> None:
        heard.append(f"{call.event_id} {call.event['channel']}")

    async def second(call: Call) -> None:
        heard.append(call.user)

    bot.on.event("app_mention", first)
    bot.on.event("app_mention", second)
    assert (await bot.event("app_mention", text="hi")).status == 200
    assert sorted(heard) == ["Ev1 C1", "U1"]


async def test_an_event_whose_listener_failed_is_not_acked_so_that_slack_sends_it_again(bot: Bot) -> None:
    times: list[int] = []

    async def intake(_call: Call) -> None:
        times.append(1)
        if len(times) == 1:
            raise OSError("disk full")

    bot.on.event("message", intake)
    with capture_logs():
        assert (await bot.event("message", text="link")).status == 500
    assert (await bot.event("message", text="link")).status == 200


async def test_tables_fall_back_where_they_are_refused_and_that_is_remembered(bot: Bot, slack: Slack) -> None:
    async def rank(call: Call) -> None:
        await call.answer(builders.message("board", [TABLE]))

    bot.on.command("/rank", rank)
    slack.refuses("chat.postEphemeral", "invalid_blocks", "invalid_blocks")
    slack.answers["chat.postEphemeral"].append({"ok": True})
    await bot.command()
    await bot.command()
    kinds = [[block["type"] for block in sent["blocks"]] for sent in slack.called("chat.postEphemeral")]
    assert kinds == [["data_table"], ["context", "table"], ["section"], ["section"]]


async def test_wrong_blocks_teach_nothing_about_the_workspace(bot: Bot, slack: Slack) -> None:
    async def rank(call: Call) -> None:
        await call.answer(builders.message("board", [builders.section("x")]))

    bot.on.command("/rank", rank)
    slack.refuses("chat.postEphemeral", "invalid_blocks")
    slack.refuses("chat.postMessage", "invalid_blocks")
    await bot.command()
    assert await bot.on.levels.of("T1") == 0


async def test_a_method_the_server_lacks_is_logged_and_the_flow_goes_on(bot: Bot, slack: Slack) -> None:
    client = bot.app.client
    slack.refuses("reactions.add", "unknown_method")
    with capture_logs() as logs:
        assert await attempt(client.reactions_add(channel="C1", timestamp="1.0", name="eyes")) is None
    assert logs[0]["event"] == "done_without"
    slack.answers["reactions.add"] = [{"ok": False, "http": 404}]
    with capture_logs():
        assert await attempt(client.reactions_add(channel="C1", timestamp="1.0", name="eyes")) is None
    slack.refuses("reactions.add", "message_not_found")
    with pytest.raises(SlackApiError):
        await attempt(client.reactions_add(channel="C1", timestamp="1.0", name="eyes"))


async def test_a_window_opens_at_once_and_a_late_one_is_a_sentence(bot: Bot, slack: Slack) -> None:
    opened: list[str | None] = []

    async def rank(call: Call) -> None:
        opened.append(await call.open(builders.modal("Help", [builders.divider()])))

    bot.on.command("/rank", rank)
    slack.answers["views.open"] = [
        {"ok": True, "view": {"id": "V9"}},
        {"ok": False, "error": "expired_trigger_id"},
    ]
    await bot.command()
    await bot.command()
    assert opened == ["V9"]
    assert "click again" in slack.called("chat.postEphemeral")[0]["text"]


async def test_a_menu_that_loads_shows_what_was_found(bot: Bot) -> None:
    async def find(call: Call, letters: str) -> list[builders.Block]:
        assert call.workspace == "T1"
        return [builders.option(letters, "1")] * 120

    bot.on.options("find.paper", find)
    body = {
        "type": "block_suggestion",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "block_id": "q",
        "value": "att",
    }
    response = await bot.gets({**body, "action_id": "find.paper"})
    assert len(json.loads(response.body)["options"]) == 100


async def test_a_refused_kind_of_block_is_remembered_by_the_next_process_and_tried_again_after_a_month(
    tmp_path: Path, clock: Clock
) -> None:
    database = await with_tables(f"sqlite:///{tmp_path / 'levels.db'}")
    await workspace_rows.ensure(database, "T1", clock())
    first, second = Levels(), Levels()
    for levels in (first, second):
        levels.remember_in(database, clock)
    await first.learn("T1", 1)
    assert await second.of("T1") == 1
    assert await second.of("T2") == 0
    clock.passes(days=31)
    third = Levels()
    third.remember_in(database, clock)
    assert await third.of("T1") == 0
    assert await second.of("T1") == 0
    await database.close()
