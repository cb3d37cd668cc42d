"""Links of one message that wait for a person to confirm, and counts of what a person brought lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.errors import NotFoundError
from storage.tables import Entry, HeldLinks, SeenLink

Link = tuple[str, str, int | None, str]
"""A paper link: (scheme, value, version, URL), the fields of `bot.papers.links.Reference`."""


@dataclass(frozen=True, slots=True)
class LinkBatch:
    """Links of one message that wait until a person confirms that they should be added.

    `at_once` others were added without waiting; of those that waited, `taken` were added after somebody (`by`)
    confirmed.
    """

    id: int
    league: int
    user: str
    channel: str
    ts: str
    at_once: int
    taken: int
    by: str | None
    links: tuple[Link, ...]
    """The links that still wait."""


async def hold(
    session: Transaction,
    *,
    league: int,
    user: str,
    channel: str,
    ts: str,
    at_once: int,
    links: Sequence[Link],
    now: datetime,
) -> int:
    """Store a message's links that wait to be confirmed; `at_once` others came in already. Returns the row's id."""
    row = HeldLinks(
        league_id=league, user=user, channel=channel, message_ts=ts, at_once=at_once,
        links=[list(link) for link in links], at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def get(session: Transaction, batch_id: int) -> LinkBatch:
    """Return the waiting links of a message, by their row's id. Raises `NotFoundError`."""
    row = await session.scalar(
        select(HeldLinks).where(HeldLinks.id == batch_id).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("Those links aren't kept any more; please post them again.")
    links = tuple((link[0], link[1], link[2], link[3]) for link in row.links[row.taken :])
    return LinkBatch(
        row.id, row.league_id, row.user, row.channel, row.message_ts, row.at_once, row.taken, row.by, links
    )


async def take(session: Transaction, batch_id: int, before: int, number: int, by: str) -> bool:
    """Count the next `number` waiting links as brought in by a person; return False if somebody else was faster."""
    ours = update(HeldLinks).where(HeldLinks.id == batch_id, HeldLinks.taken == before)
    return await changed(session, ours.values(taken=before + number, by=by)) == 1


async def seen_in(session: Transaction, channel: str, ts: str) -> int:
    """Return how many links of one Slack message have been processed."""
    statement = select(func.count()).where(SeenLink.channel == channel, SeenLink.message_ts == ts)
    return await session.scalar(statement) or 0


async def entered_since(session: Transaction, user: str, since: datetime, now: datetime) -> int:
    """Return how many papers a person submitted until now by messages posted since a moment; old messages don't count."""
    first_ts = f"{since.timestamp():.6f}"
    statement = select(func.count()).where(
        Entry.submitted_by == user,
        Entry.submitted_at.between(since, now),
        or_(Entry.message_ts >= first_ts, Entry.message_ts.startswith("add:")),
    )
    return await session.scalar(statement) or 0
