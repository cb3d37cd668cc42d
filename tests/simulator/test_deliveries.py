"""Deliveries to a Bolt app, by HTTP and by socket: signatures, retries, commands, clicks and modals."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Clock, Team
from tests.simulator.listening import bolt, over_http, over_socket

BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "open",
                "text": {"type": "plain_text", "text": "Open"},
                "value": "7",
            }
        ],
    }
]
MODAL = {
    "type": "modal",
    "callback_id": "reason",
    "title": {"type": "plain_text", "text": "Why"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        }
    ],
}


@pytest.fixture
def app(slack: Simulator) -> AsyncApp:
    return bolt(slack)


@pytest.fixture(params=["http", "socket"])
async def listening(request: pytest.FixtureRequest, slack: Simulator, app: AsyncApp) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        if request.param == "http":
            await stack.enter_async_context(over_http(slack, app))
        else:
            await stack.enter_async_context(over_socket(slack, app))
        yield


@pytest.mark.usefixtures("listening")
async def test_a_message_reaches_the_bot_and_its_answer_the_thread(
    slack: Simulator, team: Team, app: AsyncApp
) -> None:
    @app.event("message")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(f"seen {event['text']}", thread_ts=event["ts"])

    ts = await slack.post(team.alice, team.papers, "https://arxiv.org/abs/1706.03762")
    await slack.until(lambda: slack.replies(team.papers, ts))
    assert slack.replies(team.papers, ts)[0]["text"] == "seen <https://arxiv.org/abs/1706.03762>"
    assert slack.delivered[0].ack.ok


@pytest.mark.usefixtures("listening")
async def test_a_command_is_answered_and_its_ephemeral_replaced_only_through_the_response_url(
    slack: Simulator, team: Team, app: AsyncApp
) -> None:
    @app.command("/rank")
    async def rank(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"rank {command['text']}", blocks=BUTTONS)

    @app.action("open")
    async def opened(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"opened {action['value']}", replace_original=True)

    reply = await slack.command(team.alice, team.papers, "/rank", "attention")
    await slack.until(lambda: reply.messages)
    (shown,) = slack.ephemerals(team.alice, team.papers)
    assert (reply.text, shown["text"]) == ("rank attention", "rank attention")
    click = await slack.click(team.alice, shown, "Open")
    await slack.until(lambda: click.messages)
    assert [message["text"] for message in slack.ephemerals(team.alice)] == ["opened 7"]
    assert slack.history(team.papers) == []


@pytest.mark.usefixtures("listening")
async def test_a_modal_opens_shows_errors_and_closes(slack: Simulator, team: Team, app: AsyncApp) -> None:
    await app.client.chat_postMessage(channel=team.papers, text="press", blocks=BUTTONS)

    @app.action("open")
    async def opened(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("reason")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        value = view["state"]["values"]["why"]["text"]["value"]
        if value == "no":
            await ack(response_action="errors", errors={"why": "say more"})
        else:
            await ack()

    await slack.click(team.bob, slack.history(team.papers)[0], "open")
    await slack.until(lambda: slack.views(team.bob))
    with pytest.raises(ValueError, match="Slack's client asks for"):
        await slack.submit(team.bob)
    with pytest.raises(ValueError, match="takes no text of 30"):
        await slack.submit(team.bob, values={"why": {"text": "x" * 30}})
    assert (await slack.submit(team.bob, values={"why": {"text": "no"}})).errors == {"why": "say more"}
    assert slack.views(team.bob)
    await slack.submit(team.bob, values={"text": "because"})
    assert slack.views(team.bob) == []


@pytest.mark.usefixtures("listening")
async def test_an_event_that_is_not_acked_in_time_comes_again_with_the_reason(
    slack: Simulator, team: Team, app: AsyncApp
) -> None:
    seen: list[str] = []

    @app.middleware
    async def slow_at_first(body: dict[str, Any], next: Any) -> None:  # noqa: A002  # Bolt injects by name
        seen.append(body["event_id"])
        if len(seen) == 1:
            await asyncio.sleep(0.7)
        await next()

    @app.event("message")
    async def listen() -> None:
        return

    await slack.post(team.alice, team.papers, "hello")
    first, second = slack.delivered
    assert len(set(seen)) == 1
    assert (first.ack.ok, second.ack.ok, second.attempt) == (False, True, 1)


async def test_a_listener_that_fails_is_tried_three_more_times(
    slack: Simulator, team: Team, app: AsyncApp
) -> None:
    headers: list[dict[str, Any]] = []

    @app.middleware
    async def failing(req: Any, resp: Any) -> Any:
        headers.append(req.headers)
        resp.status = 500
        return resp

    async with over_http(slack, app):
        await slack.post(team.alice, team.papers, "hello")
        await slack.until(lambda: len(slack.delivered) == 4)
    numbers = [each.get("x-slack-retry-num", ["0"])[0] for each in headers]
    assert numbers == ["0", "1", "2", "3"]
    assert headers[1]["x-slack-retry-reason"] == ["http_error"]


async def test_an_event_comes_twice_when_told_to(slack: Simulator, team: Team, app: AsyncApp) -> None:
    ids: list[str] = []

    @app.event("message")
    async def listen(body: dict[str, Any]) -> None:
        ids.append(body["event_id"])

    slack.faults.script("deliveries", "duplicate")
    async with over_http(slack, app):
        await slack.post(team.alice, team.papers, "hello")
        await slack.settle()
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_edits_mentions_and_links_arrive_as_their_own_events(slack: Simulator, team: Team) -> None:
    slack.world.unfurl_domains.add("arxiv.org")
    ts = await slack.post(team.alice, team.papers, f"<@{slack.bot_user}> https://arxiv.org/abs/1706.03762")
    await slack.edit(team.alice, team.papers, ts, "nothing & nobody")
    await slack.delete_message(team.alice, team.papers, ts)
    events = [each.payload["event"] for each in slack.delivered]
    assert [(event["type"], event.get("subtype")) for event in events] == [
        ("message", None),
        ("app_mention", None),
        ("link_shared", None),
        ("message", "message_changed"),
        ("message", "message_deleted"),
    ]
    assert events[2]["links"] == [{"url": "https://arxiv.org/abs/1706.03762", "domain": "arxiv.org"}]
    assert events[3]["message"]["text"] == "nothing &amp; nobody"


async def test_a_trigger_dies_after_three_seconds_and_after_one_use(
    slack: Simulator, team: Team, app: AsyncApp, clock: Clock
) -> None:
    first = await slack.command(team.alice, team.papers, "/rank")
    second = await slack.command(team.alice, team.papers, "/rank")
    await app.client.views_open(trigger_id=first.trigger_id, view=MODAL)
    with pytest.raises(Exception, match="exchanged_trigger_id"):
        await app.client.views_open(trigger_id=first.trigger_id, view=MODAL)
    clock.now += 3.5
    with pytest.raises(Exception, match="expired_trigger_id"):
        await app.client.views_open(trigger_id=second.trigger_id, view=MODAL)


async def test_a_client_told_to_reconnect_does_so(slack: Simulator, team: Team, app: AsyncApp) -> None:
    @app.event("message")
    async def listen() -> None:
        return

    async with over_socket(slack, app):
        await slack.sockets.disconnect()
        assert not slack.sockets.connected
        await slack.until(lambda: slack.sockets.connected)
        await slack.post(team.alice, team.papers, "hello")
        await slack.until(lambda: any(each.ack.ok for each in slack.delivered))
