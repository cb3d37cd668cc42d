"""Deletes rows that only prevent repetition or are long over; `docs/running.md` lists how long each is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database.engine import Database, Transaction
from storage.database.statements import changed
from storage.tables import (
    AuditLine,
    Conversation,
    Event,
    HeldLinks,
    HostTurn,
    Occurrence,
    OutboxMessage,
    SeenLink,
    Standings,
    Tournament,
    WebhookDelivery,
)

AT_ONCE = 2_000
"""Rows deleted per transaction, so that nobody waits for it."""
EVENT = timedelta(days=2)
"""How long events are kept; Slack repeats one for some hours only."""
TURN = timedelta(days=1)
CONVERSATION = timedelta(days=30)
HELD_LINKS = timedelta(days=90)
OCCURRENCE = timedelta(days=100)
"""How long runs of schedules are kept; the newest one that was carried out always stays."""
DELIVERY = timedelta(days=30)
"""How long events that were sent to other programs, or given up, are kept."""
MESSAGE = timedelta(days=365)
SEEN_LINK = timedelta(days=400)
"""How long a link's message is known, so that an edit or a second reading of the channel takes it in no second time."""
STANDINGS = timedelta(days=100)
"""How long all standings are kept; of an earlier day the last stays, and those before and after a tournament."""
AUDIT = timedelta(days=5 * 365)
LASTING = ("league.%", "owner.%", "paper.%")
"""Patterns of actions whose lines always stay: they say how a league and its papers came to be as they are."""
TOLD_ONCE = (
    "notice", "digest", "poll_reminder", "poll_announced", "judge_outage", "judge_answers", "budget", "picture",
    "webhook_off",
)  # fmt: skip
"""Kinds of messages that never change once posted; cards, matches and votes stay as long as their league."""


async def forget_old(database: Database, now: datetime) -> int:
    """Delete rows that are kept no longer, a few at a time; return how many."""
    count = 0
    for key, is_old in _rules(now):
        while True:
            async with database.transaction(None) as session:
                batch = await _forget(session, key, is_old)
            count += batch
            if batch < AT_ONCE:
                break
    return count


async def _forget(session: Transaction, key: InstrumentedAttribute[Any], is_old: ColumnElement[bool]) -> int:
    some = (await session.scalars(select(key).where(is_old).limit(AT_ONCE))).all()
    return await changed(session, delete(key.class_).where(key.in_(some), is_old)) if some else 0


def _rules(now: datetime) -> list[tuple[InstrumentedAttribute[Any], ColumnElement[bool]]]:
    """Return (key column of a table, condition for its rows that are too old)."""
    newer = aliased(Occurrence)
    is_followed = exists().where(
        newer.schedule_id == Occurrence.schedule_id, newer.status == "done", newer.at > Occurrence.at
    )
    lines_to_keep = [AuditLine.action.like(pattern) for pattern in LASTING]
    return [
        (SeenLink.id, SeenLink.at < now - SEEN_LINK),
        (AuditLine.id, (AuditLine.at < now - AUDIT) & ~or_(*lines_to_keep)),
        (Standings.id, _superseded(now - STANDINGS)),
        (Event.id, Event.at < now - EVENT),
        (HostTurn.host, (HostTurn.next_at < now - TURN) | (HostTurn.next_at > now + TURN)),
        (Conversation.id, Conversation.at < now - CONVERSATION),
        (HeldLinks.id, HeldLinks.at < now - HELD_LINKS),
        (
            Occurrence.id,
            (Occurrence.at < now - OCCURRENCE)
            & Occurrence.status.in_(("done", "missed", "failed"))
            & is_followed,
        ),
        (
            WebhookDelivery.id,
            (WebhookDelivery.made_at < now - DELIVERY) & WebhookDelivery.status.in_(("sent", "lost")),
        ),
        (
            OutboxMessage.id,
            (OutboxMessage.created_at < now - MESSAGE)
            & OutboxMessage.kind.in_(TOLD_ONCE)
            & OutboxMessage.status.in_(("posted", "failed", "ended", "deleted")),
        ),
    ]


def _superseded(before: datetime) -> ColumnElement[bool]:
    """Return an SQL condition: older standings that no tournament needs, if there are newer ones of the same day."""
    places = (
        select(
            Standings.id,
            func.row_number()
            .over(
                partition_by=(Standings.league_id, func.date(Standings.at)),
                order_by=(Standings.at.desc(), Standings.id.desc()),
            )
            .label("place"),
        )
        .where(Standings.at < before)
        .subquery()
    )
    of_tournaments = [
        select(column).where(column.is_not(None)) for column in (Tournament.before_id, Tournament.after_id)
    ]
    return and_(
        Standings.id.in_(select(places.c.id).where(places.c.place > 1)),
        *(Standings.id.not_in(ids) for ids in of_tournaments),
    )
