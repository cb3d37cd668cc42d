"""Listeners for papers that the group discussed, `/rank discussed`, and each person's note on a paper, `/rank note`."""

from dataclasses import replace

from bot.leagues.which_league import league_of_question
from bot.voting.reading_group import discussions
from handlers.blocks import ids
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.windows.submissions import FieldErrors, SubmissionResult
from handlers.slack.words.commands import Command
from handlers.slack.words.named_paper import named_entry
from handlers.voting.reading_group import discussions_view
from storage.errors import BadRequestError
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register the listeners of the buttons and the window about discussions and notes."""
    on.action(ids.DISCUSSED, _discussed_button)
    on.action(ids.UNDISCUSSED, _unmark)
    on.action(ids.NOTE, _note_button)
    on.submission(ids.NOTE_MODAL, _save_note)


async def _discussed_button(call: Call, payload: ids.Presenting) -> None:
    """Mark a proposed paper as discussed; its thread is the proposal's."""
    await _mark(call, payload.entry, call.message_ts, payload.key)


async def _mark(call: Call, entry: int, ts: str | None, key: str | None = None) -> None:
    viewer = await call.viewer(About.ENTRY, entry, members=True)
    url = None if ts is None else await call.services.permalink(call.workspace, call.place, ts)
    async with call.services.database.transaction(call.workspace) as session:
        title = await discussions.mark(session, entry, viewer, url, key, call.services.now())
    await call.answer(discussions_view.discussion_confirmation(title, entry))


async def _unmark(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        title = await discussions.unmark(session, payload.entry, viewer)
    await call.answer(discussions_view.end_confirmation(title), replace=call.in_ephemeral)


async def _discussed(call: Call, words: str) -> None:
    """Answer `discussed`: list what the group discussed, or mark the named paper; said in a thread, with its link."""
    if words:
        entry = await named_entry(call, words, ids.Question("discussed", 0))
        if entry is not None:
            await _mark(call, entry, call.thread_ts)
        return
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        papers = await discussions.discussed_papers(session, league.id, viewer)
    await call.answer(discussions_view.discussed(papers, call.services.settings.rank_command))


async def _note(call: Call, words: str) -> None:
    """Answer `note <paper>`: open the window for one's own note."""
    entry = await named_entry(call, words, ids.Question("note", 0))
    if entry is not None:
        await _note_button(call, ids.OfEntry(entry))


async def _note_button(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.reading(call.workspace) as session:
        paper = await discussions.group_paper(session, payload.entry, viewer)
    subject = ids.ModalSubject(payload.entry, call.channel, response_url=call.response_url or "")
    await call.open(discussions_view.note_modal(paper, call.user, ids.NOTE_MODAL.encode(subject)))


async def _save_note(call: Call, subject: ids.ModalSubject) -> SubmissionResult:
    viewer = await call.viewer(About.ENTRY, subject.id)
    text = call.view.text(discussions_view.NOTE)
    try:
        async with call.services.database.transaction(call.workspace) as session:
            await discussions.write_note(session, subject.id, text, viewer, call.services.now())
            paper = await discussions.group_paper(session, subject.id, viewer)
    except BadRequestError as error:
        return FieldErrors({discussions_view.NOTE: error.sentence})
    body = {**call.body, "response_url": subject.response_url or None}
    answer = discussions_view.note_confirmation(paper, call.user)
    await replace(call, channel=subject.channel, body=body).answer(answer)
    return None


COMMANDS = (
    Command(
        name="discussed",
        run=_discussed,
        usage="discussed <paper>",
        help="mark a paper as discussed; without a paper, list those discussed",
        group="Do",
        beside="votes",
        takes_link=True,
    ),
    Command(
        name="note",
        run=_note,
        usage="note <paper>",
        help="your one line on a paper for the group",
        group="Do",
        beside="save",
        takes_link=True,
    ),
)
