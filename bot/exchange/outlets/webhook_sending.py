"""Sends events to the addresses that owners named: signed, tried again for three days, always under the same id."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.settings import Settings
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.errors import SettingsError
from storage.leagues import league_rows
from storage.outlets import webhooks
from storage.outlets.webhooks import Delivery
from storage.work import leases, outbox
from storage.work.leases import Work
from storage.workspaces.token_sealing import Keyring

KIND = "webhook_off"
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Waits after each failed try; after the last one the address is turned off. Together a little over three days."""
LONGEST_ASKED = timedelta(hours=1)
"""Longest wait that a server's Retry-After adds to ours."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix that the specification gives secrets
SEALED = "sealed:"
GONE = "the address says that it is gone (status 410)"

log = structlog.get_logger(__name__)


def seal(secret: str, settings: Settings) -> str:
    """Return a secret as it is stored: sealed if the installation has a key for that."""
    return f"{SEALED}{Keyring(settings.secret_keys).seal(secret)}" if settings.secret_keys else secret


def unseal(stored: str, settings: Settings) -> str:
    """Return a stored secret. Raises `SettingsError` if its key is gone."""
    if not stored.startswith(SEALED):
        return stored
    return Keyring(settings.secret_keys).unseal(stored.removeprefix(SEALED))


def signed_headers(secret: str, event: str, body: str, now: datetime) -> dict[str, str]:
    """Return the Standard Webhooks headers: id, timestamp, and the HMAC-SHA256 over both and the body."""
    moment = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{event}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


async def send(runtime: Runtime, workspace: str, delivery_id: int) -> None:
    """Send one event and store what became of it; does nothing if somebody else has it.

    While too many are being sent it waits for the sweep, and not in a place where others' work could be done.
    """
    if runtime.posting.locked():
        return
    async with runtime.posting:
        await _send(runtime, workspace, delivery_id)


async def _send(runtime: Runtime, workspace: str, delivery_id: int) -> None:
    database = runtime.database
    async with database.transaction(workspace) as session:
        if not await leases.take(
            session, Work.HOOK, delivery_id, runtime.time.now(), runtime.settings.lease_s
        ):
            return
        event = await webhooks.delivery(session, delivery_id)
        if event is None:
            await webhooks.settle(session, delivery_id, "lost", tries=0, failure="its webhook was removed")
            return
    failure, asked, is_gone = await _post(runtime, event)
    async with database.transaction(workspace) as session:
        now = runtime.time.now()
        if failure is None:
            await webhooks.settle(session, delivery_id, "sent", tries=event.tries)
            return
        log.info(
            "webhook_not_taken",
            webhook=event.webhook,
            event_id=event.event,
            tries=event.tries + 1,
            reason=failure,
        )
        if not is_gone and event.tries < len(WAITS):
            wait = max(WAITS[event.tries], min(asked, LONGEST_ASKED))
            await webhooks.settle(
                session, delivery_id, "due", tries=event.tries + 1, not_before=now + wait, failure=failure
            )
        elif await webhooks.settle(session, delivery_id, "lost", tries=event.tries + 1, failure=failure):
            await _turn_off(session, event, failure, now)


async def _post(runtime: Runtime, event: Delivery) -> tuple[str | None, timedelta, bool]:
    """Post an event; return (why it wasn't taken or None, the wait that the server asked for, whether it is gone)."""
    none = timedelta(0)
    if runtime.hooks is None:
        return "this installation sends nothing", none, False
    try:
        headers = signed_headers(
            unseal(event.secret, runtime.settings), event.event, event.body, runtime.time.now()
        )
        status = await runtime.hooks.post(event.url, event.body.encode(), headers)
    except SourceUnavailableError as error:
        return error.sentence, timedelta(seconds=error.retry_after or 0), False
    except (SourceError, SettingsError) as error:
        return error.sentence, none, False
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None, none, False
    if status == HTTPStatus.GONE:
        return GONE, none, True
    return f"the address answered with status {status}", none, False


async def _turn_off(session: Transaction, event: Delivery, reason: str, now: datetime) -> None:
    """Turn an address off and tell the league's owners, once."""
    if not await webhooks.turn_off(session, event.webhook, now):
        return
    for owner in await league_rows.owners(session, event.league):
        await outbox.want(
            session, channel=owner, key=f"{KIND}:{event.webhook}", kind=KIND, about_id=event.league, now=now,
            options={"url": event.url, "reason": reason},
        )  # fmt: skip
