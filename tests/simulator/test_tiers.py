"""Slack's rate limits, method by method, as two sources say them; the stand-in takes the lower figure where they differ.

Sources, read on 2026-11-28: the table `MethodsRateLimits` of Slack's own java-slack-sdk (commit 02a29a7) has all of them;
docs.slack.dev has the same on each method's reference page, where "page" stands here. The general page
(docs.slack.dev/apis/web-api/rate-limits) gives the tiers' figures: 20, 50 and 100 calls a minute for 2, 3 and 4.
"""

from typing import Final

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from handlers.demo.slack.web_api.method_table import METHODS
from tests.simulator.conftest import Team

TIER_2, TIER_3, TIER_4, HUNDREDS, A_SECOND = 20, 50, 100, 600, 60
SDK: Final = "java-slack-sdk"

TIERS: Final[dict[str, tuple[int, str]]] = {
    "api.test": (TIER_4, SDK),
    "assistant.threads.setStatus": (A_SECOND, f"{SDK}: as chat.postMessage, for each direct message"),
    "assistant.threads.setSuggestedPrompts": (TIER_3, f"{SDK}; its page says tier 4"),
    "auth.teams.list": (TIER_2, SDK),
    "auth.test": (HUNDREDS, f'{SDK}: "hundreds of requests per minute"'),
    "blocks.validate": (HUNDREDS, f"{SDK}: the same"),
    "bots.info": (TIER_3, SDK),
    "chat.delete": (TIER_3, SDK),
    "chat.getPermalink": (HUNDREDS, f"{SDK}: the same"),
    "chat.postEphemeral": (TIER_4, SDK),
    "chat.postMessage": (
        0,
        "one a second and channel, and some hundred a minute in a workspace: both sources",
    ),
    "chat.unfurl": (TIER_3, SDK),
    "chat.update": (TIER_3, SDK),
    "conversations.history": (TIER_3, f"{SDK} and its page, for internal and Marketplace apps"),
    "conversations.info": (TIER_3, SDK),
    "conversations.join": (TIER_3, SDK),
    "conversations.list": (TIER_2, SDK),
    "conversations.members": (TIER_4, SDK),
    "conversations.open": (TIER_3, SDK),
    "conversations.replies": (TIER_3, SDK),
    "files.completeUploadExternal": (TIER_4, SDK),
    "files.delete": (TIER_3, SDK),
    "files.getUploadURLExternal": (TIER_4, SDK),
    "files.info": (TIER_4, SDK),
    "reactions.add": (TIER_3, SDK),
    "reactions.get": (TIER_3, SDK),
    "reactions.remove": (TIER_2, SDK),
    "team.info": (TIER_3, SDK),
    "users.conversations": (TIER_2, SDK),
    "users.info": (TIER_4, SDK),
    "users.list": (TIER_2, SDK),
    "views.open": (TIER_4, SDK),
    "views.publish": (TIER_4, SDK),
    "views.push": (TIER_4, SDK),
    "views.update": (TIER_4, SDK),
}


def test_each_method_has_the_tier_that_slack_says() -> None:
    assert {name: entry.tier for name, entry in METHODS.items()} == {
        name: tier for name, (tier, _source) in TIERS.items()
    }


async def test_a_call_above_the_tier_waits_as_slack_says(client: AsyncWebClient) -> None:
    for _ in range(TIER_2):
        await client.users_list()
    with pytest.raises(SlackApiError, match="ratelimited") as refusal:
        await client.users_list()
    assert (refusal.value.response.status_code, refusal.value.response.headers["Retry-After"]) == (429, "60")


async def test_a_status_is_counted_for_each_direct_message(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.pace.per_minute["assistant.threads.setStatus"] = 1
    dms = {user: slack.dm(user) for user in (team.alice, team.bob)}
    threads = {user: await slack.post(user, dm, "hello") for user, dm in dms.items()}
    for user, dm in dms.items():
        await client.assistant_threads_setStatus(channel_id=dm, thread_ts=threads[user], status="reads")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.assistant_threads_setStatus(
            channel_id=dms[team.bob], thread_ts=threads[team.bob], status="reads"
        )


async def test_outside_the_marketplace_history_gives_fifteen_messages_a_minute(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    """docs.slack.dev/reference/methods/conversations.history: "1 request per minute … 15 objects"."""
    for number in range(20):
        await slack.post(team.alice, team.papers, f"message {number}")
    slack.limit_history()
    answer = await client.conversations_history(channel=team.papers, limit=100)
    assert (len(answer["messages"]), answer["has_more"]) == (15, True)
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_history(channel=team.papers)
    await client.conversations_replies(channel=team.papers, ts=answer["messages"][0]["ts"])
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_replies(channel=team.papers, ts=answer["messages"][0]["ts"])
