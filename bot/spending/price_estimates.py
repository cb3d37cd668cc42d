"""Estimates the price of reading a paper and of a match with this installation's models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from bot.judges.interface import PaperText, typical_costs_of
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction

Kind = Literal["assessment", "match"]

USUAL = PaperText("", "t" * 100, "a" * 1_800, full_text="f" * 60_000, assessment="r" * 4_000)
"""A paper of usual length, with everything that a model may be shown."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Highest prices in USD: all assessors reading a usual paper, and a match by the most expensive judge.

    `unknown` are models without a known price, which are never called; `models` are all of them, by name.
    """

    paper: Decimal
    match: Decimal
    unknown: tuple[str, ...]
    models: tuple[str, ...]
    usual_paper: Decimal | None = None
    usual_match: Decimal | None = None
    """Usual cost of a match in USD; None while it isn't known of each model."""

    @property
    def is_free(self) -> bool:
        """Whether all calls are free."""
        return not (self.paper or self.match or self.unknown)


async def prices_so_far(
    session: Transaction, runtime: Runtime, judges: Sequence[str] | None = None, league: int | None = None
) -> Prices:
    """Return the prices of these judges and the assessors, with what their calls have cost on average so far.

    The average is of the league's own calls, or of the workspace's if there are none yet; before a model's first call it
    is what the model's prices say of a usual paper.
    """
    names = tuple(judges or runtime.settings.judges)
    papers = [
        await usual_cost(session, runtime, "assessment", name, league) for name in runtime.settings.assessors
    ]
    matches = [await usual_cost(session, runtime, "match", name, league) for name in names]
    paper_costs, match_costs = ([cost for cost in costs if cost is not None] for costs in (papers, matches))
    return replace(
        prices(runtime, judges),
        usual_paper=sum(paper_costs, Decimal(0)) if len(paper_costs) == len(papers) else None,
        usual_match=(
            sum(match_costs, Decimal(0)) / len(matches)
            if match_costs and len(match_costs) == len(matches)
            else None
        ),
    )


async def usual_cost(
    session: Transaction, runtime: Runtime, kind: Kind, name: str, league: int | None = None
) -> Decimal | None:
    """Return the usual cost in USD of a model's call: the average so far, else by its prices; None if unknown."""
    mean = await spending.average_cost(session, [kind], name, league)
    costs = typical_costs_of(runtime.judge(name))
    if mean is not None or costs is None:
        return mean
    return costs.usual_compare(USUAL, USUAL, None) if kind == "match" else costs.usual_assess(USUAL, None)


def prices(runtime: Runtime, judges: Sequence[str] | None = None) -> Prices:
    """Return the prices of these judges (None: the installation's) and the assessors."""
    names = tuple(judges or runtime.settings.judges)
    assessors = runtime.settings.assessors
    paper_prices: dict[str, Decimal | None] = {}
    for name in assessors:
        judge = runtime.judge(name)
        paper_prices[name] = None if judge is None else judge.worst_assess(USUAL, None)
    match_prices: dict[str, Decimal | None] = {}
    for name in names:
        judge = runtime.judge(name)
        match_prices[name] = None if judge is None else judge.worst_compare(USUAL, USUAL, None)
    known_prices = [price for price in paper_prices.values() if price is not None]
    unknown = [name for name, price in (*paper_prices.items(), *match_prices.items()) if price is None]
    return Prices(
        sum(known_prices, Decimal(0)),
        max((price for price in match_prices.values() if price is not None), default=Decimal(0)),
        tuple(dict.fromkeys(unknown)),
        tuple(dict.fromkeys((*assessors, *names))),
    )
