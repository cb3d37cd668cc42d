"""Command `/rank webhook`: owners name addresses that are told of a league's events, and remove them."""

from bot.exchange.outlets import webhook_addresses, webhook_sending
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.outlets import webhooks_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.words.commands import Command, Line
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listener of the buttons that remove addresses."""
    on.action(ids.REMOVE_WEBHOOK, _remove)


async def _webhook(call: Call, words: str) -> None:
    url = words.strip().strip("<>").partition("|")[0].partition(" ")[0]
    viewer = await call.viewer_in(None)
    services = call.services
    if not url or url.lower() == "list":
        async with services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            rows = await webhook_addresses.addresses_of(session, league, viewer)
        await call.answer(
            webhooks_view.addresses(league.id, league.name, rows, services.settings.rank_command)
        )
        return
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        secret = await webhook_addresses.add(session, league, url, viewer, services.settings, services.now())
    await call.answer(webhooks_view.added(league.name, url, secret))


async def _remove(call: Call, which: ids.OfWebhook) -> None:
    viewer = await call.viewer(About.LEAGUE, which.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, which.league, viewer)
        await webhook_addresses.remove(session, league, which.webhook, viewer, call.services.now())
        rows = await webhook_addresses.addresses_of(session, league, viewer)
    command = call.services.settings.rank_command
    await call.answer(
        webhooks_view.addresses(league.id, league.name, rows, command), replace=call.in_ephemeral
    )


async def render_turned_off(
    session: Transaction,
    request: MessageRequest,
    services: Services,
) -> Message | None:
    """Build the message to owners that an address is no longer told of events."""
    league = await league_rows.get(session, request.about)
    return webhooks_view.turned_off(
        league.name,
        str(request.options["url"]),
        str(request.options["reason"]),
        services.settings.rank_command,
    )


COMMANDS = (
    Command(
        name="webhook",
        run=_webhook,
        usage="webhook",
        help="addresses that are told of overrides, tournaments' ends and new leaders, for owners",
        group="Do",
        aliases=("webhooks",),
        examples=(Line("webhook https://…", "sends events to that address, signed"),),
        takes_link=True,
    ),
)
MESSAGES: dict[str, Renderer] = {webhook_sending.KIND: render_turned_off}
