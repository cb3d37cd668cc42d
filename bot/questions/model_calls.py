"""Makes one small paid call of a model for a person's question: within the cap, reserved and counted."""

import zlib
from datetime import timedelta

from bot.judges.llm.replies.answers import FilledForm, Form, FormContent
from bot.judges.prompts import Prompt
from bot.spending.small_calls import ask_cheapest
from bot.work.runtime import Runtime
from storage import spending
from storage.errors import TooManyQuestionsError
from storage.leagues import league_rows

KIND = "question"
MOST_A_DAY = 50
"""How many paid questions a person may ask per day; questions understood by rules alone aren't counted."""
DAY = timedelta(days=1)


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
    return await ask_cheapest(runtime, workspace, league, KIND, about, prompt, form)
