"""Rows of people's reactions on messages about papers, and of their wishes for more papers like one or fewer."""

from datetime import datetime

from sqlalchemy import delete, func, select

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once, upsert
from storage.tables import Entry, League, MoreWish, OutboxMessage, Paper, Reaction, SeenLink

CARD = "card"
"""Kind of the messages of ours that show one paper."""


async def entries_of_message(session: Transaction, channel: str, ts: str) -> dict[int, int]:
    """Return the league by entry of what a message is about: the paper of our card, or the papers that it links to.

    A link that was posted again counts for the leagues that live in that channel.
    """
    stands = func.coalesce(OutboxMessage.posted_channel, OutboxMessage.channel) == channel
    shown = select(OutboxMessage.about_id).where(stands, OutboxMessage.ts == ts, OutboxMessage.kind == CARD)
    linked = (
        select(func.coalesce(Paper.merged_into, Paper.id))
        .join(SeenLink, SeenLink.canonical == Paper.canonical)
        .where(SeenLink.channel == channel, SeenLink.message_ts == ts)
    )
    here = select(League.id).where(League.channel == channel)
    rows = await session.execute(
        select(Entry.id, Entry.league_id).where(
            Entry.removed_at.is_(None),
            Entry.id.in_(shown)
            | ((Entry.channel == channel) & (Entry.message_ts == ts))
            | (Entry.paper_id.in_(linked) & Entry.league_id.in_(here)),
        )
    )
    return {row.id: row.league_id for row in rows}


async def add(
    session: Transaction, entry: int, user: str, channel: str, ts: str, name: str, now: datetime
) -> bool:
    """Store a reaction; return False if it was stored before."""
    return await insert_once(
        session, Reaction, entry_id=entry, user=user, channel=channel,
        message_ts=ts, name=name, at=now,
    )  # fmt: skip


async def remove(session: Transaction, user: str, channel: str, ts: str, name: str) -> int:
    """Delete a reaction from all entries of its message; return from how many."""
    return await changed(
        session,
        delete(Reaction).where(
            Reaction.user == user,
            Reaction.channel == channel,
            Reaction.message_ts == ts,
            Reaction.name == name,
        ),
    )


async def is_stored(session: Transaction, user: str, channel: str, ts: str, name: str) -> bool:
    """Return whether a person's reaction on a message counts for some paper."""
    statement = select(Reaction.entry_id).where(
        Reaction.user == user, Reaction.channel == channel, Reaction.message_ts == ts, Reaction.name == name
    )
    return await session.scalar(statement.limit(1)) is not None


async def wish(session: Transaction, entry: int, user: str, now: datetime, *, more: bool) -> None:
    """Store that a person wants more papers like an entry, or fewer, in place of what they said before."""
    statement = upsert(session, MoreWish).values(
        workspace_id=session.workspace, entry_id=entry, user=user, more=more, at=now
    )
    new = statement.excluded
    await changed(
        session,
        statement.on_conflict_do_update(
            index_elements=["entry_id", "user"],
            set_={"more": new.more, "at": new.at},
            where=MoreWish.workspace_id == session.workspace,
        ),
    )


async def take_back(session: Transaction, entry: int, user: str) -> bool:
    """Delete what a person wished about an entry; return False if they wished nothing."""
    statement = delete(MoreWish).where(MoreWish.entry_id == entry, MoreWish.user == user)
    return await changed(session, statement) == 1


async def forget(session: Transaction, user: str) -> None:
    """Delete a person's reactions and wishes."""
    await changed(session, delete(Reaction).where(Reaction.user == user))
    await changed(session, delete(MoreWish).where(MoreWish.user == user))
