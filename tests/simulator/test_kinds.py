"""Kinds of conversation: what changes its id, what wants which scope, what the bot isn't part of."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Team
from tests.simulator.test_messages import refused


def events(slack: Simulator, kind: str) -> list[dict[str, Any]]:
    return [
        each.payload["event"] for each in slack.delivered if each.payload.get("event", {}).get("type") == kind
    ]


async def test_a_private_channel_that_is_shared_answers_to_its_new_id_only(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    private = slack.add_channel("private", private=True, members=[team.alice])
    ts = await slack.post(team.alice, private, "before")
    new = await slack.share_channel(private)
    assert new != private
    (event,) = events(slack, "channel_id_changed")
    assert (event["old_channel_id"], event["new_channel_id"]) == (private, new)
    gone = await refused(client.chat_postMessage(channel=private, text="x"))
    assert gone["error"] == "channel_not_found"
    await client.chat_postMessage(channel=new, text="after", thread_ts=ts)
    described = (await client.conversations_info(channel=new))["channel"]
    assert (described["is_ext_shared"], described["shared_team_ids"][1:]) == (True, ["T0OTHER"])
    assert [each.payload["is_ext_shared_channel"] for each in slack.delivered][-1]


async def test_a_public_channel_that_is_shared_keeps_its_id(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    stranger = slack.add_user("Strange", team="T0OTHER")
    assert await slack.share_channel(team.papers) == team.papers
    await slack.join(stranger, team.papers)
    assert (await client.users_info(user=stranger))["user"]["is_stranger"] is False, "they share a channel"
    await slack.unshare_channel(team.papers)
    (event,) = events(slack, "channel_unshared")
    assert (event["previously_connected_team_id"], event["is_ext_shared"]) == ("T0OTHER", False)
    assert stranger not in slack.world.conversation(team.papers).members
    assert (await client.users_info(user=stranger))["user"]["is_stranger"] is True
    await slack.archive(team.papers)
    await slack.unarchive(team.papers)
    assert len(events(slack, "channel_unarchive")) == 1
    await client.chat_postMessage(channel=team.papers, text="open again")


async def test_scopes_go_by_kind_of_conversation(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    private = slack.add_channel("private", private=True, members=[team.alice])
    many = slack.dm_between(team.alice, team.bob, with_bot=True)
    slack.api.scopes = {"channels:history", "channels:read", "im:write", "chat:write"}
    await client.conversations_history(channel=team.papers)
    needed = {
        channel: (await refused(client.conversations_history(channel=channel)))["needed"]
        for channel in (private, many, slack.dm(team.bob))
    }
    assert list(needed.values()) == ["groups:history", "mpim:history", "im:history"]
    both = await refused(client.conversations_list(types="public_channel,private_channel"))
    assert (both["error"], both["needed"]) == ("missing_scope", "groups:read")
    await client.conversations_open(users=team.alice)
    group = await refused(client.conversations_open(users=f"{team.alice},{team.bob}"))
    assert group["needed"] == "mpim:write"
    await slack.post(team.alice, team.papers, "heard")
    await slack.post(team.alice, private, "not heard")
    assert [event["text"] for event in events(slack, "message")] == ["heard"]


async def test_a_group_dm_is_heard_as_one(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users=f"{team.alice},{team.bob}")
    many = opened["channel"]["id"]
    assert (await client.conversations_info(channel=many))["channel"]["is_mpim"]
    await slack.post(team.alice, many, f"<@{slack.bot_user}> help")
    assert [event["channel_type"] for event in events(slack, "message")] == ["mpim"]
    assert len(events(slack, "app_mention")) == 1
    slack.deliveries.subscribed = {"message.channels"}
    await slack.post(team.alice, many, "unsubscribed")
    assert len(events(slack, "message")) == 1


async def test_in_a_dm_between_people_the_bot_is_nobody_but_its_command_works(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    between = slack.dm_between(team.alice, team.bob)
    await slack.post(team.alice, between, f"<@{slack.bot_user}> hello")
    assert events(slack, "message") == events(slack, "app_mention") == []
    for call in (
        client.chat_postMessage(channel=between, text="x"),
        client.chat_postEphemeral(channel=between, user=team.alice, text="x"),
        client.conversations_info(channel=between),
    ):
        assert (await refused(call))["error"] == "channel_not_found"
    reply = await slack.command(team.alice, between, "/rank", "help")
    command = slack.delivered[-1].payload
    assert (command["channel_name"], reply.response_url[:4]) == ("directmessage", "http")


async def test_what_only_one_person_saw_is_gone_on_reload(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    for user in (team.alice, team.bob):
        await client.chat_postEphemeral(channel=team.papers, user=user, text="only you")
    slack.reload(team.alice)
    assert slack.ephemerals(team.alice) == []
    assert len(slack.ephemerals(team.bob)) == 1


async def test_commands_come_with_ids_where_the_manifest_asks_for_them(slack: Simulator, team: Team) -> None:
    typed = "board from @bob in #papers https://arxiv.org/abs/1706.03762 #12 & a@b.org"
    await slack.command(team.alice, team.papers, "/rank", typed)
    slack.world.escapes_commands = True
    await slack.command(team.alice, team.papers, "/rank", typed)
    plain, escaped = [each.payload["text"] for each in slack.delivered]
    assert plain == typed
    assert escaped == (
        f"board from <@{team.bob}|bob> in <#{team.papers}|papers> <https://arxiv.org/abs/1706.03762> #12 &amp; a@b.org"
    )


async def test_events_too_many_are_dropped_with_a_word(slack: Simulator) -> None:
    await slack.deliveries.rate_limited()
    payload = slack.delivered[-1].payload
    assert (payload["type"], payload["minute_rate_limited"] % 60) == ("app_rate_limited", 0)


async def test_outside_the_marketplace_history_comes_fifteen_messages_a_minute(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    for number in range(20):
        await slack.post(team.alice, team.papers, str(number))
    slack.limit_history()
    page = await client.conversations_history(channel=team.papers, limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.conversations_history(channel=team.papers, limit=200)
    assert int(caught.value.response.headers["Retry-After"]) > 50
