"""Finds a league's papers most similar to one by their words, without any model."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.papers.text import folded, short_title
from bot.questions.search.paper_mentions import SMALL
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.questions import entry_lookup
from storage.questions.entry_lookup import EntryText

MOST = 5
SHORT = 80
NEAR = 0.04
"""Least cosine similarity of two papers' weighted words to be reported; unrelated papers lie below 0.03."""
TITLE_WEIGHT = 3
MOST_SHARED = 4
_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
_EMPTY_WORDS = (
    "paper papers show shows results result method methods approach approaches based using propose "
    "proposed proposes present presents study studies work works new novel model models task tasks data "
    "learning performance state art demonstrate large high achieve achieves improve improves improved "
    "existing several across significantly problem problems however while these such also both between "
    "without within summary written abstract demo"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that occur in every abstract and are ignored."""


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """A paper similar to another: the similarity, 0 to 1, and the characteristic words that both contain."""

    entry: int
    title: str
    url: str
    rank: int | None
    nearness: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """A paper and those most similar to it, the most similar first; none if nothing is similar."""

    league: int
    entry: int
    title: str
    url: str
    papers: tuple[SimilarPaper, ...]


async def similar(session: Transaction, entry_id: int, most: int = MOST) -> Similar:
    """Return the league's papers most similar to an entry's. Raises `NotFoundError` for an unknown entry."""
    entry, paper = await entry_rows.entry(session, entry_id)
    texts = await entry_lookup.entry_texts(session, entry.league_id)
    return Similar(
        entry.league_id, entry_id, paper.title or paper.canonical, paper.url, nearest(entry_id, texts, most)
    )


def nearest(entry: int, texts: Sequence[EntryText], most: int = MOST) -> tuple[SimilarPaper, ...]:
    """Return the texts most similar to that of `entry`, by the cosine of words weighted by rarity."""
    counts = {text.entry: _counted(text) for text in texts}
    own = counts.get(entry)
    if not own:
        return ()
    frequency = Counter(word for words in counts.values() for word in words)
    weights = {word: math.log((1 + len(texts)) / frequency[word]) for word in frequency}

    def length(words: Counter[str]) -> float:
        return math.sqrt(sum(((1 + math.log(n)) * weights[word]) ** 2 for word, n in words.items())) or 1.0

    mine, papers = length(own), []
    for text in texts:
        words = counts[text.entry]
        shared = own.keys() & words.keys()
        if text.entry == entry or not shared:
            continue
        parts = {
            word: (1 + math.log(own[word])) * (1 + math.log(words[word])) * weights[word] ** 2
            for word in shared
        }
        nearness = sum(parts.values()) / (mine * length(words))
        if nearness >= NEAR:
            rare = [word for word in parts if 2 * frequency[word] <= len(texts)] or list(parts)
            telling = tuple(sorted(rare, key=lambda word: (-parts[word], word))[:MOST_SHARED])
            title = short_title(text.title, SHORT)
            papers.append(SimilarPaper(text.entry, title, text.url, text.rank, nearness, telling))
    return tuple(sorted(papers, key=lambda paper: (-paper.nearness, paper.entry))[:most])


def _counted(text: EntryText) -> Counter[str]:
    words: Counter[str] = Counter()
    for part, weight in ((text.title, TITLE_WEIGHT), (text.abstract, 1)):
        for word in _WORD.findall(folded(part)):
            stem = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
            if stem not in SMALL and stem not in _EMPTY and word not in _EMPTY:
                words[stem] += weight
    return words
