"""Listeners for tournaments and single matches: buttons, and rendering of their messages."""

from collections.abc import Awaitable, Callable

from bot.leagues.closed_places import check_open
from bot.leagues.rights import Right, require
from bot.leagues.visibility import league_of_all, league_of_match, league_of_tournament
from bot.matches import single_matches
from bot.matches.match_reading import match_reading
from bot.tournaments import estimates, highlights, pausing_and_cancelling, progress
from bot.tournaments.match_contents import match_contents
from handlers.blocks import ids
from handlers.blocks.builders import Message, fresh
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.tournaments import tournament_view
from handlers.tournaments.match_reading_view import match_window
from handlers.tournaments.steering import Step, resuming
from handlers.tournaments.tournament_details_view import tournament_window
from storage.database.engine import Transaction
from storage.leagues.homes import About
from storage.tournaments import tournament_rows
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of the buttons of tournaments and matches."""
    on.action(ids.PAUSE, _button(pausing_and_cancelling.pause))
    on.action(ids.RESUME, _button(None))
    on.action(ids.CANCEL, _button(pausing_and_cancelling.cancel))
    on.action(ids.PLAY_NOW, _play_now)
    on.action(ids.TOURNAMENT_DETAILS, _show_details)
    on.action(ids.READ_MATCH, _read)


def _button(step: Step | None) -> Callable[[Call, ids.OfTournament], Awaitable[None]]:
    """Return the listener of a button that pauses, resumes or cancels; None means resume."""

    async def clicked(call: Call, payload: ids.OfTournament) -> None:
        viewer = await call.viewer(About.TOURNAMENT, payload.tournament)
        services = call.services
        async with services.database.transaction(call.workspace) as session:
            await league_of_tournament(session, payload.tournament, viewer)
            await (step or resuming(services))(session, payload.tournament, viewer, services.now())
        await _redraw(call, payload.tournament)
        await call.refresh_home()

    return clicked


async def _redraw(call: Call, tournament: int) -> None:
    """Update a tournament's message at once after a click in it, without waiting for its turn in the channel."""
    block_id = str(call.action.get("block_id", ""))
    if not block_id.startswith(f"tournament:{tournament}."):
        return
    async with call.services.database.reading(call.workspace) as session:
        message = tournament_view.progress(await progress.progress(session, tournament, call.services.now()))
    blocks = fresh(message.blocks, block_id.rpartition(".")[0], 0)
    await call.answer(Message(message.text, tuple(blocks)), replace=True, in_channel=True)


async def _show_details(call: Call, about: ids.OfTournament) -> None:
    viewer = await call.viewer(About.TOURNAMENT, about.tournament)
    async with call.services.database.reading(call.workspace) as session:
        await league_of_tournament(session, about.tournament, viewer)
        view = await progress.progress(session, about.tournament, call.services.now())
    await call.open(tournament_window(view))


async def _read(call: Call, about: ids.OfMatch) -> None:
    """Open the window with a match's full text; a match the person may not see gets the answer for an unknown one."""
    viewer = await call.viewer(About.MATCH, about.match)
    async with call.services.database.reading(call.workspace) as session:
        await league_of_match(session, about.match, viewer)
        reading = await match_reading(session, about.match)
    await call.open(match_window(reading))


async def _play_now(call: Call, pair: ids.Pair) -> None:
    viewer = await call.viewer(About.ENTRY, pair.first)
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_all(session, pair, viewer)
        await require(session, league, Right.START, viewer)
        check_open(league)
        await estimates.check_affordable(session, services.runtime, league.id, services.now())
        await single_matches.play_now(
            session,
            services.runtime,
            league=league.id,
            a=pair.first,
            b=pair.second,
            user=call.user,
            channel=league.channel,
            now=services.now(),
        )
    await call.answer(tournament_view.played_now(league.channel))


async def render_tournament(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Build a tournament's message as things stand now."""
    view = await progress.progress(session, request.about, services.now())
    return tournament_view.progress(view)


async def render_rank_courses(
    session: Transaction, request: MessageRequest, _services: Services
) -> Message | None:
    """Build the message about how the leaders' ranks changed in a tournament; None if no rank changed."""
    tournament = await tournament_rows.get(session, request.about)
    courses = await highlights.course(session, tournament)
    if not highlights.has_moves(courses):
        return None
    return tournament_view.rank_courses(courses)


async def render_match(session: Transaction, request: MessageRequest, _services: Services) -> Message | None:
    """Build a match's message as things stand now."""
    return tournament_view.match(await match_contents(session, request.about))


MESSAGES: dict[str, Renderer] = {
    "tournament": render_tournament,
    "match": render_match,
    "picture": render_rank_courses,  # so called in the outbox since it was one
}
