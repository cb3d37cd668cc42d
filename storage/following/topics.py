"""Rows of the authors, keywords and venues that people follow, and of papers that are new to a workspace's leagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import Assessment, Entry, League, Mute, OutboxMessage, Paper, Rating, Topic

KIND = "news"
"""Kind of the message about new papers, whose channel is the person."""
MOST_NEW = 2_000
"""How many of the newest entries are looked at for a person's news."""

__all__ = ["Topic"]
"""Names that the floors above import from here."""


@dataclass(frozen=True, slots=True)
class NewPaper:
    """An entry that is new in a league, with what a topic may match."""

    entry: int
    paper: int
    submitted_at: datetime
    title: str
    abstract: str
    authors: tuple[str, ...]
    places: str
    """The paper's venue and its authors' comment, such as "Accepted at ICML"."""


@dataclass(frozen=True, slots=True)
class NewsEntry:
    """What a league knows of an entry; rank, score and interval (points) are None while it isn't rated."""

    entry: int
    paper: int
    league: int
    title: str
    url: str
    rank: int | None
    score: float | None
    interval: float | None
    summary: str
    """An assessor's sentence on the contribution, else the abstract or ""."""


async def follow(session: Transaction, user: str, kind: str, words: str, folded: str, now: datetime) -> bool:
    """Make a person follow a topic; return False if they did already."""
    return await insert_once(
        session, Topic, user=user, kind=kind, words=words, folded=folded, since=now
    )  # fmt: skip


async def of_person(session: Transaction, user: str) -> Sequence[Topic]:
    """Return the topics that a person follows, by kind, in the order in which they began."""
    rows = select(Topic).where(Topic.user == user).order_by(Topic.kind, Topic.id)
    return (await session.scalars(rows)).all()


async def end(session: Transaction, user: str, topic: int) -> Topic | None:
    """Delete a person's topic and return it; None if it isn't theirs."""
    row: Topic | None = await session.scalar(select(Topic).where(Topic.id == topic, Topic.user == user))
    if row is not None:
        session.expunge(row)
        await changed(session, delete(Topic).where(Topic.id == topic, Topic.user == user))
    return row


async def forget(session: Transaction, user: str) -> None:
    """Delete all topics of a person."""
    await changed(session, delete(Topic).where(Topic.user == user))


async def new_papers(session: Transaction, user: str, since: datetime) -> list[NewPaper]:
    """Return known papers that others brought to open leagues since then, except to leagues that the person muted."""
    muted = exists().where(Mute.league_id == Entry.league_id, Mute.user == user)
    rows = await session.execute(
        select(
            Entry.id, Entry.paper_id, Entry.submitted_at, Paper.title, Paper.abstract, Paper.authors,
            Paper.venue, Paper.comment,
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .join(League, League.id == Entry.league_id)
        .where(
            Entry.submitted_at > since,
            Entry.submitted_by != user,
            Entry.removed_at.is_(None),
            Paper.status == "known",
            Paper.withdrawn.is_(False),
            League.archived_at.is_(None),
            League.closed_at.is_(None),
            ~muted,
        )
        .order_by(Entry.id.desc())
        .limit(MOST_NEW)
    )  # fmt: skip
    return [
        NewPaper(
            row.id,
            row.paper_id,
            row.submitted_at,
            row.title or "",
            row.abstract or "",
            tuple(row.authors or ()),
            f"{row.venue or ''}\n{row.comment or ''}",
        )
        for row in rows
    ]


async def announced_papers(session: Transaction, user: str, since: datetime) -> set[int]:
    """Return the papers of the news that a person was sent since then."""
    rows = await session.scalars(
        select(OutboxMessage.options).where(
            OutboxMessage.channel == user, OutboxMessage.kind == KIND, OutboxMessage.created_at > since
        )
    )
    return {paper for options in rows for paper, _entry, _kind, _words in options["papers"]}


async def was_sent(session: Transaction, user: str, since: datetime, now: datetime) -> bool:
    """Return whether a person was sent news from a moment until now."""
    moment = OutboxMessage.created_at
    rows = select(OutboxMessage.id).where(
        OutboxMessage.channel == user, OutboxMessage.kind == KIND, moment > since, moment <= now
    )
    return await session.scalar(rows.limit(1)) is not None


async def news_entries(session: Transaction, entries: Sequence[int]) -> dict[int, NewsEntry]:
    """Return what their leagues know of entries that are still there, by entry."""
    rows = await session.execute(
        select(
            Entry.id, Entry.paper_id, Entry.league_id, Paper.title, Paper.canonical, Paper.url, Rating.rank,
            Rating.score, Rating.interval, Assessment.contribution, Paper.abstract,
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .outerjoin(
            Assessment,
            (Assessment.entry_id == Entry.id)
            & (Assessment.status == "done")
            & (Assessment.assessor != "offline")
            & Assessment.contribution.is_not(None),
        )
        .where(Entry.id.in_(entries), Entry.removed_at.is_(None))
        .order_by(Assessment.id.desc())
    )  # fmt: skip
    return {
        row.id: NewsEntry(
            row.id,
            row.paper_id,
            row.league_id,
            row.title or row.canonical,
            row.url,
            row.rank,
            row.score,
            row.interval,
            row.contribution or row.abstract or "",
        )
        for row in rows
    }


async def count_of(session: Transaction, user: str) -> int:
    """Return how many topics a person follows."""
    return await session.scalar(select(func.count(Topic.id)).where(Topic.user == user)) or 0
