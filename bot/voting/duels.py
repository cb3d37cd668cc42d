"""Duels: two papers shown to a person without any verdict; the answers count in the ratings."""

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import numpy as np

from bot.leagues.visibility import league_of_all, visible_league
from bot.papers.text import summary_line
from bot.people import Viewer
from bot.ranking import win_chance
from bot.standings import refit
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, ClosedError, NotAllowedError, NotFoundError
from storage.leagues.league_rows import League
from storage.questions import match_history
from storage.questions.match_history import Record
from storage.voting import authors, duels
from storage.voting.duels import DuelPaper, PairVotes

MOST_PAIRS = 400
"""Maximum number of pairs from which a person's next duel is chosen; a random sample if there are more."""
SEVERAL = 3
"""Number of people who are asked about a pair before another pair begins."""
SENTENCE = 110
CHOICES = ("first", "second", "skip")


class OwnPaperError(NotAllowedError):
    """Raised when a person answers a pair with a paper that they submitted or wrote; another pair is for them."""


@dataclass(frozen=True, slots=True)
class DuelSide:
    """One of the two papers of a duel: title, URL, and one sentence on what it does."""

    entry: int
    title: str
    url: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Duel:
    """Two papers shown to a person, without anybody's opinion of them."""

    league: int
    first: DuelSide
    second: DuelSide


@dataclass(frozen=True, slots=True)
class DuelResult:
    """A person's choice in a duel, and now also the choices of others and the judges.

    `record` is the first paper's.
    """

    league: int
    first: tuple[int, str]
    second: tuple[int, str]
    choice: str
    others: Mapping[str, int]
    record: Record


async def next_duel(session: Transaction, league_id: int, viewer: Viewer, now: datetime) -> Duel:
    """Return the most informative pair of papers that this person neither submitted nor wrote nor was asked about.

    Raises `NotAllowedError` if they may not vote, `NotFoundError` if no pair is left.
    """
    league = await visible_league(session, league_id, viewer)
    check_voter(league, viewer)
    duel = await duel_for(session, league_id, viewer.user, now)
    if duel is None:
        raise NotFoundError(
            "No pair of papers is left for you here: you answered them all, or brought the papers yourself."
        )
    return duel


async def duel_for(session: Transaction, league_id: int, user: str, now: datetime) -> Duel | None:
    """Return the day's most informative pair for a person; None if none is left. Rights aren't checked."""
    pair = await pair_for(session, league_id, user, now)
    return None if pair is None else await _shown(session, league_id, pair)


async def pair_for(
    session: Transaction, league_id: int, user: str, now: datetime, skip: Collection[tuple[int, int]] = ()
) -> tuple[DuelPaper, DuelPaper] | None:
    """Return the day's most informative pair for a person, or with "" for a channel; None if none is left.

    `skip` are pairs (lower entry id first) that were asked already. Rights aren't checked.
    """
    papers, is_begun = await duels.papers_to_pair(session, league_id, user)
    if len(papers) < 2:  # noqa: PLR2004 - a pair
        return None
    votes = await duels.votes_by_pair(session, league_id) if is_begun else {}
    judged = await duels.judged_pairs(session, league_id) if is_begun else {}
    return best_pair(papers, votes, judged, user, seed_of_day(league_id, user, now), skip)


def seed_of_day(league_id: int, user: str, now: datetime) -> int:
    """Return the number from which a person's (or with "" a channel's) pairs of a day are drawn."""
    return int.from_bytes(sha256(f"{league_id} {user} {now:%Y-%m-%d}".encode()).digest()[:8])


async def asked_duel(session: Transaction, league_id: int, first: int, second: int) -> Duel | None:
    """Return a pair that was chosen before, in this order; None if one of the papers can't be asked about any more."""
    papers = {
        paper.entry: paper for paper in await duels.duel_papers(session, league_id, "", (first, second))
    }
    if len(papers) < 2:  # noqa: PLR2004 - a pair
        return None
    return await _shown(session, league_id, (papers[first], papers[second]))


async def _shown(session: Transaction, league_id: int, pair: tuple[DuelPaper, DuelPaper]) -> Duel:
    summaries = await duels.summaries(session, pair[0].entry, pair[1].entry)
    first, second = (
        DuelSide(
            paper.entry,
            paper.title,
            paper.url,
            summary_line(summaries[paper.entry], SENTENCE),
        )
        for paper in pair
    )
    return Duel(league_id, first, second)


def judges_share(
    papers: Sequence[DuelPaper],
    votes: Mapping[tuple[int, int], PairVotes],
    judged: Mapping[tuple[int, int], bool],
) -> float:
    """Return how far duels should teach about the judges instead of the ranking, 0 to 1, by what is known less.

    Judges: half the interval of an agreement measured on the votes so far. Ranking: the share of noise in the ratings.
    """
    if not judged:
        return 0.0
    counts = [of_pair.counts for ids, of_pair in votes.items() if ids in judged]
    of_judged = sum(count["first"] + count["second"] for count in counts)
    about_judges = min(1.0, 1.96 * 0.5 / math.sqrt(max(1, of_judged)))
    rated = [(p.theta, p.stderr) for p in papers if p.theta is not None and p.stderr is not None]
    if len(rated) < 2:  # noqa: PLR2004 - a spread needs two
        return about_judges / (about_judges + 1)
    mean = sum(theta for theta, _ in rated) / len(rated)
    spread = sum((theta - mean) ** 2 for theta, _ in rated) / len(rated)
    noise = sum(stderr**2 for _, stderr in rated) / len(rated)
    rated_share = len(rated) / len(papers)
    about_ranking = rated_share * noise / max(spread + noise, 1e-9) + 1 - rated_share
    return about_judges / max(about_judges + about_ranking, 1e-9)


def best_pair(
    papers: Sequence[DuelPaper],
    votes: Mapping[tuple[int, int], PairVotes],
    judged: Mapping[tuple[int, int], bool],
    user: str,
    seed: int,
    skip: Collection[tuple[int, int]] = (),
) -> tuple[DuelPaper, DuelPaper] | None:
    """Return the most valuable pair: begun by other people, open by the ratings, contested by judges; or None.

    `judged` has whether judges differ on a pair. The order shown is random, so that no position is favoured.
    """
    draw = random.Random(seed)  # noqa: S311 - which pair is shown is no secret
    by_entry = {paper.entry: paper for paper in papers}
    answered = {ids for ids, of_pair in votes.items() if user in of_pair.choices} | set(skip)
    share = judges_share(papers, votes, judged)
    begun = [
        (by_entry[a], by_entry[b]) for a, b in votes.keys() - answered if a in by_entry and b in by_entry
    ]
    begun.sort(key=lambda pair: (pair[0].entry, pair[1].entry))
    draw.shuffle(begun)
    number = len(papers) * (len(papers) - 1) // 2  # far too many to list in a large league
    places = draw.sample(range(number), min(number, MOST_PAIRS + len(answered)))
    drawn = [(papers[a], papers[b]) for a, b in map(_pair_at, places)]
    pairs = [(a, b) for a, b in drawn if (a.entry, b.entry) not in answered]
    if not pairs and not begun:
        return None

    candidates = [*begun, *pairs[:MOST_PAIRS]]

    def worth(place: int, openness: float) -> float:
        ids = candidates[place][0].entry, candidates[place][1].entry
        people = len(votes.get(ids, PairVotes()).choices)
        about_judges = 0.0 if ids not in judged else 1.0 if judged[ids] else 0.6
        return (
            (1 - share) * openness
            + share * about_judges
            + (1.0 if 0 < people < SEVERAL else -1.0 if people else 0.0)
        )

    worths = [worth(place, openness) for place, openness in enumerate(_openness(candidates))]
    best = candidates[worths.index(max(worths))]
    return best if draw.random() < 0.5 else best[::-1]  # noqa: PLR2004 - a coin


def _pair_at(place: int) -> tuple[int, int]:
    """Return the indices (a, b), a < b, of pair number `place` in the order (0, 1), (0, 2), (1, 2), (0, 3) and so on."""
    b = (math.isqrt(8 * place + 1) + 1) // 2
    return place - b * (b - 1) // 2, b


def _openness(pairs: Sequence[tuple[DuelPaper, DuelPaper]]) -> list[float]:
    """Return how uncertain each pair is by the ratings, 0 to 1; 1 if one of them isn't rated."""
    theta, stderr = (
        np.array([[getattr(paper, name) for paper in pair] for pair in pairs], dtype=np.float64)
        for name in ("theta", "stderr")
    )
    is_rated = np.isfinite(theta).all(axis=1) & np.isfinite(stderr).all(axis=1)
    openness = np.ones(len(pairs))
    chance = win_chance(theta[is_rated, 0] - theta[is_rated, 1], (stderr[is_rated] ** 2).sum(axis=1))
    openness[is_rated] = 4 * chance * (1 - chance)
    return [float(value) for value in openness]


async def answer(
    session: Transaction, first: int, second: int, choice: str, viewer: Viewer, now: datetime
) -> DuelResult:
    """Count a person's answer to a duel, new or changed, and return the others' and the judges' choices.

    Raises `OwnPaperError` if one of the papers is theirs, `NotAllowedError` if they may not vote, `NotFoundError` for
    papers of two leagues.
    """
    league, first, second = await _present_pair(session, first, second, viewer)
    if choice not in CHOICES:
        raise BadRequestError("That button is from another version. Please ask again.")
    stored = _turned(choice, first, second)
    await duels.cast_duel(session, league.id, first, second, viewer.user, stored, now)
    if choice != "skip":
        await refit.refit(session, league.id, cause="duel", now=now)
    votes = await duels.votes_on(session, first, second)
    return await _result(session, league.id, first, second, choice, viewer.user, votes)


async def take_back(session: Transaction, first: int, second: int, viewer: Viewer, now: datetime) -> int:
    """Delete a person's answer to a duel and refit the league; return the league's id."""
    league, first, second = await _present_pair(session, first, second, viewer)
    if await duels.take_back(session, first, second, viewer.user):
        await refit.refit(session, league.id, cause="duel", now=now)
    return league.id


async def _present_pair(
    session: Transaction, first: int, second: int, viewer: Viewer
) -> tuple[League, int, int]:
    """Return the league of two papers and their entries; for merged papers, the entries that were kept.

    Raises `ClosedError` if the papers have become one, or one of them was removed or withdrawn.
    """
    league = await league_of_all(session, (first, second), viewer)
    one, paper = await entry_rows.entry(session, first)
    other, other_paper = await entry_rows.entry(session, second)
    if first == second:
        raise BadRequestError("A duel needs two papers.")
    if one.id == other.id:
        raise ClosedError("These two are one paper by now.")
    check_voter(league, viewer)
    wrote = viewer.user in await authors.authors(session, [paper.id, other_paper.id])
    if wrote or viewer.user in {one.submitted_by, other.submitted_by}:
        raise OwnPaperError("One of these papers is yours, so this pair is for others to answer.")
    for entry, each in ((one, paper), (other, other_paper)):
        if entry.removed_at is not None or each.withdrawn:
            raise ClosedError(f"“{each.title}” was removed or withdrawn, so this pair isn't asked any more.")
    return league, one.id, other.id


def is_voter(league: League, viewer: Viewer) -> bool:
    """Return whether a person may answer duels: a full member of the league's channel, no guest and no bot."""
    return viewer.person.may_vote(strangers=league.strangers_vote) and viewer.is_in(league.channel)


def check_voter(league: League, viewer: Viewer) -> None:
    """Raise `NotAllowedError` unless a person may answer duels."""
    if not is_voter(league, viewer):
        raise NotAllowedError(
            "Duels are for full members of the league's channel; guests and others can't answer them."
        )


def _turned(choice: str, first: int, second: int) -> str:
    """Return a choice on the pair as shown as the one on its row (lower entry id first), and the other way round."""
    return {"first": "second", "second": "first"}.get(choice, choice) if first > second else choice


async def _result(
    session: Transaction, league: int, first: int, second: int, choice: str, user: str, votes: PairVotes
) -> DuelResult:
    others = {"first": 0, "second": 0, "skip": 0}
    for other, said in votes.choices.items():
        if other != user:
            others[_turned(said, first, second)] += 1
    titles = await entry_rows.titles(session, [first, second])
    record = (await match_history.records(session, first, second)).get(second, Record())
    return DuelResult(league, (first, titles[first][0]), (second, titles[second][0]), choice, others, record)


async def answer_of(
    session: Transaction, league_id: int, first: int, second: int, user: str
) -> DuelResult | None:
    """Return the result of a duel for a person who answered it, else None."""
    votes = await duels.votes_on(session, first, second)
    given = votes.choices.get(user)
    if given is None:
        return None
    return await _result(session, league_id, first, second, _turned(given, first, second), user, votes)


async def people_on(session: Transaction, first: int, second: int) -> tuple[int, int]:
    """Return how many people answered a duel on a pair, and how many of them chose the first."""
    votes = await duels.votes_on(session, first, second)
    counts = votes.counts
    mine = counts["first"] if first < second else counts["second"]
    return counts["first"] + counts["second"], mine
