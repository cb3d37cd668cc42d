"""Finds which papers a sentence names: by rank, link, title, nickname or author, allowing for typing mistakes."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.papers.nicknames import NICKNAMES
from bot.papers.text import folded

MOST_TOKENS = 60
MOST_SAME = 25
SHORTEST_SLIP = 4
SHORTEST_NICKNAME = 6
"""Shortest nickname, in letters, that is recognised when mistyped."""
LONG = 8
MOST_TELLING = 8
MOST_CHARACTERS = 120
"""Longest text, in characters, that is compared with titles for typing mistakes."""
_SHARE = 0.7
"""Share of the words (of three letters or more) that must be similar to a word of the title."""
_SLIPPED = 0.95
"""Weight of a mistyped word, relative to a correct one."""
_INITIALS = (3, 4, 5)
WORD = re.compile(r"#\d+|entry:\d+|[^\W_]+(?:[.+][^\W_]+)*")
"""Pattern of a word, a rank ("#12") or an entry by its id; a dot within a word is part of it, a dash isn't."""
_SMALL_WORDS = (
    "a about after all also am an and any are as at be been but by can could did do does doing done for "
    "from get give go got had has have he her here him his how i if in into is it its just let like made "
    "make many may me mine more most much my need no not now of off on one only or other our out over own "
    "paper papers please put same say see she should show so some such take tell than that the their them "
    "then there these they thing this those to too two up us use very via want was we well were what when "
    "where which who whom whose why will with work works would you your"
)
SMALL = frozenset(_SMALL_WORDS.split())
"""Words that name no paper by themselves."""


@dataclass(frozen=True, slots=True)
class ShelfPaper:
    """A paper of a league with all names by which people may call it; `canonical` is its scheme and id."""

    entry: int
    title: str
    authors: tuple[str, ...] = ()
    canonical: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` of a sentence that name one of `entries`, the best first.

    `by_author`: they are a person's name. `is_unsure`: a single mistyped word, or a name that others have too.
    `is_guess`: any of the words is mistyped. `is_name`: a rank, a link's entry or a paper's own name ("bert").
    """

    start: int
    end: int
    entries: tuple[int, ...]
    by_author: bool = False
    is_unsure: bool = False
    is_guess: bool = False
    is_name: bool = False


def tokens_of(text: str) -> list[str]:
    """Return the words of a sentence, without accents, case and punctuation."""
    return WORD.findall(folded(text).replace("’", "'").replace("'s ", " "))[:MOST_TOKENS]


def slips(word: str, other: str, most: int) -> bool:
    """Return whether at most so many typing mistakes turn one word into the other.

    A mistake is a letter more, less or different, or two letters swapped.
    """
    if abs(len(word) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        now = [i]
        for j, same in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != same))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == same:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return False
        before, row = row, now
    return row[-1] <= most


def nearest_words(word: str, vocabulary: Iterable[str], most: int | None = None) -> list[str]:
    """Return the words of a vocabulary that a mistyped one may mean, the most likely first.

    Allows one typing mistake, two in a long word.
    """
    allowed = (1 if len(word) < LONG else 2) if most is None else most
    digits = "".join(filter(str.isdecimal, word))
    if len(word) < (SHORTEST_NICKNAME if digits else SHORTEST_SLIP) or not word.isalnum():
        return []
    pairs = {a + b for a, b in pairwise(word)}
    near = []
    for other in vocabulary:
        if abs(len(other) - len(word)) > allowed or len(other) < SHORTEST_SLIP - 1:
            continue
        if digits and "".join(filter(str.isdecimal, other)) != digits:
            continue
        shared = sum(a + b in pairs for a, b in pairwise(other))
        if shared + 3 * allowed >= len(word) - 1 and slips(word, other, allowed):
            near.append((not slips(word, other, 1), other[0] != word[0], -shared, other))
    return [other for *_, other in sorted(near)]


def _alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether words are the same apart from plurals."""
    return all(word.rstrip("s") == other.rstrip("s") for word, other in zip(words, others, strict=True))


class Shelf:
    """An index of a league's papers by the words people may use for them, for finding papers in a sentence."""

    def __init__(self, papers: Sequence[ShelfPaper]) -> None:
        self.papers = {paper.entry: paper for paper in papers}
        self.ranks = {paper.rank: paper.entry for paper in papers if paper.rank is not None}
        self._words: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._titles: dict[int, list[str]] = {}
        self._authors: dict[str, list[int]] = defaultdict(list)
        self._nicknames: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._initials: dict[str, list[int]] = defaultdict(list)
        for paper in papers:
            self._place(paper)
        self._single_nicknames = [name for name, *more in self._nicknames if not more]
        self._by_others: dict[tuple[int, int, tuple[str, ...]], list[str]] = defaultdict(list)
        for name in self._nicknames:
            for position, word in enumerate(name if len(name) > 1 else ()):
                self._by_others[len(name), position, name[:position] + name[position + 1 :]].append(word)

    def _place(self, paper: ShelfPaper) -> None:
        words = tokens_of(paper.title)
        self._titles[paper.entry] = words
        for position, word in enumerate(words):
            self._words[word].append((paper.entry, position))
        for name in {part for author in paper.authors for part in tokens_of(author)[-1:]}:
            self._authors[name].append(paper.entry)
        for name in NICKNAMES.get(paper.canonical.partition(":")[2], ()):
            self._nicknames[tuple(tokens_of(name))].append(paper.entry)
        initials = "".join(word[0] for word in words)
        for size in _INITIALS:
            for at in range(len(initials) - size + 1):
                self._initials[initials[at : at + size]].append(paper.entry)

    def __contains__(self, word: str) -> bool:
        return word in self._words or word in self._authors or (word,) in self._nicknames

    def mentions(self, tokens: Sequence[str], ordinary: Container[str] = ()) -> list[Mention]:
        """Return the mentions of papers in these tokens, from left to right; `ordinary` words alone name none."""
        meant = {token: self._meant(token, ordinary) for token in set(tokens)}
        candidates = []
        for start in range(len(tokens)):
            candidates += self._at(tokens, start, meant, ordinary)
        candidates.sort(key=lambda each: (-each[0], each[1].start))
        taken: set[int] = set()
        mentions = []
        for _weight, mention in candidates:
            place = set(range(mention.start, mention.end))
            if not place & taken:
                taken |= place
                mentions.append(mention)
        return sorted(mentions, key=lambda mention: mention.start)

    def is_name(self, token: str, entry: int) -> bool:
        """Whether one word is a paper's name, such as "bert" or "gpt3", rather than just a word of its title."""
        title = tokens_of(self.papers[entry].title.partition(":")[0])
        return token[:1] == "#" or title == [token] or entry in self._nicknames.get((token,), ())

    def nearly_named(self, words: str) -> list[int]:
        """Return the entries whose titles these words name apart from typing mistakes.

        Several only if equally fitting.
        """
        telling = {token for token in tokens_of(words) if len(token) > 2}  # noqa: PLR2004 - "is", "of" name nothing
        if not telling or len(telling) > MOST_TELLING or len(words) > MOST_CHARACTERS:
            return []
        near: dict[int, float] = defaultdict(float)
        for token in telling:
            best: dict[int, float] = {}
            for word in (token,) if token in self._words else nearest_words(token, self._words)[:5]:
                worth = 1.0 if word == token else _SLIPPED
                for entry, _ in self._words[word]:
                    best[entry] = max(best.get(entry, 0.0), worth)
            for entry, worth in best.items():
                near[entry] += worth
        top = max(near.values(), default=0.0)
        if top < _SHARE * len(telling):
            return []
        return [entry for entry, worth in near.items() if worth >= top - 1e-9]

    def _meant(self, token: str, ordinary: Container[str]) -> list[str]:
        """Return the words of titles that a token may mean: itself, its singular or plural, or a corrected form."""
        exact = [
            each for each in dict.fromkeys((token, token.rstrip("s"), f"{token}s")) if each in self._words
        ]
        if (
            exact
            or token in SMALL
            or token in ordinary
            or (token,) in self._nicknames
            or token in self._authors
        ):
            return exact
        return nearest_words(token, self._words)[:5]

    def _at(
        self, tokens: Sequence[str], start: int, meant: Mapping[str, list[str]], ordinary: Container[str]
    ) -> list[tuple[float, Mention]]:
        token = tokens[start]
        place = re.fullmatch(r"#(\d+)", token)
        if place is not None:
            entry = self.ranks.get(int(place[1]))
            return [(1e6, Mention(start, start + 1, (entry,), is_name=True))] if entry is not None else []
        if token.startswith("entry:"):
            entry = int(token[6:])
            return [(1e6, Mention(start, start + 1, (entry,), is_name=True))] if entry in self.papers else []
        return [
            *self._titled(tokens, start, meant, ordinary),
            *self._nicknamed(tokens, start, ordinary),
            *self._written_by(token, start, ordinary),
        ]

    def _titled(
        self, tokens: Sequence[str], start: int, meant: Mapping[str, list[str]], ordinary: Container[str]
    ) -> list[tuple[float, Mention]]:
        """Return mentions for the longest run of tokens from `start` that occurs in titles, with their weights."""
        runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for word in meant[tokens[start]]:
            for entry, position in self._words[word]:
                length = 1
                title = self._titles[entry]
                while start + length < len(tokens) and position + length < len(title):
                    token, word_there = tokens[start + length], title[position + length]
                    if not (
                        word_there in meant[token]
                        or (len(token) > 2 and slips(token, word_there, 1 if len(token) < LONG else 2))  # noqa: PLR2004 - "ned" is need
                    ):
                        break
                    length += 1
                runs[length].append((entry, position))
        for length in sorted(runs, reverse=True):
            run = tokens[start : start + length]
            first, at = runs[length][0]
            there = self._titles[first][at : at + length]
            telling = [
                token
                for token, word in zip(run, there, strict=True)
                if not (token in SMALL or token in ordinary or word in SMALL)
            ]
            whole = [entry for entry, at in runs[length] if not at and length == len(self._titles[entry])]
            if not telling and not whole:
                continue
            best = whole or self._ranked(runs[length], length)
            weight = 10 * len(telling) + length + 50 * bool(whole and length > 1) - 3 * (len(best) > 1)
            titles = {tuple(self._titles[entry][at : at + length]) for entry, at in runs[length]}
            is_guess = not any(_alike(run, title) for title in titles)
            mention = Mention(
                start,
                start + length,
                tuple(best[:MOST_SAME]),
                is_unsure=is_guess and length == 1,
                is_guess=is_guess,
                is_name=length == 1 and len(best) == 1 and self.is_name(run[0], best[0]),
            )
            return [(weight, mention)]
        return []

    def _ranked(self, runs: Sequence[tuple[int, int]], length: int) -> list[int]:
        """Return papers whose title begins with the run ("BERT: …") before those that contain it later."""
        first = [entry for entry, at in runs if at == 0]
        if len(first) == 1 or (first and length > 1):
            return list(dict.fromkeys(first))
        return list(dict.fromkeys([*first, *(entry for entry, _ in runs)]))

    def _nicknamed(
        self, tokens: Sequence[str], start: int, ordinary: Container[str]
    ) -> list[tuple[float, Mention]]:
        for length in (3, 2, 1):
            name = tuple(tokens[start : start + length])
            if len(name) == length and name in self._nicknames:
                entries = tuple(dict.fromkeys(self._nicknames[name]))
                return [(10 * length + 8, Mention(start, start + length, entries, is_name=True))]
            if length > 1 and len(name) == length and (near := self._near_nickname(name)) is not None:
                entries = tuple(dict.fromkeys(self._nicknames[near]))
                return [(10 * length + 7, Mention(start, start + length, entries, is_guess=True))]
        token = tokens[start]
        short = token.rstrip("s") if len(token) > _INITIALS[0] else token
        known = short in SMALL or token in ordinary or token in self
        if not known and short in self._initials:
            entries = tuple(dict.fromkeys(self._initials[short]))
            return [(4, Mention(start, start + 1, entries[:MOST_SAME]))]
        single = (
            [] if known or len(token) < SHORTEST_NICKNAME else nearest_words(token, self._single_nicknames)
        )
        if not single:
            return []
        entries = tuple(dict.fromkeys(self._nicknames[(single[0],)]))
        return [(7, Mention(start, start + 1, entries, is_unsure=True, is_guess=True))]

    def _near_nickname(self, name: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the nickname of several words that these are with one of them mistyped, or None."""
        for place, word in enumerate(name):
            others = self._by_others.get((len(name), place, name[:place] + name[place + 1 :]), ())
            meant = nearest_words(word, others)[:1] if len(word) > SHORTEST_SLIP else []
            if meant:
                return (*name[:place], meant[0], *name[place + 1 :])
        return None

    def _written_by(self, token: str, start: int, ordinary: Container[str]) -> list[tuple[float, Mention]]:
        if token in SMALL or token in ordinary:
            return []
        names = [token] if token in self._authors else []
        if not names and token not in self and len(token) > 5:  # noqa: PLR2004 - short names are near too many
            names = nearest_words(token, self._authors, 1)[:1]
        if not names:
            return []
        entries = tuple(dict.fromkeys(self._authors[names[0]]))[:MOST_SAME]
        return [
            (
                6,
                Mention(
                    start, start + 1, entries, by_author=True, is_unsure=True, is_guess=names[0] != token
                ),
            )
        ]
