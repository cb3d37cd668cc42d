"""Queries on what a league spent: by judge and kind of call, and by tournament."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from storage.database.engine import Transaction
from storage.tables import (
    Match,
    Spending,
    Tournament,
)


@dataclass(frozen=True, slots=True)
class CostLine:
    """USD spent or reserved under one label (judge and kind of call), and the number of calls."""

    label: str
    calls: int
    usd: Decimal


async def spent_since(session: Transaction, league: int, since: datetime) -> list[CostLine]:
    """Return a league's spending since a moment by judge and kind of call, highest first."""
    usd = func.sum(func.coalesce(Spending.cost, Spending.reserved))
    rows = await session.execute(
        select(Spending.judge, Spending.kind, func.count().label("calls"), usd.label("usd"))
        .where(Spending.league_id == league, Spending.at >= since)
        .group_by(Spending.judge, Spending.kind)
        .order_by(usd.desc())
    )
    return [CostLine(f"{row.judge}, {row.kind}", row.calls, Decimal(row.usd or 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class TournamentCost:
    """Cost of a tournament in USD beside its budget, and the number of decided matches."""

    number: int
    """Number of the tournament in its league, from 1."""
    status: str
    created_at: datetime
    matches: int
    usd: Decimal
    budget: Decimal | None


async def tournament_costs(session: Transaction, league: int, limit: int = 10) -> list[TournamentCost]:
    """Return the newest tournaments of a league with their costs."""
    usd = (
        select(func.sum(func.coalesce(Spending.cost, Spending.reserved)))
        .where(Spending.tournament_id == Tournament.id)
        .correlate(Tournament)
        .scalar_subquery()
    )
    decisions = (
        select(func.count(Match.id))
        .where(Match.tournament_id == Tournament.id, Match.status == "decided")
        .correlate(Tournament)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            func.row_number().over(order_by=Tournament.id).label("number"),
            Tournament.status,
            Tournament.created_at,
            Tournament.budget,
            usd.label("usd"),
            decisions.label("decided"),
        )
        .where(Tournament.league_id == league)
        .order_by(Tournament.id.desc())
        .limit(limit)
    )
    return [
        TournamentCost(row.number, row.status, row.created_at, row.decided, Decimal(row.usd or 0), row.budget)
        for row in rows
    ]
