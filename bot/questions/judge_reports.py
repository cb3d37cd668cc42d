"""A league's judges as measured: what they cost, how the order moves them, how far they agree with one another."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from bot.judging.statistics import Cycles, Rate, cohen_kappa, cycles, krippendorff_alpha, longer_wins, wilson
from bot.order_effects import OrderEffect, order_effects
from storage import leagues, spending, standings, verdicts
from storage.database import Transaction
from storage.verdicts import Decided, Paid, Said, Same

TURNED = {"first": "second", "second": "first", "draw": "draw"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the fit makes of a judge: `discrimination` multiplies the logit (mean 1), `bias` is for the first shown."""

    discrimination: float
    discrimination_stderr: float
    bias: float
    bias_stderr: float


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """A judge as measured in a league.

    `first_shown` is of verdicts that aren't draws (half is unbiased); `kappa` is the mean of Cohen's kappa with the
    other judges; `latency_ms` a median; `failures` are calls that gave no verdict; costs include theirs. Rates with
    `of` 0 weren't measured. `estimate` is None until two judges have enough matches.
    """

    judge: str
    model: str
    calls: int
    failures: int
    verdicts: int
    draws: Rate
    first_shown: Rate
    consistent: Rate
    with_team: Rate
    kappa: float | None
    estimate: Estimate | None
    cost: Decimal
    latency_ms: int
    last_at: datetime | None
    paused: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges on pairs both decided: share of equal verdicts, and Cohen's kappa (None where undefined)."""

    a: str
    b: str
    same: Rate
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Judges:
    """All judges of a league, how they agree where they met, and how their verdicts hang together.

    `alpha` is Krippendorff's over all judges; `longer` how often the paper with the longer abstract won.
    """

    name: str
    judges: tuple[JudgeReport, ...]
    agreements: tuple[Agreement, ...]
    alpha: float | None
    cycles: Cycles
    longer: Rate

    def as_json(self) -> dict[str, Any]:
        """Plain values; what wasn't measured is null."""
        found: dict[str, Any] = asdict(self)
        found["cycles"]["share"] = self.cycles.share
        return {key: _plain(value) for key, value in found.items()}


def _plain(value: object) -> object:
    match value:
        case float():
            return None if math.isnan(value) else round(value, 4)
        case Mapping():
            if value.get("of") == 0:
                return None
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case _:
            return value


async def judges(session: Transaction, league: int) -> Judges:
    """What the tables say of each judge."""
    counted = await verdicts.said(session, league)
    said = {one.judge: one for one in counted}
    latencies = await verdicts.latencies(session, league)
    paid = await verdicts.paid(session, league)
    effects = await order_effects(session, league, counted)
    team = await verdicts.against_team(session, league)
    paused = await spending.paused_judges(session)
    estimates = await standings.judges_of(session, league)
    decided = await verdicts.decided(session, league)
    units = _units(decided)
    agreements = _agreements(units)
    names = [*said, *sorted(paid.keys() - said.keys())]
    return Judges(
        (await leagues.get(session, league)).name,
        tuple(
            _report(
                name,
                said.get(name),
                paid.get(name),
                effects.get(name),
                team.get(name, Same(0, 0)),
                agreements,
                estimates.get(name),
                paused.get(name),
                latencies.get(name, 0),
            )
            for name in names
        ),
        agreements,
        _defined(krippendorff_alpha(list(unit.values()) for unit in units)),
        cycles(_wins(decided), await standings.thetas(session, league)),
        _longer(decided, await verdicts.lengths(session, league)),
    )


def _report(
    name: str,
    said: Said | None,
    paid: Paid | None,
    effect: OrderEffect | None,
    team: Same,
    agreements: Sequence[Agreement],
    estimate: Mapping[str, float] | None,
    paused: str | None,
    latency_ms: int,
) -> JudgeReport:
    nothing = wilson(0, 0)
    kappas = [pair.kappa for pair in agreements if name in {pair.a, pair.b} and pair.kappa is not None]
    return JudgeReport(
        judge=name,
        model=said.model if said else "",
        calls=paid.calls if paid else said.verdicts if said else 0,
        failures=paid.failures if paid else 0,
        verdicts=said.verdicts if said else 0,
        draws=wilson(said.draws, said.verdicts) if said else nothing,
        first_shown=effect.first_shown if effect else nothing,
        consistent=effect.consistent if effect else nothing,
        with_team=wilson(team.same, team.of),
        kappa=sum(kappas) / len(kappas) if kappas else None,
        estimate=_estimate(estimate) if estimate else None,
        cost=paid.cost if paid else Decimal(0),
        latency_ms=latency_ms,
        last_at=said.last_at if said else None,
        paused=paused,
        warnings=effect.warnings if effect else (),
    )


def _estimate(of: Mapping[str, float]) -> Estimate:
    return Estimate(of["discrimination"], of["discrimination_stderr"], of["bias"], of["bias_stderr"])


def _units(decided: Iterable[Decided]) -> list[dict[str, str]]:
    """For every pair that several judges decided: by judge, the verdict seen from its older entry.

    A judge who contradicted itself on a pair counts as saying draw.
    """
    pairs: defaultdict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for one in decided:
        turned = one.first > one.second
        pair = (one.second, one.first) if turned else (one.first, one.second)
        verdict = TURNED[one.verdict] if turned else one.verdict
        before = pairs[pair].setdefault(one.judge, verdict)
        if before != verdict:
            pairs[pair][one.judge] = "draw"
    return [unit for unit in pairs.values() if len(unit) > 1]


def _agreements(units: Iterable[Mapping[str, str]]) -> tuple[Agreement, ...]:
    met: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for unit in units:
        for a, b in combinations(sorted(unit), 2):
            met[a, b].append((unit[a], unit[b]))
    return tuple(
        Agreement(a, b, wilson(sum(x == y for x, y in pairs), len(pairs)), _defined(cohen_kappa(pairs)))
        for (a, b), pairs in sorted(met.items())
    )


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value


def _wins(decided: Iterable[Decided]) -> Mapping[tuple[int, int], int]:
    wins: defaultdict[tuple[int, int], int] = defaultdict(int)
    for one in decided:
        if one.verdict == "first":
            wins[one.first, one.second] += 1
        elif one.verdict == "second":
            wins[one.second, one.first] += 1
    return wins


def _longer(decided: Iterable[Decided], lengths: Mapping[int, int]) -> Rate:
    return longer_wins(
        (lengths[one.first], lengths[one.second], "first" if one.verdict == "first" else "second")
        for one in decided
        if one.verdict != "draw"
    )
