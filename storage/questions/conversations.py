"""Rows of what a person talks about in a thread, so that "it" can be understood; deleted after a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import Conversation

MOST_TURNS = 6
"""How many of the last turns of a conversation are stored."""
LONGEST_TURN = 200
FRESH = timedelta(hours=2)
"""How long a paper stays under discussion outside a thread."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a person and the bot are talking about: the league, the papers discussed, and the last sentences."""

    league: int | None = None
    entries: tuple[int, ...] = ()
    turns: tuple[str, ...] = ()


async def topic(session: Transaction, channel: str, thread: str, user: str, now: datetime) -> Topic:
    """Return a person's topic in a thread; outside threads, papers count as discussed for two hours (`FRESH`)."""
    rows = await session.scalars(
        select(Conversation).where(
            Conversation.channel == channel,
            Conversation.user == user,
            or_(Conversation.thread == thread, Conversation.thread == ""),
        )
    )
    by_thread = {row.thread: row for row in rows}
    place, whole = by_thread.get(thread), by_thread.get("")
    if place is None and thread:
        place = None
    league = next((row.league_id for row in (place, whole) if row is not None and row.league_id), None)
    if place is None:
        return Topic(league)
    fresh = bool(thread) or now - place.at < FRESH
    entries = tuple(int(entry) for entry in place.entries) if fresh else ()
    return Topic(league, entries, tuple(place.turns) if fresh else ())


async def league_in_use(session: Transaction, channel: str, user: str) -> int | None:
    """Return the league that a person last chose or asked about in a channel, or None."""
    return await session.scalar(
        select(Conversation.league_id).where(
            Conversation.channel == channel, Conversation.user == user, Conversation.thread == ""
        )
    )


async def remember(
    session: Transaction,
    channel: str,
    thread: str,
    user: str,
    *,
    league_id: int | None,
    entry_ids: Sequence[int],
    turns: Sequence[str],
    now: datetime,
) -> None:
    """Store what a person talks about in a thread; with no league or no entries given, the stored ones stay."""
    values: dict[str, object] = {"turns": [turn[:LONGEST_TURN] for turn in turns][-MOST_TURNS:], "at": now}
    if league_id is not None:
        values["league_id"] = league_id
    if entry_ids:
        values["entries"] = [str(entry) for entry in entry_ids]
    row = {"league_id": None, "entries": [], **values}
    statement = upsert(session, Conversation).values(
        workspace_id=session.workspace, channel=channel, thread=thread, user=user, **row
    )
    await changed(
        session,
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "channel", "thread", "user"],
            set_={name: statement.excluded[name] for name in values},
        ),
    )


async def forget(session: Transaction, user: str) -> None:
    """Delete all conversations of a person."""
    await changed(session, delete(Conversation).where(Conversation.user == user))
