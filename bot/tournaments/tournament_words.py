"""Parses the words after `/rank tournament`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.spending.amounts import looks_like_money, read_amount
from storage.errors import BadRequestError

_MATCHES = re.compile(r"^(\d{1,7})(?:matches|match|m)?$")
_APART = re.compile(r"(\d)\s+(usd|us\$|\$|€|£|eur|euros?|dollars?|matches|match|hours?|days?|minutes?)(?!\w)")
"""Pattern of a number and its unit written with a space between."""
_HOURS = re.compile(r"^(\d{1,4})(h|d|m|hours?|days?|minutes?)$")
_WAYS = {"panel": "panel", "batch": "batch", "batches": "batch", "overnight": "batch"}
_FILLER = {"by", "a", "matches", "match", "with", "and", "at", "most", "the", "up", "to", "of", "budget", ","}


@dataclass(frozen=True, slots=True)
class TournamentWords:
    """Settings named in the words, None for others; money in USD, interval in points."""

    matches: int | None = None
    money: Decimal | None = None
    top_k: int | None = None
    target: float | None = None
    deadline: datetime | None = None
    judges: tuple[str, ...] = ()
    panel: bool = False
    batch: bool = False


def parse_tournament_words(words: str, now: datetime) -> TournamentWords:
    """Parse words such as `60 matches top 10 2 usd for 3h ±80 judge offline`.

    Raises `BadRequestError` naming the first word that isn't understood.
    """
    tokens = _APART.sub(r"\1\2", words.lower()).split()
    matches: int | None = None
    money: Decimal | None = None
    top_k: int | None = None
    target: float | None = None
    deadline: datetime | None = None
    judges: list[str] = []
    ways: set[str] = set()
    original = dict(zip(map(str.lower, words.split()), words.split(), strict=True))
    at = 0
    while at < len(tokens):
        word = tokens[at].rstrip(",.;")
        at += 1
        following = tokens[at].rstrip(",.;") if at < len(tokens) else ""
        if not word or word in _FILLER:
            continue
        if word.startswith("top"):
            number = word.removeprefix("top") or following
            at += word == "top"
            top_k = _number(number, "after top stands how many papers, for example “top 10”")
        elif looks_like_money(word):
            money = read_amount(word)
        elif word.startswith(("±", "+-")):
            target = float(
                _number(word.lstrip("±+-") or following, "after ± stands a number of points, for example ±80")
            )
        elif word in {"for", "within"}:
            at += 1
            deadline = now + _span(following)
        elif word in _WAYS:
            ways.add(_WAYS[word])
        elif word in {"judge", "judges"}:
            at += 1
            judges.extend(original.get(name, name) for name in following.split(",") if name)
        elif (match := _MATCHES.match(word)) is not None:
            matches = int(match[1])
        else:
            raise BadRequestError(
                f"I don't understand “{word[:40]}” there. Say for example: 60 matches top 10 2 usd for 3h."
            )
    return TournamentWords(
        matches, money, top_k, target, deadline, tuple(judges), "panel" in ways, "batch" in ways
    )


def _number(text: str, sentence: str) -> int:
    if not text.isdecimal() or len(text) > 7:  # noqa: PLR2004 - longer than any league
        raise BadRequestError(f"Please check the number: {sentence}.")
    return int(text)


def _span(text: str) -> timedelta:
    match = _HOURS.match(text)
    if match is None:
        raise BadRequestError("After “for”, write a time such as 30m, 3h or 2d.")
    number = int(match[1])
    match match[2][0]:
        case "h":
            return timedelta(hours=number)
        case "d":
            return timedelta(days=number)
        case _:
            return timedelta(minutes=number)
