"""What a button, menu or modal carries: a name and typed values, encoded as JSON and decoded with a check.

Payloads about answers, schedules, topics and proposals; `ids` names and holds all of them.
"""

import json
import re
from types import NoneType, UnionType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints

from storage.errors import BadRequestError

VALUE_LIMIT = 2_000
OPTION_LIMIT = 75
METADATA_LIMIT = 3_000
MOST_NUMBER = 2**63 - 1
Payload = TypeVar("Payload", bound=tuple[Any, ...])


class _Carrier(Generic[Payload]):
    """Base of `Action` and `Modal`: a name, and a NamedTuple of simple values encoded as a JSON list."""

    limit = VALUE_LIMIT

    def __init__(self, name: str, payload: type[Payload]) -> None:
        self.name = name
        self.payload = payload

    @property
    def carries(self) -> bool:
        """Whether the payload has any fields."""
        return bool(get_type_hints(self.payload))

    def encode(self, payload: Payload) -> str:
        """Encode a payload as text for a button or modal. Raises `ValueError` if it is too long."""
        text = json.dumps(list(payload), separators=(",", ":"), ensure_ascii=False)
        if len(text.encode("utf-16-le")) // 2 > self.limit:
            raise ValueError(f"{self.name} carries more than {self.limit} characters")
        return text

    def decode(self, text: str) -> Payload:
        """Decode text to a payload; fields added since get their default. Raises `BadRequestError` if unreadable."""
        stale = BadRequestError("This button is from an older version and can't be read. Please ask again.")
        try:
            values = json.loads(text)
        except ValueError as error:
            raise stale from error
        if not isinstance(values, list):
            raise stale
        hints = get_type_hints(self.payload)
        if len(values) > len(hints) or not all(
            _fits(value, hint) for value, hint in zip(values, hints.values(), strict=False)
        ):
            raise stale
        try:
            return self.payload(*values)
        except TypeError as error:
            raise stale from error


class Action(_Carrier[Payload]):
    """A button or menu that the bot listens to.

    Its action id is its name, possibly with a suffix (`vote.cast:1`); its value is the encoded payload.
    """

    def id(self, suffix: str | int = "") -> str:
        """Return the action id; a suffix distinguishes buttons of the same action in one block."""
        return f"{self.name}:{suffix}" if suffix != "" else self.name

    def carry(self, payload: Payload, suffix: str | int = "") -> tuple[str, str]:
        """Return (action id, value) for a button that carries this payload."""
        return self.id(suffix), self.encode(payload)

    def in_menu(self, payload: Payload) -> str:
        """Return the value of an option in a "⋯" menu: action name and payload.

        Raises `ValueError` over 75 characters.
        """
        value = f"{self.name} {self.encode(payload)}"
        if len(value) > OPTION_LIMIT:
            raise ValueError(f"{self.name} carries too much for a menu")
        return value

    @property
    def pattern(self) -> re.Pattern[str]:
        """Regular expression that matches the action id with any suffix."""
        return re.compile(rf"^{re.escape(self.name)}(:.*)?$")


class Modal(_Carrier[Payload]):
    """A modal; its callback id is its name, its private metadata the encoded payload."""

    limit = METADATA_LIMIT


def from_menu(value: str) -> tuple[str, str]:
    """Split the value of a chosen "⋯" menu option into action name and encoded payload."""
    name, _, payload = value.partition(" ")
    return name, payload


def _fits(value: object, hint: Any) -> bool:
    """Return whether a decoded value fits its field's type; integers must lie between 0 and `MOST_NUMBER`."""
    if type(value) is int and not 0 <= value <= MOST_NUMBER:
        return False
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return type(value) in {NoneType if kind is None else kind for kind in kinds}


class Presenting(NamedTuple):
    """Payload of an offer to present a paper: the league, the proposal's key, and the entry."""

    league: int
    key: str
    entry: int


class OfPick(NamedTuple):
    """What a button about a proposal of papers to discuss carries: the league and the proposal's key."""

    league: int
    key: str


class PickBallot(NamedTuple):
    """Payload of a choice among proposed papers: the proposal, two entries, and "first", "second" or "skip"."""

    league: int
    key: str
    first: int
    second: int
    choice: str


class OfTopic(NamedTuple):
    """What a button about a topic that a person follows carries: the topic's id."""

    topic: int


class PaperTopic(NamedTuple):
    """Payload of a topic to follow: an entry, and its venue (0) or which of its authors (from 1)."""

    entry: int
    number: int


class Page(NamedTuple):
    """Payload naming one page of an answer: the kind of answer, what it is about, and its first row (from 0)."""

    kind: str
    league: int
    offset: int
    first: int = 0
    second: int = 0
    sort: str = ""
    words: str = ""


class Question(NamedTuple):
    """Payload of a question to ask again: its command (history, vs, …) and words, and the entry or league chosen."""

    verb: str
    choice: int
    other: int = 0
    words: str = ""


class Period(NamedTuple):
    """Payload naming a period of a league (ISO times) and the sections to show; empty: all sections."""

    league: int
    since: str
    until: str
    sections: str = ""
    tag: str = ""


class Where(NamedTuple):
    """Payload of a window that was opened in a channel: the league, the channel, and the URL for a reply there."""

    league: int
    channel: str = ""
    response_url: str = ""


class ScheduleWindow(NamedTuple):
    """Payload of a schedule's window: as `Where`, and its initial values, because previews replace the window.

    What it plays each time is as a person entered it; a field is empty if nothing was entered.
    """

    league: int
    channel: str = ""
    response_url: str = ""
    when: str = ""
    matches: str = ""
    usd: str = ""
    top: str = ""
    target: str = ""
    panel: bool = False
    batch: bool = False
