"""Listeners that remove and restore papers: by command, button, or a deleted message."""

from bot import questions
from bot.entries import removals
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import Message, date
from handlers.entries import removals_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import AmbiguousError, NotFoundError
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners for the buttons and for deleted messages."""
    on.event("message", _message, matters=lambda call: call.event.get("subtype") == "message_deleted")
    on.action(ids.REMOVE, _ask)
    on.action(ids.CONFIRM_REMOVAL, _confirmed)
    on.action(ids.RESTORE, _restore_button)


async def _message(call: Call) -> None:
    event = call.event
    if event.get("subtype") != "message_deleted" or not event.get("deleted_ts"):
        return
    channel = str(event.get("channel") or call.channel)
    async with call.services.database.transaction(call.workspace) as session:
        await removals.ask_after_deletion(session, channel, str(event["deleted_ts"]), call.services.now())


async def _remove(call: Call, words: str) -> None:
    viewer = await call.viewer()
    try:
        async with call.services.database.reading(call.workspace) as session:
            entry = await questions.find_entry(
                session, (await league_of_question(session, call.channel, viewer)).id, words
            )
    except AmbiguousError as error:
        await call.answer(removals_view.which_paper(error.sentence, error.choices, restore=False))
        return
    await _ask(call, ids.OfEntry(entry))


async def _ask(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.reading(call.workspace) as session:
        entry, league, title = await removals.require_removable(
            session, payload.entry, viewer, call.services.now()
        )
    await call.answer(removals_view.removal_question(title, entry.id, league.name))


async def _confirmed(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        out = await removals.remove_entry(session, payload.entry, viewer, call.services.now())
    await call.answer(removals_view.removal_confirmation(out.title, out.entry, date(out.until, lead="until")))


async def _restore(call: Call, words: str) -> None:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        entries = await removals.removed_in(session, league.id, words, call.services.now())
    if not entries:
        raise NotFoundError("No paper that was removed in the last 30 days goes by that name here.")
    if len(entries) > 1:
        await call.answer(removals_view.which_paper(removals_view.REMOVED, entries, restore=True))
        return
    await _restore_button(call, ids.OfEntry(entries[0][0]))


async def _restore_button(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        back = await removals.restore_entry(session, payload.entry, viewer, call.services.now())
    await call.answer(removals_view.restore_confirmation(back.title))


async def render_deleted(
    session: Transaction, request: MessageRequest, _services: Services
) -> Message | None:
    """Build the question whether a paper should be removed too, after the message with its link was deleted.

    None if the paper was removed meanwhile.
    """
    entry, paper = await entry_rows.entry(session, request.about)
    return None if entry.removed_at else removals_view.link_deleted(paper.title or paper.canonical, entry.id)


COMMANDS = (
    Command(
        name="remove",
        run=_remove,
        usage="remove <paper>",
        help="take a paper out for all; it can come back for 30 days",
        group="Do",
        aliases=("delete",),
        takes_link=True,
    ),
    Command(
        name="restore",
        run=_restore,
        usage="restore <paper>",
        help="bring a removed paper back",
        group="Do",
        beside="remove",
        takes_link=True,
    ),
)
MESSAGES: dict[str, Renderer] = {removals.DELETED: render_deleted}
