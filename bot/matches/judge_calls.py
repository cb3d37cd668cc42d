"""Makes one call of a judge: shows both papers in one order, pays, and stores the verdict."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.judges.interface import Flag, Judge, PaperText, VerdictAnswer, thrifty_form_of
from bot.judges.llm.judge_specs import family_of
from bot.matches.assessments_shown import choose_assessors
from bot.matches.opinions import in_match_order
from bot.papers.text import rationale_text
from bot.spending.paid_calls import Bill, Reservation, make_paid_call
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.entries.entry_rows import Readable
from storage.errors import BudgetError
from storage.matches import verdict_rows
from storage.tables import League, Match


@dataclass(frozen=True, slots=True)
class Task:
    """A match that a judge is to decide: the judge, both papers' texts, and which verdicts are stored already."""

    match: Match
    league: League
    judge: Judge
    first: entry_rows.Readable
    second: entry_rows.Readable
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShownPapers:
    """Both papers as shown to a judge, in the match's own order, and the authors of the assessments in them."""

    first: PaperText
    second: PaperText
    first_assessor: str | None
    second_assessor: str | None


def shown_papers(judge: Judge, first: Readable, second: Readable, turn: int) -> ShownPapers:
    """Return both papers with the assessments that this judge may see.

    The same `turn` chooses the same assessments.
    """
    reviews = [
        {name: text for name, text in of.assessments if family_of(name) != "offline"}
        for of in (first, second)
    ]
    families = {name: family_of(name) for by_name in reviews for name in by_name}
    one, other = choose_assessors(judge.family, list(reviews[0]), list(reviews[1]), families, turn)
    return ShownPapers(
        _text(first, reviews[0].get(one or "")), _text(second, reviews[1].get(other or "")), one, other
    )


def _text(of: Readable, assessment: str | None) -> PaperText:
    return PaperText(of.canonical, of.title, of.abstract, assessment=assessment, rating=of.rating)


@dataclass(frozen=True, slots=True)
class JudgeCall:
    """A call to a judge that is about to be made: papers and their order, kind of verdict, and bill."""

    task: Task
    kind: str
    swapped: bool
    pair: ShownPapers
    bill: Bill

    @property
    def papers(self) -> tuple[PaperText, PaperText]:
        """Both papers, in the order in which the judge sees them."""
        one, other = self.pair.first, self.pair.second
        return (other, one) if self.swapped else (one, other)

    def worst(self) -> Decimal | None:
        """Return the highest possible cost of the call in USD, or None if the price is unknown."""
        return self.task.judge.worst_compare(*self.papers, self.task.league.purpose)

    def thrifty(self) -> "JudgeCall | None":
        """Return the same call to the judge's thrifty form, for money that a usual call doesn't fit; None without one.

        A match that was tried before has none, so that a call with little room isn't repeated.
        """
        match = self.task.match
        judge = thrifty_form_of(self.task.judge) if match.attempts <= 1 and not match.tried else None
        return None if judge is None else replace(self, task=replace(self.task, judge=judge))


def judge_call(workspace: str, task: Task, kind: str, *, swapped: bool, tournament: int | None) -> JudgeCall:
    """Prepare a call to a match's judge for this kind of verdict, without making it.

    `tournament` pays for it besides the league's month; None: the month alone.
    """
    pair = shown_papers(task.judge, task.first, task.second, task.match.id)
    bill = Bill(workspace, task.league.id, tournament, "match", task.match.id, task.judge.name)
    return JudgeCall(task, kind, swapped, pair, bill)


async def ask_judge(
    runtime: Runtime,
    ask: JudgeCall,
    *,
    reservation: Reservation | None = None,
    then: Callable[[Transaction, str | None], Awaitable[None]] | None = None,
) -> None:
    """Ask the match's judge and store the verdict; `then` runs in the transaction that stores it.

    `then` is given the winner where this is the match's only verdict.

    The call's highest cost is reserved first unless `reservation` is given; if the money left is less, the judge's
    thrifty form is asked. Raises `JudgeError` and `BudgetError`, after storing only the failed call's cost.
    """
    task, match = ask.task, ask.task.match
    try:
        answer, settle = await _paid_answer(runtime, ask, reservation)
    except BudgetError:
        thrifty = ask.thrifty()
        if thrifty is None:
            raise
        answer, settle = await _paid_answer(runtime, thrifty, None)
    async with runtime.database.transaction(ask.bill.workspace) as session:
        now = runtime.time.now()
        await settle(session)
        values = {
            **asked_values(task, ask.pair, swapped=ask.swapped),
            **answer_values(answer, swapped=ask.swapped),
        }
        values["at"] = now
        is_new = await verdict_rows.add_verdict(session, match.id, ask.kind, values)
        if then is not None:
            await then(session, str(values["winner"]) if is_new and not task.kinds else None)
    runtime.settlements.tell(ask.bill.workspace)


async def _paid_answer(
    runtime: Runtime, ask: JudgeCall, reservation: Reservation | None
) -> tuple[VerdictAnswer, Callable[[Transaction], Awaitable[None]]]:
    """Make a call to a judge; returns the answer and a function that settles its cost."""
    task = ask.task

    def call() -> Awaitable[VerdictAnswer]:
        nonce = f"match:{task.match.id}:{ask.kind}"
        return task.judge.compare(*ask.papers, purpose=task.league.purpose, nonce=nonce)

    worst = None if reservation is not None else ask.worst()
    return await make_paid_call(runtime, ask.bill, worst, call, reservation)


def asked_values(task: Task, pair: ShownPapers, *, swapped: bool) -> dict[str, object]:
    """Return what a verdict's row says about how the judge was asked, as values by column."""
    return {
        "judge": task.judge.name,
        "swapped": swapped,
        "purpose_version": task.league.purpose_version,
        "first_version": task.first.version,
        "second_version": task.second.version,
        "first_assessor": pair.first_assessor,
        "second_assessor": pair.second_assessor,
    }


def answer_values(answer: VerdictAnswer, *, swapped: bool) -> dict[str, object]:
    """Convert a judge's answer to columns of a verdict's row, by name.

    Sides are turned into the match's own order if the judge saw the papers swapped.
    """
    criteria = {
        name: better if better == "even" else in_match_order(better, swapped=swapped)
        for name, better in answer.criteria.items()
    }
    return {
        "model": answer.model,
        "winner": in_match_order(answer.winner, swapped=swapped),
        "confidence": answer.confidence,
        "rationale": rationale_text(answer.rationale),
        "criteria": criteria,
        "margin": answer.margin,
        "flags": flag_lines(answer.flags),
        "tokens_in": answer.usage.tokens_in,
        "tokens_out": answer.usage.tokens_out,
        "cost": answer.usage.cost_usd,
        "price_version": answer.usage.price_version,
        "latency_ms": answer.usage.latency_ms,
    }


def flag_lines(flags: Sequence[Flag]) -> list[str]:
    """Return suspicious passages as lines "kind: excerpt", the form in which the database stores them."""
    return [f"{flag.kind}: {flag.excerpt}" for flag in flags]
