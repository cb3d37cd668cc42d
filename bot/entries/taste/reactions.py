"""What people's reactions and wishes on papers say: a weak sign each, where the league's switch for signs is on."""

from datetime import datetime

from bot.entries import daily_preprints
from bot.leagues.visibility import league_of_entry
from bot.people import Person, Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows, reaction_rows
from storage.leagues import league_rows

MOST_PAPERS = 3
"""A reaction on a message about more papers than these says nothing about any of them."""


async def react(session: Transaction, channel: str, ts: str, person: Person, name: str, now: datetime) -> int:
    """Count a person's reaction on a message for the papers it is about; return for how many.

    People who may not vote, and leagues whose owners switched signs off, count for none.
    """
    if not person.is_full_member:
        return 0
    entries = await reaction_rows.entries_of_message(session, channel, ts)
    if len(entries) > MOST_PAPERS:
        return 0
    count = 0
    for entry, league in entries.items():
        choice = await daily_preprints.choice_of(session, await league_rows.get(session, league))
        if choice.signs:
            count += await reaction_rows.add(session, entry, person.user, channel, ts, name, now)
    return count


async def wish(session: Transaction, entry_id: int, viewer: Viewer, now: datetime, *, more: bool) -> str:
    """Store that a person wants more papers like an entry, or fewer; return its title. Raises `NotFoundError`."""
    await league_of_entry(session, entry_id, viewer)
    entry, paper = await entry_rows.entry(session, entry_id)
    await reaction_rows.wish(session, entry.id, viewer.user, now, more=more)
    return paper.title or paper.canonical


async def take_back(session: Transaction, entry_id: int, viewer: Viewer) -> str:
    """Delete a person's wish about an entry; return its title. Raises `NotFoundError`."""
    await league_of_entry(session, entry_id, viewer)
    entry, paper = await entry_rows.entry(session, entry_id)
    await reaction_rows.take_back(session, entry.id, viewer.user)
    return paper.title or paper.canonical
