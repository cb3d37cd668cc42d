"""Asks owners about a paper's new version, and lets it play again."""

from bot.entries import new_versions
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.entries import versions_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listener of the button that lets a new version play again."""
    on.action(ids.PLAY_AGAIN, _play_again)


async def _play_again(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        matches = await new_versions.play_again(
            session, call.services.runtime, payload.entry, viewer, call.services.now()
        )
    await call.answer(versions_view.playing_again(matches))


async def render_new_version(
    session: Transaction, request: MessageRequest, _services: Services
) -> Message | None:
    """Build the question to an owner whether a paper's new version should be judged again, or who answered it.

    None if the paper was removed or withdrawn.
    """
    entry, paper = await entry_rows.entry(session, request.about)
    if entry.removed_at is not None or paper.withdrawn:
        return None
    league = await league_rows.get(session, entry.league_id)
    to = request.options.get("to")
    by = await new_versions.who_replayed(session, league.id, entry.id, to)
    return versions_view.new_version(
        versions_view.NewVersion(
            entry.id,
            paper.title or paper.canonical,
            paper.url,
            league.name,
            request.options.get("from"),
            to,
            by,
        )
    )


MESSAGES: dict[str, Renderer] = {new_versions.NEW_VERSION: render_new_version}
