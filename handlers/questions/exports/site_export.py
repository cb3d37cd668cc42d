"""Sends a league's page to keep, as a ZIP file of static pages, to an owner's direct messages."""

import asyncio
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.exchange.published_league import PublishedLeague, read_published, with_names
from bot.leagues.rights import may_publish, require_owner
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from handlers.outlets import served_pages
from handlers.publishing.places import slug
from handlers.publishing.site import site_files
from handlers.questions.exports import export_view
from handlers.questions.exports.export import Upload, send_files
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from storage.errors import BadRequestError
from storage.standings import rating_rows

PUBLISH = "publish its pages"
MOST_PAPERS = 1_000
"""Largest league, in papers, whose pages are sent through Slack."""


async def _publish(call: Call, words: str) -> None:
    viewer = await call.viewer_in(None)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        await require_owner(session, league, viewer, PUBLISH)
    word = words.strip().lower()
    if word in served_pages.WORDS:
        await served_pages.switch(call, league.id, viewer, word)
        return
    if not may_publish(league):
        await call.answer(export_view.asks_back(league.id, league.name))
        return
    await send_pages(call, league.id, viewer)


async def send_pages(call: Call, league_id: int, viewer: Viewer) -> None:
    """Send a league's pages as a ZIP file to one of its owners. Raises `NotAllowedError` for everybody else."""
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, league_id, viewer)
        await require_owner(session, league, viewer, PUBLISH)
        if await rating_rows.count_rated(session, league.id) > MOST_PAPERS:
            raise BadRequestError(export_view.too_large(league.name, MOST_PAPERS))
        published = await read_published(session, league, call.services.now())
    published = await with_names(published, call.people)
    folder = slug(published.name) or "league"
    name, content = f"{folder}.zip", await asyncio.to_thread(zipped, published, folder)
    comment = export_view.pages(published.name, len(published.papers), names=bool(published.people))
    await send_files(call, Upload(comment, ((name, content),), export_view.pages_sent(name)))


def zipped(league: PublishedLeague, folder: str) -> bytes:
    """Return a published league's files as a ZIP file, in a folder of this name."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for path, text in site_files(league).items():
            entry = ZipInfo(f"{folder}/{path}", league.at.timetuple()[:6])
            archive.writestr(entry, text, ZIP_DEFLATED)
    return content.getvalue()


COMMANDS = (
    Command(
        name="publish",
        run=_publish,
        usage="publish [on | off | renew]",
        help="the league as pages to keep, for its owners: a ZIP file, or served at a secret address",
        group="Do",
    ),
)
