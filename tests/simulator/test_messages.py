"""Slack's own client against the stand-in: what is posted, changed, read and refused."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Team


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_posted_message_is_in_the_history_with_its_block_ids(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
    answer = await client.chat_postMessage(channel=team.papers, text="hello", blocks=blocks)
    (message,) = slack.history(team.papers)
    assert message["ts"] == answer["ts"]
    assert message["blocks"][0]["block_id"]
    assert message["bot_id"] == (await client.auth_test())["bot_id"]


async def test_metadata_is_kept_and_returned_only_where_asked_for(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "entry:1"}}
    await client.chat_postMessage(channel=team.papers, text="card", metadata=metadata)
    asked = await client.conversations_history(channel=team.papers, include_all_metadata=True)
    unasked = await client.conversations_history(channel=team.papers)
    assert asked["messages"][0]["metadata"] == metadata
    assert "event_payload" not in unasked["messages"][0]["metadata"]
    assert slack.history(team.papers)[0]["metadata"] == metadata


async def test_replies_are_counted_in_their_parent_and_left_out_of_the_history(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    ts = await slack.post(team.alice, team.papers, "https://arxiv.org/abs/1706.03762 is good.")
    await client.chat_postMessage(channel=team.papers, text="card", thread_ts=ts)
    (parent,) = slack.history(team.papers)
    assert parent["text"] == "<https://arxiv.org/abs/1706.03762> is good."
    assert parent["reply_count"] == 1
    replies = await client.conversations_replies(channel=team.papers, ts=ts)
    assert [message["text"] for message in replies["messages"]] == [parent["text"], "card"]


async def test_ephemeral_messages_are_kept_apart(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel=team.papers, user=team.bob, text="only you")
    assert slack.history(team.papers) == []
    assert [message["text"] for message in slack.ephemerals(team.bob, team.papers)] == ["only you"]
    assert slack.ephemerals(team.alice) == []
    again = await refused(client.chat_update(channel=team.papers, ts=answer["message_ts"], text="changed"))
    assert again["error"] == "message_not_found"


async def test_places_the_bot_may_not_post_to_are_refused_by_name(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    elsewhere = slack.add_channel("elsewhere", members=[team.alice], with_bot=False)
    hidden = slack.add_channel("hidden", private=True, members=[team.alice], with_bot=False)
    await slack.archive(team.papers)
    errors = [
        (await refused(client.chat_postMessage(channel=channel, text="x")))["error"]
        for channel in ("C404", elsewhere, hidden, team.papers)
    ]
    assert errors == ["channel_not_found", "not_in_channel", "channel_not_found", "is_archived"]


async def test_anothers_message_is_not_the_bots_to_change(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    ts = await slack.post(team.alice, team.papers, "mine")
    update = await refused(client.chat_update(channel=team.papers, ts=ts, text="yours"))
    delete = await refused(client.chat_delete(channel=team.papers, ts=ts))
    assert (update["error"], delete["error"]) == ("cant_update_message", "cant_delete_message")


async def test_tokens_are_checked(slack: Simulator) -> None:
    wrong = AsyncWebClient(token="xoxb-wrong", base_url=slack.url)
    none = AsyncWebClient(base_url=slack.url)
    app = AsyncWebClient(token=slack.app_token, base_url=slack.url)
    errors = [(await refused(each.auth_test()))["error"] for each in (wrong, none, app)]
    assert errors == ["invalid_auth", "not_authed", "not_allowed_token_type"]


async def test_long_text_is_refused_and_nothing_at_all_too(team: Team, client: AsyncWebClient) -> None:
    long = await refused(client.chat_postMessage(channel=team.papers, text="x" * 40_001))
    empty = await refused(client.api_call("chat.postMessage", json={"channel": team.papers}))
    assert (long["error"], empty["error"]) == ("msg_too_long", "no_text")


async def test_reactions_are_kept_once_a_person(slack: Simulator, team: Team, client: AsyncWebClient) -> None:
    ts = await slack.post(team.alice, team.papers, "hello")
    await client.reactions_add(channel=team.papers, timestamp=ts, name="eyes")
    twice = await refused(client.reactions_add(channel=team.papers, timestamp=ts, name="eyes"))
    await slack.react(team.bob, team.papers, ts, "eyes")
    assert twice["error"] == "already_reacted"
    assert slack.message(team.papers, ts)["reactions"] == [
        {"name": "eyes", "users": [slack.bot_user, team.bob], "count": 2}
    ]


async def test_a_file_is_uploaded_in_three_steps(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    await client.files_upload_v2(channel=team.papers, filename="ranks.csv", content="a,b\n", title="Ranks")
    (kept,) = slack.files
    assert (kept.name, kept.content, kept.channels) == ("ranks.csv", b"a,b\n", [team.papers])
    assert slack.history(team.papers)[0]["files"][0]["title"] == "Ranks"


async def test_an_unfurl_is_attached_to_the_message_with_the_link(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    url = "https://arxiv.org/abs/1706.03762"
    ts = await slack.post(team.alice, team.papers, url)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Attention"}}]
    await client.chat_unfurl(channel=team.papers, ts=ts, unfurls={url: {"blocks": blocks}})
    other = await refused(client.chat_unfurl(channel=team.papers, ts=ts, unfurls={"https://x.org": {}}))
    assert slack.message(team.papers, ts)["attachments"][0]["from_url"] == url
    assert other["error"] == "cannot_unfurl_url"


async def test_listings_come_in_pages(slack: Simulator, client: AsyncWebClient) -> None:
    for number in range(5):
        slack.add_user(f"Reader {number}")
    seen = [user["name"] async for page in await client.users_list(limit=3) for user in page["members"]]
    assert len(seen) == len(slack.world.users)
