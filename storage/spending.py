"""Money: reserve a call's worst case before it, settle the true cost after, and never pass a cap."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, func, select, update

from bot.errors import BudgetError
from storage.database import Transaction
from storage.tables import JudgePause, League, Spending, Tournament
from storage.work import changed


def month_start(now: datetime) -> datetime:
    """The first moment of the UTC month."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def spent_this_month(session: Transaction, league: int, now: datetime) -> Decimal:
    """USD settled or reserved by a league in this UTC month."""
    total = await session.scalar(
        select(func.sum(func.coalesce(Spending.cost, Spending.reserved))).where(
            Spending.league_id == league, Spending.at >= month_start(now)
        )
    )
    return Decimal(total or 0)


async def spent_by(session: Transaction, tournament: int) -> Decimal:
    """USD settled or reserved by a tournament."""
    total = await session.scalar(
        select(func.sum(func.coalesce(Spending.cost, Spending.reserved))).where(
            Spending.tournament_id == tournament
        )
    )
    return Decimal(total or 0)


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
    the price isn't known. The league's row is locked, so concurrent reservations queue up.
    """
    row = (
        await session.execute(
            select(League.name, League.monthly_cap).where(League.id == league).with_for_update()
        )
    ).one()
    if worst is None:
        raise BudgetError(
            f"The price of {judge} isn't known, and this league has a cap in money. "
            "Set PAPERBOUT_PRICE_PER_MTOK_USD to use it."
        )
    if worst > 0:
        if await spent_this_month(session, league, now) + worst > row.monthly_cap:
            raise BudgetError(
                f"{row.name} would pass its monthly cap of {row.monthly_cap:.2f} USD. "
                "An owner can raise it in the settings."
            )
        if tournament is not None:
            budget = await session.scalar(select(Tournament.budget).where(Tournament.id == tournament))
            if budget is not None and await spent_by(session, tournament) + worst > budget:
                raise BudgetError(f"The tournament would pass its budget of {budget:.2f} USD.")
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


async def pause_judge(session: Transaction, judge: str, reason: str, now: datetime) -> bool:
    """Pause a judge for the workspace; False when it was paused already."""
    if judge in await paused_judges(session):
        return False
    session.add(JudgePause(judge=judge, reason=reason, at=now))
    await session.flush()
    return True


async def resume_judge(session: Transaction, judge: str) -> bool:
    """Let a paused judge play again; False when it wasn't paused."""
    return await changed(session, delete(JudgePause).where(JudgePause.judge == judge)) == 1


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
