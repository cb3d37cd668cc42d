"""Listener and message for links that wait: the button brings in the rest of a message's links."""

from bot.entries import held_links
from bot.spending.price_estimates import prices_so_far
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.entries.incoming import held_links_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from storage.database.engine import Transaction
from storage.entries import held_link_rows
from storage.errors import NotAllowedError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listener of the button that brings in waiting links."""
    on.action(ids.ADD_HELD, _bring_in)


async def _bring_in(call: Call, about: ids.OfHeldLinks) -> None:
    """Bring in waiting links in small batches, so that other writes aren't blocked; a new click continues."""
    services = call.services
    async with services.database.reading(call.workspace) as session:
        before = await held_link_rows.get(session, about.held)
    viewer = await call.viewer(About.LEAGUE, before.league)
    batch, number = before, 0
    while batch.links or not number:
        try:
            async with services.database.transaction(call.workspace) as session:
                after = await held_links.bring_in(
                    session, about.held, viewer, assessors=services.settings.assessors, now=services.now()
                )
        except NotAllowedError:
            if not number:
                raise
            break
        if after.taken == batch.taken:
            break
        number += after.taken - batch.taken
        batch = after
    await call.answer(held_links_view.brought_in(number, len(batch.links)))


async def render(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the message about links that wait to be confirmed: how many, and what they cost."""
    batch = await held_link_rows.get(session, request.about)
    league = await league_rows.get(session, batch.league)
    return held_links_view.held_links(
        batch, await prices_so_far(session, services.runtime, league.judges, league.id)
    )


MESSAGES: dict[str, Renderer] = {held_links.KIND: render}
