"""Finds which league a question or a link is about: the channel's, or the only one the person can see."""

from bot.leagues.visibility import visible, visible_leagues
from bot.people import INVITE_ME, Channel, Viewer
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.questions import conversations
from storage.tables import League

NOTHING_HERE = "There is no league here yet. Paste a link to a paper in a channel I'm in, or set one up."


class NoLeagueError(NotFoundError):
    """Raised when a person asks in a place without a league and can see no league at all."""


class WhichLeagueError(BadRequestError):
    """Raised when a person asks in a place without a league and can see several. `choices` are (league id, name)."""

    def __init__(self, sentence: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


def home_channel(channel: str, viewer: Viewer) -> Channel:
    """Return the channel for a new league. Raises `NotFoundError` ("invite me first") if the bot isn't in it.

    A private channel that the person isn't in gives the same answer.
    """
    place = viewer.channels.get(channel)
    if (
        place is None
        or not place.has_bot
        or (place.is_private and not place.is_dm and not viewer.is_in(channel))
    ):
        raise NotFoundError(INVITE_ME)
    return place


async def league_of_question(session: Transaction, channel: str, viewer: Viewer) -> League:
    """Return the league that a question in this channel is about.

    It is the league of the channel, or the one it follows; elsewhere the person's only league, or in a direct message the
    one in use there. Raises `NotFoundError` if they see none and `WhichLeagueError` if they see several.
    """
    here = await league_rows.of_channel(session, channel)
    if here is not None and visible(here, viewer):
        return here
    candidates = await visible_leagues(session, viewer)
    if len(candidates) > 1:
        candidates = [league for league in candidates if viewer.is_in(league.channel)] or candidates
    if not candidates:
        raise NoLeagueError(NOTHING_HERE)
    if len(candidates) > 1 and channel.startswith("D"):
        in_use = await conversations.league_in_use(session, channel, viewer.user)
        candidates = [league for league in candidates if league.id == in_use] or candidates
    if len(candidates) > 1:
        names = ", ".join(league.name for league in candidates[:10])
        raise WhichLeagueError(
            f"You can see several leagues: {names}. Choose one, or ask in its channel.",
            tuple((league.id, league.name) for league in candidates[:25]),
        )
    return candidates[0]
