"""Decides who may see a league: all members of the workspace, or only those in its private home channel."""

from collections.abc import Sequence
from typing import Protocol

from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.tables import Entry, League, Paper
from storage.tournaments import tournament_rows


class HasHome(Protocol):
    """A row with a home channel, and whether that channel was private when last checked."""

    @property
    def channel(self) -> str:
        """Id of the home channel."""
        ...

    @property
    def is_private(self) -> bool:
        """Whether the home channel was private when last checked."""
        ...


def is_private(league: HasHome, roster: Roster) -> bool:
    """Return whether a league's home channel is private, also if it became private later."""
    return league.is_private or roster.is_private(league.channel)


def visible_to(league: HasHome, user: str, roster: Roster) -> bool:
    """Return whether a person may see a league: it is public, or they are in its home channel.

    Guests and strangers see a public league only from a channel of theirs that follows it.
    """
    if roster.has(league.channel, user):
        return True
    if is_private(league, roster):
        return False
    following = roster.followers.get(league.channel, ())
    return not roster.is_outsider(user) or any(roster.has(channel, user) for channel in following)


def visible(league: HasHome, viewer: Viewer) -> bool:
    """Return whether the viewer may see a league."""
    return visible_to(league, viewer.user, viewer)


async def visible_leagues(session: Transaction, viewer: Viewer) -> list[League]:
    """Return all leagues that a person may see, by name."""
    return [league for league in await league_rows.all_of(session) if visible(league, viewer)]


async def visible_league(session: Transaction, league_id: int, viewer: Viewer) -> League:
    """Return the league with this id. Raises `NotFoundError` if the person may not see it, as for an unknown one."""
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError(league_rows.GONE)
    return league


async def league_of_entry(session: Transaction, entry_id: int, viewer: Viewer) -> League:
    """Return an entry's league. Raises `NotFoundError` if the person may not see it, as for an unknown entry."""
    return (await visible_entry(session, entry_id, viewer))[2]


async def visible_entry(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[Entry, Paper, League]:
    """Return an entry, removed or not, with its paper and league; for a merged one those that remain.

    Raises `NotFoundError` if the person may not see it, as for an unknown one.
    """
    entry, paper = await entry_rows.entry(session, entry_id)
    return entry, paper, await _visible_or_gone(session, entry.league_id, viewer, entry_rows.GONE)


async def present_entry(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[Entry, Paper, League]:
    """Return what `visible_entry` returns. Raises `NotFoundError` for a removed entry, too."""
    entry, paper, league = await visible_entry(session, entry_id, viewer)
    if entry.removed_at is not None:
        raise NotFoundError(entry_rows.GONE)
    return entry, paper, league


async def league_of_match(session: Transaction, match_id: int, viewer: Viewer) -> League:
    """Return a match's league. Raises `NotFoundError` if the person may not see it, as for an unknown match."""
    row = await match_rows.get(session, match_id)
    return await _visible_or_gone(session, row.league_id, viewer, match_rows.GONE)


async def league_of_tournament(session: Transaction, tournament_id: int, viewer: Viewer) -> League:
    """Return a tournament's league. Raises `NotFoundError` if the person may not see it, as for an unknown one."""
    row = await tournament_rows.get(session, tournament_id)
    return await _visible_or_gone(session, row.league_id, viewer, tournament_rows.GONE)


async def league_of_all(
    session: Transaction, entries: Sequence[int], viewer: Viewer, league_id: int | None = None
) -> League:
    """Return the one league of all these entries (and `league_id`). Raises `NotFoundError` if they differ.

    Buttons and windows carry ids that a person could change, so all of them are checked together.
    """
    leagues = {(await entry_rows.entry(session, entry))[0].league_id for entry in entries}
    if league_id is not None:
        leagues.add(league_id)
    if len(leagues) != 1:
        raise NotFoundError(entry_rows.GONE)
    sentence = entry_rows.GONE if entries else league_rows.GONE
    return await _visible_or_gone(session, leagues.pop(), viewer, sentence)


async def _visible_or_gone(session: Transaction, league_id: int, viewer: Viewer, sentence: str) -> League:
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError(sentence)
    return league


async def public_leagues(session: Transaction, viewer: Viewer) -> list[League]:
    """Return all leagues that anybody may see, by name."""
    return [league for league in await visible_leagues(session, viewer) if not is_private(league, viewer)]
