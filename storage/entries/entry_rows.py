"""Rows of papers and of entries (an entry is a paper in a league)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import NotFoundError
from storage.tables import Assessment, Entry, Identifier, League, OutboxMessage, Paper, SeenLink
from storage.tables.papers import shown_title
from storage.work.leases import is_due, is_free, is_trusted

GONE = "That paper isn't here."
NO_LEAGUE = "That league isn't here any more."


@dataclass(frozen=True, slots=True)
class PaperToFetch:
    """A paper whose metadata must be fetched from its source."""

    id: int
    canonical: str
    url: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Readable:
    """An entry's paper as shown to a judge; `assessments` are finished (assessor, text) pairs, oldest first."""

    entry: int
    canonical: str
    title: str
    abstract: str | None
    version: int | None
    assessments: tuple[tuple[str, str], ...]
    plays: bool = True
    """Whether the entry may play matches: it is in its league and its paper isn't withdrawn."""
    rating: float | None = None
    """Median rating by its assessors, without the offline judge's; None if there is none."""


async def seen_first(session: Transaction, channel: str, ts: str, canonical: str, now: datetime) -> bool:
    """Record that a link in a message was processed; return False if it had been recorded before."""
    return await insert_once(
        session, SeenLink,
        channel=channel, message_ts=ts, canonical=canonical, at=now,
    )  # fmt: skip


async def links_seen(session: Transaction, channel: str, ts: str) -> list[str]:
    """Return the canonical ids of the links that were processed in a message."""
    return list(
        await session.scalars(
            select(SeenLink.canonical).where(SeenLink.channel == channel, SeenLink.message_ts == ts)
        )
    )


async def by_identifier(session: Transaction, scheme: str, value: str) -> Paper | None:
    """Return the paper with this identifier (for example scheme "arxiv"), or None."""
    return await session.scalar(
        select(Paper)
        .join(Identifier, Identifier.paper_id == Paper.id)
        .where(Identifier.scheme == scheme, Identifier.value == value)
    )


async def find_or_add(
    session: Transaction, scheme: str, value: str, url: str, now: datetime
) -> tuple[Paper, bool]:
    """Return the paper with this identifier, added as one to fetch if there is none, and whether it was added."""
    paper = await by_identifier(session, scheme, value)
    if paper is not None:
        return paper, False
    canonical = f"{scheme}:{value}"
    await insert_once(
        session, Paper,
        canonical=canonical, url=url, created_at=now, status="fetching",
    )  # fmt: skip
    paper = (await session.scalars(select(Paper).where(Paper.canonical == canonical))).one()
    await add_identifiers(session, paper.id, [(scheme, value)])
    return paper, True


async def add_identifiers(session: Transaction, paper: int, names: Iterable[tuple[str, str]]) -> None:
    """Add identifiers to a paper; an identifier that belongs to another paper stays with that paper."""
    for scheme, value in names:
        await insert_once(session, Identifier, paper_id=paper, scheme=scheme, value=value)


async def enter(
    session: Transaction, *, league: int, paper: int, user: str, channel: str, ts: str | None, now: datetime
) -> tuple[Entry, bool]:
    """Add a paper to a league; return the entry and whether it is new.

    Raises `NotFoundError` for an unknown league.
    """
    if await session.scalar(select(League.id).where(League.id == league)) is None:
        raise NotFoundError(NO_LEAGUE)
    is_new = await insert_once(
        session, Entry,
        league_id=league, paper_id=paper, submitted_by=user, submitted_at=now,
        channel=channel, message_ts=ts,
    )  # fmt: skip
    entry = (
        await session.scalars(
            select(Entry)
            .where(Entry.league_id == league, Entry.paper_id == paper)
            .execution_options(populate_existing=True)
        )
    ).one()
    return entry, is_new


async def get(session: Transaction, paper: int) -> Paper:
    """Return the paper with this id. Raises `NotFoundError` if the workspace has none."""
    row: Paper | None = await session.scalar(
        select(Paper).where(Paper.id == paper).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError(GONE)
    return row


async def identifiers(session: Transaction, paper: int) -> list[tuple[str, str]]:
    """Return a paper's (scheme, value) identifiers, in the order in which they were stored."""
    rows = await session.execute(
        select(Identifier.scheme, Identifier.value)
        .where(Identifier.paper_id == paper)
        .order_by(Identifier.id)
    )
    return [(row.scheme, row.value) for row in rows]


async def names_in(session: Transaction, league: int, scheme: str) -> set[str]:
    """Return the canonical ids of one scheme ("arxiv:…") of all papers that a league has or had."""
    rows = await session.scalars(
        select(Identifier.value)
        .join(Entry, Entry.paper_id == Identifier.paper_id)
        .where(Entry.league_id == league, Identifier.scheme == scheme)
    )
    return {f"{scheme}:{value}" for value in rows}


async def entry(session: Transaction, entry_id: int) -> tuple[Entry, Paper]:
    """Return an entry and its paper; for a merged entry, those it was merged into. Raises `NotFoundError`."""
    row = (
        await session.execute(
            select(Entry, Paper).join(Paper, Paper.id == Entry.paper_id).where(Entry.id == entry_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(GONE)
    if row[0].merged_into is not None:
        return await entry(session, row[0].merged_into)
    return row[0], row[1]


async def papers_to_fetch(session: Transaction, first: int, now: datetime, limit: int) -> list[PaperToFetch]:
    """Return the paper `first` and up to `limit` others due for fetching, to be served by one request.

    Papers of different submitters alternate.
    """
    brought_by = (
        select(func.min(Entry.submitted_by))
        .where(Entry.paper_id == Paper.id)
        .correlate(Paper)
        .scalar_subquery()
    )
    turn = func.row_number().over(partition_by=brought_by, order_by=Paper.id)
    rows = await session.execute(
        select(Paper.id, Paper.canonical, Paper.url, Paper.attempts, Paper.created_at)
        .where(Paper.status == "fetching", is_free(Paper, now), is_due(Paper, now), is_trusted(Paper))
        .order_by((Paper.id != first), turn, Paper.id)
        .limit(limit)
    )
    return [PaperToFetch(*row) for row in rows]


async def store_record(session: Transaction, paper: int, now: datetime, values: Mapping[str, Any]) -> bool:
    """Store the metadata that a source returned for a paper; return False if the paper is no longer being fetched."""
    return (
        await changed(
            session,
            update(Paper)
            .where(Paper.id == paper, Paper.status == "fetching")
            .values(
                status="known", leased_until=None, not_before=None, failure=None, fetched_at=now, **values
            ),
        )
        == 1
    )


async def mark_missing(session: Transaction, paper: int, reason: str) -> None:
    """Mark a paper as one that its source doesn't have; `reason` is a sentence for people."""
    await changed(
        session,
        update(Paper)
        .where(Paper.id == paper, Paper.status == "fetching")
        .values(status="failed", failure=reason, leased_until=None, not_before=None),
    )


async def fetch_again(session: Transaction, paper: int) -> bool:
    """Set a failed paper to be fetched again; return False if it isn't failed."""
    return (
        await changed(
            session,
            update(Paper)
            .where(Paper.id == paper, Paper.status == "failed")
            .values(status="fetching", failure=None, attempts=0, not_before=None),
        )
        == 1
    )


async def entries_of(session: Transaction, paper: int) -> list[tuple[int, int]]:
    """Return where a paper was added: (entry id, league id) for each league that has it.

    Entries that were removed from their league are left out.
    """
    rows = await session.execute(
        select(Entry.id, Entry.league_id).where(Entry.paper_id == paper, Entry.removed_at.is_(None))
    )
    return [(row.id, row.league_id) for row in rows]


async def present_ids(session: Transaction, league: int) -> set[int]:
    """Return the ids of a league's entries (papers in it) that weren't removed."""
    entries = select(Entry.id).where(Entry.league_id == league, Entry.removed_at.is_(None))
    return set(await session.scalars(entries))


async def playable(session: Transaction, league: int) -> list[int]:
    """Return the ids of entries that may play: paper known, not removed, not withdrawn, not left out."""
    return list(
        await session.scalars(
            select(Entry.id)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(
                Entry.league_id == league,
                Entry.removed_at.is_(None),
                Paper.status == "known",
                Paper.withdrawn.is_(False),
                Paper.left_out.is_(None),
            )
            .order_by(Entry.id)
        )
    )


async def readable(session: Transaction, entry_ids: Sequence[int]) -> dict[int, Readable]:
    """Return what a judge gets to read about these entries' papers, by entry id."""
    rows = await session.execute(
        select(
            Entry.id,
            Paper.canonical,
            Paper.title_raw,
            Paper.abstract,
            Paper.version,
            and_(Entry.removed_at.is_(None), Paper.withdrawn.is_(False)).label("plays"),
        )
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.id.in_(entry_ids))
    )
    texts: dict[int, list[tuple[str, str]]] = {}
    ratings: dict[int, list[float]] = {}
    reviews = await session.execute(
        select(Assessment.entry_id, Assessment.assessor, Assessment.sections, Assessment.rating)
        .where(Assessment.entry_id.in_(entry_ids), Assessment.status == "done")
        .order_by(Assessment.id)
    )
    for review in reviews:
        text = "\n".join(f"{name}: {words}" for name, words in review.sections.items())
        texts.setdefault(review.entry_id, []).append((review.assessor, text))
        if review.assessor != "offline" and review.rating is not None:
            ratings.setdefault(review.entry_id, []).append(review.rating)
    return {
        row.id: Readable(
            row.id,
            row.canonical,
            row.title_raw or row.canonical,
            row.abstract,
            row.version,
            tuple(texts.get(row.id, ())),
            bool(row.plays),
            median(ratings[row.id]) if row.id in ratings else None,
        )
        for row in rows
    }


async def titles(session: Transaction, entry_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the paper's title and URL for each of these entries, by entry id."""
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.url, Paper.canonical)
        .join(Paper, Paper.id == Entry.paper_id)
        .where(Entry.id.in_(list(entry_ids)))
    )
    return {row.id: (shown_title(row.title, row.canonical), row.url) for row in rows}


async def with_card_under(session: Transaction, league: int, channel: str, thread_ts: str) -> list[int]:
    """Return the league's entries that have a card in this Slack thread or as its first message, oldest card first."""
    return list(
        await session.scalars(
            select(Entry.id)
            .join(OutboxMessage, OutboxMessage.about_id == Entry.id)
            .where(
                OutboxMessage.kind == "card",
                OutboxMessage.channel == channel,
                or_(OutboxMessage.thread_ts == thread_ts, OutboxMessage.ts == thread_ts),
                Entry.league_id == league,
                Entry.removed_at.is_(None),
            )
            .order_by(OutboxMessage.id)
        )
    )


async def entry_in(session: Transaction, league: int, paper: int) -> int | None:
    """Return the id of a paper's entry in a league, or None if there is none or it was removed."""
    return await session.scalar(
        select(Entry.id).where(Entry.league_id == league, Entry.paper_id == paper, Entry.removed_at.is_(None))
    )


async def arrived_since(session: Transaction, league: int, moment: datetime | None, limit: int) -> list[int]:
    """Return the ids of up to `limit` newest entries not removed, submitted at or after `moment` (None: ever)."""
    there = [Entry.league_id == league, Entry.removed_at.is_(None)]
    if moment is not None:
        there.append(Entry.submitted_at >= moment)
    return list(await session.scalars(select(Entry.id).where(*there).order_by(Entry.id.desc()).limit(limit)))
