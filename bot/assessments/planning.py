"""Plans a paper's assessments, one by each assessor."""

from collections.abc import Sequence
from datetime import datetime

from storage import assessments
from storage.database.engine import Transaction
from storage.entries import full_texts

NO_ABSTRACT = (
    "Its source gives no abstract, so it plays no matches before an assessor has read its full text."
)


async def plan_assessments(
    session: Transaction,
    entry: int,
    paper: int,
    abstract: str | None,
    assessors: Sequence[str],
    now: datetime,
) -> None:
    """Store one planned assessment of an entry's paper for each assessor.

    A paper without an abstract plays no matches before its full text was read.
    """
    if abstract is not None:
        await full_texts.leave_out(session, paper, None)
    elif not await full_texts.was_assessed_from_full_text(session, paper):
        await full_texts.leave_out(session, paper, NO_ABSTRACT)
    for assessor in assessors:
        await assessments.plan(session, entry, assessor, now)
