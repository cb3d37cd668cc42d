"""Who may know of a league: everybody, or the members of its private home channel."""

from bot.people import People
from storage.database.engine import Transaction
from storage.errors import NotFoundError
from storage.tables import League


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
