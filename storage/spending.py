"""Money: reserve a call's worst case before it, settle the true cost after, and never pass a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import BudgetError, MoneyReservedError
from storage.tables import JudgeOutage, JudgePause, League, Spending, Tournament


def month_start(now: datetime) -> datetime:
    """The first moment of the UTC month."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """The first moment of the next UTC month, when caps begin anew."""
    return month_start(month_start(now) + timedelta(days=32))


async def spent_this_month(session: Transaction, league: int, now: datetime) -> Decimal:
    """USD spent by a league in this UTC month; what is reserved isn't spent."""
    return await _sum(session, Spending.league_id == league, Spending.at >= month_start(now))


async def spent_by(session: Transaction, tournament: int) -> Decimal:
    """USD spent by a tournament; what is reserved isn't spent."""
    return await _sum(session, Spending.tournament_id == tournament)


async def _sum(session: Transaction, *of: ColumnElement[bool]) -> Decimal:
    return Decimal(await session.scalar(select(func.sum(Spending.cost)).where(*of)) or 0)


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap in USD and what is settled against it; `key` names the cap and its period, `tournament` None a month's."""

    key: str
    spent: Decimal
    cap: Decimal
    tournament: int | None
    channel: str


def _limits(league: int, tournament: int | None, now: datetime) -> Select[*tuple[Any, ...]]:
    """Both caps that a call counts against, with what is spent and what is reserved of each, in one statement."""
    of_month = and_(Spending.league_id == league, Spending.at >= month_start(now))
    of_tournament = Spending.tournament_id == tournament
    spent = func.sum(Spending.cost)
    reservation = func.sum(Spending.reserved)
    open_ = Spending.settled_at.is_(None)
    return (
        select(
            League.name,
            League.channel,
            League.announced,
            League.monthly_cap,
            select(spent).where(of_month).scalar_subquery().label("month"),
            select(reservation).where(of_month, open_).scalar_subquery().label("month_held"),
            Tournament.budget,
            Tournament.channel.label("told_in"),
            select(spent).where(of_tournament).scalar_subquery().label("played"),
            select(reservation).where(of_tournament, open_).scalar_subquery().label("played_held"),
        )
        .outerjoin(Tournament, Tournament.id == tournament)
        .where(League.id == league)
    )


async def budgets(session: Transaction, league: int, tournament: int | None, now: datetime) -> list[Budget]:
    """The caps that a call for this league (and tournament) counts against."""
    row = (await session.execute(_limits(league, tournament, now))).one()
    key = f"month:{league}:{now:%Y-%m}:{row.monthly_cap}"
    limits = [Budget(key, Decimal(row.month or 0), row.monthly_cap, None, row.channel)]
    if row.budget is not None:
        key = f"tournament:{tournament}:{row.budget}"
        limits.append(Budget(key, Decimal(row.played or 0), row.budget, tournament, row.told_in))
    return limits


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call's worst case, reserved; `nears_cap` where settling it may bring a cap to four fifths."""

    id: int
    nears_cap: bool


NOTICE_AT = Decimal("0.8")
"""The share of a budget at which its channel is told."""
_WAIT_S = 5.0


async def reserve(
    session: Transaction,
    *,
    league: int,
    tournament: int | None,
    kind: str,
    about_id: int,
    judge: str,
    worst: Decimal | None,
    now: datetime,
) -> Reservation:
    """Reserve the worst case of a call.

    Raises with nothing reserved: `BudgetError` where what is spent and this call's worst case together pass the cap of
    the league's month or of the tournament, or the price isn't known; `MoneyReservedError` where only what others have
    reserved stands in the way, until it settles. Writers of a workspace take turns, so reservations queue up.
    """
    if worst is None:
        raise BudgetError(
            f"The price of {judge} isn't known, and this league has a cap in money. "
            "Set PAPERBOUT_PRICE_PER_MTOK_USD to use it."
        )
    nears = False
    if worst > 0:
        row = (await session.execute(_limits(league, tournament, now).with_for_update(of=League))).one()
        if row.announced is not None and judge not in row.announced:
            raise BudgetError(
                f"Nobody has seen yet what {judge} costs, so it isn't paid for: "
                f"open the settings of {row.name} and save them."
            )
        nears = _fits(row, worst)
    spending = Spending(
        league_id=league,
        tournament_id=tournament,
        kind=kind,
        about_id=about_id,
        judge=judge,
        reserved=worst,
        at=now,
    )
    session.add(spending)
    await session.flush()
    return Reservation(spending.id, nears)


def _fits(row: Row[Any], worst: Decimal) -> bool:
    """Whether a call that fits both caps may bring one to four fifths; raises where it doesn't fit."""
    month, tournament = Decimal(row.month or 0), Decimal(row.played or 0)
    if month + worst > row.monthly_cap:
        raise BudgetError(
            f"${month:.2f} of {row.name}'s monthly cap of ${row.monthly_cap:.2f} is spent, and the next call may cost "
            f"${worst:.4f}. It goes on once the cap is raised, or by itself with a new month (UTC)."
        )
    if row.budget is not None and tournament + worst > row.budget:
        raise BudgetError(
            f"${tournament:.2f} of the tournament's budget of ${row.budget:.2f} is spent, and the next call may cost "
            f"${worst:.4f}.",
            of_tournament=True,
        )
    month += Decimal(row.month_held or 0) + worst
    tournament += Decimal(row.played_held or 0) + worst
    if month > row.monthly_cap or (row.budget is not None and tournament > row.budget):
        raise MoneyReservedError("The rest of the money is reserved by calls under way.", _WAIT_S)
    near_budget = row.budget is not None and tournament >= NOTICE_AT * row.budget
    return bool(near_budget or month >= NOTICE_AT * row.monthly_cap)


async def settle(session: Transaction, reservation: int, cost: Decimal, result: str, now: datetime) -> None:
    """Replace a reservation by what the call cost; once."""
    await changed(
        session,
        update(Spending)
        .where(Spending.id == reservation, Spending.settled_at.is_(None))
        .values(cost=cost, result=result, settled_at=now),
    )


async def release_lost(session: Transaction, kind: str, about_id: int, now: datetime) -> None:
    """Settle reservations of calls whose process died at their full amount: what they cost can't be known."""
    await changed(
        session,
        update(Spending)
        .where(Spending.kind == kind, Spending.about_id == about_id, Spending.settled_at.is_(None))
        .values(cost=Spending.reserved, result="lost", settled_at=now),
    )


async def pause_judge(session: Transaction, judge: str, reason: str, now: datetime) -> int | None:
    """Pause a judge for the workspace; the pause's id, or None when it was paused already."""
    is_new = await insert_once(
        session, JudgePause, workspace_id=session.workspace, judge=judge, reason=reason, at=now
    )
    return await session.scalar(select(JudgePause.id).where(JudgePause.judge == judge)) if is_new else None


async def resume_judge(session: Transaction, judge: str) -> int | None:
    """Let a paused judge play again; the id its pause had, or None when it wasn't paused."""
    pause: int | None = await session.scalar(select(JudgePause.id).where(JudgePause.judge == judge))
    if pause is not None:
        await changed(session, delete(JudgePause).where(JudgePause.id == pause))
    return pause


async def pause_of(session: Transaction, judge: str) -> JudgePause | None:
    """The pause a judge is in."""
    return await session.scalar(select(JudgePause).where(JudgePause.judge == judge))


async def paused_judges(session: Transaction) -> dict[str, str]:
    """Judges that are paused, with the reason."""
    rows = await session.execute(select(JudgePause.judge, JudgePause.reason))
    return {row.judge: row.reason for row in rows}


async def begin_outage(session: Transaction, league: int, judge: str, now: datetime) -> bool:
    """Note that a judge doesn't answer in a league; False when that was noted already."""
    return await insert_once(
        session, JudgeOutage, workspace_id=session.workspace, league_id=league, judge=judge, at=now
    )


async def end_outage(session: Transaction, league: int, judge: str) -> datetime | None:
    """Forget a judge's outage in a league; since when it lasted, or None when there was none."""
    outage = await session.scalar(
        select(JudgeOutage).where(JudgeOutage.league_id == league, JudgeOutage.judge == judge)
    )
    if outage is None:
        return None
    await changed(session, delete(JudgeOutage).where(JudgeOutage.id == outage.id))
    return outage.at


async def average_cost(session: Transaction, kinds: Sequence[str], judge: str) -> Decimal | None:
    """Mean USD of a judge's settled calls, for estimates; None before the first."""
    mean = await session.scalar(
        select(func.avg(Spending.cost)).where(
            Spending.kind.in_(kinds), Spending.judge == judge, Spending.result == "ok"
        )
    )
    return None if mean is None else Decimal(mean)
