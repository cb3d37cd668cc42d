"""Queries for digests: what happened in a league between two moments, and which digests are due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, update
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import upsert
from storage.standings.counted_outcomes import both_present, counting
from storage.tables import (
    Assessment,
    Entry,
    Match,
    Occurrence,
    OutboxMessage,
    Override,
    Paper,
    Poll,
    Schedule,
    Spending,
)
from storage.work import leases
from storage.work.leases import Work, due

KIND = "digest"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A paper that was added to the league in the period of a digest."""

    entry: int
    title: str
    url: str
    user: str
    contribution: str | None = None
    """The paper's contribution in one sentence, as its first assessor wrote it; None if there is no assessment."""


@dataclass(frozen=True, slots=True)
class DecidedMatch:
    """A decided match that counts in the ratings: both entry ids in stored order, and the outcome."""

    match: int
    first: int
    second: int
    outcome: str

    @property
    def sides(self) -> tuple[int, int]:
        """(winner, loser) as entry ids; for a draw, both in stored order."""
        return (self.second, self.first) if self.outcome == "second" else (self.first, self.second)


@dataclass(frozen=True, slots=True)
class OpenPollRow:
    """A vote that was open at a moment; `is_open` is whether it is still open now."""

    poll: int
    match: int
    first: int
    second: int
    closes_at: datetime
    is_open: bool


async def new_entries(session: Transaction, league: int, since: datetime, until: datetime) -> list[NewEntry]:
    """Return the papers added to the league in the period and not removed since, oldest first."""
    contribution = (
        select(Assessment.contribution)
        .where(Assessment.entry_id == Entry.id, Assessment.contribution.is_not(None))
        .order_by(Assessment.id)
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
        .label("contribution")
    )
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.canonical, Paper.url, Entry.submitted_by, contribution)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(
            Entry.league_id == league,
            Entry.removed_at.is_(None),
            Paper.status != "failed",
            Entry.submitted_at > since,
            Entry.submitted_at <= until,
        )
        .order_by(Entry.submitted_at, Entry.id)
    )
    return [
        NewEntry(row.id, row.title or row.canonical, row.url, row.submitted_by, row.contribution)
        for row in rows
    ]


async def decided_matches(
    session: Transaction, league: int, since: datetime, until: datetime
) -> list[DecidedMatch]:
    """Return the matches decided in the period that count in the ratings."""
    rows = await session.execute(
        select(Match.id, Match.first_id, Match.second_id, Match.outcome)
        .where(counting(league), both_present(league), Match.decided_at > since, Match.decided_at <= until)
        .order_by(Match.id)
    )
    return [DecidedMatch(row.id, row.first_id, row.second_id, row.outcome or "draw") for row in rows]


async def overridden_matches(
    session: Transaction, league: int, since: datetime, until: datetime
) -> list[DecidedMatch]:
    """Return matches whose verdict a team vote replaced in the period, with the new outcome.

    Reverted ones are left out.
    """
    rows = await session.execute(
        select(Match.id, Match.first_id, Match.second_id, Override.outcome)
        .join(Match, Match.id == Override.match_id)
        .where(
            Match.league_id == league,
            both_present(league),
            Override.at > since,
            Override.at <= until,
            Override.outcome != Match.verdict,
            or_(Override.reverted_at.is_(None), Override.reverted_at > until),
        )
        .order_by(Override.id)
    )
    return [DecidedMatch(*row) for row in rows]


async def open_polls(session: Transaction, league: int, at: datetime) -> list[OpenPollRow]:
    """Return the votes open at a moment, the first to close first."""
    rows = await session.execute(
        select(
            Poll.id, Poll.match_id, Match.first_id, Match.second_id, Poll.closes_at, Poll.closed_at.is_(None)
        )
        .join(Match, Match.id == Poll.match_id)
        .where(
            Match.league_id == league,
            Poll.opened_at <= at,
            or_(Poll.closed_at.is_(None), Poll.closed_at > at),
        )
        .order_by(Poll.closes_at, Poll.id)
    )
    return [OpenPollRow(*row[:-1], is_open=bool(row[-1])) for row in rows]


async def spent_in_period(session: Transaction, league: int, since: datetime, until: datetime) -> Decimal:
    """Return the USD spent on model calls begun in the period, including amounts still reserved."""
    total = await session.scalar(
        select(func.sum(func.coalesce(Spending.cost, Spending.reserved))).where(
            Spending.league_id == league, Spending.at > since, Spending.at <= until
        )
    )
    return Decimal(total or 0)


class LastDigest(NamedTuple):
    """When a schedule was last carried out, when its last digest was wanted, and whether the asked one is wanted."""

    fired_at: datetime | None
    wanted_at: datetime | None
    is_wanted: bool


async def last_digest(session: Transaction, schedule: Schedule, key: str, before: datetime) -> LastDigest:
    """Return what is known of a schedule's digests before a moment, and whether its channel's outbox has `key`.

    The message with this key may be posted or still to be posted.
    """
    last = (
        select(Occurrence.at)
        .where(Occurrence.schedule_id == schedule.id, Occurrence.at < before, Occurrence.status == "done")
        .order_by(Occurrence.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_wanted = exists(
        select(OutboxMessage.id).where(OutboxMessage.channel == schedule.channel, OutboxMessage.key == key)
    )
    wanted = (
        select(OutboxMessage.created_at)
        .where(
            OutboxMessage.channel == schedule.channel,
            OutboxMessage.key.startswith(f"digest:{schedule.id}:", autoescape=True),
            OutboxMessage.created_at < before,
        )
        .order_by(OutboxMessage.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(last.label("fired_at"), wanted.label("wanted_at"), is_wanted.label("is_wanted")).where(
                Schedule.id == schedule.id
            )
        )
    ).one()
    return LastDigest(row.fired_at, row.wanted_at, bool(row.is_wanted))


async def tournament_schedules(session: Transaction, league: int) -> list[tuple[str, str]]:
    """Return (cron expression, time zone) of each active tournament schedule of the league."""
    rows = await session.execute(
        select(Schedule.cron, Schedule.time_zone)
        .where(Schedule.league_id == league, Schedule.kind == "tournament", Schedule.active.is_(True))
        .order_by(Schedule.id)
    )
    return [(row.cron, row.time_zone) for row in rows]


async def count_by_hand(session: Transaction, channel: str, since: datetime, now: datetime) -> int:
    """Return how many digests people requested by command in a channel from a moment until now."""
    by_hand = (OutboxMessage.kind == "digest") & OutboxMessage.key.contains(":now:", autoescape=True)
    query = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.channel == channel, by_hand, OutboxMessage.created_at.between(since, now)
    )
    return await session.scalar(query) or 0


async def digest_at(session: Transaction, channel: str, ts: str) -> tuple[str, int, dict[str, Any]] | None:
    """Return (message key, league id, options with the period) of the digest posted at `ts` in a channel, or None."""
    row = (
        await session.execute(
            select(OutboxMessage.key, OutboxMessage.about_id, OutboxMessage.options).where(
                OutboxMessage.posted_channel == channel,
                OutboxMessage.ts == ts,
                OutboxMessage.kind == "digest",
            )
        )
    ).one_or_none()
    return None if row is None or row.about_id is None else (row.key, row.about_id, dict(row.options))


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A firing of a digest's schedule, when the schedule was last carried out, and when its last digest was wanted."""

    occurrence: int
    workspace: str
    slot: str
    at: datetime
    schedule: Schedule
    fired_at: datetime | None
    wanted_at: datetime | None

    @property
    def place(self) -> tuple[str, str]:
        """Workspace and channel of the digest."""
        return self.workspace, self.schedule.channel


def _can_be_done(now: datetime) -> ColumnElement[bool]:
    """Return an SQL condition: the firing waits and may be carried out here."""
    return and_(
        Occurrence.status == "planned",
        leases.is_free(Occurrence, now),
        leases.is_due(Occurrence, now),
        leases.of_live(Occurrence),
        leases.of_open(Occurrence),
        leases.is_trusted(Occurrence),
    )


async def due_digests(session: Transaction, first: int, now: datetime, most: int) -> list[DueDigest]:
    """Return firings of digests that wait in all workspaces: the one with id `first`, and those after it."""
    past = aliased(Occurrence)
    earlier = (
        select(past.at)
        .where(past.schedule_id == Schedule.id, past.status == "done", past.at < Occurrence.at)
        .correlate(Schedule, Occurrence)
        .order_by(past.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(OutboxMessage.created_at)
        .where(
            OutboxMessage.workspace_id == Schedule.workspace_id,
            OutboxMessage.channel == Schedule.channel,
            OutboxMessage.created_at < Occurrence.at,
            OutboxMessage.key.startswith(literal("digest:") + cast(Schedule.id, String) + ":"),
        )
        .correlate(Schedule, Occurrence)
        .order_by(OutboxMessage.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            Occurrence.id, Occurrence.workspace_id, Occurrence.slot, Occurrence.at, Schedule,
            earlier.label("fired_at"), wanted.label("wanted_at"),
        )
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(
            Occurrence.id >= first, _can_be_done(now), Schedule.kind == KIND, Schedule.active.is_(True)
        )
        .order_by(Occurrence.id)
        .limit(most)
    )  # fmt: skip
    return [DueDigest(*row) for row in rows]


async def want_due(
    session: Transaction, digests: Mapping[int, Mapping[str, Any]], now: datetime
) -> Sequence[int]:
    """Mark the firings of these digests (row values of their messages, by firing) as done, and want the messages.

    Return the firings that were still waiting; a message that is wanted already stays as it is.
    """
    taken = (
        await session.scalars(
            update(Occurrence)
            .where(
                Occurrence.id.in_(digests),
                _can_be_done(now),
                Occurrence.schedule_id.in_(select(Schedule.id).where(Schedule.active.is_(True))),
            )
            .values(status="done", leased_until=None, failure=None, attempts=Occurrence.attempts + 1)
            .returning(Occurrence.id),
            execution_options={"synchronize_session": False},
        )
    ).all()
    if taken:
        rows = await session.execute(
            upsert(session, OutboxMessage)
            .on_conflict_do_nothing()
            .returning(OutboxMessage.id, OutboxMessage.workspace_id),
            [{"kind": KIND, "created_at": now, **digests[firing]} for firing in taken],
        )
        for row in rows:
            due(session, Work.MESSAGE, row.id, row.workspace_id)
    return taken
