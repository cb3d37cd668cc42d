"""Rows of duels: papers that a person may be asked about, people's answers, and pairs that judges decided."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, or_, select, tuple_, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import (
    Assessment,
    AuthorMark,
    DuelVote,
    Entry,
    League,
    Match,
    OutboxMessage,
    Paper,
    Rating,
)
from storage.tables.base import FORGOTTEN

MOST = 5_000
"""How many of the newest judged pairs are read."""
DIGESTS = 14
"""How many of a channel's digests are read for the pairs that they asked about."""


@dataclass(frozen=True, slots=True)
class DuelPaper:
    """An entry that a person may be asked about; `theta` and `stderr` (by matches) in logits, None while not rated."""

    entry: int
    title: str
    url: str
    theta: float | None
    stderr: float | None


@dataclass(frozen=True, slots=True)
class PairVotes:
    """What people answered when asked about one pair of papers: the choice ("first", "second" or "skip") by user id."""

    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """Number of answers by choice."""
        return Counter(self.choices.values())


async def duel_papers(
    session: Transaction, league: int, user: str = "", among: Collection[int] | None = None
) -> list[DuelPaper]:
    """Return the active entries of known papers that the person neither submitted nor wrote; `among` these if given."""
    rows = _papers(Entry.league_id == league, user)
    if among is not None:
        rows = rows.where(Entry.id.in_(list(among)))
    return [_paper(row) for row in await session.execute(rows)]


async def papers_to_pair(session: Transaction, league: int, user: str) -> tuple[list[DuelPaper], bool]:
    """Return `duel_papers`, and whether the league has any answer to a duel or any verdict of judges to read."""
    answers = exists(select(DuelVote.first_id).where(DuelVote.league_id == league))
    verdicts = exists(select(Match.id).where(Match.league_id == league, Match.status == "decided"))
    is_begun = or_(answers, verdicts).label("is_begun")
    rows = (await session.execute(_papers(Entry.league_id == league, user).add_columns(is_begun))).all()
    return [_paper(row) for row in rows], any(row.is_begun for row in rows)


async def papers_of_leagues(
    session: Transaction, leagues: Collection[int]
) -> Mapping[int, Sequence[DuelPaper]]:
    """Return `duel_papers` of several leagues for a channel, by league; a league without papers isn't in it."""
    rows = await session.execute(
        _papers(Entry.league_id.in_(leagues), "").add_columns(Entry.league_id.label("league"))
    )
    papers: defaultdict[int, list[DuelPaper]] = defaultdict(list)
    for row in rows:
        papers[row.league].append(_paper(row))
    return papers


async def papers_to_pair_by_league(
    session: Transaction, leagues: Collection[int]
) -> tuple[Mapping[int, Sequence[DuelPaper]], set[int]]:
    """Return the papers that may be asked about by league, and the leagues with any answer or verdict to read."""
    papers = await papers_of_leagues(session, leagues)
    answers = exists(select(DuelVote.first_id).where(DuelVote.league_id == League.id))
    verdicts = exists(select(Match.id).where(Match.league_id == League.id, Match.status == "decided"))
    begun = select(League.id).where(League.id.in_(leagues), answers | verdicts)
    return papers, set(await session.scalars(begun))


def _papers(of: ColumnElement[bool], user: str) -> Select[int, str | None, str, float, float]:
    own = select(AuthorMark.paper_id).where(AuthorMark.user == user)
    return (
        select(Entry.id, Paper.title, Paper.url, Rating.theta, Rating.stderr)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(
            of,
            Entry.removed_at.is_(None),
            Entry.submitted_by != user,
            Paper.status == "known",
            Paper.withdrawn.is_(False),
            Paper.left_out.is_(None),
            Paper.title.is_not(None),
            Paper.id.not_in(own),
        )
        .order_by(Entry.id)
    )


def _paper(row: Any) -> DuelPaper:
    return DuelPaper(row.id, row.title, row.url, row.theta, row.stderr)


async def summaries(session: Transaction, first: int, second: int) -> dict[int, str]:
    """Return what two papers do, by entry: an assessor's sentence on the contribution, else the abstract or ""."""
    rows = await session.execute(
        select(Entry.id, Paper.abstract, Assessment.contribution)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(
            Assessment,
            (Assessment.entry_id == Entry.id)
            & (Assessment.status == "done")
            & (Assessment.assessor != "offline")
            & Assessment.contribution.is_not(None),
        )
        .where(Entry.id.in_((first, second)))
        .order_by(Assessment.id.desc())
    )
    return {row.id: row.contribution or row.abstract or "" for row in rows}


async def votes_by_pair(session: Transaction, league: int) -> dict[tuple[int, int], PairVotes]:
    """Return all duel answers of a league by pair (lower entry id first)."""
    rows = await session.execute(
        select(DuelVote.first_id, DuelVote.second_id, DuelVote.user, DuelVote.choice).where(
            DuelVote.league_id == league
        )
    )
    pairs: defaultdict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for row in rows:
        pairs[row.first_id, row.second_id][row.user] = row.choice
    return {pair: PairVotes(choices) for pair, choices in pairs.items()}


async def votes_on(session: Transaction, a: int, b: int) -> PairVotes:
    """Return the duel answers on a pair of entries; "first" is the lower entry id."""
    low, high = min(a, b), max(a, b)
    rows = await session.execute(
        select(DuelVote.user, DuelVote.choice).where(DuelVote.first_id == low, DuelVote.second_id == high)
    )
    return PairVotes({row.user: row.choice for row in rows})


async def judged_pairs(session: Transaction, league: int) -> dict[tuple[int, int], bool]:
    """Return the pairs that judges decided (lower entry id first), each with whether their verdicts differ."""
    rows = await session.execute(
        select(Match.first_id, Match.second_id, Match.verdict)
        .where(Match.league_id == league, Match.status == "decided")
        .order_by(Match.id.desc())
        .limit(MOST)
    )
    winners: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for row in rows:
        pair = (min(row.first_id, row.second_id), max(row.first_id, row.second_id))
        winners[pair].add({"first": row.first_id, "second": row.second_id}.get(row.verdict or "", 0))
    return {pair: len(chosen) > 1 for pair, chosen in winners.items()}


async def choices_on(session: Transaction, entry: int) -> dict[int, tuple[int, int]]:
    """Return, by opponent, how many people chose in duels with an entry, and how many of them chose it."""
    rows = await session.execute(
        select(DuelVote.first_id, DuelVote.second_id, DuelVote.choice).where(
            or_(DuelVote.first_id == entry, DuelVote.second_id == entry), DuelVote.choice != "skip"
        )
    )
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        is_first = row.first_id == entry
        of_pair = counts[row.second_id if is_first else row.first_id]
        of_pair[0] += 1
        of_pair[1] += (row.choice == "first") == is_first
    return {opponent: (people, for_it) for opponent, (people, for_it) in counts.items()}


async def totals_on(session: Transaction, entry: int) -> tuple[int, int]:
    """Return how many times people chose in duels between an entry and another, and how many times they chose it."""
    chosen = case((DuelVote.first_id == entry, DuelVote.choice == "first"), else_=DuelVote.choice == "second")
    row = (
        await session.execute(
            select(func.count(), func.sum(case((chosen, 1), else_=0)).label("chosen"))
            .select_from(DuelVote)
            .where(or_(DuelVote.first_id == entry, DuelVote.second_id == entry), DuelVote.choice != "skip")
        )
    ).one()
    return row[0], row.chosen or 0


async def pairs_of_digests(session: Transaction, channel: str) -> set[tuple[int, int]]:
    """Return the pairs that a channel's newest digests asked about, lower entry id first."""
    rows = await session.scalars(
        select(OutboxMessage.options)
        .where(OutboxMessage.channel == channel, OutboxMessage.kind == "digest")
        .order_by(OutboxMessage.id.desc())
        .limit(DIGESTS)
    )
    pairs = [options["duel"] for options in rows if options.get("duel")]
    return {(min(pair), max(pair)) for pair in pairs}


async def pairs_of_channels(
    session: Transaction, places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], set[tuple[int, int]]]:
    """Return, by (workspace, channel), the pairs that the newest digests asked about, lower entry id first."""
    newest = (
        select(
            OutboxMessage.workspace_id,
            OutboxMessage.channel,
            OutboxMessage.options,
            func.row_number()
            .over(
                partition_by=(OutboxMessage.workspace_id, OutboxMessage.channel),
                order_by=OutboxMessage.id.desc(),
            )
            .label("place"),
        )
        .where(
            OutboxMessage.kind == "digest",
            tuple_(OutboxMessage.workspace_id, OutboxMessage.channel).in_(list(places)),
        )
        .subquery()
    )
    rows = await session.execute(select(newest).where(newest.c.place <= DIGESTS))
    pairs: defaultdict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        if pair := row.options.get("duel"):
            pairs[row.workspace_id, row.channel].add((min(pair), max(pair)))
    return pairs


async def cast_duel(
    session: Transaction, league: int, a: int, b: int, user: str, choice: str, now: datetime
) -> None:
    """Store a person's answer on a pair, or change it; `choice` "first" means the lower entry id."""
    statement = upsert(session, DuelVote).values(
        workspace_id=session.workspace, league_id=league, first_id=min(a, b), second_id=max(a, b), user=user,
        choice=choice, at=now,
    )  # fmt: skip
    await changed(
        session,
        statement.on_conflict_do_update(
            index_elements=["first_id", "second_id", "user"],
            set_={"choice": statement.excluded.choice, "at": statement.excluded.at},
        ),
    )


async def take_back(session: Transaction, a: int, b: int, user: str) -> bool:
    """Delete a person's answer on a pair; return False if there was none."""
    mine = delete(DuelVote).where(
        DuelVote.first_id == min(a, b), DuelVote.second_id == max(a, b), DuelVote.user == user
    )
    return await changed(session, mine) == 1


async def forget(session: Transaction, user: str) -> int:
    """Anonymise all duel answers of a person, each under a different made-up id; return how many."""
    rows = await session.execute(select(DuelVote.first_id, DuelVote.second_id).where(DuelVote.user == user))
    pairs = [(row.first_id, row.second_id) for row in rows]
    for first, second in pairs:
        mine = update(DuelVote).where(
            DuelVote.first_id == first, DuelVote.second_id == second, DuelVote.user == user
        )
        await changed(session, mine.values(user=f"{FORGOTTEN}{uuid4().hex[:12]}"))
    return len(pairs)
