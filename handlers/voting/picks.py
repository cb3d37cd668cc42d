"""A reading group's week: `/rank pick friday`, and the button by which somebody presents a paper."""

from bot.leagues.which_league import league_of_question
from bot.voting import picks
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from handlers.voting import picks_view
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listener of the button that offers to present a paper."""
    on.action(ids.PRESENT, _present)


async def _pick(call: Call, words: str) -> None:
    viewer = await call.viewer(members=True)
    async with call.services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        await picks.propose(session, league.id, viewer, words.strip()[:60], call.services.now())
    await call.answer(picks_view.PROPOSED)


async def _present(call: Call, payload: ids.Presenting) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        presents = await picks.present(
            session, payload.league, payload.key, payload.entry, viewer, call.services.now()
        )
    await call.answer(picks_view.confirmation(presents=presents))


async def render_pick(session: Transaction, request: MessageRequest, _services: Services) -> Message | None:
    """Render a proposal with who presents which paper; None if none of its papers is left."""
    assert request.about_id is not None
    entries = [int(entry) for entry in request.options["entries"]]
    titles = await entry_rows.titles(session, entries)
    papers = [(entry, *titles[entry]) for entry in entries if entry in titles]
    presenters = {str(entry): str(user) for entry, user in request.options["presenters"].items()}
    when = str(request.options["when"])
    return picks_view.proposal(request.about_id, request.key, when, papers, presenters) if papers else None


COMMANDS = (
    Command(
        name="pick",
        run=_pick,
        usage="pick friday",
        help="propose three papers to discuss; somebody presents one by a click",
        group="Do",
        beside="votes",
    ),
)
MESSAGES: dict[str, Renderer] = {"pick": render_pick}
