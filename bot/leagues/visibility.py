"""Who may know of a league: everybody, or the members of its private home channel."""

from bot.people import People
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import tournament_rows


async def is_private(league: League, people: People) -> bool:
    """Whether a league's home channel is private; one made private after the league began counts."""
    if league.is_private:
        return True
    try:
        return (await people.channel(league.channel)).is_private
    except NotFoundError:  # the bot is out of the channel: what was public stays so
        return False


async def visible(session: Transaction, league: League, user: str, people: People) -> bool:  # noqa: ARG001 - every use case takes the session first
    """Whether a person may know of a league: it is public, or they are in its private home channel now."""
    if not await is_private(league, people):
        return True
    try:
        return await people.is_member(league.channel, user)
    except NotFoundError:  # the bot is out of the channel: what was private is seen by nobody
        return False


async def visible_leagues(session: Transaction, user: str, people: People) -> list[League]:
    """Every league a person may know of, by name."""
    return [
        league for league in await league_rows.all_of(session) if await visible(session, league, user, people)
    ]


async def visible_league(session: Transaction, league_id: int, user: str, people: People) -> League:
    """The league with this id; one the person may not see raises the `NotFoundError` of an unknown one."""
    league = await league_rows.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError("That league isn't here any more.")
    return league


async def league_of_entry(session: Transaction, entry_id: int, user: str, people: People) -> League:
    """The league of an entry; one the person may not see raises the `NotFoundError` of an unknown entry."""
    return await _visible_or_gone(
        session, (await entry_rows.entry(session, entry_id))[0].league_id, user, people, entry_rows.GONE
    )


async def league_of_tournament(session: Transaction, tournament_id: int, user: str, people: People) -> League:
    """The league of a tournament; one the person may not see raises the `NotFoundError` of an unknown one."""
    row = await tournament_rows.get(session, tournament_id)
    return await _visible_or_gone(session, row.league_id, user, people, tournament_rows.GONE)


async def _visible_or_gone(
    session: Transaction, league_id: int, user: str, people: People, gone: str
) -> League:
    league = await league_rows.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError(gone)
    return league


async def public_leagues(session: Transaction, user: str, people: People) -> list[League]:
    """The leagues anybody may know of, by name."""
    return [
        league
        for league in await visible_leagues(session, user, people)
        if not await is_private(league, people)
    ]
