"""Duels: which papers a person may be asked about, what people answered, and what judges said of a pair."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import Assessment, AuthorMark, DuelVote, Entry, Match, Paper, Rating
from storage.tables.base import FORGOTTEN

MOST = 5_000
"""So many of the newest judged pairs are looked at."""


@dataclass(frozen=True, slots=True)
class DuelPaper:
    """An entry that a person may be asked about; strength and its error in logits, None while it isn't rated."""

    entry: int
    title: str
    url: str
    sentence: str
    theta: float | None
    stderr: float | None


@dataclass(frozen=True, slots=True)
class PairVotes:
    """What people answered on a pair: choice by user."""

    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """How many chose what."""
        return Counter(self.choices.values())


async def duel_papers(session: Transaction, league: int, user: str) -> list[DuelPaper]:
    """Active entries of known papers that the person neither brought nor wrote."""
    own = select(AuthorMark.paper_id).where(AuthorMark.user == user)
    rows = await session.execute(
        select(Entry.id, Paper.title, Paper.url, Paper.abstract, Rating.theta, Rating.stderr)
        .join(Paper, Paper.id == Entry.paper_id)
        .outerjoin(Rating, Rating.entry_id == Entry.id)
        .where(
            Entry.league_id == league,
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
    return [DuelPaper(r.id, r.title, r.url, r.abstract or "", r.theta, r.stderr) for r in rows]


async def contributions(session: Transaction, first: int, second: int) -> dict[int, str]:
    """The sentence on its contribution that an assessor wrote of each of two entries, where one did."""
    rows = await session.execute(
        select(Assessment.entry_id, Assessment.contribution)
        .where(
            Assessment.entry_id.in_((first, second)),
            Assessment.status == "done",
            Assessment.assessor != "offline",
            Assessment.contribution.is_not(None),
        )
        .order_by(Assessment.id.desc())
    )
    return {row.entry_id: row.contribution or "" for row in rows}


async def votes_by_pair(session: Transaction, league: int) -> dict[tuple[int, int], PairVotes]:
    """All answers of a league by pair, the lower entry first."""
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
    """The answers on one pair, the lower entry first."""
    low, high = min(a, b), max(a, b)
    rows = await session.execute(
        select(DuelVote.user, DuelVote.choice).where(DuelVote.first_id == low, DuelVote.second_id == high)
    )
    return PairVotes({row.user: row.choice for row in rows})


async def judged_pairs(session: Transaction, league: int) -> set[tuple[int, int]]:
    """Pairs that a judge decided, the lower entry first."""
    rows = await session.execute(
        select(Match.first_id, Match.second_id)
        .where(Match.league_id == league, Match.status == "decided")
        .order_by(Match.id.desc())
        .limit(MOST)
    )
    return {(min(row.first_id, row.second_id), max(row.first_id, row.second_id)) for row in rows}


async def cast_duel(
    session: Transaction, league: int, a: int, b: int, user: str, choice: str, now: datetime
) -> None:
    """Keep a person's answer on a pair, new or changed; `choice` is "first" for the lower entry."""
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
    """Take a person's answer on a pair back; False when there was none."""
    mine = delete(DuelVote).where(
        DuelVote.first_id == min(a, b), DuelVote.second_id == max(a, b), DuelVote.user == user
    )
    return await changed(session, mine) == 1


async def forget(session: Transaction, user: str) -> int:
    """Put an id of nobody's on each of a person's answers, so that nothing tells they were one person's."""
    rows = await session.execute(select(DuelVote.first_id, DuelVote.second_id).where(DuelVote.user == user))
    pairs = [(row.first_id, row.second_id) for row in rows]
    for first, second in pairs:
        mine = update(DuelVote).where(
            DuelVote.first_id == first, DuelVote.second_id == second, DuelVote.user == user
        )
        await changed(session, mine.values(user=f"{FORGOTTEN}{uuid4().hex[:12]}"))
    return len(pairs)
