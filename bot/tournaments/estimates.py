"""Estimates what matches will cost, and how much they narrow the intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal
from statistics import mean

from bot.judges.interface import Judge, thrifty_form_of
from bot.judges.llm.batches.batch_interface import HALF, batches_of
from bot.matches.judge_calls import shown_papers
from bot.ranking import interval_after
from bot.spending.price_estimates import usual_cost
from bot.standings.league_spread import league_spread
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BudgetError
from storage.leagues import league_rows
from storage.standings import rating_rows
from storage.tables import League

PER_PAPER = 6
"""Number of matches per paper that a new tournament suggests."""
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate for this many matches: money in USD; `interval` is the mean half-width after them, in points.

    `interval_now` is the mean half-width of those rated now; None if nobody is.
    `likely` is by the average cost of calls so far, before the first by the models' prices; `most` by their highest cost;
    None if a price is unknown. `available` is what the league may still spend this month.
    """

    matches: int
    entries: int
    interval: float
    interval_now: float | None
    likely: Decimal | None
    most: Decimal | None
    available: Decimal

    @property
    def per_paper(self) -> float:
        """Number of matches per paper."""
        return 2 * self.matches / max(self.entries, 1)

    @property
    def is_free(self) -> bool:
        """Whether all calls are free."""
        return self.most == 0


def suggested(entries: int) -> int:
    """Return the number of matches that gives each of these entries `PER_PAPER`."""
    return max(PER_PAPER * entries // 2, 1)


async def estimate(
    session: Transaction,
    runtime: Runtime,
    league: League,
    matches: int,
    now: datetime,
    judges: Sequence[str] | None = None,
    *,
    panel: bool = False,
    batch: bool = False,
    thrifty: bool = False,
) -> Estimate:
    """Estimate cost and interval after these matches, by these judges (None: the league's).

    A match costs one call of the judges in turn, or with `panel` one call of each; with `batch` half as much where the
    judge can be asked in batches, and with `thrifty` the worst case of a judge's thrifty form where it has one.
    """
    able = await entry_rows.playable(session, league.id)
    names = judges or league.judges or runtime.settings.judges
    likely: list[Decimal] = []
    most: list[Decimal] = []
    has_prices = True
    for judge in filter(None, map(runtime.judge, names)):
        asked = (thrifty_form_of(judge) if thrifty else None) or judge
        worst = await _worst(session, asked, league, able)
        usual = await usual_cost(session, runtime, "match", judge.name, league.id)
        has_prices = has_prices and worst is not None
        if worst is not None:
            share = HALF if batch and not panel and batches_of(judge) is not None else Decimal(1)
            most.append(worst * share)
            likely.append((worst if usual is None else min(usual, worst)) * share)
    again = 1 + Decimal(str(league.swap_share))
    calls = matches * (max(len(names), 1) if panel else 1)
    available = league.monthly_cap - await spending.spent_this_month(session, league.id, now)
    ratings = await rating_rows.ratings_of(session, able)
    widths = [ratings[entry].interval if entry in ratings else math.nan for entry in able]
    return Estimate(
        matches,
        len(able),
        interval_after(
            widths or [math.nan],
            2 * matches / max(len(able), 1),
            await league_spread(session, league.id),
        ),
        mean(rating.interval for rating in ratings.values()) if ratings else None,
        _of(calls, likely) * again if has_prices and likely else None,
        _of(calls, most) * again if has_prices and most else None,
        max(available, Decimal(0)),
    )


def takes_batches(runtime: Runtime, judges: Sequence[str]) -> bool:
    """Whether at least one of these judges can be asked in batches."""
    return any(batches_of(runtime.judge(name)) is not None for name in judges)


def _of(matches: int, prices: Sequence[Decimal]) -> Decimal:
    return matches * sum(prices, Decimal(0)) / len(prices)


async def _worst(session: Transaction, judge: Judge, league: League, able: Sequence[int]) -> Decimal | None:
    """Return the highest cost of a match in USD: with the two longest abstracts among the newest papers; or None."""
    readable = list((await entry_rows.readable(session, able[-_SAMPLE:])).values())
    longest = sorted(readable, key=lambda of: -len(of.abstract or ""))[:2]
    if len(longest) < 2:  # noqa: PLR2004 - a match has two sides
        return None
    pair = shown_papers(judge, longest[0], longest[1], 0)
    return judge.worst_compare(pair.first, pair.second, league.purpose)


async def check_affordable(
    session: Transaction,
    runtime: Runtime,
    league_id: int,
    now: datetime,
    *,
    judges: Sequence[str] | None = None,
    budget: Decimal | None = None,
) -> None:
    """Raise `BudgetError` if the league's month or the tournament's budget can't pay for a single match."""
    league = await league_rows.get(session, league_id)
    one = await estimate(session, runtime, league, 1, now, judges, thrifty=True)
    if one.most is None:
        return
    price = one.most / (
        1 + Decimal(str(league.swap_share))
    )  # being asked in both orders is a share, not this match
    if budget is not None and price > budget:
        raise BudgetError(
            f"A budget of ${budget:.2f} doesn't pay for one match, which may cost ${price:.4f}.",
            of_tournament=True,
        )
    if price > one.available:
        spent = await spending.spent_this_month(session, league_id, now)
        cap_needed = (spent + price).quantize(Decimal("0.01"), ROUND_UP)
        raise BudgetError(
            f"{league.name} has ${one.available:.2f} left this month of its cap of ${league.monthly_cap:.2f}, and a "
            f"match may cost ${price:.4f}. A cap of ${cap_needed:.2f} or more leaves room; "
            f"`{runtime.settings.rank_command} budget {cap_needed:.2f}` sets it."
        )
