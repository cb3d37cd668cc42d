"""The two commands, and the same words said to the bot: they lead to the feature that answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.leagues.visibility import visible_league
from bot.leagues.which_league import WhichLeagueError
from handlers.blocks import ids
from handlers.blocks.ids import Question
from handlers.questions.answer_frame import choose_league
from handlers.services import Services
from handlers.slack.boundary import Boundary, Call
from handlers.slack.words.command_words import VERSUS, parse
from handlers.slack.words.mentions import is_direct, message_of, question_in
from storage.errors import BadRequestError

MOST_WORDS = 300
"""So much of a question is carried through the choice of a league."""


class Command(Protocol):
    """What a feature exposes in `COMMANDS`: it answers the words that follow its name.

    It may raise any `PaperboutError`; the boundary has acked already and turns the error into a sentence. A
    command that opens a modal does that first, while the call's trigger lives.
    """

    async def __call__(self, call: Call, services: Services, words: str) -> None:
        """Answer; `words` is what followed the command's name, stripped, perhaps empty."""
        ...


def register(on: Boundary, commands: Mapping[str, Command]) -> None:
    """Answer commands, mentions and direct messages with the features' `COMMANDS`, under their lower-case names.

    `commands` must hold "board" (no words), "paper" (words that are no command) and "vs".
    """

    async def run(call: Call, verb: str, words: str) -> None:
        try:
            await commands[verb](call, call.services, words)
        except WhichLeagueError as error:
            again = Question(verb, 0, 0, words[:MOST_WORDS])
            await call.answer(choose_league(error.sentence, error.choices, again), replace=call.in_ephemeral)

    async def answer(call: Call, words: str) -> None:
        asked = parse(words, commands)
        await run(call, asked.command, asked.words)

    async def rank(call: Call) -> None:
        await answer(call, call.text)

    async def versus(call: Call) -> None:
        await run(call, VERSUS, call.text)

    async def chosen(call: Call, question: Question) -> None:
        """Run the command as if it had been typed in the chosen league's own channel."""
        if question.verb not in commands:
            raise BadRequestError("This menu is from another version. Please ask again.")
        async with call.services.database.reading(call.workspace) as session:
            league = await visible_league(session, question.entry, call.user, call.people)
        await run(replace(call, channel=league.channel), question.verb, question.words)

    on.command(on.services.settings.rank_command, rank)
    on.command(on.services.settings.h2h_command, versus)
    on.action(ids.CHOOSE_LEAGUE, chosen)
    _listen(on, answer)


def _listen(on: Boundary, answer: Callable[[Call, str], Awaitable[None]]) -> None:
    """Answer what is asked in mentions and direct messages, as the command would."""

    async def said(call: Call, message: Mapping[str, Any]) -> None:
        words = question_in(str(message.get("text") or ""), call.bot_user)
        user = str(message.get("user") or "")
        if words is None or message.get("bot_id") or user in {"", call.bot_user}:
            return
        await answer(replace(call, user=user), words.removeprefix(on.services.settings.rank_command))

    async def mentioned(call: Call) -> None:
        await said(call, call.event)

    async def written(call: Call) -> None:
        await said(call, message_of(call.event) or {})

    def is_to_the_bot(call: Call) -> bool:
        return is_direct(call.event) and message_of(call.event) is not None

    on.event("app_mention", mentioned)
    on.event("message", written, matters=is_to_the_bot)
