"""Titles that mistyped words nearly name: each word is taken for the nearest words of the titles. Pure."""

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence

ALIKE = 0.75
"""How alike two words must be, from 0 to 1 (`difflib`)."""
SHARE = 0.75
"""This share of the words, those under three letters aside, must be near one of the title's."""
MOST_WORDS = 8
MOST_CHARACTERS = 120
_WORD = re.compile(r"[^\W_]+")


def near_titles(words: str, titles: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those of these (id, title) that the words name but for typos; several only where they name them equally well."""
    tokens = [word for word in _words(words) if len(word) > 2]  # noqa: PLR2004 - "is", "of" name nothing
    if not tokens or len(tokens) > MOST_WORDS or len(words) > MOST_CHARACTERS:
        return []
    holding: dict[str, set[int]] = defaultdict(set)
    for place, (_, title) in enumerate(titles):
        for word in _words(title):
            holding[word].add(place)
    vocabulary = sorted(holding)
    alike: dict[int, float] = defaultdict(float)
    near: dict[int, int] = defaultdict(int)
    for token in set(tokens):
        best: dict[int, float] = defaultdict(float)
        for word in difflib.get_close_matches(token, vocabulary, n=5, cutoff=ALIKE):
            ratio = difflib.SequenceMatcher(None, token, word).ratio()
            for place in holding[word]:
                best[place] = max(best[place], ratio)
        for place, ratio in best.items():
            alike[place] += ratio
            near[place] += 1
    enough = SHARE * len(set(tokens))
    candidates = {place: score for place, score in alike.items() if near[place] >= enough}
    top = max(candidates.values(), default=0.0)
    return [titles[place] for place in sorted(candidates) if candidates[place] >= top - 1e-9]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
