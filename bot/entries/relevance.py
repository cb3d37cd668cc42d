"""Chooses the day's new preprints that a league would want to read, each with the reason in a word."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.papers.records import PaperRecord
from bot.papers.relevance.emoji import liking
from bot.papers.relevance.keywords import holds
from bot.papers.relevance.lexical import PaperText
from bot.papers.relevance.taste import Known, Liking, Preference, wanted
from bot.papers.text import short_title
from storage.database.engine import Transaction
from storage.entries import taste_signs
from storage.leagues.league_rows import League

KEYWORD, AUTHOR = 3.0, 5.0
"""Logits by which a preprint is wanted more for holding a keyword, or for an author."""
SAVED, READ, FOLLOWED, REACTED, BY_HAND, IGNORED = 0.7, 0.5, 0.7, 0.7, 0.3, -0.1
"""Weight of weak signs: per person who saved, read, follows or reacted to a paper; brought by somebody; came in and
nobody cared."""
WISHED = 1.0
"""Weight of a person's wish for more papers like one, or fewer: said on purpose, so it counts whatever the switch."""
REASON = 40
FITS = 0.5
"""Least score in logits of which the purpose is told as the reason."""
MOST_TITLES = 10
"""Most titles of liked papers, and of others, that a model is told."""


@dataclass(frozen=True, slots=True)
class Interests:
    """What a league says that it wants: its purpose, keywords and authors, and what it showed by its signs."""

    purpose: str
    keywords: tuple[str, ...]
    authors: tuple[str, ...]
    papers: tuple[taste_signs.SignedPaper, ...]
    choices: tuple[tuple[int, int], ...]
    signs: bool = True
    """Whether the weak signs on papers count."""
    left_out: tuple[str, ...] = ()
    """Titles of preprints that were offered lately and didn't come in; they tell which words go together."""

    def told_apart(self) -> tuple[list[str], list[str]]:
        """Return titles of papers that people showed to like, and of those they don't, the surest first."""
        sums = [
            (sum(sign.weight for sign in _signs(0, paper, weak=self.signs)), paper.title)
            for paper in self.papers
        ]
        liked = sorted((one for one in sums if one[0] > BY_HAND), key=lambda one: -one[0])
        disliked = sorted((one for one in sums if one[0] < IGNORED), key=lambda one: one[0])
        return [title for _, title in liked[:MOST_TITLES]], [title for _, title in disliked[:MOST_TITLES]]


@dataclass(frozen=True, slots=True)
class ScoredPreprint:
    """A new preprint, how much the league wants it in logits, and why in a word; "" if nothing speaks for it."""

    record: PaperRecord
    score: float
    reason: str
    by_author: bool = False
    """Whether an author that the league named wrote it."""


async def interests_of(
    session: Transaction,
    league: League,
    keywords: Sequence[str],
    authors: Sequence[str],
    *,
    signs: bool,
    left_out: Sequence[str] = (),
) -> Interests:
    """Return what a league wants; with `signs` False, reading lists, follows and reactions don't count."""
    papers = await taste_signs.signed_papers(session, league.id)
    return Interests(
        league.purpose or "",
        tuple(keywords),
        tuple(authors),
        tuple(papers),
        tuple(await taste_signs.duel_choices(session, league.id)),
        signs,
        tuple(left_out),
    )


async def ranked(interests: Interests, records: Sequence[PaperRecord]) -> list[ScoredPreprint]:
    """Return new preprints, the most wanted first; equal ones stay in the feed's order."""
    scores = await asyncio.to_thread(_scored, interests, records)
    return sorted(scores, key=lambda scored: -scored.score)


def _scored(interests: Interests, records: Sequence[PaperRecord]) -> list[ScoredPreprint]:
    place = {paper.entry: index for index, paper in enumerate(interests.papers)}
    known = Known(
        " ".join([interests.purpose, *interests.keywords]),
        [PaperText(paper.title, paper.abstract) for paper in interests.papers],
        [
            sign
            for index, paper in enumerate(interests.papers)
            for sign in _signs(index, paper, weak=interests.signs)
        ],
        [Preference(place[a], place[b]) for a, b in interests.choices if a in place and b in place],
        [PaperText(title) for title in interests.left_out],
    )
    results = wanted(known, [PaperText(record.title, record.abstract or "") for record in records])
    followed = {name.casefold() for name in interests.authors}
    out = []
    for record, result in zip(records, results, strict=True):
        text = f"{record.title}\n{record.abstract or ''}"
        keyword = next((word for word in interests.keywords if holds(text, word)), None)
        author = next((name for name in record.authors if name.casefold() in followed), None)
        score = result.score + (KEYWORD if keyword else 0) + (AUTHOR if author else 0)
        like = None if result.like is None else interests.papers[result.like]
        out.append(
            ScoredPreprint(record, score, _reason(author, keyword, like, result.score), author is not None)
        )
    return out


def _signs(index: int, paper: taste_signs.SignedPaper, *, weak: bool) -> list[Liking]:
    """Return the signs on a paper: those for it and those against it, each of its weight; weak ones if `weak`."""
    pro, contra = WISHED * paper.more, WISHED * paper.fewer
    if weak:
        people = [liking(names) for names in paper.reactions]
        pro += SAVED * paper.saved + READ * paper.read + FOLLOWED * paper.followed + REACTED * people.count(1)
        contra += REACTED * people.count(-1)
        if not pro and not contra:
            return [Liking(index, BY_HAND if paper.by_hand else IGNORED)]
    return [Liking(index, weight) for weight in (pro, -contra) if weight]


def _reason(
    author: str | None, keyword: str | None, like: taste_signs.SignedPaper | None, score: float
) -> str:
    if author:
        return f"by {author}"
    if keyword:
        return f"keyword: {keyword}"
    if like is not None:
        place = f"#{like.rank} " if like.rank is not None else ""
        return f"like {place}{short_title(like.title, REASON)}"
    return "fits the purpose" if score > FITS else ""
