"""What buttons and windows carry about answers, schedules, topics and proposals; named and encoded by `ids`."""

from typing import NamedTuple


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
    """Payload of a schedule's window: as `Where`, and its initial values, because previews replace the window."""

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
