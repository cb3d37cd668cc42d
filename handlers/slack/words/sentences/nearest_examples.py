"""Compares a sentence with example sentences by their words, for what no phrase explains."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from handlers.slack.words.sentences.examples import EXAMPLES

_TOKEN = re.compile(r"P\b|[^\W_]+(?:'[a-z]+)?|[±$]")
_DIGIT = re.compile(r"\d")
_ENDINGS = ("ings", "ing", "ies", "ied", "ers", "est", "ed", "es", "er", "ly", "s", "e", "y")
_SHORTEST = 3
_SMALL_WORDS = (
    "a an the of to in on for and or is are was were be been it this that i me my you your we us our please can could "
    "would do does did have has had at with as by from there what which how"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_SMALL_WEIGHT, _PAIR_WEIGHT, _SECOND_WEIGHT = 0.35, 0.6, 0.3
"""Weights of small words and of pairs of words against a word of its own, and of a command's second-best examples."""
SURE, VERY_SURE, NEARLY_SAME, APART = 0.48, 0.62, 0.9, 0.06
"""Least nearness of an example to be answered, where more is at stake, for one or two words, and its least lead."""
NEAR = 0.25
"""Least nearness to be suggested."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a command's examples are to a sentence, from 0 (no word in common)."""

    command: str
    words: str
    value: float


def nearest(shape: str, papers: int) -> list[Nearness]:
    """Return the commands whose examples are nearest to a sentence, the nearest first.

    `shape` is the sentence with each paper replaced by `P`; commands about more `papers` than it has are left out.
    """
    examples, weights, unknown = _index()
    vector = _unit(
        {
            term: count * weights.get(term, unknown if " " not in term else 0.0)
            for term, count in _terms(shape).items()
        }
    )
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for meaning, example in examples:
        if _papers(meaning[1]) == min(papers, 2):
            values[meaning].append(
                sum(weight * example[term] for term, weight in vector.items() if term in example)
            )
    ranked = []
    for (command, words), each in values.items():
        best = sorted(each, reverse=True)[:3]
        ranked.append(Nearness(command, words, best[0] + _SECOND_WEIGHT * sum(best[1:])))
    return sorted(ranked, key=lambda near: -near.value)


def sure_of(ranked: Sequence[Nearness], least: float) -> Nearness | None:
    """Return the nearest command if it is near enough and well before the next one."""
    if not ranked or ranked[0].value < least:
        return None
    after = next((near.value for near in ranked[1:] if near.command != ranked[0].command), 0.0)
    return ranked[0] if ranked[0].value - after >= APART else None


def _papers(words: str) -> int:
    return 2 if "{q}" in words else 1 if "{p}" in words else 0


@cache
def _index() -> tuple[list[tuple[tuple[str, str], dict[str, float]]], dict[str, float], float]:
    """Return the examples as unit vectors with their commands, the weight of each term, and of a term never seen."""
    rows = [(meaning, _terms(text)) for meaning, texts in EXAMPLES.items() for text in texts.split("|")]
    commands: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for meaning, terms in rows:
        for term in terms:
            commands[term].add(meaning)
    weights = {term: math.log((1 + len(EXAMPLES)) / len(of)) for term, of in commands.items()}
    vectors = [
        (meaning, _unit({term: count * weights[term] for term, count in terms.items()}))
        for meaning, terms in rows
    ]
    return vectors, weights, math.log(1 + len(EXAMPLES)) * 0.6


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    return {term: value / length for term, value in vector.items()}


def _terms(text: str) -> dict[str, float]:
    """Return the words of a text without their endings, and pairs of neighbours, with their weights."""
    words = [_stem(word) for word in _TOKEN.findall(text) if not _DIGIT.search(word)]
    terms: dict[str, float] = {}
    for word in words:
        terms[word] = _SMALL_WEIGHT if word in _SMALL else 1
    for first, second in _pairs(words):
        terms[f"{first} {second}"] = _PAIR_WEIGHT
    return terms


def _pairs(words: list[str]) -> Iterable[tuple[str, str]]:
    return pairwise(words)


def _stem(word: str) -> str:
    if word == "P":
        return word
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
