"""Two hundred people at once."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Team
from tests.simulator.listening import bolt, over_http
from tests.simulator.test_blocks import actions, button


async def test_two_hundred_people_press_one_button_and_all_are_heard(
    slack: Simulator, team: Team, client: AsyncWebClient
) -> None:
    slack.deliveries.ack_seconds = 60.0  # all are heard; how soon is for a benchmark to say
    heard: set[str] = set()
    app = bolt(slack)

    @app.action("vote")
    async def vote(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.add(body["user"]["id"])

    crowd = [slack.add_user(f"Voter {number}") for number in range(200)]
    slack.world.conversation(team.papers).members.extend(crowd)
    await client.chat_postMessage(
        channel=team.papers, text="vote", blocks=[actions(button(action_id="vote"))]
    )
    (poll,) = slack.history(team.papers)
    async with over_http(slack, app):
        replies = await asyncio.gather(*(slack.click(user, poll, "vote") for user in crowd))
    assert all(reply.ack.ok for reply in replies)
    assert heard == set(crowd)
