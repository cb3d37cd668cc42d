"""Reports a league's costs, and exports its tables as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.exchange.csv_files import guarded
from storage import spending
from storage.database.engine import Transaction
from storage.leagues import league_rows, purpose_uses
from storage.leagues.purpose_uses import PurposeUse
from storage.questions import costs, leaderboards, match_history
from storage.questions.costs import CostLine, TournamentCost


@dataclass(frozen=True, slots=True)
class CostReport:
    """What a league spent this month against its cap, in USD. Split by judge and kind of call, and by tournament."""

    name: str
    month: datetime
    spent: Decimal
    cap: Decimal
    items: tuple[CostLine, ...]
    tournaments: tuple[TournamentCost, ...]


async def cost(session: Transaction, league: int, now: datetime) -> CostReport:
    """Return a league's costs in this UTC month."""
    row = await league_rows.get(session, league)
    since = spending.month_start(now)
    return CostReport(
        row.name,
        since,
        await spending.spent_this_month(session, league, now),
        row.monthly_cap,
        tuple(await costs.spent_since(session, league, since)),
        tuple(await costs.tournament_costs(session, league)),
    )


async def purposes(session: Transaction, league: int) -> list[PurposeUse]:
    """Return all versions of the league's purpose, newest first, with the number of verdicts under each."""
    return await purpose_uses.uses_of_purposes(session, league)


@dataclass(frozen=True, slots=True)
class LeagueExport:
    """A league as CSV files by name (UTF-8), and the numbers of its entries and matches."""

    name: str
    files: Mapping[str, str]
    entries: int
    matches: int


_STANDINGS = (
    "rank",
    "rank_low",
    "rank_high",
    "title",
    "link",
    "category",
    "score",
    "interval",
    "wins",
    "losses",
    "draws",
    "rubric",
    "submitted_by",
    "submitted_at",
)
_MATCHES = ("match", "first", "second", "judge", "verdict", "outcome", "weight", "decided_at")


async def export(session: Transaction, league: int) -> LeagueExport:
    """Return the league's standings and decided matches as CSV."""
    name = (await league_rows.get(session, league)).name
    lines = await leaderboards.board(session, league, sort="score", limit=1_000_000)
    matches = await match_history.all_decided(session, league)
    standings = _csv(
        _STANDINGS,
        (
            (
                line.rank,
                line.rank_low,
                line.rank_high,
                line.title,
                line.url,
                line.category,
                line.score,
                line.interval,
                line.wins,
                line.losses,
                line.draws,
                line.rubric,
                line.submitted_by,
                line.submitted_at.isoformat(),
            )
            for line in lines
        ),
    )
    return LeagueExport(
        name, {"standings": standings, "matches": _csv(_MATCHES, matches)}, len(lines), len(matches)
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    """Return a value for CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else round(value, 3) if isinstance(value, float) else value
