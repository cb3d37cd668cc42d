"""Removes a paper from a league, or restores it within thirty days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.entries import entry_events
from bot.leagues.rights import may_manage, refusal, require_owner
from bot.leagues.visibility import visible_entry
from bot.people import Viewer
from bot.standings import refit
from storage.database.engine import Transaction
from storage.entries import removals
from storage.errors import ClosedError
from storage.leagues import league_rows
from storage.tables import Entry, League
from storage.tables.papers import shown_title
from storage.work import outbox

SUBMITTER_MAY = timedelta(hours=1)
RESTORABLE = timedelta(days=30)
DELETED = "deleted_link"
GONE = "That paper was removed already."


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry that was removed or restored; `until` is the last moment to restore it."""

    entry: int
    league: int
    title: str
    until: datetime


async def _managed(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[Entry, League, str, bool]:
    entry, paper, league = await visible_entry(session, entry_id, viewer)
    return entry, league, shown_title(paper.title, paper.canonical), await may_manage(session, league, viewer)


async def require_removable(
    session: Transaction, entry_id: int, viewer: Viewer, now: datetime
) -> tuple[Entry, League, str]:
    """Return entry, league and title of a paper that the viewer may remove.

    Owners may always, the submitter within an hour; raises NotAllowedError for others, ClosedError for a removed paper.
    """
    entry, league, title, manages = await _managed(session, entry_id, viewer)
    if not manages:
        if not viewer.acts_as(entry.submitted_by):
            await require_owner(session, league, viewer, "remove a paper that somebody else brought")
        if now - entry.submitted_at > SUBMITTER_MAY:
            await require_owner(session, league, viewer, "remove a paper after its first hour")
    if entry.removed_at is not None:
        raise ClosedError(GONE)
    return entry, league, title


async def remove_entry(session: Transaction, entry_id: int, viewer: Viewer, now: datetime) -> Removal:
    """Remove a paper from its league and refit; raises what `require_removable` raises."""
    entry, league, title = await require_removable(session, entry_id, viewer, now)
    if not await removals.remove(session, entry.id, viewer.user, now):
        raise ClosedError(GONE)
    await entry_events.entries_left(session, [entry.id], now)
    await _after(session, entry.id, league, viewer.user, "entry.removed", now)
    return Removal(entry.id, league.id, title, now + RESTORABLE)


async def restore_entry(session: Transaction, entry_id: int, viewer: Viewer, now: datetime) -> Removal:
    """Restore a removed paper with its matches and refit; within thirty days, by owners or who removed it."""
    entry, league, title, manages = await _managed(session, entry_id, viewer)
    if entry.removed_at is None:
        raise ClosedError("That paper is in the league already.")
    if not manages and not viewer.acts_as(entry.removed_by):
        by = entry.removed_by
        remover = viewer.name(by) if by and by in viewer.persons else "who removed it"
        raise await refusal(session, league, viewer, "bring this paper back", others=remover)
    if now - entry.removed_at > RESTORABLE:
        raise ClosedError("A removed paper can be brought back for 30 days; post its link again.")
    until = entry.removed_at + RESTORABLE
    if not await removals.restore(session, entry.id):
        raise ClosedError("That paper is in the league already.")
    await entry_events.entries_back(session, [entry.id])
    await _after(session, entry.id, league, viewer.user, "entry.restored", now)
    return Removal(entry.id, league.id, title, until)


async def removed_in(session: Transaction, league: int, words: str, now: datetime) -> list[tuple[int, str]]:
    """Return the removed entries whose titles contain all words, newest first, as (entry id, title).

    Only those that can still be restored.
    """
    parts = words.casefold().split()
    rows = await removals.since(session, league, now - RESTORABLE)
    return [(entry, title) for entry, title in rows if all(word in title.casefold() for word in parts)]


async def ask_after_deletion(session: Transaction, channel: str, ts: str, now: datetime) -> int:
    """After a message with links was deleted, ask each submitter once whether to remove its papers too.

    Return how many.
    """
    rows = await removals.brought_by(session, channel, ts)
    for entry, user in rows:
        await outbox.want(
            session, channel=user, key=f"deleted:{entry}", kind=DELETED, about_id=entry, now=now
        )
    return len(rows)


async def _after(
    session: Transaction, entry_id: int, league: League, user: str, action: str, now: datetime
) -> None:
    await league_rows.note(session, league.id, user, action, {"entry": entry_id}, now)
    await refit.refit(session, league.id, cause=action, about_id=entry_id, now=now)
    await outbox.bump(session, "card", entry_id)
