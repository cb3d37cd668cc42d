"""Reports on a league's workings: its judges as measured, its money, its log, and everything as CSV."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from storage import boards, histories, leagues, spending, verdicts
from storage.database import Transaction
from storage.histories import Spent, TournamentCost
from storage.verdicts import Calls, Crossed, Same

_Z = 1.96
LOG_PAGE = 15


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0 to 1) with its 95 % interval, and of how many it is."""

    value: float
    low: float
    high: float
    of: int


def share(successes: int, of: int) -> Share | None:
    """A proportion with Wilson's score interval (Wilson 1927); None of none."""
    if of <= 0:
        return None
    rate, z2 = successes / of, _Z**2
    middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * math.sqrt(rate * (1 - rate) / of + z2 / (4 * of**2))
    return Share(rate, max(0.0, middle - half), min(1.0, middle + half), of)


def kappa(counts: Mapping[tuple[str, str], int]) -> float | None:
    """Cohen's kappa of two judges from how often each pair of answers came; None where undefined."""
    total = sum(counts.values())
    if not total:
        return None
    answers = {answer for pair in counts for answer in pair}
    observed = sum(counts.get((answer, answer), 0) for answer in answers) / total
    by_a = {answer: sum(n for (a, _), n in counts.items() if a == answer) / total for answer in answers}
    by_b = {answer: sum(n for (_, b), n in counts.items() if b == answer) / total for answer in answers}
    expected = sum(by_a[answer] * by_b[answer] for answer in answers)
    return None if math.isclose(expected, 1.0) else (observed - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """A judge as measured in a league. `first_shown` is of verdicts that aren't draws (half is unbiased)."""

    judge: str
    model: str
    verdicts: int
    draws: Share | None
    first_shown: Share | None
    consistent: Share | None
    with_team: Share | None
    cost: Decimal
    last_at: datetime
    paused: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges on pairs both decided: share of equal verdicts, and Cohen's kappa."""

    a: str
    b: str
    same: Share
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Judges:
    """All judges of a league, and how they agree where they met."""

    name: str
    judges: tuple[JudgeReport, ...]
    agreements: tuple[Agreement, ...]


async def judges(session: Transaction, league: int) -> Judges:
    """What the tables say of each judge."""
    swaps = await verdicts.swaps(session, league)
    team = await verdicts.against_team(session, league)
    paused = await spending.paused_judges(session)
    calls = await verdicts.calls(session, league)
    return Judges(
        (await leagues.get(session, league)).name,
        tuple(_report(call, swaps.get(call.judge), team.get(call.judge), paused) for call in calls),
        _agreements(await verdicts.crossed(session, league)),
    )


def _report(call: Calls, swap: Same | None, team: Same | None, paused: Mapping[str, str]) -> JudgeReport:
    return JudgeReport(
        call.judge,
        call.model,
        call.verdicts,
        share(call.draws, call.verdicts),
        share(call.first_shown, call.verdicts - call.draws),
        share(swap.same, swap.of) if swap else None,
        share(team.same, team.of) if team else None,
        call.cost,
        call.last_at,
        paused.get(call.judge),
    )


def _agreements(crossed: Iterable[Crossed]) -> tuple[Agreement, ...]:
    pairs: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for row in crossed:
        counts = pairs.setdefault((row.a, row.b), {})
        counts[row.a_says, row.b_says] = counts.get((row.a_says, row.b_says), 0) + row.times
    agreements = []
    for (a, b), counts in sorted(pairs.items()):
        same = share(sum(n for (x, y), n in counts.items() if x == y), sum(counts.values()))
        assert same is not None
        agreements.append(Agreement(a, b, same, kappa(counts)))
    return tuple(agreements)


@dataclass(frozen=True, slots=True)
class Cost:
    """A league's month: spent and cap in USD, by judge and kind; the newest tournaments."""

    name: str
    month: datetime
    spent: Decimal
    cap: Decimal
    items: tuple[Spent, ...]
    tournaments: tuple[TournamentCost, ...]


async def cost(session: Transaction, league: int, now: datetime) -> Cost:
    """What this UTC month cost so far."""
    row = await leagues.get(session, league)
    since = spending.month_start(now)
    return Cost(
        row.name,
        since,
        await spending.spent_this_month(session, league, now),
        row.monthly_cap,
        tuple(await histories.spent_since(session, league, since)),
        tuple(await histories.tournament_costs(session, league)),
    )


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the audit log."""

    user: str
    action: str
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the audit log, newest first; `more` says that older lines follow."""

    name: str
    lines: tuple[Logged, ...]
    offset: int
    more: bool


async def log(session: Transaction, league: int, *, offset: int = 0) -> Log:
    """Who changed what in the league."""
    offset = max(0, offset)
    rows = await leagues.log(session, league, LOG_PAGE + 1, offset)
    lines = tuple(Logged(row.user, row.action, row.detail, row.at) for row in rows[:LOG_PAGE])
    return Log((await leagues.get(session, league)).name, lines, offset, len(rows) > LOG_PAGE)


@dataclass(frozen=True, slots=True)
class Export:
    """A league as CSV files by name, UTF-8, with how many entries and matches they hold."""

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


async def export(session: Transaction, league: int) -> Export:
    """The league's standings and decided matches as CSV."""
    name = (await leagues.get(session, league)).name
    lines = await boards.board(session, league, sort="score", limit=1_000_000)
    played = await histories.every(session, league)
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
    return Export(name, {"standings": standings, "matches": _csv(_MATCHES, played)}, len(lines), len(played))


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return "" if value is None else round(value, 3) if isinstance(value, float) else value
