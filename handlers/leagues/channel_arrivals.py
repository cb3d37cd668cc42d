"""Arrivals and departures of the bot and people in channels: greeting, and changes of a league's owners."""

from bot.leagues import closed_places, creating
from bot.spending.price_estimates import prices_so_far
from bot.standings.league_spread import league_spread
from bot.tournaments.expected_matches import expected_matches
from bot.voting import departures
from handlers.blocks.builders import Message
from handlers.leagues import channel_arrivals_view, settings_windows_view
from handlers.slack import outsiders
from handlers.slack.attempts import attempt
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.workspaces.directory import is_admin_now
from handlers.slack.workspaces.scopes_and_events import READING_CHANNELS
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.tournaments import schedules
from storage.work import outbox
from storage.work.delivery import MessageRequest
from storage.workspaces import forget_person

_MODAL_FIELDS = {"tournament": settings_windows_view.SCHEDULE, "digest": settings_windows_view.DIGEST}


def register(on: Boundary) -> None:
    """Register the listeners for arrivals, departures and changed users."""
    on.event("member_joined_channel", _joined)
    on.event("member_left_channel", _left)
    on.event("user_change", _user_changed, matters=outsiders.loses_rights)


async def _joined(call: Call) -> None:
    channel = str(call.event.get("channel") or call.channel)
    call.services.forget_channel(call.workspace, channel)
    if call.event.get("user") != call.bot_user:
        return
    reads = await _reads_channels(call)
    async with call.services.database.transaction(call.workspace) as session:
        await outbox.reopen(session, channel)
        await closed_places.open_channel(session, channel)
        await creating.want_greeting(session, channel, call.services.now(), reads_channels=reads)


async def _reads_channels(call: Call) -> bool:
    """Return whether the bot sees links that are only posted (by its scopes); True if Slack doesn't say."""
    answer = await attempt(call.client.auth_test())
    headers = {} if answer is None else {name.lower(): value for name, value in answer.headers.items()}
    scopes = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",")} - {""}
    return not scopes or bool(READING_CHANNELS & scopes)


async def _left(call: Call) -> None:
    user, channel = str(call.event.get("user") or ""), str(call.event.get("channel") or call.channel)
    call.services.forget_channel(call.workspace, channel)
    roster = await call.services.roster_of_owned(call.workspace, user)
    async with call.services.database.transaction(call.workspace) as session:
        await departures.channel_left(session, user, channel, roster, call.services.now())


async def _user_changed(call: Call) -> None:
    """When a person leaves or becomes a guest, hand over the leagues that they own."""
    user = call.event["user"]
    call.services.forget_person(call.workspace, str(user["id"]), is_admin_now(user))
    roster = await call.services.roster_of_owned(call.workspace, str(user["id"]))
    async with call.services.database.transaction(call.workspace) as session:
        if user.get("deleted"):
            await forget_person.show_anew(session, str(user["id"]))
        await departures.person_left(session, str(user["id"]), roster, call.services.now())
    outsiders.note_handled(call)


async def render_greeting(
    session: Transaction, request: MessageRequest, services: Services
) -> Message | None:
    """Build the message with which the bot greets a channel, as things stand now."""
    command = services.settings.rank_command
    reads = bool(request.options.get("reads_channels", True))
    league = await league_rows.of_home(session, request.channel)
    if league is None:
        return channel_arrivals_view.greeting(
            channel_arrivals_view.Greeting(
                request.channel,
                command,
                prices=await prices_so_far(session, services.runtime),
                reads_channels=reads,
            )
        )
    set_up = await league_rows.was_set_up(session, league.id)
    tournaments = tuple(
        (row.kind, row.cron, row.time_zone)
        for row in await schedules.of_league(session, league.id)
        if row.channel == league.channel and row.kind in _MODAL_FIELDS
    )
    return channel_arrivals_view.greeting(
        channel_arrivals_view.Greeting(
            request.channel,
            command,
            league.id,
            league.name,
            set_up,
            tournaments,
            league.monthly_cap,
            await prices_so_far(session, services.runtime, league.judges, league.id),
            expected_matches(league.target_interval, await league_spread(session, league.id)),
            reads,
        )
    )


MESSAGES: dict[str, Renderer] = {"greeting": render_greeting}
