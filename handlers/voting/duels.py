"""Duels (two papers, one choice): `/rank duel`, its buttons, and what follows an answer."""

from bot.leagues.which_league import league_of_question
from bot.voting import duels
from handlers.blocks import ids
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from handlers.voting import duels_view
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register the listeners of the duels' buttons."""
    on.action(ids.DUEL_VOTE, _answer)
    on.action(ids.DUEL_MORE, _more)
    on.action(ids.DUEL_BACK, _take_back)


async def _duel(call: Call, _words: str) -> None:
    viewer = await call.viewer(members=True)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        duel = await duels.next_duel(session, league.id, viewer, call.services.now())
    await call.answer(duels_view.duel(duel))


async def _more(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, members=True)
    async with call.services.database.reading(call.workspace) as session:
        duel = await duels.next_duel(session, payload.league, viewer, call.services.now())
    await call.answer(duels_view.duel(duel), replace=call.in_ephemeral)


async def _answer(call: Call, payload: ids.DuelBallot) -> None:
    viewer = await call.viewer(About.ENTRY, payload.first, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        result = await duels.answer(
            session, payload.first, payload.second, payload.choice, viewer, call.services.now()
        )
    await call.answer(duels_view.result(result), replace=call.in_ephemeral)


async def _take_back(call: Call, payload: ids.Pair) -> None:
    viewer = await call.viewer(About.ENTRY, payload.first, members=True)
    async with call.services.database.transaction(call.workspace) as session:
        league = await duels.take_back(session, payload.first, payload.second, viewer, call.services.now())
    await call.answer(duels_view.deletion_confirmation(league), replace=call.in_ephemeral)


COMMANDS = (
    Command(
        name="duel",
        run=_duel,
        usage="duel",
        help="two papers: which matters more to you? Your answer counts in the ranking",
        group="Do",
        aliases=("duels",),
        beside="votes",
    ),
)
