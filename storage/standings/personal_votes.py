"""Single votes of people between two entries of a league, in the form used for ratings.

Each kind of vote has one reader in `_KINDS`; a new kind adds its reader there. The weight of votes is learned in
`bot.ranking.peoples_votes`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from storage.database.engine import Transaction
from storage.database.statements import PREPARED
from storage.standings.counted_outcomes import both_present
from storage.tables import AuthorMark, DuelVote, Entry, Match, Override, Poll, Standings, Vote, Voter


@dataclass(frozen=True, slots=True)
class PersonalVote:
    """A person's preference between two entries: "first", "second" or "draw"; `match` is the match voted on, if any."""

    user: str
    first: int
    second: int
    choice: str
    match: int | None = None

    @property
    def pair(self) -> tuple[int, int]:
        """The two entries, lower id first."""
        return min(self.first, self.second), max(self.first, self.second)

    @property
    def for_lower(self) -> int:
        """1 for the entry with the lower id, -1 for the other, 0 for a draw."""
        for_first = {"first": 1, "draw": 0, "second": -1}[self.choice]
        return for_first if self.first < self.second else -for_first


async def personal_votes(session: Transaction, league: int) -> list[PersonalVote]:
    """Return the votes between present entries of a league: one per person and pair, the last one read."""
    latest: dict[tuple[str, frozenset[int]], PersonalVote] = {}
    for reader in _KINDS:
        for vote in await reader(session, league):
            latest[vote.user, frozenset((vote.first, vote.second))] = vote
    return list(latest.values())


async def made_of(session: Transaction, league: int) -> tuple[int, int]:
    """Return of how many verdicts of judges and of how many votes of people a league's current ranking is made."""
    verdicts = await session.scalar(
        select(Standings.outcomes).where(Standings.league_id == league).order_by(Standings.id.desc()).limit(1)
    )
    return verdicts or 0, len(await personal_votes(session, league))


async def _of_polls(session: Transaction, league: int) -> Sequence[PersonalVote]:
    """Return the votes of closed polls on decided matches, oldest first; without authors' votes and reverted polls."""
    rows = await session.execute(_poll_votes(league))
    return [PersonalVote(row.user, row.first_id, row.second_id, row.choice, row.id) for row in rows]


@lru_cache(maxsize=PREPARED)
def _poll_votes(league: int) -> Select[str, str, int, int, int]:
    reverts = select(Override.poll_id).where(Override.reverted_at.is_not(None))
    return (
        select(Vote.user, Vote.choice, Match.id, Match.first_id, Match.second_id)
        .join(Poll, Poll.id == Vote.poll_id)
        .join(Voter, (Voter.poll_id == Vote.poll_id) & (Voter.user == Vote.user))
        .join(Match, Match.id == Poll.match_id)
        .where(
            Match.league_id == league, Match.status == "decided", both_present(league),
            Poll.status == "closed", Poll.id.not_in(reverts),
            Voter.author.is_(False), Vote.choice != "abstain",
        )
        .order_by(Vote.at, Vote.user)
    )  # fmt: skip


async def _of_duels(session: Transaction, league: int) -> Sequence[PersonalVote]:
    """Return the answers to duels, oldest first, without those of authors of either paper."""
    rows = await session.execute(_duel_votes(league))
    return [PersonalVote(row.user, row.first_id, row.second_id, row.choice) for row in rows]


@lru_cache(maxsize=PREPARED)
def _duel_votes(league: int) -> Select[str, str, int, int]:
    first, second = aliased(Entry), aliased(Entry)
    return (
        select(DuelVote.user, DuelVote.choice, DuelVote.first_id, DuelVote.second_id)
        .join(first, first.id == DuelVote.first_id)
        .join(second, second.id == DuelVote.second_id)
        .where(
            DuelVote.league_id == league,
            DuelVote.choice != "skip",
            first.removed_at.is_(None),
            second.removed_at.is_(None),
            ~exists().where(
                AuthorMark.user == DuelVote.user, AuthorMark.paper_id.in_((first.paper_id, second.paper_id))
            ),
        )
        .order_by(DuelVote.at, DuelVote.user)
    )


_KINDS: tuple[Callable[[Transaction, int], Awaitable[Sequence[PersonalVote]]], ...] = (
    _of_duels,
    _of_polls,
)
"""Readers of each kind of vote; a later kind replaces a person's vote on the same pair from an earlier one."""
