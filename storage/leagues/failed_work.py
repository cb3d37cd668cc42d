"""Failures that an owner of a league should see: work that failed for good, and failing judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.tables import (
    Assessment,
    Entry,
    League,
    Match,
    Occurrence,
    OutboxMessage,
    Paper,
    Schedule,
    Spending,
    Tournament,
)
from storage.tables.papers import shown_title
from storage.work.delivery import NO_UPLOADS, NOTHING_TO_SHOW
from storage.work.leases import Work

NO_REASON = "no reason kept"
ENDED = (NOTHING_TO_SHOW, NO_UPLOADS, "the message was deleted in Slack")
"""Reasons that end a message without being a failure, and so aren't listed as failed work."""


@dataclass(frozen=True, slots=True)
class FailedWork:
    """A row whose work failed for good: the kind of work, what it was about, and the reason."""

    kind: Work
    id: int
    league: int
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgeHealth:
    """Number of a judge's calls in a period, and how many of them failed."""

    judge: str
    calls: int
    failed: int


async def failed_work_of(session: Transaction, leagues: Sequence[int], limit: int = 10) -> list[FailedWork]:
    """Return failed work of these leagues: fetches, assessments, matches, messages and schedule runs.

    At most `limit` of each kind, newest first. Matches of an ended tournament are left out, because replaying one
    would change a settled result.
    """
    return [
        *await _failed_papers(session, leagues, limit),
        *await _failed_assessments(session, leagues, limit),
        *await _failed_matches(session, leagues, limit),
        *await _failed_messages(session, leagues, limit),
        *await _failed_firings(session, leagues, limit),
    ]


async def _failed_papers(session: Transaction, leagues: Sequence[int], limit: int) -> list[FailedWork]:
    papers = await session.execute(
        select(Paper.id, Entry.league_id, Paper.title, Paper.canonical, Paper.failure)
        .join(Entry, Entry.paper_id == Paper.id)
        .where(Entry.league_id.in_(leagues), Entry.removed_at.is_(None), Paper.status == "failed")
        .order_by(Paper.id.desc())
        .limit(limit)
    )
    return [
        FailedWork(
            Work.PAPER,
            r.id,
            r.league_id,
            f"reading {shown_title(r.title, r.canonical)}",
            r.failure or NO_REASON,
        )
        for r in papers
    ]


async def _failed_assessments(session: Transaction, leagues: Sequence[int], limit: int) -> list[FailedWork]:
    reviews = await session.execute(
        select(
            Assessment.id,
            Entry.league_id,
            Assessment.assessor,
            Paper.title,
            Paper.canonical,
            Assessment.failure,
        )
        .join(Entry, Entry.id == Assessment.entry_id)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.league_id.in_(leagues), Entry.removed_at.is_(None), Assessment.status == "failed")
        .order_by(Assessment.id.desc())
        .limit(limit)
    )
    return [
        FailedWork(
            Work.ASSESSMENT,
            r.id,
            r.league_id,
            f"{r.assessor} on {shown_title(r.title, r.canonical)}",
            r.failure or NO_REASON,
        )
        for r in reviews
    ]


async def _failed_matches(session: Transaction, leagues: Sequence[int], limit: int) -> list[FailedWork]:
    """Return failed matches outside tournaments or in tournaments that haven't ended."""
    first, second, one, other = aliased(Entry), aliased(Entry), aliased(Paper), aliased(Paper)
    matches = await session.execute(
        select(Match.id, Match.league_id, Match.judge, Match.failure, one.title, other.title.label("against"))
        .join(first, first.id == Match.first_id)
        .join(second, second.id == Match.second_id)
        .join(one, one.id == first.paper_id)
        .join(other, other.id == second.paper_id)
        .join(Tournament, Tournament.id == Match.tournament_id, isouter=True)
        .where(
            Match.league_id.in_(leagues),
            Match.status == "failed",
            or_(Match.tournament_id.is_(None), Tournament.status.in_(("running", "paused"))),
        )
        .order_by(Match.id.desc())
        .limit(limit)
    )
    return [
        FailedWork(
            Work.MATCH,
            r.id,
            r.league_id,
            f"{r.judge} on {r.title} against {r.against}",
            r.failure or NO_REASON,
        )
        for r in matches
    ]


async def _failed_messages(session: Transaction, leagues: Sequence[int], limit: int) -> list[FailedWork]:
    messages = await session.execute(
        select(OutboxMessage.id, League.id.label("league_id"), OutboxMessage.kind, OutboxMessage.failure)
        .join(League, League.channel == OutboxMessage.channel)
        .where(
            League.id.in_(leagues),
            OutboxMessage.status == "failed",
            func.coalesce(OutboxMessage.failure, "").not_in(ENDED),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    )
    return [
        FailedWork(Work.MESSAGE, r.id, r.league_id, f"a message ({r.kind})", r.failure or NO_REASON)
        for r in messages
    ]


async def _failed_firings(session: Transaction, leagues: Sequence[int], limit: int) -> list[FailedWork]:
    firings = await session.execute(
        select(Occurrence.id, Schedule.league_id, Schedule.kind, Occurrence.slot, Occurrence.failure)
        .join(Schedule, Schedule.id == Occurrence.schedule_id)
        .where(Schedule.league_id.in_(leagues), Occurrence.status == "failed")
        .order_by(Occurrence.id.desc())
        .limit(limit)
    )
    return [
        FailedWork(Work.OCCURRENCE, r.id, r.league_id, f"the {r.kind} of {r.slot}", r.failure or NO_REASON)
        for r in firings
    ]


async def judge_health(session: Transaction, leagues: Sequence[int], since: datetime) -> list[JudgeHealth]:
    """Return the calls and failures of each judge in these leagues since a moment, most calls first."""
    rows = await session.execute(
        select(
            Spending.judge,
            func.count().label("calls"),
            func.sum(case((Spending.result.is_not(None) & (Spending.result != "ok"), 1), else_=0)).label(
                "failed"
            ),
        )
        .where(Spending.league_id.in_(leagues), Spending.at >= since)
        .group_by(Spending.judge)
        .order_by(func.count().desc(), Spending.judge)
    )
    return [JudgeHealth(row.judge, int(row.calls), int(row.failed)) for row in rows]
