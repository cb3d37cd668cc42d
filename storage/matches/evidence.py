"""Rows of evidence: a challenged match judged again with the papers in swapped order, once per match."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Evidence, Match, Poll
from storage.work.leases import Work, due


async def plan(session: Transaction, match_id: int, now: datetime) -> bool:
    """Plan to ask a challenged match's judge again with the papers swapped; return whether that is due now.

    A match is asked about once, and again only if that failed or was skipped.
    """
    is_new = await insert_once(session, Evidence, match_id=match_id, created_at=now)
    statement = update(Evidence).where(
        Evidence.match_id == match_id, Evidence.status.in_(("failed", "skipped"))
    )
    anew = {"status": "planned", "failure": None, "attempts": 0, "not_before": None, "leased_until": None}
    if is_new or await changed(session, statement.values(**anew)):
        row_id = await session.scalar(select(Evidence.id).where(Evidence.match_id == match_id))
        assert row_id is not None
        due(session, Work.EVIDENCE, row_id)
        return True
    return False


async def get(session: Transaction, evidence_id: int) -> Evidence:
    """Return the evidence with this id; the caller must have leased the row."""
    return await session.get_one(Evidence, evidence_id)


async def end(session: Transaction, evidence_id: int, status: str, reason: str | None = None) -> bool:
    """End evidence that is being judged, as done, failed or skipped; return False if it wasn't being judged."""
    statement = update(Evidence).where(Evidence.id == evidence_id, Evidence.status == "judging")
    return await changed(session, statement.values(status=status, failure=reason, leased_until=None)) == 1


async def skip_planned(session: Transaction, match_ids: Sequence[int]) -> None:
    """Skip the evidence of these matches that is planned and not yet judged."""
    await changed(
        session,
        update(Evidence)
        .where(Evidence.match_id.in_(match_ids), Evidence.status == "planned")
        .values(status="skipped", leased_until=None, not_before=None),
    )


async def make_due_after_pause(session: Transaction, judge: str) -> None:
    """Make planned evidence of a judge that is no longer paused due now."""
    ids = await session.scalars(
        select(Evidence.id)
        .join(Match, Match.id == Evidence.match_id)
        .where(Match.judge == judge, Evidence.status == "planned")
    )
    for row_id in ids.all():
        await changed(session, update(Evidence).where(Evidence.id == row_id).values(not_before=None))
        due(session, Work.EVIDENCE, row_id)


async def of_match(session: Transaction, match_id: int) -> Evidence | None:
    """Return the evidence row of a match, or None if the match was never challenged."""
    return await session.scalar(select(Evidence).where(Evidence.match_id == match_id))


async def polls_on(session: Transaction, match_id: int) -> list[int]:
    """Return the ids of all votes on a match, open or closed."""
    return list(await session.scalars(select(Poll.id).where(Poll.match_id == match_id)))
