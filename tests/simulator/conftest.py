"""A simulated workspace, a client of it, and a Bolt app that listens to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator


class Clock:
    """Epoch seconds that move only when told to."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Team:
    alice: str
    bob: str
    papers: str


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[Simulator]:
    async with Simulator(
        clock, message_seconds=0, ack_seconds=0.5, retry_seconds=(0.0, 0.01, 0.01)
    ) as simulator:
        yield simulator


@pytest.fixture
def team(slack: Simulator) -> Team:
    alice, bob = slack.add_user("Alice", admin=True), slack.add_user("Bob")
    return Team(alice, bob, slack.add_channel("papers", members=[alice, bob]))


@pytest.fixture
def client(slack: Simulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.url)
