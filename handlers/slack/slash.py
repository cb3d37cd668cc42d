"""Runs slash commands, and the same words in mentions and direct messages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import questions
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import NoLeagueError, WhichLeagueError, league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.blocks.choosers import choose_league, offer_league
from handlers.blocks.ids import Question
from handlers.slack.agent import beside_first, show_working
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words import conversation
from handlers.slack.words.commands import PAPER, VERSUS
from handlers.slack.words.mentions import is_asked, is_direct, is_edit, message_of, question_of
from storage.errors import AmbiguousError, BadRequestError, NotFoundError
from storage.leagues.homes import About

MOST_WORDS = 300
"""How many characters of a question are carried while a person chooses a league."""


def register_commands(on: Boundary) -> None:
    """Register the listeners of slash commands, mentions, direct messages and the choice of a league."""
    on.command(on.services.settings.rank_command, _rank)
    on.command(on.services.settings.h2h_command, _versus)
    on.action(ids.CHOOSE_LEAGUE, _run_in_chosen_league)
    on.action(ids.ASK, _run_suggestion)
    on.event("app_mention", _answer_mention)
    on.event("message", _answer_direct_message, matters=_is_to_the_bot)


async def _rank(call: Call) -> None:
    await _answer(call, call.text)


async def _versus(call: Call) -> None:
    await _run(call, VERSUS, call.text)


async def _answer(call: Call, text: str) -> None:
    requests = await conversation.meaning_of(call, text)
    if isinstance(requests, Message):
        await call.answer(requests)
        return
    for request in requests:
        offer = conversation.offer_window(call, request)
        if offer is not None:
            await call.answer(offer)
        else:
            await _run(call, request.command, request.words)
    await conversation.remember(call, text, requests)


async def _run(call: Call, name: str, words: str) -> None:
    """Run a command; if it can't read the words, try them as a title that begins like it ("Start small, …")."""
    try:
        await call.services.commands[name].run(call, words)
    except WhichLeagueError as error:
        again = Question(name, 0, 0, words[:MOST_WORDS])
        choices = await beside_first(call, error.choices)
        await call.answer(choose_league(error.sentence, choices, again), replace=call.in_ephemeral)
    except NoLeagueError as error:
        if call.in_dm or not call.channel:
            raise
        await call.answer(offer_league(error.sentence, call.channel))
    except (BadRequestError, NotFoundError):
        title = f"{name} {words}"
        if name == PAPER or not words or not await _is_title(call, title):
            raise
        await call.services.commands[PAPER].run(call, title)


async def _is_title(call: Call, words: str) -> bool:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, viewer)
            await questions.find_entry(session, league.id, words)
        except AmbiguousError:
            return True
        except (NotFoundError, BadRequestError):
            return False
    return True


async def _run_in_chosen_league(call: Call, question: Question) -> None:
    """Run a command as if it had been typed in the chosen league's home channel."""
    viewer = await call.viewer(About.LEAGUE, question.choice)
    if question.verb not in call.services.commands:
        raise BadRequestError("This menu is from another version. Please ask again.")
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, question.choice, viewer)
    if call.in_dm:
        await conversation.use_league(call, league.id)
    await _run(replace(call, channel=league.channel), question.verb, question.words)


async def _run_suggestion(call: Call, question: Question) -> None:
    """Run the command of a suggestion button."""
    if question.verb not in call.services.commands:
        raise BadRequestError("This button is from another version. Please ask again.")
    await _run(call, question.verb, question.words)


async def _answer_mention(call: Call) -> None:
    await _answer_message(call, call.event)


async def _answer_direct_message(call: Call) -> None:
    await _answer_message(call, message_of(call.event) or {})


def _is_to_the_bot(call: Call) -> bool:
    message = message_of(call.event)
    return is_direct(call.event) and message is not None and is_asked(message)


async def _answer_message(call: Call, message: Mapping[str, Any]) -> None:
    """Answer a question in a message as its command would; messages that hand over papers are left to the intake."""
    if is_edit(call.event):
        return  # it was answered as it was first written
    words = question_of(message, call.bot_user, call.services.commands)
    user = str(message.get("user") or "")
    if words is None or not is_asked(message) or user in {"", call.bot_user}:
        return
    of_author = replace(call, user=user)
    if is_direct(call.event):
        await show_working(of_author)
    await _answer(of_author, words.removeprefix(call.services.settings.rank_command))
