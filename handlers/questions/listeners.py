"""Listeners for buttons of answers and cards: turn a page, show a card, use a chosen paper."""

import asyncio
from contextlib import suppress

from bot import questions
from bot.leagues.visibility import league_of_entry
from bot.questions.search.similar_papers import SimilarPaper, nearest
from bot.voting.reading_group import discussions
from handlers.blocks import ids
from handlers.blocks.answers import Frame, card_window, private, window
from handlers.blocks.builders import Message
from handlers.blocks.ids import Page
from handlers.entries.card_view import card_message, with_posting
from handlers.entries.paper_window_view import more_modal
from handlers.questions.replies import answer_with_chosen, page_of, read, show
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.voting.reading_group import discussions_view
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues.homes import About
from storage.questions import entry_lookup
from storage.work.delivery import MessageRequest

DIRECT = "D"
"""First letter of the id of every direct message conversation in Slack."""
MOST_NEAR = 2
NEAR_WITHIN_S = 1.0


def register(on: Boundary) -> None:
    """Register the listeners of the buttons and menus of answers and cards."""
    on.action(ids.PAGE, _turn)
    on.action(ids.CARD, _show_card)
    on.action(ids.WHY, _show_reasons)
    on.action(ids.HISTORY, _show_history)
    on.action(ids.MORE, _more)
    on.action(ids.CHOOSE_PAPER, answer_with_chosen)


async def _turn(call: Call, page: Page) -> None:
    """Answer a paging button: replace the answer if only the person sees it, else show the new page beside it."""
    answer = await read(call, page)
    if call.channel:
        await call.answer(private(answer), replace=call.in_ephemeral)
    elif str(call.action.get("action_id")).endswith(Frame.SUFFIXES):
        await call.update_view(call.view.id, window(answer))
    else:
        await call.open(window(answer))


async def _show_card(call: Call, entry: ids.OfEntry) -> None:
    answer = await read(call, await page_of(call, "card", entry.entry))
    if call.channel:
        await call.answer(private(answer))
    else:
        await call.open(card_window(answer))


async def _show_reasons(call: Call, entry: ids.OfEntry) -> None:
    """Open a window with the reasons for a paper's rank."""
    await call.open(window(await read(call, await page_of(call, "why", entry.entry))))


async def _show_history(call: Call, entry: ids.OfEntry) -> None:
    await show(call, await read(call, await page_of(call, "history", entry.entry)))


async def _more(call: Call, entry: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, entry.entry)
    async with call.services.database.reading(call.workspace) as session:
        await league_of_entry(session, entry.entry, viewer)
        view = await questions.card(session, entry.entry, call.services.now())
        texts = await entry_lookup.entry_texts(session, view.league)
        group = await discussions.paper_of(session, view.entry)
    near: tuple[SimilarPaper, ...] = ()
    with suppress(TimeoutError):  # a window must open within three seconds; the note isn't worth waiting for
        near = await asyncio.wait_for(
            asyncio.to_thread(nearest, entry.entry, texts, MOST_NEAR), NEAR_WITHIN_S
        )
    papers = [(paper.title, paper.url, paper.words) for paper in near]
    await call.open(more_modal(view, papers, discussions_view.facts(group), is_listed=group.is_listed))


async def render_card(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build a paper's card for its thread.

    None for a link of uncertain kind that a person only posted, until its paper is found.
    """
    view = await questions.card(session, request.about, services.now())
    offers = await _offers(session, view, services) if view.status == "failed" else ()
    if request.options.get("quiet") and view.status != "known" and not offers:
        return None
    message = card_message(view, offers=offers)
    return with_posting(message, view) if request.channel.startswith(DIRECT) and not offers else message


async def _offers(
    session: Transaction, view: questions.CardView, services: Services
) -> tuple[tuple[str, str], ...]:
    """Return (name, URL) of papers to suggest instead of one that can't be found, without those already in the league."""
    names = {
        name
        for scheme in {offer.canonical.partition(":")[0] for offer in services.runtime.offers}
        for name in await entry_rows.names_in(session, view.league, scheme)
    }
    return tuple(
        (offer.name, offer.link) for offer in services.runtime.offers if offer.canonical not in names
    )


MESSAGES: dict[str, Renderer] = {"card": render_card}
