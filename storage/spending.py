"""Rows of money: reservations, costs, caps; also judges' pauses, outages and forms of requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import JudgeOutage, JudgePause, League, RequestForm, Spending, Tournament


def month_start(now: datetime) -> datetime:
    """Return the first moment of the UTC month."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(now: datetime) -> datetime:
    """Return the first moment of the next UTC month, when monthly caps start again."""
    return month_start(month_start(now) + timedelta(days=32))


async def spent_this_month(session: Transaction, league: int, now: datetime) -> Decimal:
    """Return the USD that a league has spent in this UTC month, without amounts only reserved."""
    return await _sum(session, Spending.league_id == league, Spending.at >= month_start(now))


async def spent_by(session: Transaction, tournament: int) -> Decimal:
    """Return the USD that a tournament has spent, without amounts only reserved."""
    return await _sum(session, Spending.tournament_id == tournament)


async def _sum(session: Transaction, *of: ColumnElement[bool]) -> Decimal:
    return Decimal(await session.scalar(select(func.sum(Spending.cost)).where(*of)) or 0)


@dataclass(frozen=True, slots=True)
class Budget:
    """A cap in USD and what was spent against it; `tournament` is None for the league's monthly cap.

    `key` names the cap, its period and its amount.
    """

    key: str
    spent: Decimal
    cap: Decimal
    tournament: int | None
    channel: str


@dataclass(frozen=True, slots=True)
class CapAmounts:
    """A league's spent and reserved USD, against its monthly cap and the budget of one tournament."""

    name: str
    channel: str
    announced: Sequence[str] | None
    """Judges whose price somebody has seen; None: all judges count as seen."""
    cap: Decimal
    month_spent: Decimal
    month_reserved: Decimal
    budget: Decimal | None
    """The tournament's budget in USD; None outside a tournament, or if it has no budget."""
    tournament_channel: str | None
    tournament_spent: Decimal
    tournament_reserved: Decimal


def _amounts(league: int, tournament: int | None, now: datetime) -> Select[*tuple[Any, ...]]:
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
            select(spent).where(of_month).scalar_subquery(),
            select(reservation).where(of_month, open_).scalar_subquery(),
            Tournament.budget,
            Tournament.channel,
            select(spent).where(of_tournament).scalar_subquery(),
            select(reservation).where(of_tournament, open_).scalar_subquery(),
        )
        .outerjoin(Tournament, Tournament.id == tournament)
        .where(League.id == league)
    )


async def cap_amounts(
    session: Transaction, league: int, tournament: int | None, now: datetime, *, lock: bool = False
) -> CapAmounts:
    """Return the amounts against both caps in one query; with `lock`, the league's row is locked for the transaction."""
    statement = _amounts(league, tournament, now)
    row = (await session.execute(statement.with_for_update(of=League) if lock else statement)).one()
    name, channel, announced, cap, month, month_held, budget, tournament_channel, played, played_held = row
    return CapAmounts(
        name, channel, announced, cap, Decimal(month or 0), Decimal(month_held or 0),
        budget, tournament_channel, Decimal(played or 0), Decimal(played_held or 0),
    )  # fmt: skip


async def budgets(session: Transaction, league: int, tournament: int | None, now: datetime) -> list[Budget]:
    """Return the caps against which a call for this league (and tournament) counts."""
    row = await cap_amounts(session, league, tournament, now)
    key = f"month:{league}:{now:%Y-%m}:{row.cap}"
    limits = [Budget(key, row.month_spent, row.cap, None, row.channel)]
    if row.budget is not None:
        key = f"tournament:{tournament}:{row.budget}"
        limits.append(Budget(key, row.tournament_spent, row.budget, tournament, row.tournament_channel or ""))
    return limits


async def add_reservation(
    session: Transaction,
    *,
    league: int,
    tournament: int | None,
    kind: str,
    about_id: int,
    judge: str,
    worst: Decimal,
    now: datetime,
) -> int:
    """Reserve the highest possible cost of a call in USD, without checking any cap; returns the row's id."""
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


async def add_reservations(
    session: Transaction,
    *,
    league: int,
    tournament: int | None,
    judge: str,
    worst: Mapping[int, Decimal],
    now: datetime,
) -> None:
    """Reserve the highest possible cost of many matches at once, even beyond the budget.

    `worst` is in USD by match id.
    """
    session.add_all(
        Spending(
            league_id=league,
            tournament_id=tournament,
            kind="match",
            about_id=match_id,
            judge=judge,
            reserved=amount,
            at=now,
        )
        for match_id, amount in worst.items()
    )
    await session.flush()


async def count_calls(session: Transaction, kind: str, about_id: int, since: datetime) -> int:
    """Return how many calls of a kind about one thing, such as a match, were made or reserved since a moment."""
    query = select(func.count(Spending.id)).where(Spending.kind == kind, Spending.about_id == about_id)
    return await session.scalar(query.where(Spending.at > since)) or 0


async def settle(session: Transaction, reservation: int, cost: Decimal, result: str, now: datetime) -> None:
    """Replace a reservation with the actual cost of the call in USD; does nothing if settled before."""
    await changed(
        session,
        update(Spending)
        .where(Spending.id == reservation, Spending.settled_at.is_(None))
        .values(cost=cost, result=result, settled_at=now),
    )


async def release_lost(session: Transaction, kind: str, about_id: int, now: datetime) -> None:
    """Settle reservations of calls whose process died at the full amount, because the actual cost is unknown."""
    await changed(
        session,
        update(Spending)
        .where(Spending.kind == kind, Spending.about_id == about_id, Spending.settled_at.is_(None))
        .values(cost=Spending.reserved, result="lost", settled_at=now),
    )


async def pause_judge(session: Transaction, judge: str, reason: str, now: datetime) -> int | None:
    """Pause a judge in the workspace; return the pause's id, or None if the judge was paused already."""
    is_new = await insert_once(session, JudgePause, judge=judge, reason=reason, at=now)
    return await session.scalar(select(JudgePause.id).where(JudgePause.judge == judge)) if is_new else None


async def resume_judge(session: Transaction, judge: str) -> int | None:
    """End a judge's pause; return the pause's id, or None if the judge wasn't paused."""
    pause: int | None = await session.scalar(select(JudgePause.id).where(JudgePause.judge == judge))
    if pause is not None:
        await changed(session, delete(JudgePause).where(JudgePause.id == pause))
    return pause


async def pause_of(session: Transaction, judge: str) -> JudgePause | None:
    """Return the row of a judge's pause, or None while the judge may be asked."""
    return await session.scalar(select(JudgePause).where(JudgePause.judge == judge))


async def paused_judges(session: Transaction) -> dict[str, str]:
    """Return the reasons of all pauses, by judge."""
    rows = await session.execute(select(JudgePause.judge, JudgePause.reason))
    return {row.judge: row.reason for row in rows}


async def begin_outage(session: Transaction, league: int, judge: str, now: datetime) -> bool:
    """Record that a judge doesn't answer in a league; return False if that was recorded already."""
    return await insert_once(session, JudgeOutage, league_id=league, judge=judge, at=now)


async def end_outage(session: Transaction, league: int, judge: str) -> datetime | None:
    """Delete a judge's outage in a league; return when the outage began, or None if there was none."""
    outage = await session.scalar(
        select(JudgeOutage).where(JudgeOutage.league_id == league, JudgeOutage.judge == judge)
    )
    if outage is None:
        return None
    await changed(session, delete(JudgeOutage).where(JudgeOutage.id == outage.id))
    return outage.at


async def request_form(session: Transaction, judge: str) -> Mapping[str, Any] | None:
    """Return the values of the form in which a judge's server accepts requests; None if none was stored."""
    form: dict[str, Any] | None = await session.scalar(
        select(RequestForm.form).where(RequestForm.judge == judge)
    )
    return form


async def store_request_form(
    session: Transaction, judge: str, form: Mapping[str, Any], now: datetime
) -> None:
    """Store the form in which a judge's server accepts requests."""
    await changed(session, delete(RequestForm).where(RequestForm.judge == judge))
    session.add(RequestForm(judge=judge, form=dict(form), at=now))


async def average_cost(
    session: Transaction, kinds: Sequence[str], judge: str, league: int | None = None
) -> Decimal | None:
    """Return the mean cost in USD of a judge's successful calls in a league, or None before the first.

    A league that hasn't paid the judge yet, and None for the league, take those of the whole workspace.
    """
    paid = [Spending.kind.in_(kinds), Spending.judge == judge, Spending.result == "ok"]
    for where in (paid,) if league is None else ([*paid, Spending.league_id == league], paid):
        mean = await session.scalar(select(func.avg(Spending.cost)).where(*where))
        if mean is not None:
            return Decimal(mean)
    return None
