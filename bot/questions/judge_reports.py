"""Measurements of a league's judges: costs, effects of the order shown, and agreement with one another."""

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.judges.agreement import (
    Cycles,
    Decisions,
    cohen_kappa,
    cycles,
    krippendorff_alpha,
    longer_wins,
    rank_correlation,
)
from bot.judges.exams.exam_results import ExamResult
from bot.judges.order_statistics import Rate, wilson
from bot.matches.order_effects import OrderEffect, order_effects
from bot.ranking import Agreement, Outcomes, fit
from bot.standings.misjudged_kinds import MisjudgedKind, misjudged_kinds, voted_entries
from bot.standings.team_agreement import TeamAgreement, decisions_of, with_team
from storage import spending
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.matches import exam_rows, feedback_rows, verdict_statistics
from storage.matches.feedback_rows import Marks
from storage.matches.verdict_statistics import JudgeCosts, JudgeCounts, SameVerdicts
from storage.standings import chance_rows, past_standings, personal_votes, rating_rows
from storage.tables import JudgeExam

LEAST_SHARED = 5
"""Number of papers that two judges must both have judged before their rankings are compared."""


@dataclass(frozen=True, slots=True)
class JudgeFit:
    """Fitted parameters of a judge: `discrimination` multiplies the logit (mean 1), `bias` favours the first shown."""

    discrimination: float
    discrimination_stderr: float
    bias: float
    bias_stderr: float


@dataclass(frozen=True, slots=True)
class ExamReport:
    """A judge's exam: `status` of its row, `result` None until it is over, `counts`: the judge's verdicts count."""

    status: str
    result: ExamResult | None
    cost: Decimal
    counts: bool
    admitted_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """A judge's measurements in a league.

    `first_shown` is the share of decided verdicts won by the paper shown first (half is unbiased), `longer` by the paper
    with the longer abstract. `exam` is None if the judge has none; `kappa` is the mean of Cohen's kappa with the other
    judges; `latency_ms` is a median; `failures` are calls without a verdict, whose costs are included. Rates with `of` 0
    weren't measured. `estimate` is None until two judges have enough matches.
    """

    judge: str
    model: str
    calls: int
    failures: int
    verdicts: int
    draws: Rate
    first_shown: Rate
    longer: Rate
    consistent: Rate
    with_team: Rate
    kappa: float | None
    estimate: JudgeFit | None
    cost: Decimal
    latency_ms: int
    last_at: datetime | None
    paused: str | None
    exam: ExamReport | None
    warnings: tuple[str, ...]
    is_left_out: bool = False
    """Whether its verdicts don't count because it is at chance."""


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """Agreement of two judges on pairs that both decided: the share of equal verdicts, and Cohen's kappa (or None)."""

    a: str
    b: str
    same: Rate
    kappa: float | None


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """How similarly two judges rank the `papers` that both judged, by Spearman's rho.

    Each ranking uses the judge's own verdicts alone; the judges needn't have decided a pair in common.
    """

    a: str
    b: str
    papers: int
    rho: float


@dataclass(frozen=True, slots=True)
class AtChance:
    """A judge at chance: its verdicts count until then, `is_out`: no longer, unless `kept_by` said that they do."""

    judge: str
    counts_until: datetime
    is_out: bool
    kept_by: str | None


@dataclass(frozen=True, slots=True)
class Judges:
    """Measurements of all judges of a league, and of how well they agree.

    `alpha` is Krippendorff's over all judges; `longer` is how often the paper with the longer abstract won.
    """

    name: str
    judges: tuple[JudgeReport, ...]
    agreements: tuple[JudgeAgreement, ...]
    correlations: tuple[RankCorrelation, ...]
    alpha: float | None
    cycles: Cycles
    longer: Rate
    with_team: tuple[TeamAgreement, ...] = ()
    """Agreement of each judge with people's votes, in duels and closed polls."""
    among_people: Agreement | None = None
    marks: tuple[Marks, ...] = ()
    """People's marks on single verdicts and assessments, by judge."""
    at_chance: tuple[AtChance, ...] = ()
    """Judges that agree with people no more than a coin would, of which owners were told."""
    misjudged: tuple[MisjudgedKind, ...] = ()
    """For each judge the kind of paper that the team prefers and it doesn't, where votes show one."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON; unmeasured ones are null."""
        values: dict[str, Any] = asdict(self)
        values["cycles"]["share"] = self.cycles.share
        return {key: _plain(value) for key, value in values.items()}


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


async def judges(session: Transaction, league: int, reader: str | None = None) -> Judges:
    """Measure each judge of a league. Raises `NotFoundError`.

    A `reader` sees the team's choices on pairs that they voted on and on closed polls; None stands for the operator.
    """
    counts = await verdict_statistics.counts_of_judges(session, league)
    counts_by_judge = {one.judge: one for one in counts}
    costs = await verdict_statistics.costs_of_judges(session, league)
    effects = await order_effects(session, league, counts)
    team = await verdict_statistics.agreement_with_team(session, league)
    pauses = await spending.paused_judges(session)
    estimates = await past_standings.judge_estimates(session, league)
    names_deciding, decisions = decisions_of(await verdict_statistics.verdicts_of_judges(session, league))
    patterns = decisions.patterns(len(names_deciding))
    agreements = _agreements(names_deciding, patterns)
    lengths = await verdict_statistics.abstract_lengths(session, league)
    votes = await personal_votes.personal_votes(session, league)
    kinds = await verdict_statistics.paper_kinds(session, voted_entries(votes))
    longer = {name: _longer(decisions.of_judge(index), lengths) for index, name in enumerate(names_deciding)}
    exams = {
        name: _exam(row)
        for name, row in (await exam_rows.exams(session)).items()
        if name in counts_by_judge or row.league_id in {league, None}
    }
    at_chance = await _at_chance(session, league)
    left_out = {one.judge for one in at_chance if one.is_out}
    names = [*counts_by_judge, *sorted((costs.keys() | exams.keys()) - counts_by_judge.keys())]
    return Judges(
        (await league_rows.get(session, league)).name,
        tuple(
            _report(
                name,
                counts_by_judge.get(name),
                costs.get(name),
                effects.get(name),
                team.get(name, SameVerdicts(0, 0)),
                agreements,
                estimates.get(name),
                pauses.get(name),
                longer.get(name),
                exams.get(name),
                is_left_out=name in left_out,
            )
            for name in names
        ),
        agreements,
        await asyncio.to_thread(_correlations, names_deciding, decisions),
        _defined(krippendorff_alpha(patterns)),
        cycles(decisions, await rating_rows.thetas(session, league)),
        _longer(decisions, lengths),
        *with_team(
            names_deciding,
            decisions,
            votes,
            await feedback_rows.verdict_marks(session, league),
        ),
        marks=tuple(await feedback_rows.marks(session, league)),
        at_chance=at_chance,
        misjudged=await asyncio.to_thread(misjudged_kinds, names_deciding, decisions, votes, kinds, reader),
    )


async def _at_chance(session: Transaction, league: int) -> tuple[AtChance, ...]:
    rows = await chance_rows.at_chance(session, league)
    return tuple(
        AtChance(
            row.judge, row.counts_until, row.left_out_at is not None and row.kept_by is None, row.kept_by
        )
        for _, row in sorted(rows.items())
    )


def _report(
    name: str,
    counts_by_judge: JudgeCounts | None,
    costs: JudgeCosts | None,
    effect: OrderEffect | None,
    team: SameVerdicts,
    agreements: Sequence[JudgeAgreement],
    estimate: Mapping[str, float] | None,
    pause_reason: str | None,
    longer: Rate | None,
    exam: ExamReport | None,
    *,
    is_left_out: bool,
) -> JudgeReport:
    no_rate = wilson(0, 0)
    kappas = [pair.kappa for pair in agreements if name in {pair.a, pair.b} and pair.kappa is not None]
    return JudgeReport(
        judge=name,
        model=counts_by_judge.model if counts_by_judge else "",
        calls=costs.calls if costs else counts_by_judge.verdicts if counts_by_judge else 0,
        failures=costs.failures if costs else 0,
        verdicts=counts_by_judge.verdicts if counts_by_judge else 0,
        draws=wilson(counts_by_judge.draws, counts_by_judge.verdicts) if counts_by_judge else no_rate,
        first_shown=effect.first_shown if effect else no_rate,
        longer=longer or no_rate,
        consistent=effect.consistent if effect else no_rate,
        with_team=wilson(team.same, team.of),
        kappa=sum(kappas) / len(kappas) if kappas else None,
        estimate=_estimate(estimate) if estimate else None,
        cost=costs.cost if costs else Decimal(0),
        latency_ms=counts_by_judge.latency_ms if counts_by_judge else 0,
        last_at=counts_by_judge.last_at if counts_by_judge else None,
        paused=pause_reason,
        exam=exam,
        warnings=effect.warnings if effect else (),
        is_left_out=is_left_out,
    )


def _exam(row: JudgeExam) -> ExamReport:
    result = ExamResult.from_json(row.result) if row.status == "done" else None
    counts = row.passed is not False or row.admitted_by is not None
    return ExamReport(row.status, result, row.cost, counts, row.admitted_by, row.failure)


def _correlations(names: Sequence[str], decisions: Decisions) -> tuple[RankCorrelation, ...]:
    """Return the rank correlation of each two judges, over the papers that both judged."""
    strengths = [_strengths(decisions.of_judge(index)) for index in range(len(names))]
    correlations = []
    for a, b in combinations(range(len(names)), 2):
        both = sorted(strengths[a].keys() & strengths[b].keys())
        if len(both) < LEAST_SHARED:
            continue
        rho = rank_correlation(*([strengths[judge][entry] for entry in both] for judge in (a, b)))
        if not math.isnan(rho):
            correlations.append(RankCorrelation(names[a], names[b], len(both), rho))
    return tuple(correlations)


def _strengths(decisions: Decisions) -> dict[int, float]:
    """Return each entry's strength in logits, fitted from these decisions alone."""
    entries, ends = np.unique(np.concatenate([decisions.first, decisions.second]), return_inverse=True)
    first, second = ends.reshape(2, -1)
    score: NDArray[np.float64] = (1 + decisions.winner) / 2
    theta = fit(len(entries), Outcomes(first, second, score)).theta
    return dict(zip(entries.tolist(), theta.tolist(), strict=True))


def _estimate(of: Mapping[str, float]) -> JudgeFit:
    return JudgeFit(of["discrimination"], of["discrimination_stderr"], of["bias"], of["bias_stderr"])


def _agreements(
    names: Sequence[str], patterns: Mapping[tuple[int | None, ...], int]
) -> tuple[JudgeAgreement, ...]:
    met: defaultdict[tuple[str, str], Counter[tuple[int, int]]] = defaultdict(Counter)
    for pattern, count in patterns.items():
        for a, b in combinations(range(len(names)), 2):
            one, other = pattern[a], pattern[b]
            if one is not None and other is not None:
                met[names[a], names[b]][one, other] += count
    return tuple(
        JudgeAgreement(
            a,
            b,
            wilson(sum(n for (x, y), n in pairs.items() if x == y), pairs.total()),
            _defined(cohen_kappa(pairs)),
        )
        for (a, b), pairs in sorted(met.items())
    )


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value


def _longer(decisions: Decisions, lengths: Mapping[int, int]) -> Rate:
    entries = np.array(sorted(lengths), dtype=np.int64)
    of = np.array([lengths[entry] for entry in entries.tolist()], dtype=np.int64)
    first, second = (of[np.searchsorted(entries, side)] for side in (decisions.first, decisions.second))
    return longer_wins(first, second, decisions.winner)
