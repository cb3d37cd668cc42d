"""Answers on matches worth a second look: contested ones, and upsets."""

from bot.questions import notable
from handlers.blocks.answers import Answer
from handlers.blocks.ids import Page
from handlers.questions.answer_views import notable_view
from handlers.questions.asker import Asker


async def disputed(asker: Asker, page: Page) -> Answer:
    """Return the answer that lists matches on which judges disagree or the team votes."""
    await asker.league(page.league)
    return notable_view.disputed_answer(*await notable.disputed(asker.session, page.league), page)


async def upsets(asker: Asker, page: Page) -> Answer:
    """Return the answer that lists wins to which the ratings gave less than a 25 % chance."""
    await asker.league(page.league)
    return notable_view.upsets_answer(*await notable.upsets(asker.session, page.league), page)
