"""Runs a judge's exam a few questions at a time, and records answers and cost."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.judges.errors import JudgeAnswerError
from bot.judges.exams.exam_questions import exam_questions
from bot.judges.interface import Judge, Usage, Winner
from bot.judges.llm.judge_faults import usage_of
from storage.errors import JudgeError

CHUNK = 8
"""Number of questions asked at a time."""


@dataclass(frozen=True, slots=True)
class ExamAnswers:
    """Answers by question number (None: the judge gave none); `error` says why other questions weren't asked."""

    answers: Mapping[int, Winner | None]
    model: str
    usage: Usage
    error: JudgeError | None


def next_questions(answers: Mapping[int, Winner | None]) -> tuple[int, ...]:
    """Return the numbers of the exam's next unanswered questions, in order, at most `CHUNK`."""
    return tuple(place for place in range(len(exam_questions())) if place not in answers)[:CHUNK]


def worst_of(judge: Judge, places: Sequence[int]) -> Decimal | None:
    """Return the highest possible cost of these questions in USD, or None if the model's price is unknown."""
    questions = exam_questions()
    total = Decimal(0)
    for place in places:
        worst = judge.worst_compare(questions[place].first, questions[place].second, None)
        if worst is None:
            return None
        total += worst
    return total


async def ask_questions(judge: Judge, places: Sequence[int]) -> ExamAnswers:
    """Ask a judge these questions of its exam, all at once; return its answers.

    If it can't be asked now (busy, paused), some stay unanswered, with the error.
    """
    questions = exam_questions()
    outcomes = await asyncio.gather(
        *(
            judge.compare(
                questions[place].first, questions[place].second, purpose=None, nonce=f"exam:{place}"
            )
            for place in places
        ),
        return_exceptions=True,
    )
    answers: dict[int, Winner | None] = {}
    usage, model, error = Usage(), "", None
    for place, outcome in zip(places, outcomes, strict=True):
        if isinstance(outcome, JudgeError):
            usage += usage_of(outcome)
            if isinstance(outcome, JudgeAnswerError) and not outcome.again:
                answers[place] = None
            else:
                error = outcome
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            usage += outcome.usage
            model = outcome.model
            answers[place] = outcome.winner
    return ExamAnswers(answers, model, usage, error)
