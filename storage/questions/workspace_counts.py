"""Counts of a workspace's rows and its full standings, for the demo's report and `paperbout doctor`."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from storage.database.engine import Transaction
from storage.tables import Assessment, Match, OutboxMessage, Override, Paper, Poll, Rating, Tournament
from storage.tables.papers import Entry


@dataclass(frozen=True, slots=True)
class StandingsRow:
    """A row of the standings; scores and intervals in points, the five rubric scores from 1 to 10."""

    rank: int
    rank_low: int
    rank_high: int
    title: str
    paper: str
    score: float
    interval: float
    wins: int
    losses: int
    draws: int
    matches: int
    rating: float | None
    significance: float | None
    rigor: float | None
    novelty: float | None
    clarity: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the row as values for JSON, with points rounded to one decimal."""
        return {**asdict(self), "score": round(self.score, 1), "interval": round(self.interval, 1)}


@dataclass(frozen=True, slots=True)
class WorkspaceCounts:
    """Counts of a workspace's papers, assessments, matches and so on, and its standings."""

    papers: int
    assessments: int
    matches: int
    draws: int
    overrides: int
    digests: int
    tournaments_over: int
    standings: tuple[StandingsRow, ...]


async def count_workspace(session: Transaction) -> WorkspaceCounts:
    """Count the rows of the workspace over all its leagues."""

    async def count(statement: Any) -> int:
        return await session.scalar(statement) or 0

    decisions = select(func.count()).select_from(Match).where(Match.status == "decided")
    return WorkspaceCounts(
        papers=await count(select(func.count()).select_from(Paper).where(Paper.status == "known")),
        assessments=await count(
            select(func.count()).select_from(Assessment).where(Assessment.status == "done")
        ),
        matches=await count(decisions),
        draws=await count(decisions.where(Match.outcome == "draw")),
        overrides=await count(
            select(func.count()).select_from(Override).where(Override.reverted_at.is_(None))
        ),
        digests=await count(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.kind == "digest", OutboxMessage.status == "posted")
        ),
        tournaments_over=await count(
            select(func.count()).select_from(Tournament).where(Tournament.status == "finished")
        ),
        standings=await standings(session),
    )


async def standings(session: Transaction, league: int | None = None) -> tuple[StandingsRow, ...]:
    """Return the ratings of a league (None: of all leagues) by rank, with the mean of each rubric score."""
    scores = (
        select(
            Assessment.entry_id,
            *(
                func.avg(column).label(name)
                for name, column in (
                    ("significance", Assessment.significance),
                    ("rigor", Assessment.rigor),
                    ("novelty", Assessment.novelty),
                    ("clarity", Assessment.clarity),
                )
            ),
        )
        .where(Assessment.status == "done")
        .group_by(Assessment.entry_id)
        .subquery()
    )
    statement = (
        select(
            Rating, Paper.title, Paper.canonical,
            scores.c.significance, scores.c.rigor, scores.c.novelty, scores.c.clarity,
        )
        .join(Entry, Entry.id == Rating.entry_id)
        .join(Paper, Paper.id == Entry.paper_id)
        .join(scores, scores.c.entry_id == Entry.id, isouter=True)
        .order_by(Rating.league_id, Rating.rank)
    )  # fmt: skip
    if league is not None:
        statement = statement.where(Rating.league_id == league)
    rows = await session.execute(statement)
    return tuple(
        StandingsRow(
            rating.rank, rating.rank_low, rating.rank_high, title or canonical, canonical, rating.score,
            rating.interval, rating.wins, rating.losses, rating.draws,
            rating.wins + rating.losses + rating.draws, rating.rubric, significance, rigor, novelty, clarity,
        )
        for rating, title, canonical, significance, rigor, novelty, clarity in rows
    )  # fmt: skip


async def losing_choice(session: Transaction) -> int:
    """Return the position of the open vote's button (0 first, 1 second) that opposes the judge's verdict."""
    verdict = await session.scalar(
        select(Match.verdict).join(Poll, Poll.match_id == Match.id).where(Poll.status == "open").limit(1)
    )
    return 1 if verdict == "first" else 0
