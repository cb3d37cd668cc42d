"""Lets a model choose a command for a sentence that no rule understands; it runs at once only if it just reads."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from bot.judges.llm.replies.answers import Form
from bot.judges.llm.replies.command_choice import (
    NONE,
    CommandChoice,
    ListedPaper,
    command_form,
    command_prompt,
)
from bot.judges.prompts import Prompt
from bot.questions.model_calls import ask_model
from bot.questions.search.paper_mentions import Shelf, tokens_of
from handlers.blocks.builders import Message
from handlers.slack.calls import Call
from handlers.slack.words import conversation_view
from handlers.slack.words.commands import PAPER, VERSUS, Commands, Request
from storage.errors import BudgetError, JudgeError, TooManyQuestionsError

MOST_PAPERS = 40
PATIENCE_S = 20.0
"""Seconds that a person waits for a model to choose a command."""
ASK = "ask"
OF_PAPER = frozenset({PAPER, "history", "why", "sure", "place", "origin", "similar", "assessment", "cite"})
WITH_WORDS = frozenset({"board", "all", "new", "changes", "at", "explain", "log"})
ALONE = frozenset(
    "mine next today votes status disputed upsets gap judges cost how owners following reading help".split()  # noqa: SIM905 - a list of words reads best as words
)
"""Commands that only read, so that they run at once: without words, with words, or about a paper."""

log = structlog.get_logger(__name__)


async def choose_command(
    call: Call, text: str, league: int, shelf: Shelf, discussed: Sequence[int], turns: Sequence[str]
) -> Request | Message | None:
    """Return the command that a model chose, or a button for one that changes something.

    None if no model is configured, none may be paid, it takes too long, or it found no command. A message that says so
    if the person has asked models as often today as one may.
    """
    entries, prompt, form = choice_asked(
        text,
        turns,
        shelf,
        discussed,
        call.services.commands,
        nonce=f"{call.workspace}:{call.message_ts or call.user}",
    )
    asking = asyncio.ensure_future(
        ask_model(call.services.runtime, call.workspace, league, call.user, prompt, form)
    )
    try:
        # A call that takes longer goes on, so that its cost is settled; the person has suggestions meanwhile.
        answer = await asyncio.wait_for(asyncio.shield(asking), PATIENCE_S)
    except TimeoutError:
        asking.add_done_callback(_note_late)
        log.info("slow_model_for_a_sentence", league=league)
        return None
    except TooManyQuestionsError as error:
        return conversation_view.no_model_any_more(error.sentence)
    except (BudgetError, JudgeError) as error:
        log.info("no_model_for_a_sentence", league=league, reason=error.sentence)
        return None
    if answer is None or answer.content.command == NONE:
        return None
    return request_of(
        answer.content, entries, shelf, call.services.commands, call.services.settings.rank_command
    )


def choice_asked(
    text: str, turns: Sequence[str], shelf: Shelf, discussed: Sequence[int], among: Commands, nonce: str
) -> tuple[list[int], Prompt, Form[CommandChoice]]:
    """Return the entries that a model is told of, the prompt that asks it for a command, and the form of its answer."""
    commands = {command.name: command for command in among if not command.is_spoken}
    entries = _listed(text, shelf, discussed)
    papers = [ListedPaper(shelf.papers[entry].title, entry in discussed) for entry in entries]
    uses = {name: f"`{command.usage}`: {command.help}" for name, command in commands.items()}
    prompt = command_prompt(text, turns, papers, uses, nonce=nonce)
    return entries, prompt, command_form(list(commands), len(papers))


def _note_late(asking: asyncio.Future[Any]) -> None:
    """Log how a call ended that nobody waited for."""
    if not asking.cancelled() and (error := asking.exception()) is not None:
        log.info("late_model_for_a_sentence", reason=str(error))


def request_of(
    choice: CommandChoice, entries: Sequence[int], shelf: Shelf, commands: Commands, rank: str
) -> Request | Message | None:
    """Return the command to run at once if it only reads, else the message with a button for it.

    None if the command needs a paper and none was named.
    """
    name, named = choice.command, [entries[place] for place in choice.papers]
    if name in ALONE:
        return Request(name, "")
    if name in WITH_WORDS:
        return Request(name, choice.words)
    if name in OF_PAPER:
        return Request(name, f"entry:{named[0]}") if named else None
    words = " | ".join(f"entry:{entry}" for entry in named) or choice.words
    if name == VERSUS:
        return Request(name, words) if len(named) > 1 else None
    titles = " | ".join(shelf.papers[entry].title for entry in named) or choice.words
    if name == ASK and named and choice.words:
        words, titles = f"entry:{named[0]} | {choice.words}", f"{titles} | {choice.words}"
    return conversation_view.offer(commands[name].name, words, f"{rank} {name} {titles}".strip())


def _listed(text: str, shelf: Shelf, discussed: Sequence[int]) -> list[int]:
    """Return the entries that may be meant: those discussed, those that fit a word of the sentence, the leaders."""
    near = [entry for mention in shelf.mentions(tokens_of(text)) for entry in mention.entries]
    return list(dict.fromkeys([*discussed, *near, *shelf.papers]))[:MOST_PAPERS]
