"""Owners of a league: add, remove, hand over, and messages when none is left."""

import re

from bot.leagues import owners, viewers
from bot.leagues.visibility import visible
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.leagues import owners_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command
from handlers.slack.words.people_names import person_named
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.work.delivery import MessageRequest

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", re.IGNORECASE)


def register(on: Boundary) -> None:
    """Register the listeners of the buttons that take over a league without owner and that ask an owner."""
    on.action(ids.TAKE_OVER, _take_over)
    on.action(ids.ASK_OWNER, _ask_owner)


async def _here(session: Transaction, call: Call, viewer: Viewer) -> League:
    return await league_of_question(session, call.channel, viewer)


async def _owner(call: Call, words: str) -> None:
    services = call.services
    mention = _USER.search(words)
    user = mention[1] if mention else await _typed(call, words)
    viewer = await call.viewer(others=[] if user is None else [user])
    verb = words.split(None, 1)[0].lower() if words else ""
    command = f"{services.settings.rank_command} owner"
    now = services.now()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if user is None and words:
            raise BadRequestError(
                f"Mention a person: `{command} @name` adds an owner, `{command} drop @name` takes one off, "
                f"`{command} hand @name` hands over and steps down."
            )
        if user is not None:
            match verb:
                case "drop" | "remove":
                    await owners.drop_owner(session, league, viewer, user, now=now)
                case "hand" | "handover" | "transfer":
                    await owners.hand_over(session, league, viewer, user, now=now)
                case _:
                    await owners.name_owner(session, league, viewer, user, now=now)
        answer = owners_view.owners(league.name, await league_rows.owners(session, league.id))
    await call.answer(answer)


async def _typed(call: Call, words: str) -> str | None:
    """Return the user id of the member of the channel whom a name typed by hand means, or None."""
    if "@" not in words:
        return None
    try:
        return await person_named(call.people, call.channel, words)
    except NotFoundError:  # the bot can't see the channel
        return None


async def _take_over(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    viewer = await viewers.with_admins_of(call.services.database, call.people, viewer, payload.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await owners.take_over(session, payload.league, viewer, now=call.services.now())
        answer = owners_view.owners(league.name, [call.user])
    await call.answer(answer)


async def _ask_owner(call: Call, payload: ids.OwnerRequest) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league, others=[payload.owner])
    async with call.services.database.transaction(call.workspace) as session:
        is_asked = await owners.ask_owner(
            session,
            payload.league,
            viewer,
            payload.owner,
            payload.wish,
            channel=call.channel,
            now=call.services.now(),
        )
    answer = owners_view.ask_confirmation(payload.owner, is_asked=is_asked)
    await call.answer(answer, replace=call.in_ephemeral)


async def _league_as_read(
    session: Transaction, request: MessageRequest, services: Services
) -> tuple[League, bool]:
    """Return the league of a direct message, and whether its reader may see the league now."""
    league = await league_rows.get(session, request.about)
    viewer = await services.viewer(session.workspace, request.channel, About.LEAGUE, league.id)
    return league, visible(league, viewer)


async def render_owner_asked(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Build the direct message that asks an owner to do something for a member.

    None if the owner can't see the league.
    """
    league, is_seen = await _league_as_read(session, request, services)
    if not is_seen:
        return None
    by, wish, channel = (str(request.options[name]) for name in ("by", "wish", "channel"))
    return owners_view.owner_asked(league.id, league.name, by, wish, channel or league.channel)


async def render_succession(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Build the message to an admin that a league has lost its last owner."""
    league, is_seen = await _league_as_read(session, request, services)
    if not is_seen:
        return owners_view.hidden_succession()
    return owners_view.succession(league.name, league.channel, services.settings.rank_command)


async def render_owner_named(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Build the message to a person who became an owner of a league; None if they can't see it any more."""
    league, is_seen = await _league_as_read(session, request, services)
    if not is_seen:
        return None
    return owners_view.owner_named(
        league.id, league.name, league.channel, str(request.options["by"]), services.settings.rank_command
    )


async def render_orphaned(
    session: Transaction,
    request: MessageRequest,
    services: Services,  # noqa: ARG001 - all renderers are alike
) -> Message | None:
    """Render the message to a private channel that its league has no owner, or that somebody took the league over."""
    league = await league_rows.get(session, request.about)
    return owners_view.orphaned(league.id, league.name, await league_rows.owners(session, league.id))


COMMANDS = (
    Command(
        name="owners",
        run=_owner,
        usage="owners @name",
        help="who owns the league; `owners drop @name` and `owners hand @name` change it",
        group="Do",
        aliases=("owner",),
        beside="settings",
    ),
)
MESSAGES: dict[str, Renderer] = {
    "succession": render_succession,
    "owner_named": render_owner_named,
    "owner_asked": render_owner_asked,
    "orphaned": render_orphaned,
}
