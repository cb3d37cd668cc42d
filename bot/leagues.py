"""Leagues: who sees one, which one a question is about, how one is made, changed, owned and handed over."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import BadRequestError, NotAllowedError, NotFoundError
from bot.people import Channel, People
from bot.settings import Settings
from storage import leagues
from storage.database import Transaction
from storage.tables import League

NOTHING_HERE = "There is no league here. Post a link to a paper in a channel I'm in, and its league begins."


class WhichLeagueError(BadRequestError):
    """The person can see several leagues and asked where none is at home; `choices` are (league id, name)."""

    def __init__(self, sentence: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class Made:
    """A league and whether it was made just now."""

    league: League
    new: bool


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


async def visible_leagues(session: Transaction, user: str, people: People) -> list[League]:
    """Every league a person may know of, by name."""
    return [
        league for league in await leagues.all_of(session) if await visible(session, league, user, people)
    ]


async def seen(session: Transaction, league_id: int, user: str, people: People) -> League:
    """The league with this id; raises the `NotFoundError` of an unknown one when the person may not see it."""
    league = await leagues.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError("That league isn't here any more.")
    return league


async def for_question(session: Transaction, channel: str, user: str, people: People) -> League:
    """The league a question asked in this channel is about.

    It is the one the channel is home of or follows; elsewhere (a DM, a channel without one) the person's only league.
    Raises `NotFoundError` when they can see none and `WhichLeagueError` when there are several.
    """
    here = await leagues.of_channel(session, channel)
    if here is not None and await visible(session, here, user, people):
        return here
    candidates = await visible_leagues(session, user, people)
    if len(candidates) > 1:
        candidates = await _joined(candidates, user, people) or candidates
    if not candidates:
        raise NotFoundError(NOTHING_HERE)
    if len(candidates) > 1:
        names = ", ".join(league.name for league in candidates[:10])
        raise WhichLeagueError(
            f"You can see several leagues: {names}. Choose one, or ask in its channel.",
            tuple((league.id, league.name) for league in candidates[:25]),
        )
    return candidates[0]


async def _joined(candidates: list[League], user: str, people: People) -> list[League]:
    joined = []
    for league in candidates:
        try:
            if await people.is_member(league.channel, user):
                joined.append(league)
        except NotFoundError:
            continue
    return joined


async def may_manage(session: Transaction, league: League, user: str, people: People) -> bool:
    """Whether a person owns the league or is an admin of the workspace."""
    return user in await leagues.owners(session, league.id) or user in await people.admins()


async def require_owner(session: Transaction, league: League, user: str, people: People) -> None:
    """Raise `NotAllowedError`, naming who may, unless the person owns the league or is an admin."""
    if await may_manage(session, league, user, people):
        return
    owners = await leagues.owners(session, league.id)
    names = [(await people.person(owner)).name for owner in owners[:5]]
    who = f" ({', '.join(names)})" if names else ""
    raise NotAllowedError(f"Only an owner of {league.name}{who} or a workspace admin may do that.")


async def zone_of(user: str, people: People, settings: Settings) -> str:
    """The time zone a league begins with: its maker's where known, else the setting's."""
    zone = (await people.person(user)).time_zone
    return settings.time_zone if zone in {"", "UTC"} else zone


def league_name(channel: Channel) -> str:
    """What a league is called unless somebody says otherwise: its channel's name."""
    return channel.name.lstrip("#") or "papers"
