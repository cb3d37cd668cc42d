"""Export of a league as CSV files, into the direct messages of the one who asks."""

from bot import questions
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import escape
from handlers.commands import Command
from handlers.questions import export_view as views
from handlers.slack.boundary import Boundary, Call


def register(on: Boundary) -> None:
    """Listen to the board's button."""
    on.action(ids.EXPORT, _export_button)


async def _export(call: Call, _words: str) -> None:
    await _upload(call, None)


async def _upload(call: Call, league_id: int | None) -> None:
    """Upload a league's CSV files to the person, in their direct messages."""
    viewer = await call.viewer_in(league_id)
    async with call.services.database.reading(call.workspace) as session:
        if league_id is None:
            league = await league_of_question(session, call.channel, viewer)
        else:
            league = await visible_league(session, league_id, viewer)
        export = await questions.export(session, league.id)
    opened = await call.client.conversations_open(users=call.user)
    channel = str((opened.get("channel") or {}).get("id") or call.user)
    await call.client.files_upload_v2(
        channel=channel,
        initial_comment=escape(views.summary(export.name, export.entries, export.matches)),
        file_uploads=[
            {"content": text, "filename": f"{export.name}-{name}.csv", "title": f"{export.name} {name}"}
            for name, text in export.files.items()
        ],
    )
    await call.answer(views.uploaded(export.name))


async def _export_button(call: Call, payload: ids.OfLeague) -> None:
    await _upload(call, payload.league)


COMMANDS = (
    Command(name="export", run=_export, usage="export", help="everything as CSV", group="Understand"),
)
