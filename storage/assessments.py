"""Rows of assessments (one model's review of one paper): plan, finish, fail and repeat them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import NotFoundError
from storage.tables import Assessment, Entry
from storage.work.leases import MOST_LAPSES, Work, due, is_due, is_free


async def get(session: Transaction, assessment_id: int) -> Assessment:
    """Return the assessment with this id. Raises `NotFoundError` if the workspace has none."""
    row: Assessment | None = await session.scalar(select(Assessment).where(Assessment.id == assessment_id))
    if row is None:
        raise NotFoundError("That assessment isn't here.")
    return row


async def plan(session: Transaction, entry: int, assessor: str, now: datetime) -> bool:
    """Plan the review of an entry by an assessor; return False if that review was planned before."""
    is_new = await insert_once(session, Assessment, entry_id=entry, assessor=assessor, created_at=now)
    if is_new:
        row_id = await session.scalar(
            select(Assessment.id).where(Assessment.entry_id == entry, Assessment.assessor == assessor)
        )
        assert row_id is not None
        due(session, Work.ASSESSMENT, row_id)
    return is_new


async def whose_turn(session: Transaction, row_id: int, now: datetime) -> int:
    """Choose which planned assessment to run when this one's turn comes; returns an assessment id.

    Submitters take turns: the choice is an assessment for the submitter with the fewest running ones. It is `row_id`
    itself if nobody has fewer, or if that assessment is suspected of crashing processes.
    """
    whose = select(Assessment.id, Entry.submitted_by).join(Entry, Entry.id == Assessment.entry_id)
    own = (
        await session.execute(whose.where(Assessment.id == row_id, Assessment.lapses < MOST_LAPSES))
    ).one_or_none()
    if own is None:
        return row_id
    under_way = select(Entry.submitted_by, func.count().label("number")).join(
        Assessment, Assessment.entry_id == Entry.id
    )
    rows = await session.execute(
        under_way.where(Assessment.status == "assessing").group_by(Entry.submitted_by)
    )
    counts = {row.submitted_by: row.number for row in rows}
    if not counts.get(own.submitted_by):
        return row_id
    query = (
        whose.with_only_columns(func.min(Assessment.id).label("id"), Entry.submitted_by)
        .where(
            Assessment.status == "planned", Assessment.lapses < MOST_LAPSES,
            is_free(Assessment, now), is_due(Assessment, now),
        )
        .group_by(Entry.submitted_by)
    )  # fmt: skip
    first: dict[str, int] = {row.submitted_by: row.id for row in await session.execute(query)}
    first |= {own.submitted_by: row_id}
    person = min(first, key=lambda user: (counts.get(user, 0), user != own.submitted_by, first[user]))
    return first[person]


async def finish(session: Transaction, assessment: int, values: dict[str, Any]) -> bool:
    """Store a finished review. Returns False, storing nothing, if the assessment is no longer being worked on."""
    return (
        await changed(
            session,
            update(Assessment)
            .where(Assessment.id == assessment, Assessment.status == "assessing")
            .values(status="done", leased_until=None, failure=None, **values),
        )
        == 1
    )


async def of_entry(session: Transaction, entry: int) -> Sequence[Assessment]:
    """Return all assessments of an entry, in the order in which they were planned."""
    return (
        await session.scalars(select(Assessment).where(Assessment.entry_id == entry).order_by(Assessment.id))
    ).all()


async def fail(session: Transaction, assessment_id: int, reason: str) -> bool:
    """Mark a running assessment as failed, with the reason. Returns False if it was no longer running."""
    return (
        await changed(
            session,
            update(Assessment)
            .where(Assessment.id == assessment_id, Assessment.status == "assessing")
            .values(status="failed", failure=reason, leased_until=None),
        )
        == 1
    )


async def plan_new_version(session: Transaction, entry: int, version: int | None) -> int:
    """Plan new reviews for an entry whose reviews read another version of the paper; return how many.

    The old review keeps counting until the new one is done.
    """
    rows = (
        await session.scalars(
            select(Assessment.id).where(
                Assessment.entry_id == entry,
                Assessment.status == "done",
                Assessment.paper_version.is_distinct_from(version),
            )
        )
    ).all()
    return await _due(session, rows, status="planned", failure=None, attempts=0)


async def cancel_planned(session: Transaction, entry_ids: Sequence[int]) -> None:
    """Cancel all planned assessments of these entries; `plan_cancelled` plans them again."""
    await changed(
        session,
        update(Assessment)
        .where(Assessment.entry_id.in_(entry_ids), Assessment.status == "planned")
        .values(status="cancelled", leased_until=None),
    )


async def cancel_held(session: Transaction, assessment_id: int) -> None:
    """Cancel an assessment that a worker has leased, as long as no model was asked for it."""
    statement = update(Assessment).where(Assessment.id == assessment_id, Assessment.status == "assessing")
    await changed(session, statement.values(status="cancelled", leased_until=None))


async def plan_cancelled(session: Transaction, entry_ids: Sequence[int]) -> int:
    """Plan the cancelled assessments of these entries again; return how many."""
    ids = (
        await session.scalars(
            select(Assessment.id).where(Assessment.entry_id.in_(entry_ids), Assessment.status == "cancelled")
        )
    ).all()
    return await _due(session, ids, status="planned", failure=None, attempts=0)


async def make_due_with_money(session: Transaction, league: int) -> int:
    """Make a league's planned assessments that wait for money due now; return how many.

    Assessments that wait for a paused assessor check for themselves whether the pause is over.
    """
    ids = (
        await session.scalars(
            select(Assessment.id)
            .join(Entry, Entry.id == Assessment.entry_id)
            .where(Entry.league_id == league, Assessment.status == "planned", Assessment.failure.is_not(None))
        )
    ).all()
    return await _due(session, ids)


async def make_due_after_pause(session: Transaction, assessor: str) -> int:
    """Make the planned assessments of an assessor that is no longer paused due now; return how many."""
    ids = (
        await session.scalars(
            select(Assessment.id).where(Assessment.assessor == assessor, Assessment.status == "planned")
        )
    ).all()
    return await _due(session, ids)


async def _due(session: Transaction, ids: Sequence[int], **values: str | int | None) -> int:
    """Make these assessments due at once and set the given columns; return how many."""
    await changed(session, update(Assessment).where(Assessment.id.in_(ids)).values(not_before=None, **values))
    for row_id in ids:
        due(session, Work.ASSESSMENT, row_id)
    return len(ids)
