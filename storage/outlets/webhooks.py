"""Rows of addresses that are told of a league's events, and of the events on their way to them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import League, Webhook, WebhookDelivery
from storage.work.leases import Work, due, is_ours

__all__ = ["Webhook"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event to send: where, signed with which stored secret, under which id, and how often it failed before."""

    webhook: int
    league: int
    url: str
    secret: str
    event: str
    body: str
    tries: int


async def add(session: Transaction, league: int, url: str, secret: str, user: str, now: datetime) -> int:
    """Store an address of a league; return its id."""
    row = Webhook(league_id=league, url=url, secret=secret, made_by=user, made_at=now)
    session.add(row)
    await session.flush()
    return row.id


async def of_league(session: Transaction, league: int) -> Sequence[Webhook]:
    """Return a league's addresses, oldest first, those turned off among them."""
    return (
        await session.scalars(select(Webhook).where(Webhook.league_id == league).order_by(Webhook.id))
    ).all()


async def remove(session: Transaction, league: int, webhook_id: int) -> bool:
    """Delete an address of a league with all that is on its way there; return False if there is none with this id."""
    gone = delete(Webhook).where(Webhook.league_id == league, Webhook.id == webhook_id)
    return bool(await changed(session, gone))


async def listening(session: Transaction, league: int) -> list[int]:
    """Return the ids of the addresses that are told of a league's events now: none while it may not be published."""
    rows = await session.scalars(
        select(Webhook.id)
        .join(League, League.id == Webhook.league_id)
        .where(
            Webhook.league_id == league,
            Webhook.disabled_at.is_(None),
            or_(League.is_private.is_(False), League.may_publish.is_(True)),
        )
    )
    return list(rows)


async def queue(session: Transaction, webhook_ids: Sequence[int], body: str, now: datetime) -> None:
    """Put an event on its way to these addresses, to each under an id of its own; it leaves after the commit."""
    own = await session.scalars(select(Webhook.id).where(Webhook.id.in_(webhook_ids)).order_by(Webhook.id))
    rows = [
        WebhookDelivery(webhook_id=each, event=f"evt_{secrets.token_hex(12)}", body=body, made_at=now)
        for each in own
    ]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        due(session, Work.HOOK, row.id)


async def delivery(session: Transaction, delivery_id: int) -> Delivery | None:
    """Return an event to send; None if its address was removed or turned off, or its league may not be published."""
    row = (
        await session.execute(
            select(
                Webhook.id, Webhook.league_id, Webhook.url, Webhook.secret,
                WebhookDelivery.event, WebhookDelivery.body, WebhookDelivery.tries,
            )
            .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
            .join(League, League.id == Webhook.league_id)
            .where(
                WebhookDelivery.id == delivery_id,
                Webhook.disabled_at.is_(None),
                or_(League.is_private.is_(False), League.may_publish.is_(True)),
            )
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else Delivery(*row)


async def settle(
    session: Transaction,
    delivery_id: int,
    status: str,
    *,
    tries: int,
    not_before: datetime | None = None,
    failure: str | None = None,
) -> bool:
    """Store what became of an event: "sent", "lost", or "due" again at a time. Returns False if the lease was lost."""
    if not await is_ours(session, Work.HOOK, delivery_id):
        return False
    await changed(
        session,
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id)
        .values(
            status=status, tries=tries, not_before=not_before, failure=failure, leased_until=None, attempts=0,
            lapses=0,
        ),
    )  # fmt: skip
    return True


async def turn_off(session: Transaction, webhook_id: int, now: datetime) -> bool:
    """Tell an address of nothing any more, and drop what is on its way there; return False if it was off before."""
    off = update(Webhook).where(Webhook.id == webhook_id, Webhook.disabled_at.is_(None))
    if not await changed(session, off.values(disabled_at=now)):
        return False
    await changed(
        session,
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.status == "due")
        .values(status="lost"),
    )
    return True
