"""The page: what it is told, what it may do, and who may not reach it."""

from typing import Any

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from tests.simulator.conftest import Clock, Team


async def ask(slack: Simulator, path: str, **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, base_url=slack.world.base) as http:
        return await http.request("POST" if "json" in more else "GET", path, **more)


async def act(slack: Simulator, **asked: Any) -> Any:
    return (await ask(slack, "/page/act", json=asked)).json()


async def test_the_page_and_all_it_loads_is_served_from_here(slack: Simulator) -> None:
    page = (await ask(slack, "/")).text
    assert "/page/main.js" in page
    for name in ("main.js", "blocks.js", "elements.js", "text.js", "charts.js", "dom.js", "page.css"):
        loaded = await ask(slack, f"/page/{name}")
        assert loaded.status_code == 200
        assert "://" not in loaded.text.replace("http://www.w3.org/2000/svg", "")
    assert (await ask(slack, "/page/__init__.py")).status_code == 404


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
    assert [call["method"] for call in bob["calls"]] == ["chat.postMessage", "chat.postEphemeral"]


async def test_a_person_posts_and_is_told_what_went_wrong(slack: Simulator, team: Team) -> None:
    await act(slack, do="post", user=team.alice, channel=team.papers, text="from the page")
    missing = await act(slack, do="click", user=team.alice, surface="V404", action_id="x")
    assert [message["text"] for message in slack.history(team.papers)] == ["from the page"]
    assert "sees no view" in missing["problem"]


async def test_the_clock_moves_only_where_someone_moves_it(slack: Simulator, clock: Clock) -> None:
    async def move(to: float) -> None:
        clock.now = to

    user = slack.add_user("Alice")
    assert "can't be moved" in (await act(slack, do="clock", user=user, to=clock.now + 60))["problem"]
    slack.on_move_clock = move
    before = clock.now
    await act(slack, do="clock", user=user, to=before + 60)
    assert clock.now == before + 60


async def test_other_sites_cannot_reach_the_page(slack: Simulator, team: Team) -> None:
    elsewhere = await ask(slack, "/page/state", headers={"host": "evil.example"})
    form = await ask(slack, "/page/act", json={"do": "post"}, headers={"content-type": "text/plain"})
    assert (elsewhere.status_code, form.status_code) == (403, 415)
    assert slack.history(team.papers) == []


async def test_the_stand_in_listens_on_loopback_only(slack: Simulator) -> None:
    assert slack.url.startswith("http://127.0.0.1:")
