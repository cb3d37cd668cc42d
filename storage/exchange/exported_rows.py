"""Export a league as rows of papers, ratings, matches and votes, and import such votes once."""

import hashlib
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from storage.database.engine import Transaction
from storage.exchange import group_rows, review_rows, upkeep_rows
from storage.tables import (
    Assessment,
    Entry,
    Identifier,
    Match,
    Override,
    Paper,
    Poll,
    Rating,
    Verdict,
    Vote,
    Voter,
)

Rows = list[dict[str, Any]]
POLL = (
    "opened_by", "opened_at", "closes_at", "closed_at", "closed_by", "quorum", "anonymous", "result", "wanted_quorum",
    "reminded_at",
)  # fmt: skip
"""Columns of a poll that are exported."""
SCORES = ("rating", "significance", "rigor", "novelty", "clarity")

FACTS = (
    "version", "venue", "comment", "citations", "licence", "pdf_url", "source", "standing", "code", "data", "versions",
    "left_out", "first_title",
)  # fmt: skip
"""Columns of a paper that are exported unchanged."""


async def read(session: Transaction, league: int, *, history: bool = True) -> dict[str, Rows]:
    """Return the tables of a league's export, oldest rows first; papers are named by canonical id.

    Without `history` those of `upkeep_rows`, and matches that weren't decided, are left out.
    """
    papers = await _papers(session, league)
    name = {entry: str(paper["id"]) for entry, paper in papers.items()}
    tournaments = await upkeep_rows.tournament_numbers(session, league) if history else {}
    keys, matches = await _decided(session, league, name, tournaments)
    polls, poll_numbers = await _polls(session, league, keys)
    tables = {
        "papers": list(papers.values()),
        "ratings": await _ratings(session, league, name),
        "matches": matches,
        **polls,
        **await review_rows.read(session, league, name, keys),
    }
    if history:
        unplayed_keys, tables["unplayed"] = await _unplayed(session, league, name, tournaments)
        names = upkeep_rows.Names(name, keys | unplayed_keys, poll_numbers, tournaments)
        tables |= await upkeep_rows.read(session, league, names)
        tables |= await group_rows.read(session, league, name)
    return tables


async def _papers(session: Transaction, league: int) -> dict[int, dict[str, Any]]:
    """Return the rows of a league's papers by entry, removed ones included; a merged one is its other paper's name."""
    scores = await _scores(session, league)
    names = await _names(session, league)
    return {
        entry.id: {
            "id": paper.canonical, "url": paper.url, "title": paper.title_raw or paper.title or paper.canonical,
            "abstract": paper.abstract, "authors": paper.authors, "categories": paper.categories,
            "published": paper.published, "withdrawn": paper.withdrawn,
            "submitted_by": entry.submitted_by, "submitted_at": entry.submitted_at,
            **{name: scores.get(entry.id, {}).get(name) for name in SCORES},
            "names": [name for name in names.get(paper.id, ()) if name != paper.canonical],
            **{name: getattr(paper, name) for name in FACTS},
            "removed_at": entry.removed_at, "removed_by": entry.removed_by,
        }
        for entry, paper in await session.execute(
            select(Entry, Paper)
            .join(Paper, Paper.id == Entry.paper_id)
            .where(Entry.league_id == league, Entry.merged_into.is_(None), Paper.merged_into.is_(None))
            .order_by(Entry.id)
        )
    }  # fmt: skip


async def _decided(
    session: Transaction, league: int, name: Mapping[int, str], tournaments: Mapping[int, int]
) -> tuple[dict[int, str], Rows]:
    """Return the keys of a league's decided matches by id, and their rows."""
    rows = await session.execute(
        select(Match, Verdict)
        .join(Verdict, (Verdict.match_id == Match.id) & (Verdict.kind == "verdict"), isouter=True)
        .where(Match.league_id == league, Match.status == "decided")
        .order_by(Match.id)
    )
    keys: dict[int, str] = {}
    matches: Rows = []
    for pair in rows:
        match: Match = pair[0]
        verdict: Verdict | None = pair[1]
        if match.first_id not in name or match.second_id not in name:
            continue
        keys[match.id] = match.import_key or _key(session.workspace, match.id)
        matches.append(
            {
                "key": keys[match.id], "first": name[match.first_id], "second": name[match.second_id],
                "judge": match.judge, "pool": match.pool, "model": verdict.model if verdict else match.judge,
                "verdict": match.verdict, "outcome": match.outcome, "weight": match.weight,
                "confidence": verdict.confidence if verdict else 0.5,
                "rationale": verdict.rationale if verdict else "", "decided_at": match.decided_at,
                "panel": match.panel, "requested_by": match.requested_by,
                "tournament": tournaments.get(match.tournament_id or 0), "round": match.round,
                "wants_swap": match.wants_swap, "planned_at": match.planned_at, "tried": match.tried,
            }
        )  # fmt: skip
    return keys, matches


async def _unplayed(
    session: Transaction, league: int, name: Mapping[int, str], tournaments: Mapping[int, int]
) -> tuple[dict[int, str], Rows]:
    """Return the keys of a league's matches without a decision by id, and their rows."""
    rows = [
        row
        for row in await session.scalars(
            select(Match).where(Match.league_id == league, Match.status != "decided").order_by(Match.id)
        )
        if row.first_id in name and row.second_id in name
    ]
    keys = {row.id: row.import_key or _key(session.workspace, row.id) for row in rows}
    return keys, [
        {
            "key": keys[row.id], "first": name[row.first_id], "second": name[row.second_id],
            "tournament": tournaments.get(row.tournament_id or 0),
            **{column: getattr(row, column) for column in upkeep_rows.UNPLAYED},
        }
        for row in rows
    ]  # fmt: skip


async def _ratings(session: Transaction, league: int, name: Mapping[int, str]) -> Rows:
    """Return the ratings of the entries named, best first."""
    return [
        {
            "paper": name[row.entry_id], "rank": row.rank, "rank_low": row.rank_low, "rank_high": row.rank_high,
            "score": round(row.score, 3), "interval": round(row.interval, 3), "wins": row.wins,
            "losses": row.losses, "draws": row.draws,
        }
        for row in await session.scalars(select(Rating).where(Rating.league_id == league).order_by(Rating.rank))
        if row.entry_id in name
    ]  # fmt: skip


async def entries_by_name(session: Transaction, league: int) -> dict[str, int]:
    """Return the ids of a league's active entries, by the canonical ids of their papers."""
    rows = await session.execute(
        select(Paper.canonical, Entry.id)
        .join(Entry, Entry.paper_id == Paper.id)
        .where(Entry.league_id == league, Entry.removed_at.is_(None))
    )
    return {row.canonical: row.id for row in rows}


async def _names(session: Transaction, league: int) -> dict[int, list[str]]:
    """Return all identifiers of a league's papers by entry, including those of papers merged into them."""
    names: dict[int, list[str]] = {}
    for row in await session.scalars(
        select(Identifier)
        .join(Entry, Entry.paper_id == Identifier.paper_id)
        .where(Entry.league_id == league)
        .order_by(Identifier.id)
    ):
        names.setdefault(row.paper_id, []).append(f"{row.scheme}:{row.value}")
    return names


async def _scores(session: Transaction, league: int) -> dict[int, dict[str, float]]:
    """Return the median of each rubric score by entry; offline assessments count only where there is no other."""
    reviews: dict[int, list[Assessment]] = {}
    for row in await session.scalars(
        select(Assessment)
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league, Assessment.rating.is_not(None))
    ):
        reviews.setdefault(row.entry_id, []).append(row)
    medians: dict[int, dict[str, float]] = {}
    for entry, assessments_of_entry in reviews.items():
        assessments = [
            row for row in assessments_of_entry if row.assessor != "offline"
        ] or assessments_of_entry
        values = {name: [getattr(row, name) for row in assessments] for name in SCORES}
        medians[entry] = {
            name: median(figures)
            for name, all_of in values.items()
            if (figures := [v for v in all_of if v is not None])
        }
    return medians


def _key(workspace: str, match: int) -> str:
    return hashlib.sha256(f"{workspace}:{match}".encode()).hexdigest()[:32]


async def _polls(
    session: Transaction, league: int, keys: Mapping[int, str]
) -> tuple[dict[str, Rows], dict[int, tuple[int, int]]]:
    """Return votes, voters and overrides of closed votes, and (match, number) by poll.

    In anonymous votes, numbers replace user ids.
    """
    polls = (
        await session.scalars(
            select(Poll)
            .join(Match, Match.id == Poll.match_id)
            .where(Match.league_id == league, Poll.status == "closed")
            .order_by(Poll.id)
        )
    ).all()
    tables: dict[str, Rows] = {"polls": [], "votes": [], "voters": []}
    numbers: dict[int, int] = {}
    names: dict[tuple[int, str], str] = {}
    by_id = {poll.id: poll for poll in polls if poll.match_id in keys}
    votes = select(Vote).where(Vote.poll_id.in_(by_id)).order_by(Vote.poll_id, Vote.user)
    voters = select(Voter).where(Voter.poll_id.in_(by_id)).order_by(Voter.poll_id, Voter.user)
    place = {poll: number for number, poll in enumerate(by_id, 1)}

    def name(poll: Poll, user: str) -> str:
        if not poll.anonymous:
            return user
        if (poll.id, user) not in names:
            numbers[poll.id] = numbers.get(poll.id, 0) + 1
            names[poll.id, user] = f"anonymous {numbers[poll.id]}"
        return names[poll.id, user]

    for poll in by_id.values():
        tables["polls"].append(
            {
                "match": keys[poll.match_id], "poll": place[poll.id],
                **{column: getattr(poll, column) for column in POLL},
            }
        )  # fmt: skip
    for vote in await session.scalars(votes):
        poll = by_id[vote.poll_id]
        tables["votes"].append(
            {
                "match": keys[poll.match_id], "poll": place[poll.id], "user": name(poll, vote.user),
                "choice": vote.choice, "reason": vote.reason, "at": vote.at, "quorum": poll.quorum,
                "anonymous": poll.anonymous, "result": poll.result, "closed_at": poll.closed_at,
            }
        )  # fmt: skip
    for voter in await session.scalars(voters):
        poll = by_id[voter.poll_id]
        tables["voters"].append(
            {
                "match": keys[poll.match_id], "poll": place[poll.id], "user": name(poll, voter.user),
                "author": voter.author,
            }
        )  # fmt: skip
    tables["overrides"] = await _overrides(session, keys, place)
    return tables, {poll.id: (poll.match_id, place[poll.id]) for poll in by_id.values()}


async def _overrides(session: Transaction, keys: Mapping[int, str], place: Mapping[int, int]) -> Rows:
    """Return overrides of the polls numbered in `place`, with what each replaced."""
    rows: Rows = []
    overrides = select(Override).where(Override.poll_id.in_(place)).order_by(Override.id)
    for override in await session.scalars(overrides):
        was = override.ratings.get("was", {})
        rows.append(
            {
                "match": keys[override.match_id], "poll": place[override.poll_id], "outcome": override.outcome,
                "weight": override.weight, "was_outcome": was.get("outcome"), "was_weight": was.get("weight"),
                "at": override.at, "reverted_at": override.reverted_at, "reverted_by": override.reverted_by,
                "revert_reason": override.revert_reason,
            }
        )  # fmt: skip
    return rows


async def known_keys(session: Transaction, league: int) -> dict[str, int]:
    """Return the ids of a league's matches by their export key, which is the same in every export."""
    rows = await session.execute(select(Match.id, Match.import_key).where(Match.league_id == league))
    return {key or _key(session.workspace, match): match for match, key in rows}


async def add_poll(
    session: Transaction,
    match_id: int,
    facts: Mapping[str, Any],
    votes: Sequence[Mapping[str, Any]],
    voters: Mapping[str, bool],
    override: Mapping[str, Any] | None,
) -> int:
    """Add a closed vote to a match: its votes, its voters (user to whether an author) and its override, if any.

    `facts` are the columns named in `POLL`. Returns its id.
    """
    poll = Poll(
        match_id=match_id, status="closed", told_at=facts["closed_at"],
        **{name: facts.get(name) for name in POLL},
    )  # fmt: skip
    session.add(poll)
    await session.flush()
    own = {"workspace_id": session.workspace, "poll_id": poll.id}
    everybody = {**dict.fromkeys((row["user"] for row in votes), False), **voters}
    people = [{**own, "user": user, "author": author} for user, author in everybody.items()]
    ballots = [{**own, **{name: row[name] for name in ("user", "choice", "reason", "at")}} for row in votes]
    for table, rows in ((Voter, people), (Vote, ballots)):
        if rows:
            await session.execute(insert(table), rows)
    if override is not None:
        was = {"outcome": override["was_outcome"], "weight": override["was_weight"]}
        session.add(
            Override(
                match_id=match_id, poll_id=poll.id, outcome=override["outcome"], weight=override["weight"],
                at=override["at"], ratings={"was": was}, reverted_at=override["reverted_at"],
                reverted_by=override["reverted_by"], revert_reason=override["revert_reason"],
            )
        )  # fmt: skip
        await session.flush()
    return poll.id
