"""Imports the links already in a channel."""

from bot.leagues import rights
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from handlers.blocks import ids
from handlers.entries.incoming import channel_history, channel_history_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from storage.database.engine import Transaction
from storage.leagues.homes import About
from storage.leagues.league_rows import League


def register(on: Boundary) -> None:
    """Register the listener of the greeting's import button."""
    on.action(ids.IMPORT_HISTORY, _import_button)


async def _here(session: Transaction, call: Call, viewer: Viewer) -> League:
    return await league_of_question(session, call.channel, viewer)


async def _import(call: Call, _words: str) -> None:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league_id = (await _here(session, call, viewer)).id
    await _import_button(call, ids.OfLeague(league_id))


async def _import_button(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, payload.league, viewer)
        await rights.require_owner(session, league, viewer, "bring in links posted earlier")
        channel = league.channel
    await call.answer(channel_history_view.import_begun(channel))
    await channel_history.bring_in(call, payload.league, channel)


COMMANDS = (
    Command(
        name="import",
        run=_import,
        usage="import",
        help="bring in the links already in the channel",
        group="Do",
        beside="settings",
    ),
)
