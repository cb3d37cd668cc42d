"""Exports a league as CSV files or bibliography files to the person's direct messages."""

from dataclasses import dataclass

from bot import questions
from bot.exchange.references import FORMATS, Format
from bot.exchange.references.league_references import citation, references
from bot.following.reading_list import reading_list
from bot.leagues.visibility import league_of_entry, visible_league, visible_leagues
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import escape
from handlers.questions.answers import moment_of
from handlers.questions.asker import Asker
from handlers.questions.exports import export_view
from handlers.questions.pages import board_wanted
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command, Line
from handlers.slack.words.named_paper import named_entry
from storage.database.engine import Transaction
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.questions import leaderboards

FORMAT_WORDS: dict[str, Format] = {
    **{form: form for form in FORMATS},
    "bibtex": "bib", "zotero": "ris", "endnote": "ris", "mendeley": "ris", "json": "csl", "csl-json": "csl",
}  # fmt: skip
ENDINGS: dict[Format, str] = {"bib": "bib", "ris": "ris", "csl": "json"}
READING = "reading"
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Upload:
    """Files to send to one person: a comment, (name, content) of each file, and the answer to the command."""

    comment: str
    files: tuple[tuple[str, str | bytes], ...]
    answer: str


def register(on: Boundary) -> None:
    """Register the listeners of the export buttons of a board, a reading list and a paper."""
    on.action(ids.EXPORT, _export_button)
    on.action(ids.CITE_BOARD, _cite_board)
    on.action(ids.CITE_LIST, _cite_list)
    on.action(ids.CITE, _cite)


async def _export(call: Call, words: str) -> None:
    first, _, rest = words.partition(" ")
    form = FORMAT_WORDS.get(first.lower().lstrip("."))
    viewer = await call.viewer_in(None)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        if form is None:
            upload = await _tables(session, league)
        else:
            upload = await _references(Asker.of(call, session, viewer), league, form, rest.strip())
    await send_files(call, upload)


async def _export_button(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer_in(payload.league)
    async with call.services.database.reading(call.workspace) as session:
        upload = await _tables(session, await visible_league(session, payload.league, viewer))
    await send_files(call, upload)


async def _cite_board(call: Call, page: ids.Page) -> None:
    """Send references to the papers of a board, with the board's filters applied."""
    viewer = await call.viewer_in(page.league)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, page.league, viewer)
        upload = await _references(Asker.of(call, session, viewer), league, "bib", page.words)
    await send_files(call, upload)


async def _cite_list(call: Call, _payload: ids.Nothing) -> None:
    """Send references to the papers on the person's reading list, from all leagues that they may see."""
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        leagues = [league.id for league in await visible_leagues(session, viewer)]
        papers = await reading_list(session, call.user, leagues)
        entries = [paper.entry for paper in (*papers.unread_papers, *papers.read_papers)]
        text, count = await references(session, entries, "bib")
    name = "reading-list.bib"
    sent = export_view.references_sent(name, count)
    await send_files(
        call, Upload(export_view.references(export_view.READING_LIST, count), ((name, text),), sent)
    )


async def _cite(call: Call, entry: ids.OfEntry) -> None:
    """Show the citation of a paper as BibTeX and RIS, to copy."""
    viewer = await call.viewer(About.ENTRY, entry.entry)
    async with call.services.database.reading(call.workspace) as session:
        await league_of_entry(session, entry.entry, viewer)
        bibtex, ris = await citation(session, entry.entry)
    await call.answer(export_view.citation(bibtex, ris))


async def _cite_named(call: Call, words: str) -> None:
    """Show the citation of the paper that the words name."""
    entry = await named_entry(call, words, ids.Question("cite", 0))
    if entry is not None:
        await _cite(call, ids.OfEntry(entry))


async def _tables(session: Transaction, league: League) -> Upload:
    export = await questions.export(session, league.id)
    files = tuple((f"{export.name}-{name}.csv", text) for name, text in export.files.items())
    return Upload(
        export_view.summary(export.name, export.entries, export.matches),
        files,
        export_view.upload_confirmation(export.name),
    )


async def _references(asker: Asker, league: League, form: Format, words: str) -> Upload:
    """Return a bibliography file of the board's papers (filtered like the board), or of the person's reading list."""
    if words.lower() == READING:
        papers = await reading_list(asker.session, asker.user, [league.id])
        entries = [paper.entry for paper in (*papers.unread_papers, *papers.read_papers)]
    else:
        board_words = await board_wanted(asker, league, words)
        since = moment_of(asker, league, board_words)
        lines = await leaderboards.board(
            asker.session, league.id, sort="score", limit=MOST, category=board_words.category or None,
            submitter=board_words.submitter or None, since=since, tag=board_words.tag or None,
        )  # fmt: skip
        entries = [line.entry for line in lines]
    text, count = await references(asker.session, entries, form)
    name = f"{league.name}.{ENDINGS[form]}"
    return Upload(
        export_view.references(league.name, count), ((name, text),), export_view.references_sent(name, count)
    )


async def send_files(call: Call, upload: Upload) -> None:
    """Upload files to the person's direct messages."""
    files = [
        {"content": content, "filename": name, "title": name} for name, content in upload.files if content
    ]
    if files:
        answer = await call.client.conversations_open(users=call.user)
        channel = str((answer.get("channel") or {}).get("id") or call.user)
        await call.client.files_upload_v2(
            channel=channel, initial_comment=escape(upload.comment), file_uploads=files
        )
    await call.answer(upload.answer)


COMMANDS = (
    Command(
        name="export",
        run=_export,
        usage="export",
        help="everything as CSV",
        group="Understand",
        examples=(
            Line("export bib in cs.CL since 30d", "references: bib, ris or csl; also `export bib reading`"),
        ),
    ),
    Command(
        name="cite",
        run=_cite_named,
        usage="cite <paper>",
        help="one paper as BibTeX and RIS",
        group="Understand",
        beside="export",
        takes_link=True,
    ),
)
