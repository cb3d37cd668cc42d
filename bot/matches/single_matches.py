"""Plans matches outside tournaments."""

from collections.abc import Sequence
from datetime import datetime

from bot.matches import assignment
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import (
    BadRequestError,
)
from storage.leagues import league_rows
from storage.matches import match_rows, shown_orders
from storage.matches.match_rows import Pairing
from storage.standings import counted_outcomes
from storage.tables import League
from storage.work import outbox


async def play_now(
    session: Transaction,
    runtime: Runtime,
    *,
    league: int,
    a: int,
    b: int,
    user: str,
    channel: str,
    now: datetime,
) -> int:
    """Plan one match between two entries outside any tournament; return its id.

    The result is posted to the channel. Raises `BadRequestError` for the same entry twice, one that can't play, or a
    league without an available judge.
    """
    able = set(await entry_rows.playable(session, league))
    if a == b or not {a, b} <= able:
        raise BadRequestError(
            "A match needs two different papers of the league that are neither removed nor withdrawn."
        )
    row = await league_rows.get(session, league)
    (match_id,) = await plan_pairs(session, runtime, row, [(a, b)], user, now)
    await outbox.want(
        session, channel=channel, key=f"match:{match_id}", kind="match", about_id=match_id, now=now
    )
    return match_id


async def plan_pairs(
    session: Transaction,
    runtime: Runtime,
    row: League,
    pairs: Sequence[tuple[int, int]],
    user: str,
    now: datetime,
) -> list[int]:
    """Plan a match for each pair of a league's entries outside tournaments; return their ids.

    Only judges that count are asked, where there are any: somebody waits for each of these matches.
    Raises `BadRequestError` for a league without an available judge.
    """
    pauses = await spending.paused_judges(session)
    names = [name for name in row.judges or runtime.settings.judges if name not in pauses]
    judges = [judge for judge in map(runtime.judge, names) if judge is not None]
    if not judges:
        raise BadRequestError(
            "No judge can play now: each is paused or no longer configured. "
            f"Ask an owner to look at {runtime.settings.rank_command} judges."
        )
    met, shown_first = await shown_orders.judge_meetings(session, row.id)
    order_counts = await shown_orders.shown_orders_of(session, row.id)
    pools = {judge.name: judge.pool for judge in judges}
    left_out = await counted_outcomes.judges_left_out(session, row.id)
    asked = assignment.counting_judges([*pools], left_out)
    assignments = assignment.assign(pairs, asked, met, shown_first, row.id, order_counts)
    pairings = [Pairing(one.first, one.second, one.judge, pools[one.judge]) for one in assignments]
    return await match_rows.plan(
        session,
        league=row.id,
        tournament=None,
        round_number=0,
        pairings=pairings,
        now=now,
        requested_by=user,
    )
