"""A league's upkeep for owners: budgets, paused or failing judges, failed work to retry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.leagues.rights import may_manage
from bot.people import Viewer
from bot.spending import judge_pauses
from storage import spending
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotAllowedError, NotFoundError
from storage.leagues import failed_work, league_rows
from storage.leagues.failed_work import FailedWork, JudgeHealth
from storage.tables import League
from storage.work import leases
from storage.work.leases import Work

__all__ = ["FailedWork", "JudgeHealth", "LeagueMonth", "Upkeep", "read", "resume_judge", "retry"]

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LeagueMonth:
    """A league's spending and cap this month, in USD."""

    league: int
    name: str
    spent: Decimal
    cap: Decimal


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Budgets, failures and judges of an owner's leagues; `pauses` are (judge, reason), `judges` cover the last week."""

    budgets: tuple[LeagueMonth, ...]
    judges: tuple[JudgeHealth, ...]
    pauses: tuple[tuple[str, str], ...]
    failures: tuple[FailedWork, ...]


async def read(
    session: Transaction, leagues: Sequence[League], viewer: Viewer, now: datetime
) -> Upkeep | None:
    """Return the upkeep of those leagues that the person manages; None if there are none."""
    own = [league for league in leagues if await may_manage(session, league, viewer)]
    if not own:
        return None
    ids = [league.id for league in own]
    budgets = [
        LeagueMonth(
            league.id,
            league.name,
            await spending.spent_this_month(session, league.id, now),
            league.monthly_cap,
        )
        for league in own
    ]
    pauses = await spending.paused_judges(session)
    return Upkeep(
        tuple(budgets),
        tuple(await failed_work.judge_health(session, ids, now - LATELY)),
        tuple(sorted(pauses.items())),
        tuple(await failed_work.failed_work_of(session, ids)),
    )


async def retry(
    session: Transaction,
    kind: str,
    row_id: int,
    leagues: Sequence[League],
    viewer: Viewer,
    now: datetime,
) -> None:
    """Retry failed work in one of `leagues` (those the person may see); owners and admins only.

    Raises `NotFoundError` unless it is failed work of a league that they manage.
    """
    own = [league for league in leagues if await may_manage(session, league, viewer)]
    try:
        work = Work(kind)
    except ValueError as error:
        raise BadRequestError("This button is from another version. Please open the tab again.") from error
    ids = [league.id for league in own]
    failures = [
        row
        for row in await failed_work.failed_work_of(session, ids, 500)
        if (row.kind, row.id) == (work, row_id)
    ]
    if not failures or not await leases.retry_failed(session, work, row_id):
        raise NotFoundError("There is nothing to try again: it was done or removed in the meantime.")
    await league_rows.note(
        session,
        failures[0].league,
        viewer.user,
        "work.retried",
        {"what": failures[0].about, "reason": failures[0].reason},
        now,
    )


async def resume_judge(
    session: Transaction, judge: str, leagues: Sequence[League], viewer: Viewer, now: datetime
) -> None:
    """Resume a paused judge in the whole workspace with all waiting work; for owners of a league and admins."""
    own = [league for league in leagues if await may_manage(session, league, viewer)]
    if not own:
        raise NotAllowedError("Owners of a league and workspace admins may resume a judge.")
    if not await judge_pauses.resume(session, judge):
        raise NotFoundError(f"{judge} isn't paused any more.")
    for league in own:
        await league_rows.note(session, league.id, viewer.user, "judge.resumed", {"judge": judge}, now)
