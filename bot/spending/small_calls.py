"""Makes one small paid call of the cheapest configured model: within the cap, reserved and counted."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Protocol, runtime_checkable

from bot.judges.interface import Judge
from bot.judges.llm.replies.answers import FilledForm, Form, FormContent
from bot.judges.prompts import Prompt
from bot.spending.paid_calls import Bill, make_paid_call, reserve
from bot.work.runtime import Runtime
from storage import spending


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


async def ask_cheapest(
    runtime: Runtime,
    workspace: str,
    league: int,
    kind: str,
    about: int,
    prompt: Prompt,
    form: Form[FormContent],
    most: Decimal | None = None,
) -> FilledForm[FormContent] | None:
    """Ask the cheapest model that isn't paused; its cost counts against the league's month as `kind`.

    None if no model is configured, or none that surely costs at most `most` USD. Raises `BudgetError` if the cap doesn't
    allow the call (or nobody has seen its price), `JudgeError` if the model gave no usable answer.
    """
    async with runtime.database.reading(workspace) as session:
        paused = await spending.paused_judges(session)
    models = [model for model in answerers(runtime.judges) if model.name not in paused]
    prices = {model.name: model.worst_fill(prompt, form) for model in models}
    priced = [model for model in models if prices[model.name] is not None]
    model = min(priced or models, key=lambda each: prices[each.name] or Decimal(0), default=None)
    if model is None:
        return None
    price = prices[model.name]
    if most is not None and (price is None or price > most):
        return None
    bill = Bill(workspace, league, None, kind, about, model.name)
    async with runtime.database.transaction(workspace) as session:
        reservation = await reserve(session, bill, price, runtime.time.now())
    answer, settle = await make_paid_call(
        runtime, bill, price, partial(model.fill, prompt, form), reservation
    )
    async with runtime.database.transaction(workspace) as session:
        await settle(session)
    runtime.settlements.tell(workspace)
    return answer
