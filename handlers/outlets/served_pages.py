"""Commands and buttons by which owners have a league's pages served, renew their secret address, and stop it."""

from datetime import datetime

from bot.exchange.outlets import served_pages
from bot.leagues.visibility import visible_league
from bot.people import Viewer
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.outlets import served_pages_view
from handlers.outlets.site_serving import site_address
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues.homes import About
from storage.leagues.league_rows import League

WORDS = frozenset({"on", "off", "renew"})
"""Words after the command that are about served pages."""


def register(on: Boundary) -> None:
    """Register the listener of the buttons in the window *Publish the pages*."""
    on.action(ids.SERVE, _pressed)


async def _pressed(call: Call, choice: ids.ServeChoice) -> None:
    await switch(call, choice.league, await call.viewer(About.LEAGUE, choice.league), choice.word)


async def switch(call: Call, league_id: int, viewer: Viewer, word: str) -> None:
    """Turn the serving of a league's pages on or off, or renew their address; the address is shown this once."""
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, league_id, viewer)
        answer = await _switched(session, call, league, viewer, word, call.services.now())
    await call.answer(answer)


async def _switched(
    session: Transaction, call: Call, league: League, viewer: Viewer, word: str, now: datetime
) -> Message:
    if word == "off":
        was_served = await served_pages.turn_off(session, league, viewer, now)
        return served_pages_view.stopped(league.name, was_served=was_served)
    public_url = call.services.settings.public_url
    if public_url is None:
        raise BadRequestError(served_pages_view.NO_ADDRESS)
    token = await served_pages.turn_on(session, league, viewer, now, renew=word == "renew")
    return served_pages_view.served(league.name, site_address(public_url, token), is_new=word == "renew")
