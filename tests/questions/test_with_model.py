"""How many sentences are answered right with a model: rules first, then what a model chooses.

With a real model: `PAPERBOUT_TEST_MODEL=openai:gpt-5-nano OPENAI_API_KEY=… pytest -n 0 -m "" -k nine_tenths`.
One small call for each sentence that rules don't understand; the share is printed (`-rP`) and must reach nine tenths.
"""

import asyncio
import csv
import os
from decimal import Decimal

import pytest

from bot.judges.factory import close_judges, open_judge
from bot.judges.llm.providers import providers
from bot.judges.llm.replies.command_choice import NONE, CommandChoice
from bot.spending.small_calls import Answerer
from handlers.features import COMMANDS
from handlers.slack.words.model_choice import choice_asked
from storage.errors import JudgeError
from tests.judges.fault_server import serving
from tests.questions.test_intents import PERSONAS, does
from tests.questions.test_understanding import ATTENTION, SHELF, conversation

MODEL = "PAPERBOUT_TEST_MODEL"
"""Variable that names the model to measure with, as in the settings; the key is its provider's usual variable."""
BAR = 0.9
AT_ONCE = 8
UNKNOWN = "?"


async def choice(judge: Answerer, sentence: str, thread: bool) -> str:
    """Return the command and words that a model chooses for a sentence, as `conversation` writes them."""
    discussed = (ATTENTION,) if thread else ()
    entries, prompt, form = choice_asked(sentence, (), SHELF, discussed, COMMANDS, nonce="measured")
    try:
        chosen: CommandChoice = (await judge.fill(prompt, form)).content
    except JudgeError:
        return UNKNOWN
    if chosen.command == NONE:
        return UNKNOWN
    papers = " | ".join(f"entry:{entries[place]}" for place in chosen.papers)
    return f"{chosen.command} {papers or chosen.words}".strip()


async def shares(judge: Answerer) -> tuple[float, float]:
    """Return the shares of the persons' sentences that are answered right by rules alone, and with the model."""
    with PERSONAS.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    slots = asyncio.Semaphore(AT_ONCE)

    async def answered(row: dict[str, str]) -> tuple[bool, bool]:
        thread = row["where"] == "thread"
        answer = conversation(row["sentence"], thread)
        by_rules = does(answer, row["answers"])
        if answer != UNKNOWN:
            return by_rules, by_rules
        async with slots:
            return by_rules, does(await choice(judge, row["sentence"], thread), row["answers"])

    told = await asyncio.gather(*map(answered, rows))
    return sum(by_rules for by_rules, _ in told) / len(told), sum(right for _, right in told) / len(told)


async def test_what_a_model_chooses_counts_only_where_rules_understand_nothing() -> None:
    async with serving("good") as server:
        server.answer = {"command": "new", "papers": [], "words": "7d"}
        judge = open_judge(f"openai:fake@{server.url}", keys={}, price_per_mtok=Decimal(1))
        assert isinstance(judge, Answerer)
        assert await choice(judge, "gibt es denn etwas neues hier", thread=False) == "new 7d"
        asked = len(server.requests)
        by_rules, _with_model = await shares(judge)
        assert by_rules > 0.8
        assert 0 < len(server.requests) - asked < 60
        await close_judges([judge])


@pytest.mark.slow
@pytest.mark.enable_socket
async def test_nine_tenths_are_answered_right_with_the_model_that_is_set() -> None:
    name = os.environ.get(MODEL)
    if not name:
        pytest.skip(f"no {MODEL} is set: name a model to measure with, and its provider's key")
    variables = {variable for provider in providers().values() for variable in provider.keys}
    judge = open_judge(name, keys={each: os.environ[each] for each in variables if each in os.environ})
    assert isinstance(judge, Answerer), f"{name} answers no questions"
    by_rules, with_model = await shares(judge)
    await close_judges([judge])
    print(f"{name}: {with_model:.1%} answered right; by rules alone {by_rules:.1%}")
    assert with_model >= BAR
