"""How a board is asked for in words: "rating in cs.CL from @ana since 30d page 2". Pure."""

import re
from dataclasses import dataclass, replace

from storage.errors import BadRequestError


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
    board = BoardWords()
    tokens = words.split()
    at = 0
    while at < len(tokens):
        word, value = tokens[at].lower().rstrip(","), tokens[at + 1] if at + 1 < len(tokens) else ""
        mention = _MENTION.fullmatch(value)
        at += 2
        match word:
            case "in" if value:
                board = replace(board, category=value)
            case "from" | "by" if mention is not None:
                board = replace(board, submitter=mention[1] or mention[2])
            case "from" | "by" if value.startswith("@") and len(value) > 1:
                board = replace(board, submitter=value)
            case "since" if value:
                unit = tokens[at] if value.isdecimal() and at < len(tokens) else ""
                at += bool(unit)
                board = replace(board, since=value + unit)
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
