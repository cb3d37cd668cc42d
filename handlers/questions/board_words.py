"""Parses the words that sort and filter a leaderboard: "rating in cs.CL from @ana since 30d page 2"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot.papers.categories import NAMES
from bot.voting.reading_group.tags import tag_of
from storage.errors import BadRequestError


@dataclass(frozen=True, slots=True)
class BoardWords:
    """How to sort and filter a leaderboard; `since` is a time span or day as typed, `page` counts from 1.

    `submitter` is a user id, or a name with its @ if Slack sent no id.
    """

    sort: str = ""
    category: str = ""
    submitter: str = ""
    since: str = ""
    page: int = 1
    top: int = 0
    """Number of rows to show; 0: a full page."""
    wide: bool = False
    """Whether to show all columns."""
    tag: str = ""

    def filters(self) -> str:
        """Return the filters as typed words, so that a button can carry them."""
        submitter = f"<@{self.submitter}>" if self.submitter else ""
        parts = (
            ("in", self.category),
            ("from", submitter),
            ("since", self.since),
            ("top", self.top and str(self.top)),
            ("tag", self.tag),
        )
        words = [f"{name} {value}" for name, value in parts if value]
        return " ".join([*words, "wide"] if self.wide else words)


_SORTS = {
    "score": "score",
    "rating": "rating",
    "rubric": "rating",
    "uncertain": "uncertain",
    "uncertainty": "uncertain",
}
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>|([UW][A-Z0-9]{5,})")
_TAG = re.compile(r"(?<!\S)tag(?:ged)?(?::\s*|\s+)(\S+)", re.IGNORECASE)
_FILLERS = {"by", "most", "sort", "sorted", "and", "page", "last"}


_ENDS = ({"in", "from", "since", *_SORTS, *_FILLERS}) - {"last"}
"""Words that end the time span after `since`."""
_AFTER_NAME = _ENDS | {"last", "top", "wide"}
"""Words that end a person's name after `from`."""
MOST_OF_PERSON = 5
"""Number of words of the longest display name that is read."""
MOST_SINCE = 4
MOST_CATEGORY = 40
MOST_NAME = 12
"""Number of words of the longest category name."""
_CODES: dict[str, list[str]] = {}
for _code, _name in sorted(NAMES.items()):
    _CODES.setdefault(_name.casefold(), []).append(_code)


def _category(tokens: Sequence[str]) -> tuple[str, int]:
    """Return (category code, number of words) for a category at the start of these words, by code or name.

    If several categories have that name, their codes are joined by commas, unless a code in parentheses follows.
    """
    for number in range(min(MOST_NAME, len(tokens)), 0, -1):
        name, _, code = " ".join(tokens[:number]).casefold().rstrip(",").partition(" (")
        codes = _CODES.get(name, [])
        matches = [candidate for candidate in codes if candidate.casefold() == code.rstrip(")")]
        if codes and (matches or not code):
            return ",".join(matches or codes), number
    if len(tokens[0]) > MOST_CATEGORY:
        raise BadRequestError(
            f"I know no category “{tokens[0][:MOST_CATEGORY]}…”. Write for example `board in cs.CL`."
        )
    return tokens[0], 1


def _person(tokens: Sequence[str]) -> tuple[str, int] | None:
    """Return (user id, or name with its @; number of words) of a person at the start of these words, or None.

    A name goes up to a word that means something else.
    """
    mention = _MENTION.fullmatch(tokens[0]) if tokens else None
    if mention is not None:
        return mention[1] or mention[2], 1
    if not tokens or not re.match("@.", tokens[0]):
        return None
    rest = takewhile(
        lambda token: not (token.lower() in _AFTER_NAME or token.isdecimal()), tokens[1:MOST_OF_PERSON]
    )
    name = [tokens[0], *rest]
    return " ".join(name), len(name)


def _shape(board: BoardWords, word: str, value: str) -> tuple[BoardWords, int]:
    """Return the board with "top 5", "5" or "wide" applied, and the number of words used."""
    number = value if word == "top" else word
    if word == "wide":
        return replace(board, wide=True), 1
    if number.isdecimal() and len(number) <= 2 and int(number):  # noqa: PLR2004 - at most 99 rows
        return replace(board, top=int(number)), 2 if word == "top" else 1
    return board, 0


def parse_board(words: str) -> BoardWords:
    """Parse the words after `board`, in any order. Raises `BadRequestError` that lists what can be written."""
    named = _TAG.search(words)
    board = BoardWords(tag=tag_of(named[1]) if named else "")
    tokens = _TAG.sub(" ", words, count=1).split()
    at = 0
    while at < len(tokens):
        word, value = tokens[at].lower().rstrip(","), tokens[at + 1] if at + 1 < len(tokens) else ""
        board, used = _shape(board, word, value)
        if used:
            at += used
            continue
        at += 2
        match word:
            case "in" if value:
                category, used = _category(tokens[at - 1 :])
                board, at = replace(board, category=category), at - 1 + used
            case "from" | "by" if person := _person(tokens[at - 1 :]):
                board, at = replace(board, submitter=person[0]), at - 1 + person[1]
            case "since" if value and value.lower() not in _ENDS:
                span = list(takewhile(lambda token: token.lower() not in _ENDS, tokens[at - 1 :]))[
                    :MOST_SINCE
                ]
                at += len(span) - 1
                if span[0].isdecimal() and len(span) > 1:
                    span[:2] = [span[0] + span[1]]
                board = replace(board, since=" ".join(span))
            case "page" if value.isdecimal() and len(value) < 7:  # noqa: PLR2004 - no league has more pages
                board = replace(board, page=max(1, int(value)))
            case _ if word in _SORTS:
                board, at = replace(board, sort=_SORTS[word]), at - 1
            case _ if word in _FILLERS:
                at -= 1
            case _:
                raise BadRequestError(
                    f"I don't understand “{word[:40]}” here. Write for example "
                    "`board uncertain`, `board in cs.CL`, `board from @ana since 30d` or `board page 2`."
                )
    return board
