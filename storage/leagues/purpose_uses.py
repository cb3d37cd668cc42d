"""Versions of a league's purpose, and how many verdicts and assessments used each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.database.engine import Transaction
from storage.tables import Assessment, Entry, Match, Purpose, Verdict


@dataclass(frozen=True, slots=True)
class PurposeUse:
    """A version of a league's purpose (0: no purpose yet), when it began, and how much was judged by it."""

    version: int
    text: str
    since: datetime | None
    verdicts: int
    assessments: int


async def uses_of_purposes(session: Transaction, league: int) -> list[PurposeUse]:
    """Return every version of the purpose that was set or judged by, newest first."""
    purposes = {
        row.version: row for row in await session.scalars(select(Purpose).where(Purpose.league_id == league))
    }
    verdict_rows = await session.execute(
        select(Verdict.purpose_version, func.count())
        .join(Match, Match.id == Verdict.match_id)
        .where(Match.league_id == league, Match.import_key.is_(None))
        .group_by(Verdict.purpose_version)
    )
    assessment_rows = await session.execute(
        select(Assessment.purpose_version, func.count())
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league, Assessment.rating.is_not(None))
        .group_by(Assessment.purpose_version)
    )
    verdicts = {row[0]: int(row[1]) for row in verdict_rows}
    assessments = {row[0]: int(row[1]) for row in assessment_rows}
    return [
        PurposeUse(
            version,
            purposes[version].text if version in purposes else "",
            purposes[version].at if version in purposes else None,
            verdicts.get(version, 0),
            assessments.get(version, 0),
        )
        for version in sorted({*purposes, *verdicts, *assessments}, reverse=True)
    ]
