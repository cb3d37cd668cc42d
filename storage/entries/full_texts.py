"""Rows of full texts: the body of a paper, stored once for all assessors."""

from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import Assessment, Entry, FullTextRow, Paper


async def stored_text(session: Transaction, paper: int) -> FullTextRow | None:
    """Return the stored full text of a paper, or the row that records why there is none; None if never fetched."""
    row: FullTextRow | None = await session.scalar(select(FullTextRow).where(FullTextRow.paper_id == paper))
    return row


async def store(
    session: Transaction,
    paper: int,
    *,
    version: int | None,
    text: str | None,
    source: str | None,
    hidden: list[str],
    cut: bool,
    failure: str | None,
    now: datetime,
) -> None:
    """Store a paper's full text, or why there is none (`failure`), in place of the earlier row."""
    await session.execute(delete(FullTextRow).where(FullTextRow.paper_id == paper))
    session.add(
        FullTextRow(
            paper_id=paper,
            version=version,
            text=text,
            source=source,
            hidden=hidden,
            cut=cut,
            failure=failure,
            fetched_at=now,
        )
    )
    await session.flush()


async def leave_out(session: Transaction, paper: int, reason: str | None) -> bool:
    """Exclude a paper from matches for a reason (a sentence), or include it again with None.

    Return whether that changed.
    """
    return (
        await changed(
            session,
            update(Paper)
            .where(Paper.id == paper, Paper.left_out.is_distinct_from(reason))
            .values(left_out=reason),
        )
        == 1
    )


async def was_assessed_from_full_text(session: Transaction, paper: int) -> bool:
    """Return whether any finished assessment of this paper used its full text."""
    assessment_id = await session.scalar(
        select(Assessment.id)
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.paper_id == paper, Assessment.status == "done", Assessment.read == "full text")
        .limit(1)
    )
    return assessment_id is not None
