"""How far each judge agrees with the team's votes, and people of the team with each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bot.judges.agreement import Decisions
from bot.ranking import Agreement, agreement
from storage.database.engine import Transaction
from storage.matches import feedback_rows, verdict_statistics
from storage.matches.feedback_rows import VerdictMark
from storage.matches.verdict_statistics import EqualVerdicts
from storage.standings import personal_votes
from storage.standings.personal_votes import PersonalVote

USEFUL = 0.6
"""Least share of agreement at which a judge is taken to know more of the team's taste than a coin."""
LEAST = 5
"""Least number of votes on a judge's decisions for reporting their agreement."""
_SAID = {"first": 1, "draw": 0, "second": -1}


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """How often one judge decided as the team's votes did."""

    judge: str
    share: Agreement
    marks: int = 0
    """How many of its votes are marks on its verdicts."""


def decisions_of(verdicts: Sequence[EqualVerdicts]) -> tuple[list[str], Decisions]:
    """Return the names of the judges who decided anything, and their decisions."""
    names = sorted({one.judge for one in verdicts})
    entries = np.concatenate([np.zeros((0, 2), dtype=np.int64), *(one.entries for one in verdicts)])
    sizes = np.array([len(one.entries) for one in verdicts], dtype=np.int64)
    judge = np.repeat(np.array([names.index(one.judge) for one in verdicts], dtype=np.int64), sizes)
    winners = np.repeat(np.array([_SAID[one.verdict] for one in verdicts], dtype=np.int64), sizes)
    return names, Decisions(entries[:, 0], entries[:, 1], judge, winners)


def with_team(
    names: Sequence[str],
    decisions: Decisions,
    votes: Sequence[PersonalVote],
    marks: Sequence[VerdictMark] = (),
) -> tuple[tuple[TeamAgreement, ...], Agreement | None]:
    """Return each judge's agreement with votes (if at least `LEAST`), and that of people with each other.

    Agreement on a vote is 1 for the same paper, 0 for the other, a half if one says draw; several verdicts of a judge on
    a pair are averaged. A mark on a verdict counts as a vote of who gave none on that pair: 1 for good, 0 for poor.
    """
    words_of: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
    lows, highs, pair_of, winners = decisions.of_pairs()
    voted_pairs = {vote.pair for vote in votes}
    keys = list(zip(lows.tolist(), highs.tolist(), strict=True))
    is_voted = np.array([key in voted_pairs for key in keys], dtype=np.bool_)
    for place in np.flatnonzero(is_voted[pair_of]).tolist():
        words_of[int(decisions.judge[place]), *keys[pair_of[place]]].append(int(winners[place]))
    opinions = [(*vote.pair, vote.for_lower) for vote in votes]
    voted = {(vote.user, *vote.pair) for vote in votes}
    shares = []
    for judge, name in enumerate(names):
        observed = [
            sum(_same(word, opinion) for word in words) / len(words)
            for low, high, opinion in opinions
            if (words := words_of.get((judge, low, high)))
        ]
        marked = [
            float(mark.is_good)
            for mark in marks
            if mark.judge == name and (mark.user, *sorted((mark.first, mark.second))) not in voted
        ]
        share = _share([*observed, *marked])
        if share is not None:
            shares.append(TeamAgreement(name, share, len(marked)))
    pairs: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for low, high, opinion in opinions:
        pairs[low, high].append(opinion)
    together = [_same(a, b) for words in pairs.values() for a, b in combinations(words, 2)]
    return tuple(shares), _share(together)


def _same(one: int, other: int) -> float:
    return 0.5 if 0 in {one, other} and one != other else float(one == other)


def _share(observed: Sequence[float]) -> Agreement | None:
    """Return the agreement with an interval from the votes alone, without predictions; None below `LEAST` votes."""
    return agreement(observed, [0.5] * len(observed), []) if len(observed) >= LEAST else None


def is_at_chance(share: Agreement) -> bool:
    """Return whether votes show that a judge agrees with people no more than a coin would.

    They do where the 95 % interval reaches down to a half and ends below `USEFUL`.
    """
    return share.low <= 1 / 2 and share.high < USEFUL


@dataclass(frozen=True, slots=True)
class LeagueAgreement:
    """How far each judge of a league agrees with people's votes, and people with each other, on how many votes."""

    judges: tuple[TeamAgreement, ...]
    among_people: Agreement | None
    votes: int


async def league_agreement(session: Transaction, league: int) -> LeagueAgreement:
    """Measure a league's judges against its people; empty while there are fewer than `LEAST` votes and marks."""
    votes = await personal_votes.personal_votes(session, league)
    marks = await feedback_rows.verdict_marks(session, league)
    if len(votes) + len(marks) < LEAST:
        return LeagueAgreement((), None, len(votes))
    names, decisions = decisions_of(await verdict_statistics.verdicts_of_judges(session, league))
    return LeagueAgreement(*with_team(names, decisions, votes, marks), len(votes))
