"""Judges as measured, and how news of them and of their cost look."""

import math
from collections.abc import Sequence
from decimal import Decimal

from bot.judging.statistics import Rate
from bot.questions.judge_reports import JudgeReport, Judges
from handlers import ids
from handlers.blocks import parts, strings
from handlers.blocks.parts import Block, Message
from handlers.blocks.questions import Answer, Frame
from handlers.blocks.tables import Cell, Number, table

NOT_MEASURED = "–"

ASKED_AGAIN = "The judge is asked again from now on."


def paused(judge: str, reason: str, command: str, *, lasts: bool) -> Message:
    """A direct message to those who can mend it: which judge was paused, why, and the way back."""
    name = parts.escape(judge)
    if not lasts:
        return parts.message(f"{name} plays again.", [parts.section(f"*{name}* was paused and plays again.")])
    blocks: list[Block] = [
        parts.section(f":warning: *{name}* is paused: {parts.escape(reason)}"),
        parts.section(
            "It is asked nothing until somebody resumes it; tournaments and assessments that need it wait. Mend its "
            f"key, credit or name in the settings, then resume it. `{command} judges` shows every judge."
        ),
        parts.actions(
            parts.button("Resume it", *ids.RESUME_JUDGE.carry(ids.OfJudge(judge)), style="primary")
        ),
    ]
    return parts.message(f"The judge {name} is paused: {parts.escape(reason)}", blocks)


def budget(league: str, tournament: int | None, spent: Decimal, cap: Decimal, command: str) -> Message:
    """A budget of which 80 % are spent, and what happens at its end."""
    share = strings.percent(float(spent / cap)) if cap else strings.percent(1.0)
    whose = f"{league}'s month" if tournament is None else f"Tournament {tournament} of {league}"
    said = f"{whose} has spent {strings.money(spent)} of {strings.money(cap)} ({share})."
    rest = (
        "At the cap paid calls stop and tournaments pause until an owner raises it in the settings."
        if tournament is None
        else "At the end of its budget it pauses; an owner or admin can then let it go on."
    )
    return parts.message(
        parts.escape(said),
        [
            parts.section(f":coin: {parts.escape(said)}"),
            parts.context(f"{rest} `{command} cost` shows more."),
        ],
    )


def warning(league: str, judge: str, sentence: str, command: str) -> Message:
    """A judge that goes by the order shown."""
    said = f"{parts.escape(judge)} {parts.escape(sentence)}"
    rest = (
        "Its verdicts keep counting; a judge's bias is estimated and taken out of the ratings once there is data. "
        f"`{command} judges` shows every figure; consider another judge for {parts.escape(league)}."
    )
    return parts.message(
        f"A judge goes by the order shown: {said}.",
        [parts.section(f":warning: *{said}.*"), parts.context(rest)],
    )


COLUMNS = (
    "Judge", "Calls", "Without an answer", "Draws", "First shown wins", "Same in both orders", "With the team",
    "κ with the others", "Discrimination", "Bias", "Median time", "Cost", "State",
)  # fmt: skip
LEGEND = (
    "In brackets the 95 % interval and of how many. “First shown wins” is 50 % without bias. Discrimination (1 is the "
    "mean) and bias (in logits, towards the first shown) come from the fit, once two judges have enough matches. "
    "κ (of two judges) and α (of all) measure agreement beyond chance: 1 is always, 0 no more than chance."
)


def judges_answer(found: Judges, page: ids.Page) -> Answer:
    """Each judge as measured, how judges agree, and how their verdicts hang together."""
    name = f"Judges of {found.name}"
    blocks: list[Block] = [parts.header(name)]
    if not found.judges:
        blocks.append(parts.section("No match has been judged here yet."))
    else:
        blocks.append(table(COLUMNS, [_row(judge) for judge in found.judges], name))
        blocks.append(parts.context(LEGEND))
    blocks += [
        parts.section(f":warning: *{parts.escape(judge.judge)}* {parts.escape(sentence)}.")
        for judge in found.judges
        for sentence in judge.warnings
    ]
    lines = [
        f"{parts.escape(pair.a)} and {parts.escape(pair.b)}: {_rate(pair.same)} the same"
        + ("" if pair.kappa is None else f", κ = {pair.kappa:.2f}")
        for pair in found.agreements
    ]
    if found.alpha is not None:
        lines.append(f"All judges together: Krippendorff's α = {found.alpha:.2f}")
    if lines:
        blocks.append(parts.section("*Where judges decided the same pair*\n" + "\n".join(lines)))
    if facts := _facts(found):
        blocks.append(parts.section("*How the verdicts hang together*\n" + "\n".join(facts)))
    if any(judge.judge == "offline" for judge in found.judges):
        blocks.append(parts.context(f"offline: {strings.OFFLINE}"))
    said = ", ".join(f"{judge.judge} {judge.verdicts:,}" for judge in found.judges)
    return Answer(
        parts.escape(f"{name}: {said}" if said else f"{name}: none has judged yet"),
        tuple(blocks),
        Frame(page),
    )


def _row(judge: JudgeReport) -> Sequence[Cell]:
    estimate = judge.estimate
    return (
        judge.judge,
        Number(judge.calls, f"{judge.calls:,}"),
        Number(judge.failures, f"{judge.failures:,}"),
        _rate(judge.draws),
        _rate(judge.first_shown),
        _rate(judge.consistent),
        _rate(judge.with_team),
        NOT_MEASURED if judge.kappa is None else f"{judge.kappa:.2f}",
        NOT_MEASURED
        if estimate is None
        else f"{estimate.discrimination:.2f} ± {1.96 * estimate.discrimination_stderr:.2f}",
        NOT_MEASURED if estimate is None else f"{estimate.bias:+.2f} ± {1.96 * estimate.bias_stderr:.2f}",
        f"{judge.latency_ms / 1000:.1f} s",
        strings.money(judge.cost),
        f"paused: {judge.paused}" if judge.paused else "plays",
    )


def _facts(found: Judges) -> list[str]:
    facts = []
    if found.cycles.triads:
        expected = found.cycles.expected
        against = "" if math.isnan(expected) else f"; the ratings predict {strings.percent(expected)}"
        facts.append(
            f"Circles (A beats B, B beats C, C beats A): {strings.percent(found.cycles.share)} of "
            f"{strings.count(found.cycles.triads, 'triad')}{against}"
        )
    if found.longer.of:
        facts.append(f"The paper with the longer abstract won: {_rate(found.longer)}")
    return facts


def _rate(rate: Rate) -> str:
    if not rate.of:
        return NOT_MEASURED
    return f"{strings.percent(rate.value)} ({strings.percent(rate.low)}–{strings.percent(rate.high)} of {rate.of:,})"
