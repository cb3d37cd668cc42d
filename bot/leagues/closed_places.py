"""Places that close: while a league's home channel takes nothing, the league rests and costs nothing.

Nothing of a closed league is worked on (`storage.work.leases`); it goes on by itself when its channel is open again.
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
    """Let the league of a home channel rest, for a `reason` that ends "It rests: …"; its owners are told once.

    `admins` are told where it has no owner. False where no league is at home there, or it rests already.
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
    """Let every league of the workspace rest: its token is dead. Nobody can be told; returns how many."""
    leagues = await league_rows.all_of(session)
    return sum([await closed_leagues.close(session, league.id, reason, now) for league in leagues])


async def open_channel(session: Transaction, channel: str) -> bool:
    """Let the league of a home channel go on; False where it didn't rest."""
    league = await league_rows.of_home(session, channel)
    return league is not None and await closed_leagues.reopen(session, league.id)


def check_open(league: League) -> None:
    """Raise `ClosedError` for a league that rests."""
    if league.closed_at is not None:
        raise ClosedError(
            f"{league.name} rests: {league.closed_reason}. It goes on by itself when its channel is open again."
        )
