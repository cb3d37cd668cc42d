"""What Slack takes away again: response_urls, triggers, speed; and faults the stand-in is told to have."""

from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Faults, Simulator
from tests.simulator.conftest import Clock, Team


async def answer(url: str, body: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(url, json=body)


async def test_a_response_url_works_five_times(slack: Simulator, team: Team) -> None:
    reply = await slack.command(team.alice, team.papers, "/rank")
    before = len(reply.messages)
    codes = [(await answer(reply.response_url, {"text": str(number)})).status_code for number in range(6)]
    assert codes == [200] * 5 + [404]
    assert len(reply.messages) - before == 5


async def test_a_response_url_dies_after_half_an_hour(slack: Simulator, team: Team, clock: Clock) -> None:
    reply = await slack.command(team.alice, team.papers, "/rank")
    clock.now += 30 * 60 + 1
    late = await answer(reply.response_url, {"text": "late"})
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")


async def test_an_answer_can_be_for_the_channel_or_take_the_original_away(
    slack: Simulator, team: Team
) -> None:
    reply = await slack.command(team.alice, team.papers, "/rank")
    buttons = {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Share"}}],
    }
    await answer(reply.response_url, {"text": "private", "blocks": [buttons]})
    shown = slack.ephemerals(team.alice)[-1]
    click = await slack.click(team.alice, shown, "Share")
    await answer(
        click.response_url, {"text": "public", "response_type": "in_channel", "replace_original": False}
    )
    await answer(click.response_url, {"delete_original": True})
    assert [message["text"] for message in slack.history(team.papers)] == ["public"]
    assert shown["ts"] not in [message["ts"] for message in slack.ephemerals(team.alice)]


async def test_two_messages_a_second_in_a_channel_are_one_too_many(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.pace.message_seconds = 1.0
    other = slack.add_channel("other", members=[team.alice])
    await client.chat_postMessage(channel=team.papers, text="one")
    await client.chat_postMessage(channel=other, text="elsewhere")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=team.papers, text="two")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert len(slack.history(team.papers)) == 1


async def test_reading_history_too_often_is_refused(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.pace.per_minute["conversations.history"] = 1
    await client.conversations_history(channel=team.papers)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_history(channel=team.papers)


async def test_errors_come_before_the_effect_and_lost_answers_after_it(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.faults.script("chat.postMessage", "error", "lost", "ratelimited", "slow")
    slack.faults.slow_seconds = 0.01
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=team.papers, text="error")
    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await client.chat_postMessage(channel=team.papers, text="lost")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=team.papers, text="limited")
    await client.chat_postMessage(channel=team.papers, text="slow")
    assert [message["text"] for message in slack.history(team.papers)] == ["lost", "slow"]


async def test_an_unknown_method_and_a_missing_scope_are_named(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.faults.unknown_method("chat.unfurl")
    slack.api.scopes = {"chat:write"}
    with pytest.raises(SlackApiError, match="unknown_method"):
        await client.chat_unfurl(channel=team.papers, ts="1.0", unfurls={"https://x.org": {}})
    with pytest.raises(SlackApiError) as caught:
        await client.users_list()
    assert caught.value.response["needed"] == "users:read"
    assert (await client.auth_test()).headers["x-oauth-scopes"] == "chat:write"


async def test_modals_stack_three_deep(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Deep"},
        "blocks": [
            {
                "type": "actions",
                "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}],
            }
        ],
    }
    reply = await slack.command(team.alice, team.papers, "/rank")
    await client.views_open(trigger_id=reply.trigger_id, view=view)
    for _ in range(2):
        click = await slack.click(team.alice, slack.views(team.alice)[-1], "Go")
        await client.views_push(trigger_id=click.trigger_id, view=view)
    click = await slack.click(team.alice, slack.views(team.alice)[-1], "Go")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=click.trigger_id, view=view)
    top = slack.views(team.alice)[-1]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=top["id"], hash="old", view=view)
    await client.views_update(view_id=top["id"], hash=top["hash"], view=view)
    await slack.close(team.alice)
    assert len(slack.views(team.alice)) == 2


async def test_the_home_is_a_persons_own(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "yours"}}
    await client.views_publish(user_id=team.alice, view={"type": "home", "blocks": [block]})
    home = slack.home(team.alice)
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "yours"
    assert slack.home(team.bob) is None


async def test_answers_through_a_response_url_can_fail_too(slack: Simulator, team: Team) -> None:
    reply = await slack.command(team.alice, team.papers, "/rank")
    before = len(reply.messages)
    slack.faults.script("response_url", "error")
    assert (await answer(reply.response_url, {"text": "never"})).status_code == 500
    assert (await answer(reply.response_url, {"text": "now"})).status_code == 200
    assert [message["text"] for message in reply.messages[before:]] == ["now"]


def test_the_same_seed_gives_the_same_faults() -> None:
    drawn = [[faults.draw("x") for _ in range(50)] for faults in (Faults(7, error=0.3), Faults(7, error=0.3))]
    assert drawn[0] == drawn[1]
    assert {"ok", "error"} == set(drawn[0])


async def test_waiting_in_vain_says_what_happened_last(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=team.papers, text="one")
    with pytest.raises(TimeoutError, match=r"chat\.postMessage"):
        await slack.until(lambda: False, timeout=0.05)
