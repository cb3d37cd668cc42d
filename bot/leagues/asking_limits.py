"""Limits on what one person may request of a league in a period, since it costs others attention or money.

Owners and admins have no limits; refusals name them.
"""

from datetime import datetime, timedelta

from bot.leagues.rights import may_manage, who_manages
from bot.people import Viewer
from storage import digests
from storage.database.engine import Transaction
from storage.errors import NotAllowedError
from storage.tables import League
from storage.voting import polls

MOST_OPEN_VOTES = 5
"""Most votes that a person may have open in a league."""
MOST_CHALLENGES_A_DAY = 10
"""Most challenges by a person in a league per day; each may cost a call of a judge."""
MOST_DIGESTS_A_DAY = 4
"""Most digests per day that people may request by command in a channel."""
DAY = timedelta(days=1)


async def check_challenge(session: Transaction, league: League, viewer: Viewer, now: datetime) -> None:
    """Check that a person may open one more vote.

    Raises `NotAllowedError` if they have too many open votes in the league, or opened too many today.
    """
    if await may_manage(session, league, viewer):
        return
    who = await who_manages(session, league, viewer)
    if await polls.count_opened(session, league.id, viewer.user) >= MOST_OPEN_VOTES:
        raise NotAllowedError(
            f"You have {MOST_OPEN_VOTES} votes open in {league.name}, which is as many as people can follow. "
            f"Challenge this match once one of them is over, or ask {who} to challenge it now."
        )
    a_day = (now - DAY, now)  # what a clock that was ahead noted doesn't count
    if await polls.count_opened(session, league.id, viewer.user, between=a_day) >= MOST_CHALLENGES_A_DAY:
        raise NotAllowedError(
            f"You challenged {MOST_CHALLENGES_A_DAY} matches of {league.name} within a day, and for each a judge may be "
            f"asked again. Challenge this one tomorrow, or ask {who} to challenge it now."
        )


async def check_digest(
    session: Transaction, league: League, channel: str, viewer: Viewer, now: datetime
) -> None:
    """Check that a digest may be requested in a channel.

    Raises `NotAllowedError` if too many were requested there today.
    """
    if await may_manage(session, league, viewer):
        return
    if await digests.count_by_hand(session, channel, now - DAY, now) >= MOST_DIGESTS_A_DAY:
        who = await who_manages(session, league, viewer)
        raise NotAllowedError(
            f"This channel had {MOST_DIGESTS_A_DAY} digests by hand within a day. "
            f"Ask again tomorrow, or ask {who} to send one now."
        )
