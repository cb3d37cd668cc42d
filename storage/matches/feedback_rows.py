"""Rows of people's marks (good or poor) on single verdicts and assessments, by judge."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Integer, cast, func, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.errors import NotFoundError
from storage.tables import Assessment, Feedback, Match
from storage.tables.base import FORGOTTEN

ASSESSMENT_GONE = "That assessment isn't here any more."


@dataclass(frozen=True, slots=True)
class Marks:
    """How many marks a judge has got for its verdicts and for its assessments, and how many of them were good."""

    judge: str
    good_verdicts: int
    verdicts: int
    good_assessments: int
    assessments: int


@dataclass(frozen=True, slots=True)
class AssessmentRef:
    """What an assessment is about and who made it: the ids of entry and assessor."""

    entry: int
    assessor: str


async def assessment(session: Transaction, assessment_id: int) -> AssessmentRef:
    """Return the entry and assessor of an assessment. Raises `NotFoundError`."""
    row = (
        await session.execute(
            select(Assessment.entry_id, Assessment.assessor).where(Assessment.id == assessment_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(ASSESSMENT_GONE)
    return AssessmentRef(row.entry_id, row.assessor)


async def mark(
    session: Transaction,
    league: int,
    judge: str,
    user: str,
    *,
    match: int | None = None,
    assessment: int | None = None,
    is_good: bool,
    now: datetime,
) -> None:
    """Store a person's mark on a verdict or an assessment, or change it."""
    about = "match_id" if match is not None else "assessment_id"
    statement = upsert(session, Feedback).values(
        workspace_id=session.workspace, league_id=league, match_id=match, assessment_id=assessment, judge=judge,
        user=user, is_good=is_good, at=now,
    )  # fmt: skip
    new = statement.excluded
    await changed(
        session,
        statement.on_conflict_do_update(
            index_elements=[about, "user"], set_={"is_good": new.is_good, "judge": new.judge, "at": new.at}
        ),
    )


async def marks(session: Transaction, league: int) -> list[Marks]:
    """Return the counts of marks in a league, by judge."""
    good = func.sum(cast(Feedback.is_good, Integer))
    of_match, of_assessment = Feedback.match_id.is_not(None), Feedback.assessment_id.is_not(None)
    rows = await session.execute(
        select(
            Feedback.judge,
            good.filter(of_match).label("good_verdicts"),
            func.count().filter(of_match).label("verdicts"),
            good.filter(of_assessment).label("good_assessments"),
            func.count().filter(of_assessment).label("assessments"),
        )
        .where(Feedback.league_id == league)
        .group_by(Feedback.judge)
        .order_by(Feedback.judge)
    )
    return [
        Marks(row.judge, row.good_verdicts or 0, row.verdicts, row.good_assessments or 0, row.assessments)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class VerdictMark:
    """A person's mark on a judge's verdict between two entries."""

    user: str
    judge: str
    first: int
    second: int
    is_good: bool


async def verdict_marks(session: Transaction, league: int) -> list[VerdictMark]:
    """Return people's marks on the verdicts of a league, oldest first."""
    rows = await session.execute(
        select(Feedback.user, Feedback.judge, Match.first_id, Match.second_id, Feedback.is_good)
        .join(Match, Match.id == Feedback.match_id)
        .where(Feedback.league_id == league)
        .order_by(Feedback.at, Feedback.id)
    )
    return [VerdictMark(*row) for row in rows]


async def forget(session: Transaction, user: str) -> int:
    """Anonymise all marks of a person, each under a different made-up id; return how many."""
    rows = list(await session.scalars(select(Feedback.id).where(Feedback.user == user)))
    for row in rows:
        nobody = f"{FORGOTTEN}{uuid4().hex[:12]}"
        await changed(session, update(Feedback).where(Feedback.id == row).values(user=nobody))
    return len(rows)
