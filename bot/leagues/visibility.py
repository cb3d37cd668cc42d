"""Who may know of a league: everybody, or the members of its private home channel."""

from bot.people import Roster, Viewer
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.tables import League
from storage.tournaments import tournament_rows


def is_private(league: League, roster: Roster) -> bool:
    """Whether a league's home channel is private; one made private after the league began counts."""
    return league.is_private or roster.is_private(league.channel)


def visible_to(league: League, user: str, roster: Roster) -> bool:
    """Whether a person may know of a league: it is public, or they are in its private home channel now."""
    return not is_private(league, roster) or roster.has(league.channel, user)


def visible(league: League, viewer: Viewer) -> bool:
    """Whether the viewer may know of a league."""
    return visible_to(league, viewer.user, viewer)


async def visible_leagues(session: Transaction, viewer: Viewer) -> list[League]:
    """Every league a person may know of, by name."""
    return [league for league in await league_rows.all_of(session) if visible(league, viewer)]


async def visible_league(session: Transaction, league_id: int, viewer: Viewer) -> League:
    """The league with this id; one the person may not see raises the `NotFoundError` of an unknown one."""
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError("That league isn't here any more.")
    return league


async def league_of_entry(session: Transaction, entry_id: int, viewer: Viewer) -> League:
    """The league of an entry; one the person may not see raises the `NotFoundError` of an unknown entry."""
    return await _visible_or_gone(
        session, (await entry_rows.entry(session, entry_id))[0].league_id, viewer, entry_rows.GONE
    )


async def league_of_match(session: Transaction, match_id: int, viewer: Viewer) -> League:
    """The league of a match; one the person may not see raises the `NotFoundError` of an unknown one."""
    row = await match_rows.get(session, match_id)
    return await _visible_or_gone(session, row.league_id, viewer, match_rows.GONE)


async def league_of_tournament(session: Transaction, tournament_id: int, viewer: Viewer) -> League:
    """The league of a tournament; one the person may not see raises the `NotFoundError` of an unknown one."""
    row = await tournament_rows.get(session, tournament_id)
    return await _visible_or_gone(session, row.league_id, viewer, tournament_rows.GONE)


async def _visible_or_gone(session: Transaction, league_id: int, viewer: Viewer, sentence: str) -> League:
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError(sentence)
    return league


async def public_leagues(session: Transaction, viewer: Viewer) -> list[League]:
    """The leagues anybody may know of, by name."""
    return [league for league in await visible_leagues(session, viewer) if not is_private(league, viewer)]
