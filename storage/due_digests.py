"""Digests whose time has come in many leagues at once: read together, and wanted in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select, tuple_, update

from storage.database.engine import Transaction
from storage.database.statements import upsert
from storage.tables import DuelVote, League, Match, Occurrence, OutboxMessage, Schedule
from storage.voting import duels
from storage.voting.duels import DuelPaper
from storage.work import leases
from storage.work.leases import Work, due

KIND = "digest"


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
    earlier = (
        select(Occurrence.at)
        .where(Occurrence.schedule_id == Schedule.id, Occurrence.status == "done")
        .correlate(Schedule)
        .order_by(Occurrence.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(OutboxMessage.created_at)
        .where(
            OutboxMessage.workspace_id == Schedule.workspace_id,
            OutboxMessage.channel == Schedule.channel,
            OutboxMessage.key.startswith(literal("digest:") + cast(Schedule.id, String) + ":"),
        )
        .correlate(Schedule)
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


async def pairs_asked(
    session: Transaction, places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], set[tuple[int, int]]]:
    """Return, by (workspace, channel), the pairs that the newest digests asked about, lower entry id first."""
    newest = (
        select(
            OutboxMessage.workspace_id,
            OutboxMessage.channel,
            OutboxMessage.options,
            func.row_number()
            .over(
                partition_by=(OutboxMessage.workspace_id, OutboxMessage.channel),
                order_by=OutboxMessage.id.desc(),
            )
            .label("place"),
        )
        .where(
            OutboxMessage.kind == KIND,
            tuple_(OutboxMessage.workspace_id, OutboxMessage.channel).in_(list(places)),
        )
        .subquery()
    )
    rows = await session.execute(select(newest).where(newest.c.place <= duels.DIGESTS))
    pairs: defaultdict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        if pair := row.options.get("duel"):
            pairs[row.workspace_id, row.channel].add((min(pair), max(pair)))
    return pairs


async def papers_by_league(
    session: Transaction, leagues: Collection[int]
) -> tuple[Mapping[int, Sequence[DuelPaper]], set[int]]:
    """Return the papers that may be asked about by league, and the leagues with any answer or verdict to read."""
    papers = await duels.papers_of_leagues(session, leagues)
    answers = exists(select(DuelVote.first_id).where(DuelVote.league_id == League.id))
    verdicts = exists(select(Match.id).where(Match.league_id == League.id, Match.status == "decided"))
    begun = select(League.id).where(League.id.in_(leagues), answers | verdicts)
    return papers, set(await session.scalars(begun))


async def want(
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
