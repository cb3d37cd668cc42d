"""Answers the menus that find papers while a person types, and the choice of a paper in them."""

from bot import questions
from bot.leagues.visibility import league_of_entry
from handlers.blocks import ids
from handlers.blocks.builders import Block
from handlers.blocks.choosers import paper_options, searched_for
from handlers.questions.replies import answer_with_chosen
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from storage.leagues.homes import About

MOST = 30


def register(on: Boundary) -> None:
    """Register the listeners for letters typed into paper search menus, and for papers chosen in messages."""
    on.options(ids.PICK_PAPER.name, _offered)
    on.action(ids.PICK_PAPER, _picked)


async def _offered(call: Call, typed: str) -> list[Block]:
    """Return menu options for papers of the question's league that match the typed words.

    Raises if the person may not see the league.
    """
    question = searched_for(str(call.body.get("action_id") or ""))
    viewer = await call.viewer(About.ENTRY, question.choice)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_entry(session, question.choice, viewer)
        return paper_options(await questions.matching(session, league.id, typed, MOST))


async def _picked(call: Call, paper: ids.OfEntry) -> None:
    if call.in_modal:
        return  # read when the window is sent
    question = searched_for(str(call.action.get("action_id") or ""))
    await answer_with_chosen(call, question._replace(choice=paper.entry))
