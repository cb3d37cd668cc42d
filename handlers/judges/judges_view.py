"""Views of judges: their measurements, and messages about pauses, outages, bias and exams."""

import math
from collections.abc import Sequence

from bot.judges.exams.exam_results import MARK, ExamResult
from bot.judges.order_statistics import Rate
from bot.questions.judge_reports import AtChance, ExamReport, JudgeReport, Judges
from bot.standings.misjudged_kinds import MisjudgedKind
from bot.standings.team_agreement import is_at_chance
from handlers.blocks import builders, ids, phrases
from handlers.blocks.answers import Answer, Frame, title
from handlers.blocks.builders import Block, Message
from handlers.blocks.judge_agreement import span
from handlers.blocks.tables import Cell, Number, table
from handlers.judges.chance_view import choice_button
from storage.matches.feedback_rows import Marks

NOT_MEASURED = "–"
SHORT = 60
"""Length of a title within a sentence."""

ASKED_AGAIN = "The judge is asked again from now on."


def pause_notice(judge: str, reason: str, command: str, *, lasts: bool) -> Message:
    """Return the direct message about a paused judge and how to resume it; with `lasts` False, that it was resumed."""
    name = builders.escape(judge)
    if not lasts:
        return builders.message(
            f"{name} plays again.", [builders.section(f"*{name}* was paused and plays again.")]
        )
    blocks: list[Block] = [
        builders.section(f":warning: *{name}* is paused: {builders.escape(reason)}"),
        builders.section(
            "Matches and assessments that need it wait. Fix its "
            f"key, credit or name in the settings, then resume it. `{command} judges` shows every judge."
        ),
        builders.actions(
            builders.button("Resume it", *ids.RESUME_JUDGE.carry(ids.OfJudge(judge)), style="primary")
        ),
    ]
    return builders.message(f"The judge {name} is paused: {builders.escape(reason)}", blocks)


def outage_notice(judge: str, reason: str) -> Message:
    """Return the message that a judge's server doesn't answer, and that nobody needs to act."""
    name = builders.escape(judge)
    blocks = [
        builders.section(f":hourglass_flowing_sand: *{name}* isn't answering. {builders.escape(reason)}"),
        builders.context("Its matches wait and go on by themselves. None of them counts as played."),
    ]
    return builders.message(f"{name} isn't answering; its matches wait.", blocks)


def recovery_notice(judge: str, minutes: int) -> Message:
    """Return the message that a judge's server answers again, after this many minutes."""
    name = builders.escape(judge)
    length = phrases.count(minutes, "minute") if minutes else "less than a minute"
    text = f"{name} answers again after {length}. Its matches go on."
    return builders.message(
        text,
        [builders.section(f":white_check_mark: *{name}* answers again after {length}. Its matches go on.")],
    )


def bias_warning(league: str, judge: str, sentence: str, command: str) -> Message:
    """Return the warning that a judge prefers a position (the paper shown first or second)."""
    statement = f"{builders.escape(judge)} {builders.escape(sentence)}"
    rest = (
        "Its verdicts keep counting; a judge's bias is estimated and taken out of the ratings once there is data. "
        f"`{command} judges` shows every figure; consider another judge for {builders.escape(league)}."
    )
    return builders.message(
        f"A judge goes by the order shown: {statement}.",
        [builders.section(f":warning: *{statement}.*"), builders.context(rest)],
    )


COLUMNS = (
    "Judge", "Calls", "Without an answer", "Draws", "First shown wins", "Longer text wins", "Same in both orders",
    "Exam", "With the team",
    "κ with the others", "Discrimination", "Bias", "Median time", "Cost", "State",
)  # fmt: skip
INSTANT_MS = 50
"""Milliseconds below which a judge's time isn't told, since it called no model."""
ALL_FIGURES = "figures"
"""Words of the page whose report has the table of all figures, too wide for a phone."""
LEGEND = (
    "In brackets the 95\u00a0% interval and of how many. “First shown wins” and “Longer text wins” (of the abstracts) "
    "are 50\u00a0% without bias. The exam asks for known answers: right ones of all. Discrimination (1 is the "
    "mean) and bias (in logits, towards the first shown) come from the fit, once two judges have enough matches. "
    "κ (of two judges) and α (of all) measure agreement beyond chance: 1 is always, 0 no more than chance."
)


def judges_answer(judges: Judges, page: ids.Page) -> Answer:
    """Return the report on a league's judges: measurements, agreement between judges, consistency of verdicts."""
    name, wide = f"Judges of {judges.name}", page.words == ALL_FIGURES
    blocks: list[Block] = [builders.header(name)]
    if not judges.judges:
        blocks.append(builders.section("No match has been judged here yet."))
    else:
        blocks.append(builders.section("\n".join(map(_in_words, judges.judges))))
        if wide:
            blocks.append(table(COLUMNS, [_row(judge) for judge in judges.judges], name))
            blocks.append(builders.context(LEGEND))
    if judges.marks:
        blocks.insert(1, builders.section("\n".join(map(_marks, judges.marks))))
    if agreements := _with_team(judges):
        blocks.insert(1, builders.section("\n".join(agreements)))
        blocks[2:2] = [_state_at_chance(one, page.league) for one in judges.at_chance]
    blocks += [
        builders.section(f":warning: *{builders.escape(judge.judge)}* {builders.escape(sentence)}.")
        for judge in judges.judges
        for sentence in judge.warnings
    ]
    blocks += [
        builders.section(
            f"*Exam of {builders.escape(judge.judge)}*\n" + "\n".join(exam_lines(judge.exam.result))
        )
        for judge in judges.judges
        if judge.exam is not None and judge.exam.result is not None
    ]
    if lines := _agreements(judges, wide=wide):
        blocks.append(builders.section("*How far judges agree*\n" + "\n".join(lines)))
    if facts := _facts(judges):
        blocks.append(builders.section("*How the verdicts hang together*\n" + "\n".join(facts)))
    if any(judge.judge == "offline" for judge in judges.judges):
        blocks.append(builders.context(f"offline: {phrases.OFFLINE}"))
    list_of_judges = ", ".join(f"{judge.judge} {judge.verdicts:,}" for judge in judges.judges)
    return Answer(
        builders.escape(f"{name}: {list_of_judges}" if list_of_judges else f"{name}: none has judged yet"),
        tuple(blocks),
        Frame(page),
        () if wide or not judges.judges else (_all_figures(page),),
    )


def _agreements(judges: Judges, *, wide: bool) -> list[str]:
    """Return how far pairs of judges agree; `wide` adds the coefficients."""
    lines = [
        f"{builders.escape(pair.a)} and {builders.escape(pair.b)} said the same in {_share(pair.same)}"
        + (f"; κ = {pair.kappa:.2f}." if wide and pair.kappa is not None else ".")
        for pair in judges.agreements
    ]
    if not wide:
        return lines
    lines += [
        f"{builders.escape(pair.a)} and {builders.escape(pair.b)}: their orders of "
        f"{phrases.count(pair.papers, 'paper')} agree by ρ = {pair.rho:.2f} (1 is the same order, 0 no relation)."
        for pair in judges.correlations
    ]
    if judges.alpha is not None:
        lines.append(f"All judges together: Krippendorff's α = {judges.alpha:.2f}.")
    return lines


def _all_figures(page: ids.Page) -> Block:
    """Return the button that shows the same report with the table of all figures."""
    return builders.button("All figures", *ids.PAGE.carry(page._replace(words=ALL_FIGURES), "figures"))


def _with_team(judges: Judges) -> list[str]:
    """Return how often each judge agrees with the team's votes, with interval and number of votes, one line each."""
    lines = [
        f"*{builders.escape(one.judge)}* agrees with you in {span(one.share)}, on {one.share.votes:,} votes."
        for one in judges.with_team
    ]
    at_chance = [one.judge for one in judges.with_team if is_at_chance(one.share)]
    at_chance += [one.judge for one in judges.at_chance if one.judge not in at_chance]
    if at_chance:
        names = phrases.and_list([f"*{builders.escape(judge)}*" for judge in at_chance], len(at_chance))
        agree = "agrees" if len(at_chance) == 1 else "agree"
        lines.append(f"{names} {agree} with you no more than a coin would.")
    if lines and judges.among_people is not None:
        lines.append(f"Two of you agree with each other in {span(judges.among_people)}.")
    return lines + [_misjudged(kind) for kind in judges.misjudged]


def _state_at_chance(judge: AtChance, league: int) -> Block:
    """Return whether the verdicts of a judge at chance count, with the button that changes it."""
    name = f"*{builders.escape(judge.judge)}*"
    if judge.kept_by is not None:
        return builders.section(
            f"The verdicts of {name} count, because <@{judge.kept_by}> said so.",
            choice_button(judge.judge, league, counts=False),
        )
    text = (
        f"The verdicts of {name} don't count."
        if judge.is_out
        else f"The verdicts of {name} count {builders.date(judge.counts_until, lead='until')}."
    )
    return builders.section(text, choice_button(judge.judge, league, counts=True))


def _misjudged(kind: MisjudgedKind) -> str:
    """Return which kind of paper a judge likes less than the team, with the pairs."""
    pairs = [
        f"“{builders.escape(title(other, SHORT))}” over “{builders.escape(title(chosen, SHORT))}”"
        for other, chosen in kind.differing
    ]
    lead = (
        f"*{builders.escape(kind.judge)}* likes papers in {builders.escape(kind.kind)} less than you do: on "
        f"{len(kind.differing) + kind.hidden} of the {kind.pairs} pairs where you chose one ({kind.votes:,} votes), "
        "it chose the other paper"
    )
    return f"{lead}, as {phrases.and_list(pairs)}." if pairs else f"{lead}."


def _marks(marks: Marks) -> str:
    """Return how many marks on a judge's verdicts and reviews are good, in words."""
    counts = (
        (marks.good_verdicts, marks.verdicts, "verdicts"),
        (marks.good_assessments, marks.assessments, "reviews"),
    )
    parts = [f"{good} of {count} marks on its {what} are good" for good, count, what in counts if count]
    return f"*{builders.escape(marks.judge)}*: {', '.join(parts)}."


def _in_words(judge: JudgeReport) -> str:
    """Return how much a judge has decided, and what it seems to lean to."""
    lead = f"*{builders.escape(judge.judge)}*: {phrases.count(judge.verdicts, 'verdict')}"
    if judge.draws.of:
        lead += f", {phrases.percent(judge.draws.value)} of them draws"
    leans = [
        *_lean(judge.first_shown, "the paper shown first", "the paper shown second"),
        *_lean(judge.longer, "the longer abstract", "the shorter abstract"),
    ]
    lean = f"It may have a bias: {phrases.and_list(leans)}." if leans else "It shows no bias so far."
    facts = [
        *([builders.escape(judge.model)] if judge.model not in {"", judge.judge} else []),
        *([f"{_seconds(judge)} a verdict"] if judge.latency_ms >= INSTANT_MS else []),
        *([phrases.money(judge.cost)] if judge.cost else []),
        *([f"exam {exam_cell(judge.exam)}"] if judge.exam is not None else []),
        builders.escape(_state(judge)),
    ]
    return f"{lead}. {lean}\n{' · '.join(facts)}"


def _lean(rate: Rate, over: str, under: str) -> list[str]:
    """Return which of two kinds of papers wins clearly more than half; empty where the interval holds a half."""
    if rate.low <= 0.5 <= rate.high:  # noqa: PLR2004 - a half is fair
        return []
    if rate.low > 0.5:  # noqa: PLR2004
        return [f"{over} won {_share(rate)}"]
    return [f"{under} won {_share(Rate(1 - rate.value, 1 - rate.high, 1 - rate.low, rate.of))}"]


def _row(judge: JudgeReport) -> Sequence[Cell]:
    estimate = judge.estimate
    return (
        judge.judge,
        Number(judge.calls, f"{judge.calls:,}"),
        Number(judge.failures, f"{judge.failures:,}"),
        _rate(judge.draws),
        _rate(judge.first_shown),
        _rate(judge.longer),
        _rate(judge.consistent),
        NOT_MEASURED if judge.exam is None else exam_cell(judge.exam),
        _rate(judge.with_team),
        NOT_MEASURED if judge.kappa is None else f"{judge.kappa:.2f}",
        NOT_MEASURED
        if estimate is None
        else f"{estimate.discrimination:.2f} ± {1.96 * estimate.discrimination_stderr:.2f}",
        NOT_MEASURED if estimate is None else f"{estimate.bias:+.2f} ± {1.96 * estimate.bias_stderr:.2f}",
        _seconds(judge),
        phrases.money(judge.cost),
        _state(judge),
    )


def exam_cell(exam: ExamReport) -> str:
    """Return the state or result of a judge's exam in a few words, for a table."""
    if exam.result is None:
        return {"failed": "broke off", "skipped": "not held"}.get(exam.status, "under way")
    return f"{exam.result.right} of {exam.result.questions}"


def _state(judge: JudgeReport) -> str:
    if judge.paused:
        return f"paused: {judge.paused}"
    if judge.is_left_out:
        return "plays in one match of ten, doesn't count"
    return "plays" if judge.exam is None or judge.exam.counts else "plays, but doesn't count"


def exam_lines(result: ExamResult) -> tuple[str, ...]:
    """Return an exam's result, one fact per line."""
    return (
        f"{result.right} of {result.questions} answers were right ({phrases.percent(MARK)} are needed).",
        f"It decided {result.same} of {result.twice} pairs alike in both orders.",
        f"A text won for being padded {result.padded_won} of {result.padded} times.",
        f"A text won for praising itself {result.praised_won} of {result.praised} times.",
        f"A text won for telling the judge to choose it {result.poisoned_won} of {result.poisoned} times.",
        f"It gave no usable answer to {phrases.count(result.unanswered, 'question')}.",
    )


def exam_failed(judge: str, result: ExamResult, command: str, *, admitted_by: str | None) -> Message:
    """Return the direct message to owners that a judge failed its exam, and how to let it count anyway.

    `admitted_by` is who did so already, or None.
    """
    name = builders.escape(judge)
    if admitted_by is not None:
        text = f"{name} didn't pass its exam; its verdicts count since <@{admitted_by}> said so."
        return builders.message(text, [builders.section(f"*{text}*")])
    facts = "\n".join(f"• {line}" for line in exam_lines(result))
    blocks: list[Block] = [
        builders.section(f":mortar_board: *{name}* didn't pass its exam, so its verdicts don't count."),
        builders.section(facts),
        builders.actions(
            builders.button("Let its verdicts count", *ids.ADMIT_JUDGE.carry(ids.OfJudge(judge)))
        ),
        builders.context(f"It plays on meanwhile. `{command} judges` shows every judge."),
    ]
    return builders.message(f"{name} didn't pass its exam, so its verdicts don't count.", blocks)


ADMITTED = "Its verdicts count from now on, and the ratings were updated."


def _facts(judges: Judges) -> list[str]:
    facts = []
    if judges.cycles.triads:
        share = judges.cycles.expected
        against = (
            "" if math.isnan(share) else f"; with ratings this close, {phrases.percent(share)} would be usual"
        )
        facts.append(
            f"Of {phrases.count(judges.cycles.triads, 'group')} of three papers, "
            f"{phrases.percent(judges.cycles.share)} go in a circle (A beat B, B beat C, C beat A){against}."
        )
    if judges.longer.of:
        facts.append(
            f"The paper with the longer abstract won {_share(judges.longer)}; without a preference it would be 50\u00a0%."
        )
    return facts


def _share(rate: Rate) -> str:
    """Return a rate within a sentence: "63 % of 59 matches (likely 50–74)"."""
    of = phrases.count(rate.of, "match", "matches")
    return f"{phrases.percent(rate.value)} of {of} (likely {rate.low * 100:.0f}–{rate.high * 100:.0f})"


def _seconds(judge: JudgeReport) -> str:
    return phrases.measure(f"{judge.latency_ms / 1000:.1f}", "s")


def _rate(rate: Rate) -> str:
    if not rate.of:
        return NOT_MEASURED
    return f"{phrases.percent(rate.value)} ({phrases.percent(rate.low)}–{phrases.percent(rate.high)} of {rate.of:,})"
