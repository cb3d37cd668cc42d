"""Listeners that merge two papers into one, and undo it."""

from bot import questions
from bot.entries import merging
from bot.leagues.visibility import visible
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.entries import merging_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from handlers.slack.words.paper_names import two_papers
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotFoundError
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of the buttons that merge and undo it."""
    on.action(ids.MERGE, _merge_button)
    on.action(ids.UNMERGE, _unmerge_button)


async def _merge(call: Call, words: str) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    services = call.services
    command = f"{services.settings.rank_command} merge"
    if not words:
        raise BadRequestError(f"Name two papers that are the same work: `{command} A | B`.")
    first, second = two_papers(words)
    async with services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        entry = await questions.find_entry(session, league.id, first)
        other = await questions.find_entry(session, league.id, second)
        titles = await merging.mergeable(session, entry, other, viewer)
    await call.answer(merging_view.merge_question(tuple(titles.values()), ids.Pair(entry, other)))


async def _merge_button(call: Call, payload: ids.Pair) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        merge = await merging.merge(session, *payload, viewer, call.services.now())
    await call.answer(merging_view.merge_confirmation(merge))


async def _unmerge(call: Call, words: str) -> None:
    viewer = await call.viewer()
    services = call.services
    async with services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        entry = await questions.find_entry(session, league.id, words)
        merges = await merging.merges_into(session, entry)
    if not merges:
        raise NotFoundError("No other paper was merged into that one.")
    if len(merges) > 1:
        await call.answer(merging_view.merges_of_paper(merges))
        return
    await _unmerge_button(call, ids.OfMerge(merges[0].merge))


async def _unmerge_button(call: Call, payload: ids.OfMerge) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        merge = await merging.unmerge(session, payload.merge, viewer, call.services.now())
    await call.answer(merging_view.unmerge_confirmation(merge))


async def render_merge_notice(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Render the direct message to a league's owner about a merge made elsewhere; None if they can't see the league."""
    notice = await merging.merge_notice(session, request.about, int(request.options["league"]))
    if notice is None:
        return None
    viewer = await services.viewer(session.workspace, request.channel, About.LEAGUE, notice.league.id)
    if not visible(notice.league, viewer):
        return None
    return merging_view.merge_notice(notice)


COMMANDS = (
    Command(
        name="merge",
        run=_merge,
        usage="merge A | B",
        help="join two papers that are the same work (it asks first)",
        group="Do",
        takes_link=True,
    ),
    Command(
        name="unmerge",
        run=_unmerge,
        usage="unmerge <paper>",
        help="split a merged paper again",
        group="Do",
        beside="merge",
        takes_link=True,
    ),
)
MESSAGES: dict[str, Renderer] = {merging.MERGE_NOTICE: render_merge_notice}
