"""Closes a league while its home channel can't receive messages, so that it costs nothing.

No work of a closed league is done (`storage.work.leases`); it continues by itself when its channel is open again.
"""

from collections.abc import Collection
from datetime import datetime

from storage.database.engine import Transaction
from storage.errors import ClosedError
from storage.leagues import closed_leagues, league_rows
from storage.tables import League
from storage.work import outbox

KIND = "league_rests"


async def close_channel(
    session: Transaction, channel: str, reason: str, admins: Collection[str], now: datetime
) -> bool:
    """Close the league of a home channel for a `reason` and tell its owners once (`admins` if it has none).

    Returns False if the channel is no league's home, or the league is closed already.
    """
    league = await league_rows.of_home(session, channel)
    if league is None or not await closed_leagues.close(session, league.id, reason, now):
        return False
    for user in await league_rows.owners(session, league.id) or sorted(admins):
        await outbox.want(
            session,
            channel=user,
            key=f"{KIND}:{league.id}:{int(now.timestamp())}",
            kind=KIND,
            about_id=league.id,
            options={"reason": reason},
            now=now,
        )
    return True


async def close_workspace(session: Transaction, reason: str, now: datetime) -> int:
    """Close all leagues of a workspace whose token is invalid; return how many. Nobody can be told."""
    leagues = await league_rows.all_of(session)
    return sum([await closed_leagues.close(session, league.id, reason, now) for league in leagues])


async def open_channel(session: Transaction, channel: str) -> bool:
    """Reopen the league of a home channel; return False if it wasn't closed."""
    league = await league_rows.of_home(session, channel)
    return league is not None and await closed_leagues.reopen(session, league.id)


def check_open(league: League) -> None:
    """Raise `ClosedError` for a closed league."""
    if league.closed_at is not None:
        raise ClosedError(
            f"{league.name} rests: {league.closed_reason}. It goes on by itself when its channel is open again."
        )
