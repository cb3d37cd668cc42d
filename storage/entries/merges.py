"""Merge two papers into one, and undo it: each row moved is recorded, so that it can be moved back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.entries import merged_duels, merged_groups, version_checks
from storage.tables import (
    Assessment,
    AuthorMark,
    Entry,
    Follower,
    Identifier,
    Match,
    Merge,
    OutboxMessage,
    Override,
    Paper,
    PaperCheck,
    Saved,
)
from storage.work.outbox import bump

CARD = "card"
CHECK_AFTER = timedelta(days=3)
"""How long after a merge is undone the source of the separated paper is checked again."""


async def merge(
    session: Transaction, survivor: int, duplicate: int, *, by: str, reason: str, now: datetime
) -> tuple[Merge, list[int]]:
    """Merge `duplicate` into `survivor`; return the merge and the ids of the leagues concerned.

    In a league with both papers, matches, assessments and followers move to the survivor's entry; votes and overrides
    move with their matches.
    """
    was = (await session.scalars(select(Paper.status).where(Paper.id == duplicate))).one()
    record: dict[str, Any] = {"status": was, "identifiers": await _identifiers(session, survivor, duplicate)}
    record["authors"] = await _authors(session, survivor, duplicate)
    theirs = {
        row.league_id: row for row in await session.scalars(select(Entry).where(Entry.paper_id == survivor))
    }
    whole: list[int] = []
    pairs: list[dict[str, Any]] = []
    entry_ids: list[int] = []
    leagues: list[int] = []
    for entry in (await session.scalars(select(Entry).where(Entry.paper_id == duplicate))).all():
        leagues.append(entry.league_id)
        other = theirs.get(entry.league_id)
        if other is None:
            await changed(session, update(Entry).where(Entry.id == entry.id).values(paper_id=survivor))
            whole.append(entry.id)
        elif entry.removed_at is None:
            pairs.append(await _join(session, other, entry, now))
        else:
            entry.merged_into = other.id
            entry_ids.append(entry.id)
    record |= {"entries": whole, "pairs": pairs, "absorbed": entry_ids}
    await changed(session, delete(PaperCheck).where(PaperCheck.id == duplicate))
    await changed(
        session,
        update(Paper)
        .where(Paper.id == duplicate)
        .values(status="merged", merged_into=survivor, leased_until=None, not_before=None),
    )
    row = Merge(kept_id=survivor, merged_id=duplicate, by=by, reason=reason, moved=record, at=now)
    session.add(row)
    await session.flush()
    return row, leagues


async def _identifiers(session: Transaction, survivor: int, duplicate: int) -> list[int]:
    ids = list(await session.scalars(select(Identifier.id).where(Identifier.paper_id == duplicate)))
    await changed(session, update(Identifier).where(Identifier.id.in_(ids)).values(paper_id=survivor))
    return ids


async def _authors(session: Transaction, survivor: int, duplicate: int) -> list[str]:
    marks = (await session.scalars(select(AuthorMark).where(AuthorMark.paper_id == duplicate))).all()
    return [
        mark.user
        for mark in marks
        if await insert_once(session, AuthorMark, paper_id=survivor, user=mark.user, at=mark.at)
    ]


async def _join(session: Transaction, survivor: Entry, duplicate: Entry, now: datetime) -> dict[str, Any]:
    """Move everything that belongs to entry `duplicate` to entry `survivor` of the same league; return what was moved."""
    pair: dict[str, Any] = {
        "kept": survivor.id,
        "merged": duplicate.id,
        "submitted": None,
        "removed": None,
        **await _matches(session, survivor.id, duplicate.id),
    }
    pair["assessments"] = await _assessments(session, survivor.id, duplicate.id)
    pair["followers"] = await _people(session, Follower, survivor.id, duplicate.id)
    pair["saved"] = await _people(session, Saved, survivor.id, duplicate.id)
    pair["duels"] = await merged_duels.move(session, survivor.id, duplicate.id)
    pair["group"] = await merged_groups.move(session, survivor.id, duplicate.id)
    pair["cards"] = list(
        await session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.kind == CARD, OutboxMessage.about_id == duplicate.id)
        )
    )
    await changed(
        session, update(OutboxMessage).where(OutboxMessage.id.in_(pair["cards"])).values(about_id=survivor.id)
    )
    await _take_over(session, survivor, duplicate, pair, now)
    await bump(session, CARD, survivor.id)
    return pair


async def _matches(session: Transaction, survivor: int, duplicate: int) -> dict[str, list[int]]:
    """Give an entry's matches to the survivor.

    Return the ids of matches cancelled (planned, or between the two) and moved.
    """
    between = or_(
        and_(Match.first_id == survivor, Match.second_id == duplicate),
        and_(Match.first_id == duplicate, Match.second_id == survivor),
    )
    against_itself = list(await session.scalars(select(Match.id).where(between)))
    theirs = or_(Match.first_id == duplicate, Match.second_id == duplicate)
    itself = Match.id.in_(against_itself) & Match.status.in_(("planned", "judging", "batched"))
    pending_ids = list(
        await session.scalars(
            select(Match.id).where(or_(itself, and_(theirs, Match.status == "planned"))).order_by(Match.id)
        )
    )
    await changed(
        session,
        update(Match).where(Match.id.in_(pending_ids)).values(status="cancelled", leased_until=None),
    )
    moves = {"cancelled": pending_ids}
    for side, column in (("first", Match.first_id), ("second", Match.second_id)):
        ids = list(
            await session.scalars(
                select(Match.id).where(
                    column == duplicate, Match.id.not_in(against_itself), Match.id.not_in(pending_ids)
                )
            )
        )
        await changed(session, update(Match).where(Match.id.in_(ids)).values({column: survivor}))
        moves[side] = ids
        await _rename_in_overrides(session, ids, duplicate, survivor)
    return moves


async def _take_over(
    session: Transaction, survivor: Entry, duplicate: Entry, pair: dict[str, Any], now: datetime
) -> None:
    """Remove the duplicate entry and give the survivor the earlier submission of both; old values go into `pair`."""
    values: dict[str, Any] = {}
    if duplicate.submitted_at < survivor.submitted_at:
        pair["submitted"] = [
            survivor.submitted_by, survivor.submitted_at.isoformat(), survivor.channel, survivor.message_ts,
        ]  # fmt: skip
        values |= {
            "submitted_by": duplicate.submitted_by, "submitted_at": duplicate.submitted_at,
            "channel": duplicate.channel, "message_ts": duplicate.message_ts,
        }  # fmt: skip
    if survivor.removed_at is not None:
        pair["removed"] = [survivor.removed_at.isoformat(), survivor.removed_by]
        values |= {"removed_at": None, "removed_by": None}
    if values:
        await changed(session, update(Entry).where(Entry.id == survivor.id).values(**values))
    await changed(
        session, update(Entry).where(Entry.id == duplicate.id).values(removed_at=now, merged_into=survivor.id)
    )


async def _rename_in_overrides(session: Transaction, matches: Sequence[int], old: int, new: int) -> None:
    """Replace an entry's id in the rating changes that are stored with the overrides of these matches."""
    for row in await session.scalars(select(Override).where(Override.match_id.in_(matches))):
        row.ratings = _renamed(row.ratings, str(old), str(new))


def _renamed(value: Any, old: str, new: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {new if name == old else name: _renamed(inner, old, new) for name, inner in value.items()}


async def _assessments(session: Transaction, survivor: int, duplicate: int) -> list[int]:
    have = select(Assessment.assessor).where(Assessment.entry_id == survivor)
    ids = list(
        await session.scalars(
            select(Assessment.id).where(Assessment.entry_id == duplicate, Assessment.assessor.not_in(have))
        )
    )
    await changed(session, update(Assessment).where(Assessment.id.in_(ids)).values(entry_id=survivor))
    return ids


async def _people(
    session: Transaction, table: type[Follower] | type[Saved], survivor: int, duplicate: int
) -> list[str]:
    have = select(table.user).where(table.entry_id == survivor)
    users = list(
        await session.scalars(select(table.user).where(table.entry_id == duplicate, table.user.not_in(have)))
    )
    await changed(
        session,
        update(table).where(table.entry_id == duplicate, table.user.in_(users)).values(entry_id=survivor),
    )
    return users


async def undo(session: Transaction, merge_id: int, user: str, now: datetime) -> list[int]:
    """Undo a merge and move all recorded rows back; return the leagues concerned. Matches played since don't move."""
    row = (await session.scalars(select(Merge).where(Merge.id == merge_id))).one()
    record = row.moved
    await changed(session, update(Merge).where(Merge.id == merge_id).values(undone_at=now, undone_by=user))
    await changed(
        session,
        update(Paper).where(Paper.id == row.merged_id).values(status=record["status"], merged_into=None),
    )
    await changed(
        session,
        update(Identifier).where(Identifier.id.in_(record["identifiers"])).values(paper_id=row.merged_id),
    )
    for author in record["authors"]:
        mark = await session.get(AuthorMark, (row.kept_id, author))
        if mark is not None:
            await session.delete(mark)
    await changed(
        session, update(Entry).where(Entry.id.in_(record["entries"])).values(paper_id=row.merged_id)
    )
    for pair in record["pairs"]:
        await _part(session, pair)
    statement = update(Entry).where(Entry.id.in_(record.get("absorbed", ())))
    await changed(session, statement.values(merged_into=None))
    if record["status"] == "known":
        await version_checks.plan(session, row.merged_id, now + CHECK_AFTER)
    leagues = list(
        await session.scalars(
            select(Entry.league_id).where(
                Entry.id.in_([*record["entries"], *(pair["kept"] for pair in record["pairs"])])
            )
        )
    )
    await session.flush()
    return leagues


async def _part(session: Transaction, pair: dict[str, Any]) -> None:
    survivor, duplicate = pair["kept"], pair["merged"]
    for side, column in (("first", Match.first_id), ("second", Match.second_id)):
        await changed(session, update(Match).where(Match.id.in_(pair[side])).values({column: duplicate}))
        await _rename_in_overrides(session, pair[side], survivor, duplicate)
    have = select(Assessment.assessor).where(Assessment.entry_id == duplicate)
    await changed(
        session,
        update(Assessment)
        .where(Assessment.id.in_(pair["assessments"]), Assessment.assessor.not_in(have))
        .values(entry_id=duplicate),
    )
    for table, users in ((Follower, pair["followers"]), (Saved, pair["saved"])):
        there = select(table.user).where(table.entry_id == duplicate)
        await changed(
            session,
            update(table)
            .where(table.entry_id == survivor, table.user.in_(users), table.user.not_in(there))
            .values(entry_id=duplicate),
        )
    await merged_duels.move_back(session, survivor, duplicate, pair.get("duels", ()))
    await merged_groups.move_back(session, survivor, duplicate, pair.get("group", {}))
    await changed(
        session, update(OutboxMessage).where(OutboxMessage.id.in_(pair["cards"])).values(about_id=duplicate)
    )
    values: dict[str, Any] = {}
    if pair["submitted"] is not None:
        by, at, channel, ts = pair["submitted"]
        values |= {
            "submitted_by": by, "submitted_at": datetime.fromisoformat(at), "channel": channel, "message_ts": ts,
        }  # fmt: skip
    if pair["removed"] is not None:
        values |= {
            "removed_at": datetime.fromisoformat(pair["removed"][0]), "removed_by": pair["removed"][1],
        }  # fmt: skip
    if values:
        await changed(session, update(Entry).where(Entry.id == survivor).values(**values))
    await changed(
        session, update(Entry).where(Entry.id == duplicate).values(removed_at=None, merged_into=None)
    )
    for entry in (survivor, duplicate):
        await bump(session, CARD, entry)


def merged_entries(merge: Merge) -> list[int]:
    """Return the ids of the entries that were merged into another entry of their league."""
    return [pair["merged"] for pair in merge.moved["pairs"]]


def merged_pairs(merge: Merge) -> list[tuple[int, int]]:
    """Return (surviving entry, merged entry) for each league that had both papers."""
    return [(pair["kept"], pair["merged"]) for pair in merge.moved["pairs"]]


def cancelled_matches(merge: Merge) -> list[int]:
    """Return the matches that a merge cancelled: planned ones of merged entries, and those between the two papers."""
    return [match for pair in merge.moved["pairs"] for match in pair["cancelled"]]


def revived_entries(merge: Merge) -> list[int]:
    """Return the removed entries that a merge brought back into play, because the other paper was in the league."""
    return [pair["kept"] for pair in merge.moved["pairs"] if pair["removed"] is not None]


async def of_paper(session: Transaction, paper: int) -> Sequence[Merge]:
    """Return the merges that added other papers to this one and weren't undone, newest first."""
    return (
        await session.scalars(
            select(Merge).where(Merge.kept_id == paper, Merge.undone_at.is_(None)).order_by(Merge.id.desc())
        )
    ).all()


async def names(session: Transaction, paper: int) -> list[tuple[str, str]]:
    """Return the papers merged into this one, newest first, as (canonical id, reason for the merge)."""
    rows = await session.execute(
        select(Paper.canonical, Merge.reason)
        .join(Merge, Merge.merged_id == Paper.id)
        .where(Merge.kept_id == paper, Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
    )
    return [(row.canonical, row.reason) for row in rows]


async def titles(session: Transaction, merge_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return both papers of each merge, by merge id: (title, URL) of the one that remains, then of the other."""
    survivor, duplicate = aliased(Paper), aliased(Paper)
    rows = await session.execute(
        select(Merge.id, survivor, duplicate)
        .join(survivor, survivor.id == Merge.kept_id)
        .join(duplicate, duplicate.id == Merge.merged_id)
        .where(Merge.id.in_(merge_ids))
    )
    return {
        merge: tuple((paper.title or paper.canonical, paper.url) for paper in (one, other))
        for merge, one, other in rows
    }


async def get(session: Transaction, merge_id: int) -> Merge | None:
    """Return the merge with this id, or None."""
    row: Merge | None = await session.scalar(select(Merge).where(Merge.id == merge_id))
    return row


async def built_on(session: Transaction, row: Merge) -> bool:
    """Return whether another merge, made later and still in force, involves either paper of this merge."""
    pair = (row.kept_id, row.merged_id)
    merge_id = await session.scalar(
        select(Merge.id)
        .where(
            Merge.id > row.id,
            Merge.undone_at.is_(None),
            or_(Merge.kept_id.in_(pair), Merge.merged_id.in_(pair)),
        )
        .limit(1)
    )
    return merge_id is not None


async def was_undone(session: Transaction, first: int, second: int) -> bool:
    """Return whether a merge of these two papers was undone before."""
    merge_id = await session.scalar(
        select(Merge.id)
        .where(
            or_(
                and_(Merge.kept_id == first, Merge.merged_id == second),
                and_(Merge.kept_id == second, Merge.merged_id == first),
            ),
            Merge.undone_at.is_not(None),
        )
        .limit(1)
    )
    return merge_id is not None


async def joined_in(session: Transaction, merge_id: int) -> set[int]:
    """Return the leagues that had both papers of a merge, so that matches and ranks were combined."""
    row = await get(session, merge_id)
    entries = [] if row is None else [pair["merged"] for pair in row.moved["pairs"]]
    return set(await session.scalars(select(Entry.league_id).where(Entry.id.in_(entries))))


async def leagues_of(session: Transaction, papers: Sequence[int]) -> list[int]:
    """Return every league that has or had an entry of one of these papers."""
    return sorted(set(await session.scalars(select(Entry.league_id).where(Entry.paper_id.in_(papers)))))
