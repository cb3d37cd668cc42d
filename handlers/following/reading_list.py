"""Listeners for the reading list: the card's menu, the Home tab's buttons, `/rank reading`."""

from bot.following import reading_list
from bot.leagues.visibility import visible_leagues
from handlers.blocks import ids
from handlers.following import reading_list_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from handlers.slack.words.named_paper import named_entry
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register the listeners for saving, reading and removing papers."""
    on.action(ids.SAVE, _save)
    on.action(ids.MARK_READ, _read)
    on.action(ids.UNSAVE, _take_off)


async def _save(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await reading_list.save(session, payload.entry, viewer, now=call.services.now())
    if not await call.refresh_home():
        await call.answer(
            reading_list_view.save_confirmation(title, payload.entry, call.services.settings.rank_command)
        )


async def _read(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await reading_list.mark_read(session, payload.entry, viewer, now=call.services.now())
    if not await call.refresh_home():
        await call.answer(
            reading_list_view.read_confirmation(title, payload.entry), replace=call.in_ephemeral
        )


async def _take_off(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await reading_list.take_off(session, payload.entry, viewer)
    if not await call.refresh_home():
        await call.answer(
            reading_list_view.removal_confirmation(title, payload.entry), replace=call.in_ephemeral
        )


async def _reading(call: Call, _words: str) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        papers = await reading_list.reading_list(session, call.user, [league.id for league in leagues])
    await call.answer(reading_list_view.reading_list(papers))


async def _save_named(call: Call, words: str) -> None:
    """Answer `save <paper>`: add the named paper to the person's reading list."""
    entry = await named_entry(call, words, ids.Question("save", 0))
    if entry is not None:
        await _save(call, ids.OfEntry(entry))


COMMANDS = (
    Command(
        name="save",
        run=_save_named,
        usage="save <paper>",
        help="put a paper on your reading list",
        group="Do",
        beside="follow",
        takes_link=True,
    ),
    Command(
        name="reading",
        run=_reading,
        usage="reading",
        help="your reading list, by rank",
        group="Look",
    ),
)
