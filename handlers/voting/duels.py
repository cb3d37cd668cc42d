"""Duels (two papers, one choice): `/rank duel`, its buttons, the daily message, and what follows an answer."""

from bot.leagues.which_league import league_of_question
from bot.voting import daily_duels, duels
from bot.voting.duels import DuelResult, OwnPaperError
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from handlers.voting import duels_view
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, NotFoundError
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of the duels' buttons."""
    on.action(ids.DUEL_VOTE, _answer)
    on.action(ids.DUEL_MORE, _more)
    on.action(ids.DUEL_BACK, _take_back)
    on.action(ids.DUEL_DAILY, _daily)


async def _duel(call: Call, words: str) -> None:
    command = call.services.settings.rank_command
    match words.strip().lower():
        case "":
            await _now(call)
        case "daily" | "dm":
            viewer = await call.viewer(members=True)
            async with call.services.database.reading(call.workspace) as session:
                league = await league_of_question(session, call.channel, viewer)
            await _daily(call, ids.OfLeague(league.id))
        case "off" | "stop":
            await switch(call, on=False)
        case "on" | "start":
            await switch(call, on=True)
        case "help":
            await call.answer(duels_view.usage(command))
        case _:
            raise BadRequestError(duels_view.usage(command))


async def _now(call: Call) -> None:
    viewer = await call.viewer(members=True)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        duel = await duels.next_duel(session, league.id, viewer, call.services.now())
    await call.answer(duels_view.duel(duel))


async def _daily(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        league = await daily_duels.begin_daily(session, payload.league, viewer, call.services.now())
    await call.answer(duels_view.daily_confirmation(league.name, call.services.settings.rank_command))


async def switch(call: Call, *, on: bool) -> None:
    """Put pairs to the caller again, or no more, and say so; on Home, its next content says it."""
    async with call.services.database.transaction(call.workspace) as session:
        await daily_duels.switch(session, call.user, on=on)
    if not call.in_home:
        await call.answer(duels_view.switch_confirmation(call.services.settings.rank_command, on=on))


async def _more(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.reading(call.workspace) as session:
        duel = await duels.next_duel(session, payload.league, viewer, call.services.now())
    await call.answer(duels_view.duel(duel), replace=_is_alone(call))


def _is_alone(call: Call) -> bool:
    """Return whether the clicked message is a duel for the caller alone, so that the answer takes its place."""
    return call.in_ephemeral or call.in_dm


async def _answer(call: Call, payload: ids.DuelBallot) -> None:
    try:
        result = await answered(call, payload)
    except OwnPaperError as error:
        await call.answer(await _instead(call, payload, error))
        return
    await call.answer(duels_view.result(result), replace=_is_alone(call) and not payload.beside)


async def _instead(call: Call, payload: ids.DuelBallot, error: OwnPaperError) -> Message | str:
    """Return another pair for somebody whose own paper a channel's pair holds, with why; if none is left, only that."""
    viewer = await call.viewer(About.ENTRY, payload.first, members=True)
    async with call.services.database.reading(call.workspace) as session:
        row, _paper = await entry_rows.entry(session, payload.first)
        try:
            duel = await duels.next_duel(session, row.league_id, viewer, call.services.now())
        except NotFoundError:
            return error.sentence
    return duels_view.instead(error.sentence, duel)


async def answered(call: Call, payload: ids.DuelBallot) -> DuelResult:
    """Count the caller's answer to a duel and return what others and the judges said."""
    viewer = await call.viewer(About.ENTRY, payload.first, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        return await duels.answer(
            session, payload.first, payload.second, payload.choice, viewer, call.services.now()
        )


async def _take_back(call: Call, payload: ids.Pair) -> None:
    league = await taken_back(call, payload)
    await call.answer(duels_view.deletion_confirmation(league), replace=_is_alone(call))


async def taken_back(call: Call, payload: ids.Pair) -> int:
    """Delete the caller's answer to a duel; return the league's id."""
    viewer = await call.viewer(About.ENTRY, payload.first, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        return await duels.take_back(session, payload.first, payload.second, viewer, call.services.now())


async def render_daily(session: Transaction, request: MessageRequest, _services: Services) -> Message | None:
    """Render a person's duel of the day, or after their answer the result; None if it isn't asked any more."""
    first, second = (int(entry) for entry in request.options["pair"])
    state = await daily_duels.state_for(session, request.about, first, second, request.channel)
    if state is None:
        return None
    if isinstance(state, DuelResult):
        return duels_view.result(state, daily=True)
    return duels_view.duel(state, daily=True)


COMMANDS = (
    Command(
        name="duel",
        run=_duel,
        usage="duel",
        help="two papers: which matters more to you? Your answer counts in the ranking",
        group="Do",
        aliases=("duels",),
        beside="votes",
        details=duels_view.usage,
    ),
)
MESSAGES: dict[str, Renderer] = {daily_duels.KIND: render_daily}
