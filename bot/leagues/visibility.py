"""Decide who may see a league: all members of the workspace, or only those in its private home channel."""

from collections.abc import Sequence
from typing import Protocol

from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.tables import League
from storage.tournaments import tournament_rows


class HasHome(Protocol):
    """A row with a home channel, and whether that was private when last seen."""

    @property
    def channel(self) -> str:
        """The home channel."""
        ...

    @property
    def is_private(self) -> bool:
        """Whether that was private."""
        ...


def is_private(league: HasHome, roster: Roster) -> bool:
    """Whether a league's home channel is private; one made private after the league began counts."""
    return league.is_private or roster.is_private(league.channel)


def visible_to(league: HasHome, user: str, roster: Roster) -> bool:
    """Whether a person may see a league: it is public, or they are in its home channel.

    Guests and strangers see a public league only from a channel of theirs that follows it.
    """
    if roster.has(league.channel, user):
        return True
    if is_private(league, roster):
        return False
    following = roster.followers.get(league.channel, ())
    return not roster.is_outsider(user) or any(roster.has(channel, user) for channel in following)


def visible(league: HasHome, viewer: Viewer) -> bool:
    """Whether the viewer may see a league."""
    return visible_to(league, viewer.user, viewer)


async def visible_leagues(session: Transaction, viewer: Viewer) -> list[League]:
    """All leagues that a person may see, by name."""
    return [league for league in await league_rows.all_of(session) if visible(league, viewer)]


async def visible_league(session: Transaction, league_id: int, viewer: Viewer) -> League:
    """The league with this id; raises `NotFoundError`, as for an unknown one, if the person may not see it."""
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError(league_rows.GONE)
    return league


async def league_of_entry(session: Transaction, entry_id: int, viewer: Viewer) -> League:
    """An entry's league; raises `NotFoundError`, as for an unknown entry, if the person may not see it."""
    return await _visible_or_gone(
        session, (await entry_rows.entry(session, entry_id))[0].league_id, viewer, entry_rows.GONE
    )


async def league_of_match(session: Transaction, match_id: int, viewer: Viewer) -> League:
    """A match's league; raises `NotFoundError`, as for an unknown match, if the person may not see it."""
    row = await match_rows.get(session, match_id)
    return await _visible_or_gone(session, row.league_id, viewer, match_rows.GONE)


async def league_of_tournament(session: Transaction, tournament_id: int, viewer: Viewer) -> League:
    """A tournament's league; raises `NotFoundError`, as for an unknown one, if the person may not see it."""
    row = await tournament_rows.get(session, tournament_id)
    return await _visible_or_gone(session, row.league_id, viewer, tournament_rows.GONE)


async def league_of_all(
    session: Transaction, entries: Sequence[int], viewer: Viewer, league_id: int | None = None
) -> League:
    """The one league of all these entries, and the one named beside them; else the `NotFoundError` of unknown ones.

    What a button or window carries is checked here: each id in it by itself may be of another league.
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
    """All leagues that anybody may see, by name."""
    return [league for league in await visible_leagues(session, viewer) if not is_private(league, viewer)]
