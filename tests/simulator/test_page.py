"""The page: what it is told, what it may do, and who may not reach it."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from handlers.demo.slack import page as shown
from tests.simulator.conftest import Clock, Team


async def ask(slack: Simulator, path: str, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, base_url=slack.world.base) as http:
        return await http.request("POST" if "json" in more else "GET", path, **more)


async def act(slack: Simulator, **asked: Any) -> Any:
    return (await ask(slack, "/page/act", json=asked)).json()


async def test_the_page_and_all_it_loads_is_served_from_here(slack: Simulator) -> None:
    page = (await ask(slack, "/")).text
    assert "/page/main.js" in page
    assert "://" not in page
    folder = Path(shown.__file__).parent
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.suffix in {".js", ".css"}]
    assert len(files) > 10
    for path in files:
        loaded = await ask(slack, f"/page/{path.as_posix()}")
        assert loaded.headers["cache-control"] == "no-cache", "a browser mixes no two versions"
        assert loaded.status_code == 200
        assert "://" not in loaded.text.replace("http://www.w3.org/2000/svg", "")
    for other in ("__init__.py", "blocks/", "blocks/%2e%2e/__init__.py", "%2e%2e/simulator.py"):
        assert (await ask(slack, f"/page/{other}")).status_code == 404


async def test_each_person_is_told_only_what_they_see(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    ts = await slack.post(team.alice, team.papers, "hello")
    await client.chat_postMessage(channel=team.papers, text="in the thread", thread_ts=ts)
    await client.chat_postEphemeral(channel=team.papers, user=team.bob, text="only you")
    alice, bob = [
        (await ask(slack, "/page/state", params={"user": user, "channel": team.papers})).json()
        for user in (team.alice, team.bob)
    ]
    assert [message["replies"][0]["text"] for message in alice["messages"]] == ["in the thread"]
    assert (alice["ephemeral"], [each["text"] for each in bob["ephemeral"]]) == ([], ["only you"])
    assert bob["calls"] == []


async def test_requests_are_told_with_their_answers_to_whoever_looks(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=team.papers, text="one")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C404", text="two")
    seen = (await ask(slack, "/page/state", params={"user": team.alice, "requests": "yes"})).json()
    assert [(call["number"], call["answer"].get("error", "ok")) for call in seen["calls"]] == [
        (0, "ok"),
        (1, "channel_not_found"),
    ]


async def test_a_person_makes_a_channel_and_brings_the_bot_in(slack: Simulator, team: Team) -> None:
    made = await act(slack, do="channel", user=team.alice, name="vision-papers", private=True)
    assert slack.bot_user not in slack.world.conversation(made["channel"]).members
    assert await act(slack, do="invite", user=team.alice, channel=made["channel"], who=slack.bot_user) == {}
    assert slack.bot_user in slack.world.conversation(made["channel"]).members
    assert await act(slack, do="remove", user=team.alice, channel=made["channel"], who=slack.bot_user) == {}
    assert slack.bot_user not in slack.world.conversation(made["channel"]).members
    assert "small letters" in (await act(slack, do="channel", user=team.alice, name="Two Words"))["problem"]


async def test_a_message_seen_by_one_person_can_be_dismissed(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    said = await client.chat_postEphemeral(channel=team.papers, user=team.bob, text="only you")
    ts = said["message_ts"]
    assert "sees no ephemeral message" in (await act(slack, do="dismiss", user=team.alice, ts=ts))["problem"]
    await act(slack, do="dismiss", user=team.bob, ts=ts)
    assert slack.ephemerals(team.bob) == []


async def test_a_person_edits_and_deletes_what_they_said(slack: Simulator, team: Team) -> None:
    ts = await slack.post(team.alice, team.papers, "one")
    await act(slack, do="edit", user=team.alice, channel=team.papers, ts=ts, text="two")
    assert slack.message(team.papers, ts)["text"] == "two"
    await act(slack, do="delete", user=team.alice, channel=team.papers, ts=ts)
    assert slack.history(team.papers) == []


async def test_a_person_posts_and_is_told_what_went_wrong(slack: Simulator, team: Team) -> None:
    await act(slack, do="post", user=team.alice, channel=team.papers, text="from the page")
    missing = await act(slack, do="click", user=team.alice, surface="V404", action_id="x")
    assert [message["text"] for message in slack.history(team.papers)] == ["from the page"]
    assert "sees no view" in missing["problem"]


async def test_a_step_of_the_guide_is_done_when_it_was_done_and_not_when_it_was_looked_at(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    vote = {"type": "button", "action_id": "vote.cast:0", "text": {"type": "plain_text", "text": "A"}}
    blocks = [{"type": "actions", "elements": [vote]}]
    poll = (await client.chat_postMessage(channel=team.papers, text="Vote", blocks=blocks))["ts"]
    other = (await client.chat_postMessage(channel=team.papers, text="Another vote", blocks=blocks))["ts"]
    slack.guide = [
        {"label": "Paste", "channel": team.papers, "text": "https://arxiv.org/abs/1706.03762"},
        {"label": "Challenge", "channel": team.papers, "action": "match.challenge"},
        {"label": "Vote", "channel": team.papers, "action": "vote.cast", "ts": poll, "user": team.alice},
        {"label": "Not there", "channel": team.papers, "action": "vote.cast", "ts": None, "user": team.alice},
    ]

    async def done() -> list[bool]:
        state = (await ask(slack, "/page/state", params={"user": team.alice})).json()
        return [step["done"] for step in state["guide"]]

    assert await done() == [False] * 4
    await slack.post(team.bob, team.papers, "https://arxiv.org/abs/1706.03762")
    assert await done() == [False] * 4, "what the day plays is no step of a visitor"
    text = "See https://arxiv.org/abs/1706.03762"
    await act(slack, do="post", user=team.alice, channel=team.papers, text=text)
    surface = {"channel": team.papers, "ts": other}
    await act(slack, do="click", user=team.alice, surface=surface, action_id="vote.cast:0")
    assert await done() == [True, False, False, False], "a click on another vote decides nothing here"
    await client.chat_update(channel=team.papers, ts=poll, text="Over", blocks=[])
    assert await done() == [True, False, True, False]


async def test_the_clock_moves_only_where_someone_moves_it(slack: Simulator, clock: Clock) -> None:
    async def move(to: float) -> None:
        clock.now = to

    user = slack.add_user("Alice")
    assert "can't be moved" in (await act(slack, do="clock", user=user, to=clock.now + 60))["problem"]
    slack.on_move_clock = move
    before = clock.now
    await act(slack, do="clock", user=user, to=before + 60)
    assert clock.now == before + 60
    assert "only moves forward" in (await act(slack, do="clock", user=user, to=before))["problem"]


async def test_other_sites_cannot_reach_the_page(slack: Simulator, team: Team) -> None:
    elsewhere = await ask(slack, "/page/state", headers={"host": "evil.example"})
    form = await ask(slack, "/page/act", json={"do": "post"}, headers={"content-type": "text/plain"})
    assert (elsewhere.status_code, form.status_code) == (403, 415)
    assert slack.history(team.papers) == []


async def test_the_stand_in_listens_on_loopback_only(slack: Simulator) -> None:
    assert slack.url.startswith("http://127.0.0.1:")
