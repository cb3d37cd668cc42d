"""Finds the one paper that a person's words name, and asks which one if several fit."""

from bot import questions
from bot.leagues.which_league import league_of_question
from handlers.blocks.choosers import choose_paper
from handlers.blocks.ids import Question
from handlers.slack.calls import Call
from storage.errors import AmbiguousError


async def named_entry(call: Call, words: str, again: Question) -> int | None:
    """Return the entry that the words name in the league of the question.

    If several fit, answers with a menu that asks `again` about the chosen one, and returns None. Raises `NotFoundError`.
    """
    viewer = await call.viewer()
    try:
        async with call.services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            return await questions.find_entry(session, league.id, words)
    except AmbiguousError as error:
        await call.answer(choose_paper(error.sentence, error.choices, again))
        return None
