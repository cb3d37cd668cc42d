"""Measures how much the order of the papers influences a league's judges, and warns if it is too much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.judges.order_statistics import Rate, warnings, wilson
from bot.judges.recorded_judge import RECORDED
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.matches import verdict_statistics
from storage.work import outbox


@dataclass(frozen=True, slots=True)
class OrderEffect:
    """Effect of the order on a judge: how often the paper shown first won, and how often both orders agreed."""

    first_shown: Rate
    consistent: Rate

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about an effect that is too strong; each begins with a verb."""
        return warnings(self.first_shown, self.consistent)


async def order_effects(
    session: Transaction, league: int, counts: Sequence[verdict_statistics.JudgeCounts]
) -> Mapping[str, OrderEffect]:
    """Return the order effects by judge, from a league's verdicts; `counts` are its judges' counted verdicts."""
    swaps = await verdict_statistics.agreement_of_swaps(session, league)
    none = verdict_statistics.SameVerdicts(0, 0)
    return {
        one.judge: OrderEffect(
            wilson(one.first_shown, one.verdicts - one.draws),
            wilson(swaps.get(one.judge, none).same, swaps.get(one.judge, none).of),
        )
        for one in counts
    }


async def warn(session: Transaction, league: int, now: datetime) -> None:
    """Warn the league's channel about judges influenced by the order, once per judge and kind of problem."""
    counts = await verdict_statistics.counts_of_judges(session, league)
    channel = (await league_rows.get(session, league)).channel
    for judge, effect in (await order_effects(session, league, counts)).items():
        if judge.startswith(RECORDED):  # written down once: the order of our match moved nobody
            continue
        for sentence in effect.warnings:
            key = f"judge-warning:{league}:{judge}:{' '.join(sentence.split()[:5])}"
            if not await outbox.is_wanted(session, channel, key):
                await outbox.want(
                    session,
                    channel=channel,
                    key=key,
                    kind="judge_warning",
                    about_id=league,
                    options={"judge": judge, "warning": sentence},
                    now=now,
                )
