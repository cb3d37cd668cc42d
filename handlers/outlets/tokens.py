"""Command `/rank api`: owners make tokens with which programs read a league, see them once, and revoke them."""

from bot.exchange.outlets import api_access
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.outlets import tokens_view
from handlers.outlets.api import ROOT
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command, Line
from storage.errors import BadRequestError
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register the listener of the buttons that revoke tokens."""
    on.action(ids.REVOKE_TOKEN, _revoke)


async def _api(call: Call, words: str) -> None:
    first, _, name = words.strip().partition(" ")
    viewer = await call.viewer_in(None)
    services = call.services
    address = f"{services.settings.public_url or ''}{ROOT}"
    if first.lower() in {"", "list", "tokens"}:
        async with services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            tokens = await api_access.tokens_of(session, league, viewer)
        await call.answer(tokens_view.tokens(league.id, league.name, tokens, services.settings.rank_command))
        return
    if first.lower() not in {"new", "token", "create"}:
        raise BadRequestError(tokens_view.usage(services.settings.rank_command))
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        token = await api_access.make_token(session, league, name, viewer, services.now())
    await call.answer(tokens_view.made(league.name, token, address))


async def _revoke(call: Call, which: ids.OfToken) -> None:
    viewer = await call.viewer(About.LEAGUE, which.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, which.league, viewer)
        await api_access.revoke_token(session, league, which.token, viewer, call.services.now())
        tokens = await api_access.tokens_of(session, league, viewer)
    await call.answer(
        tokens_view.tokens(league.id, league.name, tokens, call.services.settings.rank_command),
        replace=call.in_ephemeral,
    )


COMMANDS = (
    Command(
        name="api",
        run=_api,
        usage="api",
        help="tokens with which programs read the league as JSON, for its owners",
        group="Do",
        examples=(Line("api new <name>", "a new token, shown once"),),
    ),
)
