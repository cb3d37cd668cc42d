"""Who may know of a league: everybody, or the members of its private home channel."""

from bot.errors import NotFoundError
from bot.people import People
from storage.database import Transaction
from storage.tables import League


async def visible(session: Transaction, league: League, user: str, people: People) -> bool:  # noqa: ARG001 - every use case takes the session first
    """Whether a person may know of a league: it is public, or they are in its private home channel now.

    A home channel that was made private after the league began counts as private.
    """
    try:
        is_private = league.is_private or (await people.channel(league.channel)).is_private
        return not is_private or await people.is_member(league.channel, user)
    except (
        NotFoundError
    ):  # the bot is out of the channel: what was public stays so, what was private is seen by nobody
        return not league.is_private
