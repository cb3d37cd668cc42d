from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.work.runtime import Runtime
from storage.tables import Entry, OutboxMessage, Paper
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import TEAM, World

LINK = "https://arxiv.org/abs/"


class Hurry:
    """Time that waits for nobody, and knows how long it would have."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    async with a_desk(world) as made:
        object.__setattr__(made.services, "runtime", _workshop())
        yield made


def _workshop() -> Runtime:
    return Runtime(None, None, Hurry(), {}, None, None)  # type: ignore[arg-type]  # only its time is used


def _message(ts: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "bob", "ts": ts, "text": text, **more}


async def test_links_already_in_the_channel_are_brought_in_once_without_a_card_each(
    desk: Desk, world: World
) -> None:
    await world.league()
    pages = [
        {
            "ok": True,
            "messages": [
                _message("9.0", f"two <{LINK}1706.03762> <{LINK}1810.04805>"),
                _message("8.0", "no paper"),
                _message("7.0", f"<{LINK}1412.6980>", bot_id="B9"),
            ],
            "response_metadata": {"next_cursor": "x"},
        },
        {"ok": True, "messages": [_message("6.0", f"again <{LINK}1706.03762v5>")]},
    ]
    for expected in ("2 new papers came from 4 messages", "0 new papers came from 4 messages"):
        desk.slack.answers["conversations.history"] = list(pages)
        assert expected in await desk.runs("alice", "import")
    async with world.database.reading(TEAM) as session:
        papers = (await session.scalars(select(Paper))).all()
        entries = (await session.scalars(select(Entry))).all()
        assert {paper.canonical for paper in papers} == {"arxiv:1706.03762", "arxiv:1810.04805"}
        assert {(entry.submitted_by, entry.message_ts) for entry in entries} == {("bob", "9.0")}
        assert (await session.scalars(select(OutboxMessage))).all() == []


async def test_where_slack_gives_fifteen_messages_a_minute_the_import_says_so_and_goes_on(
    desk: Desk, world: World
) -> None:
    await world.league()
    numbers = iter(range(40, 0, -1))

    def page(size: int, cursor: str) -> dict[str, Any]:
        found = [
            _message(f"{number}.0", f"<{LINK}2501.{10000 + number}>")
            for _, number in zip(range(size), numbers, strict=False)
        ]
        return {"ok": True, "messages": found, "response_metadata": {"next_cursor": cursor}}

    desk.slack.answers["conversations.history"] = [page(15, "a"), page(15, "b"), page(9, "")]
    told = await desk.runs("alice", "import")
    assert "39 new papers came from 39 messages" in told
    assert "15 messages a minute" in told
    time = desk.services.runtime.time
    assert isinstance(time, Hurry)
    assert time.slept == [61, 61]


async def test_where_history_may_not_be_read_a_sentence_says_so(desk: Desk, world: World) -> None:
    await world.league()
    desk.slack.refuses("conversations.history", "missing_scope")
    assert "I may not read more of its history" in await desk.runs("alice", "import")
    desk.slack.refuses("conversations.history", "ratelimited")
    assert "again later" in await desk.runs("alice", "import")
    page = {"ok": True, "messages": [_message("9.0", f"<{LINK}1706.03762>")]}
    desk.slack.answers["conversations.history"] = [{"ok": False, "error": "ratelimited"}, page]
    told = await desk.runs("alice", "import")
    assert "1 new paper came from 1 message" in told, "what Slack asks to wait for is waited for"


async def test_only_owners_bring_links_in(desk: Desk, world: World) -> None:
    await world.league()
    assert " or a workspace admin can bring in links" in await desk.runs("bob", "import")
