"""Sends a league's page to keep, as a ZIP file of static pages, to an owner's direct messages."""

import asyncio
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.exchange.published_league import PublishedLeague, read_published
from bot.leagues.rights import require_owner
from bot.leagues.which_league import league_of_question
from handlers.blocks.builders import escape
from handlers.publishing.places import slug
from handlers.publishing.site import site_files
from handlers.questions.exports import export_view
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from storage.errors import BadRequestError
from storage.standings import rating_rows

MOST_PAPERS = 1_000
"""Largest league, in papers, whose pages are sent through Slack."""


async def _publish(call: Call, _words: str) -> None:
    viewer = await call.viewer_in(None)
    now = call.services.now()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        await require_owner(session, league, viewer, "publish its pages")
        if await rating_rows.count_rated(session, league.id) > MOST_PAPERS:
            raise BadRequestError(export_view.too_large(league.name, MOST_PAPERS))
        published = await read_published(session, league.name, now)
    content = await asyncio.to_thread(zipped, published)
    answer = await call.client.conversations_open(users=call.user)
    channel = str((answer.get("channel") or {}).get("id") or call.user)
    name = f"{slug(published.name) or 'league'}.zip"
    await call.client.files_upload_v2(
        channel=channel,
        initial_comment=escape(export_view.pages(published.name, len(published.papers))),
        file_uploads=[{"content": content, "filename": name, "title": name}],
    )
    await call.answer(export_view.pages_sent(name))


def zipped(league: PublishedLeague) -> bytes:
    """Return a published league's files as a ZIP file, in a folder of the league's name."""
    folder = slug(league.name) or "league"
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
        usage="publish",
        help="the league as pages to keep: a ZIP file for its owners",
        group="Do",
    ),
)
