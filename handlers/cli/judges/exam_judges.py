"""A judge's exam run from a terminal: show the price, ask the questions, count and store the answers."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal

from bot.judges.exams.exam_questions import exam_questions, exam_version
from bot.judges.exams.exam_results import ExamResult, exam_result
from bot.judges.exams.sitting import ask_questions, next_questions, worst_of
from bot.judges.interface import Judge, Usage, Winner
from bot.matches.judge_exams import is_examined, tell_of_exam, written_answers
from bot.settings import Settings
from handlers.cli.judges.try_judges import judging
from handlers.judges.judges_view import exam_lines
from storage.database.backup import file_of
from storage.database.engine import Database
from storage.errors import BadRequestError
from storage.matches import exam_rows
from storage.migrations import running
from storage.workspaces import workspace_rows

NUMBER = len(exam_questions())
"""Number of questions in an exam."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A judge's exam that was run: its answers by question number, the result, and the cost in USD."""

    judge: str
    model: str
    answers: dict[int, Winner | None]
    result: ExamResult
    usage: Usage

    def as_text(self) -> str:
        """Return the result in a few lines of text."""
        verdict = (
            "passed: its verdicts count" if self.result.passes else "did not pass: its verdicts don't count"
        )
        return "\n".join(
            [f"{self.judge} {verdict}.", *exam_lines(self.result), f"It cost {self.usage.cost_usd:.4f} USD."]
        )

    def as_json(self) -> str:
        """Return the result and all answers as JSON."""
        questions = exam_questions()
        return json.dumps(
            {
                "judge": self.judge,
                "model": self.model,
                "exam": exam_version(),
                "passed": self.result.passes,
                **asdict(self.result),
                "cost_usd": str(self.usage.cost_usd),
                "answers": [
                    {
                        "question": questions[place].pair,
                        "answer": winner,
                        "right": sorted(questions[place].right),
                    }
                    for place, winner in sorted(self.answers.items())
                ],
            },
            indent=2,
        )


@asynccontextmanager
async def open_examined(settings: Settings, name: str) -> AsyncIterator[Judge]:
    """Open the judge with this name. Raises `SettingsError`, or `BadRequestError` if it isn't a language model."""
    async with judging(settings, name) as judge:
        if not is_examined(judge):
            raise BadRequestError(f"{name} isn't a language model, so it has no exam.")
        yield judge


async def price(settings: Settings, name: str) -> Decimal | None:
    """Return the highest possible cost of the exam in USD, or None if the model's price isn't known."""
    async with open_examined(settings, name) as judge:
        return worst_of(judge, range(NUMBER))


async def sit(settings: Settings, name: str, progress: Callable[[int], None]) -> Sitting:
    """Run a judge's exam and return its answers, result and cost.

    `progress` is called with each number of answers so far. Raises `JudgeError` if the judge fails.
    """
    answers: dict[int, Winner | None] = {}
    usage, model = Usage(), ""
    async with open_examined(settings, name) as judge:
        while places := next_questions(answers):
            part = await ask_questions(judge, places)
            answers.update(part.answers)
            usage, model = usage + part.usage, part.model or model
            if part.error is not None:
                raise part.error
            progress(len(answers))
    return Sitting(name, model, answers, exam_result(answers), usage)


async def store_result(settings: Settings, sitting: Sitting) -> int:
    """Store the result in every workspace of the database; return in how many (0 without a database)."""
    if settings.on_sqlite and not file_of(settings.database_url).exists():
        return 0
    database = Database(settings.database_url)
    try:
        await running.check(database)
        async with database.reading(None) as session:
            live = await workspace_rows.all_live(session)
        for workspace in live:
            now = datetime.now(UTC)
            async with database.transaction(workspace) as session:
                exam = await exam_rows.record(
                    session,
                    sitting.judge,
                    exam_version(),
                    model=sitting.model,
                    answers=written_answers(sitting.answers),
                    result=sitting.result.as_json(),
                    passed=sitting.result.passes,
                    cost=sitting.usage.cost_usd,
                    now=now,
                )
                await tell_of_exam(session, exam, now)
    finally:
        await database.close()
    return len(live)
