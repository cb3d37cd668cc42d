"""Makes one small paid call of a model for a person's question: within the cap, reserved and counted."""

import zlib
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Protocol, runtime_checkable

from bot.judges.interface import Judge
from bot.judges.llm.replies.answers import FilledForm, Form, FormContent
from bot.judges.prompts import Prompt
from bot.spending.paid_calls import Bill, make_paid_call, reserve
from bot.work.runtime import Runtime
from storage import spending
from storage.errors import TooManyQuestionsError
from storage.leagues import league_rows

KIND = "question"
MOST_A_DAY = 50
"""How many paid questions a person may ask per day; questions understood by rules alone aren't counted."""
DAY = timedelta(days=1)


@runtime_checkable
class Answerer(Protocol):
    """A model that fills in any form; `bot.judges.llm.model_judge.ModelJudge` is the real one."""

    @property
    def name(self) -> str:
        """Name of the model in the settings."""
        ...

    async def fill(self, prompt: Prompt, form: Form[FormContent]) -> FilledForm[FormContent]:
        """Return the model's answer to a prompt in this form. Raises `JudgeError`."""
        ...

    def worst_fill(self, prompt: Prompt, form: Form[FormContent]) -> Decimal | None:
        """Return the highest possible cost of `fill` in USD, or None if the price is unknown."""
        ...


def answerers(judges: Mapping[str, Judge]) -> list[Answerer]:
    """Return the configured models that can be asked anything, in the order of the settings."""
    return [judge for judge in judges.values() if isinstance(judge, Answerer)]


async def ask_model(
    runtime: Runtime, workspace: str, league: int, user: str, prompt: Prompt, form: Form[FormContent]
) -> FilledForm[FormContent] | None:
    """Ask the cheapest model that isn't paused; its cost counts against the league's month.

    None if no model is configured or the league rests. Raises `BudgetError` if the cap doesn't allow the call (or nobody
    has seen its price), `TooManyQuestionsError` if the person has asked as many today as one may, `JudgeError` if the
    model gave no usable answer.
    """
    # A person asks one thing at a time: what a process that died had reserved for them is settled by their next question.
    about = zlib.crc32(f"{workspace}:{user}".encode()) & 0x7FFFFFFF
    async with runtime.database.reading(workspace) as session:
        if (await league_rows.get(session, league)).closed_at is not None:
            return None
        if await spending.count_calls(session, KIND, about, runtime.time.now() - DAY) >= MOST_A_DAY:
            raise TooManyQuestionsError(
                f"You have asked {MOST_A_DAY} questions that need a model in the last 24 hours, and more cost too much. "
                f"Commands still work: see `{runtime.settings.rank_command} help`."
            )
        paused = await spending.paused_judges(session)
    models = [model for model in answerers(runtime.judges) if model.name not in paused]
    prices = {model.name: model.worst_fill(prompt, form) for model in models}
    priced = [model for model in models if prices[model.name] is not None]
    model = min(priced or models, key=lambda each: prices[each.name] or Decimal(0), default=None)
    if model is None:
        return None
    bill = Bill(workspace, league, None, KIND, about, model.name)
    async with runtime.database.transaction(workspace) as session:
        reservation = await reserve(session, bill, prices[model.name], runtime.time.now())
    answer, settle = await make_paid_call(
        runtime, bill, prices[model.name], partial(model.fill, prompt, form), reservation
    )
    async with runtime.database.transaction(workspace) as session:
        await settle(session)
    runtime.settlements.tell(workspace)
    return answer
