"""Addresses that are told of a league's events: owners add and remove them."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.exchange.outlets.webhook_sending import SECRET_PREFIX, seal
from bot.leagues.rights import require_owner, require_publishing
from bot.papers.fetching.public_addresses import is_public
from bot.people import Viewer
from bot.settings import Settings
from bot.work import announcements
from storage.database.engine import Transaction
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.leagues.league_rows import League
from storage.outlets import webhooks
from storage.outlets.webhooks import Webhook

ADDED = "webhook.added"
REMOVED = "webhook.removed"
ACTION = "say which addresses are told of its events"
MOST_ADDRESSES = 5
MOST_CHARACTERS = 500
NEVER_PUBLIC = frozenset({"local", "localhost", "internal", "lan", "home", "test", "invalid"})
NEEDS_HTTPS = (
    "An address for events begins with https:// and is public, without a user name or a port of its own."
)


def checked(url: str, settings: Settings) -> str:
    """Return an address that events may be sent to. Raises `BadRequestError`; hosts that settings allow may be any.

    The name's addresses are checked again each time an event is sent.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise BadRequestError(NEEDS_HTTPS) from None
    if settings.allowed_hosts & {host, parts.netloc.lower()}:
        return url
    fine = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc
    if not fine or not _may_be_public(host) or len(url) > MOST_CHARACTERS or url.split() != [url]:
        raise BadRequestError(NEEDS_HTTPS)
    return url


def _may_be_public(host: str) -> bool:
    """Return whether a host is a public IP address, or a name that could have one."""
    try:
        return is_public(str(ip_address(host)))
    except ValueError:
        last = host.rpartition(".")[2]
        return "." in host and last[:1].isalpha() and last not in NEVER_PUBLIC


async def add(
    session: Transaction, league: League, url: str, viewer: Viewer, settings: Settings, now: datetime
) -> str:
    """Tell an address of a league's events from now on, and send it a test; return the secret that signs them.

    Raises `NotAllowedError` for non-owners and private leagues without consent, `BadRequestError` for a bad address.
    """
    await require_owner(session, league, viewer, ACTION)
    require_publishing(league)
    url = checked(url, settings)
    known = await webhooks.of_league(session, league.id)
    if len(known) >= MOST_ADDRESSES:
        raise BadRequestError(f"{league.name} tells {MOST_ADDRESSES} addresses already. Remove one first.")
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    webhook = await webhooks.add(session, league.id, url, seal(secret, settings), viewer.user, now)
    body = announcements.body_of(announcements.TEST, {"league": league.name}, now)
    await webhooks.queue(session, [webhook], body, now)
    await league_rows.note(
        session, league.id, viewer.user, ADDED, {"host": urlsplit(url).hostname or ""}, now
    )
    return secret


async def remove(
    session: Transaction, league: League, webhook_id: int, viewer: Viewer, now: datetime
) -> None:
    """Tell an address of nothing any more. Raises `NotAllowedError` for non-owners, `NotFoundError` if it is gone."""
    await require_owner(session, league, viewer, ACTION)
    if not await webhooks.remove(session, league.id, webhook_id):
        raise NotFoundError("That address is gone already.")
    await league_rows.note(session, league.id, viewer.user, REMOVED, {}, now)


async def addresses_of(session: Transaction, league: League, viewer: Viewer) -> Sequence[Webhook]:
    """Return a league's addresses, oldest first. Raises `NotAllowedError` for non-owners."""
    await require_owner(session, league, viewer, ACTION)
    return await webhooks.of_league(session, league.id)
