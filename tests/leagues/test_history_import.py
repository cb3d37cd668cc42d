from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select, update

from bot.entries import history_readings as readings
from bot.entries.history_readings import LOOK_BACK
from bot.work.runtime import Runtime
from handlers.entries.incoming import channel_history
from storage.leagues import history_readings
from storage.tables import Entry, Event, League, OutboxMessage, Paper, Workspace
from storage.workspaces import restored_copies
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


class StoppedError(BaseException):
    """The process ends here."""


class Ending(Hurry):
    """Time in which the process ends at the second wait."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if len(self.slept) == 2:
            raise StoppedError


def _pages(*sizes: int) -> list[dict[str, Any]]:
    """Pages of history of these sizes, newest first, one paper a message."""
    numbers = iter(range(90, 0, -1))
    return [
        {
            "ok": True,
            "messages": [
                _message(f"{number}.0", f"<{LINK}2501.{10000 + number}>")
                for _, number in zip(range(size), numbers, strict=False)
            ],
            "response_metadata": {"next_cursor": "more" if place < len(sizes) - 1 else ""},
        }
        for place, size in enumerate(sizes)
    ]


def _latest(desk: Desk) -> list[object]:
    return [fields.get("latest") for name, fields in desk.slack.calls if name == "conversations.history"]


async def _goes_on(desk: Desk) -> int:
    """Go on with unfinished readings; returns how many there were."""

    async def access(_workspace: str) -> tuple[AsyncWebClient, str]:
        return AsyncWebClient("xoxb-1", base_url=desk.slack.url), "UBOT"

    works = [work async for work in channel_history.unfinished_readings(desk.services, access)]
    for work in works:
        await work
    return len(works)


async def test_an_import_of_days_goes_on_after_a_restart_and_tells_who_asked(
    desk: Desk, world: World
) -> None:
    await world.league()
    object.__setattr__(desk.services.runtime, "time", Ending())
    desk.slack.answers["conversations.history"] = pages = _pages(15, 15, 15, 4)
    await desk.runs("alice", "import")
    assert len(pages) == 2
    object.__setattr__(desk.services.runtime, "time", Hurry())
    assert await _goes_on(desk) == 0, "another process may be at it"
    assert "still reading <#C1>: 30 messages so far" in await desk.runs("alice", "import")
    world.now += timedelta(hours=2)
    assert await _goes_on(desk) == 1
    assert _latest(desk) == [None, "76.0", "61.0", "46.0"]
    async with world.database.reading(TEAM) as session:
        assert len((await session.scalars(select(Entry))).all()) == 49
    (row,) = await world.messages("history_read")
    assert row.channel == "alice"
    message = await desk.renders("history_read")
    assert message is not None
    assert message.text == "49 new papers came from 49 messages of <#C1>."
    assert await _goes_on(desk) == 0


async def test_where_slack_gives_no_more_the_reading_is_left_and_goes_on(desk: Desk, world: World) -> None:
    await world.league()
    (page,) = _pages(3)
    desk.slack.answers["conversations.history"] = [{"ok": False, "error": "ratelimited"}] * 31 + [page]
    assert "I try again later" in await desk.runs("alice", "import")
    assert await _goes_on(desk) == 1
    (row,) = await world.messages("history_read")
    assert row.options == {"messages": 3, "new": 3, "ending": ""}


async def test_what_a_restored_backup_lacks_is_read_on_after_a_restart_and_once(
    desk: Desk, world: World
) -> None:
    league = await world.league()
    since = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    async with world.database.transaction(None) as session:
        await session.execute(update(Workspace).values(restored_from=since, is_behind=True))
    object.__setattr__(desk.services.runtime, "time", Ending())
    desk.slack.answers["conversations.history"] = _pages(15, 15, 2)
    with pytest.raises(StoppedError):
        await _goes_on(desk)
    object.__setattr__(desk.services.runtime, "time", Hurry())
    world.now += timedelta(minutes=16)
    assert await _goes_on(desk) == 1
    async with world.database.reading(TEAM) as session:
        assert len((await session.scalars(select(Entry).where(Entry.league_id == league.id))).all()) == 30
        assert (await session.scalar(select(Workspace.is_behind))) is False
        assert (await session.scalar(select(League.reading))) == {}
    oldest = {fields.get("oldest") for name, fields in desk.slack.calls if name == "conversations.history"}
    assert oldest == {f"{(since - LOOK_BACK).timestamp():.6f}"}
    assert _latest(desk)[1:] == ["76.0", "61.0"]
    assert await _goes_on(desk) == 0


async def test_replies_that_a_backup_lacks_are_read_in_threads_begun_before_it(
    desk: Desk, world: World
) -> None:
    await world.league()
    since = datetime(1970, 1, 1, 0, 1, 40, tzinfo=UTC)
    async with world.database.transaction(None) as session:
        await session.execute(update(Workspace).values(restored_from=since, is_behind=True))
    object.__setattr__(desk.services.runtime, "time", Hurry())
    old = _message("50.0", f"<{LINK}2501.10050>")  # taken in before the backup
    desk.slack.answers["conversations.history"] = [
        {
            "ok": True,
            "messages": [
                _message("110.0", f"<{LINK}2501.10110>"),
                {**old, "latest_reply": "120.0"},
                {**_message("40.0", "dull"), "latest_reply": "95.0"},
                {**_message("30.0", "gone"), "latest_reply": "130.0"},
            ],
        }
    ]
    reply = {**_message("120.0", f"<{LINK}2501.10120>"), "thread_ts": "50.0"}
    early = {**_message("60.0", f"<{LINK}2501.10060>"), "thread_ts": "50.0"}
    desk.slack.answers["conversations.replies"] = [
        {"ok": False, "error": "ratelimited"},
        {"ok": True, "messages": [old, early], "response_metadata": {"next_cursor": "more"}},
        {"ok": True, "messages": [old, reply]},
        {"ok": False, "error": "thread_not_found"},
    ]
    assert await _goes_on(desk) == 1
    async with world.database.reading(TEAM) as session:
        names = set(await session.scalars(select(Paper.canonical)))
        rows = {row.message_ts for row in await session.scalars(select(Entry))}
        assert (await session.scalar(select(Workspace.is_behind))) is False
    assert names == {"arxiv:2501.10110", "arxiv:2501.10120"}
    assert rows == {"110.0", "120.0"}
    asked = [fields["ts"] for name, fields in desk.slack.calls if name == "conversations.replies"]
    assert asked == ["50.0", "50.0", "50.0", "30.0"]


async def test_a_row_of_a_clock_that_was_a_year_ahead_doesnt_hide_what_a_backup_lacks(world: World) -> None:
    async with world.writing() as session:
        for number, ahead in enumerate((timedelta(days=365), timedelta(hours=-1))):
            session.add(Event(event=f"Ev{number}", at=world.now + ahead))
    await restored_copies.mark_restored(world.database, world.now)
    async with world.database.reading(TEAM) as session:
        since = await session.scalar(select(Workspace.restored_from))
    assert since == world.now - timedelta(hours=1) - restored_copies.BEFORE


async def test_only_owners_bring_links_in(desk: Desk, world: World) -> None:
    await world.league()
    assert " or a workspace admin can bring in links" in await desk.runs("bob", "import")


async def test_a_reading_that_breaks_off_ends_no_other_and_is_left_for_later(
    desk: Desk, world: World
) -> None:
    league = await world.league()
    async with world.writing() as session:
        await readings.begin_import(session, league.id, "alice", world.now)

    async def access(_workspace: str) -> tuple[AsyncWebClient, str]:
        raise RuntimeError("this workspace has odd tokens")

    for _ in range(2):  # at once again: nobody holds it
        works = [work async for work in channel_history.unfinished_readings(desk.services, access)]
        assert len(works) == 1
        await works[0]


async def test_a_reading_stays_with_its_process_however_long_slack_makes_it_wait(
    desk: Desk, world: World
) -> None:
    await world.league()
    free: list[int] = []

    class Slow(Hurry):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            world.now += timedelta(minutes=10)
            async with world.database.reading(None) as session:
                free.append(len(await history_readings.unfinished(session, world.now)))

    object.__setattr__(desk.services.runtime, "time", Slow())
    (page,) = _pages(3)
    desk.slack.answers["conversations.history"] = [{"ok": False, "error": "ratelimited"}] * 4 + [page]
    await desk.runs("alice", "import")
    assert free == [0] * 4
