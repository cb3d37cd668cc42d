"""What a person's words after a command ask for: pure; raises nothing but `BadRequestError`."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from storage.errors import BadRequestError

PAPER = "paper"
"""The command when the words name a paper rather than a command."""

BOARD = "board"
"""The command when there are no words."""

VERSUS = "vs"

_ATOM = re.compile(r"<[^<>\s]+(?:\|[^<>]*)?>")
_BETWEEN = re.compile(r"\s+(?:vs?\.?|versus|against)\s+", re.IGNORECASE)
_LONE = re.compile(r"#\d+|https?://\S+|<https?://[^>]+>|arxiv:\S+|\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE)
_QUOTES = {'"': '"', "“": "”", "„": "“", "'": "'", "«": "»"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command and the words that follow it, stripped."""

    command: str
    words: str


def parse(text: str, commands: Collection[str]) -> Asked:
    """Which of `commands` (lower case) the text begins with; otherwise the whole text names a paper.

    A text between quotes is always a title, so that a paper called "New …" can be asked for.
    """
    words = text.strip()
    if not words:
        return Asked(BOARD, "")
    first, *rest = words.split(None, 1)
    name = first.lower().rstrip(":,;")
    if name in commands:
        return Asked(name, rest[0].strip() if rest else "")
    return Asked(PAPER, unquoted(words))


def unquoted(words: str) -> str:
    """The words without the quotes around all of them."""
    stripped = words.strip()
    if len(stripped) > 1 and _QUOTES.get(stripped[0]) == stripped[-1]:
        return stripped[1:-1].strip()
    return stripped


def two(words: str) -> tuple[str, str]:
    """The two papers named: `A | B`, `A vs B`, one a line, or two links side by side.

    Raises `BadRequestError` when there aren't two. The bar in Slack's own `<link|label>` separates nothing.
    """
    for parts in (
        _bars(words),
        _filled(words.splitlines()),
        _filled(_BETWEEN.split(words.strip())),
        _lone(words),
    ):
        if len(parts) == 2:  # noqa: PLR2004 - a pair
            return unquoted(parts[0]), unquoted(parts[1])
        if len(parts) > 2:  # noqa: PLR2004 - more than a pair
            raise BadRequestError(f"I can compare two papers at a time; these are {len(parts)}.")
    raise BadRequestError(
        "Name two papers with a bar between them: links, #places or words of their titles, A | B."
    )


def nearest(word: str, commands: Collection[str]) -> str | None:
    """The command that was probably meant."""
    found = difflib.get_close_matches(word.lower(), sorted(commands), n=1, cutoff=0.6)
    return found[0] if found else None


def _filled(parts: list[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


def _bars(words: str) -> list[str]:
    held = _ATOM.sub(lambda found: found.group().replace("|", "\x00"), words)
    return [part.replace("\x00", "|") for part in _filled(held.split("|"))]


def _lone(words: str) -> list[str]:
    parts = words.split()
    return parts if len(parts) == 2 and all(_LONE.fullmatch(part) for part in parts) else []  # noqa: PLR2004 - a pair


@dataclass(frozen=True, slots=True)
class BoardWords:
    """How a board is to be sorted and filtered; `since` is a time span as written, `page` counts from 1.

    `submitter` is a user id, or a name with its @ where Slack sent no id.
    """

    sort: str = ""
    category: str = ""
    submitter: str = ""
    since: str = ""
    page: int = 1

    def filters(self) -> str:
        """The filters in the words they are asked with, so that a button can carry them."""
        submitter = f"<@{self.submitter}>" if self.submitter else ""
        parts = (("in", self.category), ("from", submitter), ("since", self.since))
        return " ".join(f"{name} {value}" for name, value in parts if value)


_SORTS = {
    "score": "score",
    "rating": "rating",
    "rubric": "rating",
    "uncertain": "uncertain",
    "uncertainty": "uncertain",
}
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>|([UW][A-Z0-9]{5,})")
_FILLERS = {"by", "most", "sort", "sorted", "and", "page", "last"}


def parse_board(words: str) -> BoardWords:
    """The words after `board`: "rating in cs.CL from @ana since 30d page 2", in any order.

    Raises `BadRequestError` that says what can be written.
    """
    found = BoardWords()
    tokens = words.split()
    at = 0
    while at < len(tokens):
        word, following = tokens[at].lower().rstrip(","), tokens[at + 1] if at + 1 < len(tokens) else ""
        mention = _MENTION.fullmatch(following)
        at += 2
        match word:
            case "in" if following:
                found = replace(found, category=following)
            case "from" | "by" if mention is not None:
                found = replace(found, submitter=mention[1] or mention[2])
            case "from" | "by" if following.startswith("@") and len(following) > 1:
                found = replace(found, submitter=following)
            case "since" if following:
                unit = tokens[at] if following.isdecimal() and at < len(tokens) else ""
                at += bool(unit)
                found = replace(found, since=following + unit)
            case "page" if following.isdecimal() and len(following) < 7:  # noqa: PLR2004 - no league has more pages
                found = replace(found, page=max(1, int(following)))
            case _ if word in _SORTS:
                found, at = replace(found, sort=_SORTS[word]), at - 1
            case _ if word in _FILLERS:
                at -= 1
            case _:
                raise BadRequestError(
                    f"I don't understand “{word[:40]}” here. Write for example "
                    "`board uncertain`, `board in cs.CL`, `board from @ana since 30d` or `board page 2`."
                )
    return found
