"""Money: reserve a call's worst case before it, settle the true cost after, and never pass a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, delete, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import BudgetError
from storage.tables import JudgePause, League, Spending, Tournament


def month_start(now: datetime) -> datetime:
    """The first moment of the UTC month."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """The first moment of the next UTC month, when caps begin anew."""
    return month_start(month_start(now) + timedelta(days=32))


async def spent_this_month(session: Transaction, league: int, now: datetime) -> Decimal:
    """USD settled or reserved by a league in this UTC month."""
    return await _sum(session, Spending.league_id == league, Spending.at >= month_start(now))


async def spent_by(session: Transaction, tournament: int) -> Decimal:
    """USD settled or reserved by a tournament."""
    return await _sum(session, Spending.tournament_id == tournament)


async def _sum(session: Transaction, *of: ColumnElement[bool]) -> Decimal:
    counted = func.coalesce(Spending.cost, Spending.reserved)
    return Decimal(await session.scalar(select(func.sum(counted)).where(*of)) or 0)


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap in USD and what is settled against it; `key` names the cap and its period, `tournament` None a month's."""

    key: str
    spent: Decimal
    cap: Decimal
    tournament: int | None
    channel: str


def _limits(
    league: int, tournament: int | None, now: datetime, counted: SQLColumnExpression[Any]
) -> Select[Any]:
    """Both caps that a call counts against, with what was spent against each, in one statement."""
    month = select(func.sum(counted)).where(Spending.league_id == league, Spending.at >= month_start(now))
    played = select(func.sum(counted)).where(Spending.tournament_id == tournament)
    return (
        select(
            League.name,
            League.channel,
            League.announced,
            League.monthly_cap,
            month.scalar_subquery().label("month"),
            Tournament.budget,
            Tournament.channel.label("told_in"),
            played.scalar_subquery().label("played"),
        )
        .outerjoin(Tournament, Tournament.id == tournament)
        .where(League.id == league)
    )


async def budgets(session: Transaction, league: int, tournament: int | None, now: datetime) -> list[Budget]:
    """The caps that a call for this league (and tournament) counts against."""
    row = (await session.execute(_limits(league, tournament, now, Spending.cost))).one()
    key = f"month:{league}:{now:%Y-%m}:{row.monthly_cap}"
    found = [Budget(key, Decimal(row.month or 0), row.monthly_cap, None, row.channel)]
    if row.budget is not None:
        key = f"tournament:{tournament}:{row.budget}"
        found.append(Budget(key, Decimal(row.played or 0), row.budget, tournament, row.told_in))
    return found


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
) -> int:
    """Reserve the worst case of a call and return the reservation's id.

    Raises `BudgetError`, with nothing reserved, when the league's month or the tournament would pass its cap, or when
    the price isn't known. Writers of a workspace take turns, so concurrent reservations queue up.
    """
    if worst is None:
        raise BudgetError(
            f"The price of {judge} isn't known, and this league has a cap in money. "
            "Set PAPERBOUT_PRICE_PER_MTOK_USD to use it."
        )
    if worst > 0:
        counted = func.coalesce(Spending.cost, Spending.reserved)
        limits = _limits(league, tournament, now, counted).with_for_update(of=League)
        row = (await session.execute(limits)).one()
        if row.announced is not None and judge not in row.announced:
            raise BudgetError(
                f"Nobody has seen yet what {judge} costs, so it isn't paid for: "
                f"open the settings of {row.name} and save them."
            )
        if Decimal(row.month or 0) + worst > row.monthly_cap:
            raise BudgetError(
                f"The next call could pass {row.name}'s monthly cap of ${row.monthly_cap:.2f}: "
                f"it may cost ${worst:.4f}. It goes on once the cap is raised, or by itself with a new month (UTC)."
            )
        if row.budget is not None and Decimal(row.played or 0) + worst > row.budget:
            raise BudgetError(
                f"The tournament would pass its budget of ${row.budget:.2f}.", of_tournament=True
            )
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
    return spending.id


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
    made = await insert_once(
        session, JudgePause, workspace_id=session.workspace, judge=judge, reason=reason, at=now
    )
    return await session.scalar(select(JudgePause.id).where(JudgePause.judge == judge)) if made else None


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


async def average_cost(session: Transaction, kinds: Sequence[str], judge: str) -> Decimal | None:
    """Mean USD of a judge's settled calls, for estimates; None before the first."""
    mean = await session.scalar(
        select(func.avg(Spending.cost)).where(
            Spending.kind.in_(kinds), Spending.judge == judge, Spending.result == "ok"
        )
    )
    return None if mean is None else Decimal(mean)
