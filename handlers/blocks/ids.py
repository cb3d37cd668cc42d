"""Ids of buttons, menus and modals and what they carry, made and read here only, typed both ways.

A new one is one line: `CAST_VOTE = Action("vote.cast", Ballot)`. The view writes
`button("Draw", *CAST_VOTE.carry(Ballot(poll=7, choice=2)))`, the listener gets the `Ballot` back.
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
MENU_ID = "menu"
"""The action id of every "…" menu; its options say themselves which action they are."""

Payload = TypeVar("Payload", bound=tuple[Any, ...])


class _Carrier(Generic[Payload]):
    """A name and the NamedTuple (of str, int, bool, None) it carries as a compact JSON list."""

    limit = VALUE_LIMIT

    def __init__(self, name: str, payload: type[Payload]) -> None:
        self.name = name
        self.payload = payload

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def carries(self) -> bool:
        """Whether there is anything to decode."""
        return bool(get_type_hints(self.payload))

    def encode(self, payload: Payload) -> str:
        """What the button or modal carries."""
        text = json.dumps(list(payload), separators=(",", ":"), ensure_ascii=False)
        if len(text.encode("utf-16-le")) // 2 > self.limit:
            raise ValueError(f"{self.name} carries more than {self.limit} characters")
        return text

    def decode(self, text: str) -> Payload:
        """What was carried; fields added since get their default. `BadRequestError` when unreadable."""
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
    """A button or a menu. Its action id is its name, perhaps with a suffix (`vote.cast:1`)."""

    def id(self, suffix: str | int = "") -> str:
        """The action id; a suffix tells buttons of one kind in one block apart."""
        return f"{self.name}:{suffix}" if suffix != "" else self.name

    def carry(self, payload: Payload, suffix: str | int = "") -> tuple[str, str]:
        """Action id and value, as `button` takes them."""
        return self.id(suffix), self.encode(payload)

    def in_menu(self, payload: Payload) -> str:
        """The value of an option in a "…" menu (`MENU_ID`): name and payload, at most 75 characters."""
        value = f"{self.name} {self.encode(payload)}"
        if len(value) > OPTION_LIMIT:
            raise ValueError(f"{self.name} carries too much for a menu")
        return value

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the action id with any suffix."""
        return re.compile(rf"^{re.escape(self.name)}(:.*)?$")


class Modal(_Carrier[Payload]):
    """A modal. Its callback id is its name, its private metadata what it carries."""

    limit = METADATA_LIMIT


def pattern(action: Action[Any]) -> re.Pattern[str]:
    """Matches the action's id with any suffix."""
    return action.pattern


def from_menu(value: str) -> tuple[str, str]:
    """Name and carried payload of an option chosen in a "…" menu."""
    name, _, payload = value.partition(" ")
    return name, payload


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of the kind its field holds; numbers are ids, places and pages, from 0 on."""
    if type(value) is int and not 0 <= value <= MOST_NUMBER:
        return False
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return type(value) in {NoneType if kind is None else kind for kind in kinds}


class Nothing(NamedTuple):
    """For buttons that say all by their name."""


class OfEntry(NamedTuple):
    """About an entry (a paper in a league)."""

    entry: int


class OfMatch(NamedTuple):
    """About a match."""

    match: int


class OfMerge(NamedTuple):
    """About two papers that became one."""

    merge: int


class OfPoll(NamedTuple):
    """About a vote that is or was open."""

    poll: int


class OfLeague(NamedTuple):
    """About a league."""

    league: int


class OfTournament(NamedTuple):
    """About a tournament."""

    tournament: int


class OfJudge(NamedTuple):
    """About a judge, by its name in the settings."""

    judge: str


class OfLink(NamedTuple):
    """About a link that isn't taken in."""

    url: str


class OfHeldLinks(NamedTuple):
    """About links that wait for a click."""

    held: int


class InChannel(NamedTuple):
    """About a channel."""

    channel: str


class Ballot(NamedTuple):
    """A choice in a poll, by its place: 0 and 1 the papers as shown, 2 draw, 3 abstain."""

    poll: int
    choice: int


class DuelBallot(NamedTuple):
    """A choice between two entries: "first", "second" or "skip"."""

    first: int
    second: int
    choice: str


class Pair(NamedTuple):
    """Two entries."""

    first: int
    second: int


class OfReview(NamedTuple):
    """One assessor's review of an entry, by its place among the tabs."""

    entry: int
    tab: int = 0


class Page(NamedTuple):
    """A page of a list: what is listed, about what, from which row on (0-based)."""

    kind: str
    league: int
    offset: int
    first: int = 0
    second: int = 0
    sort: str = ""
    words: str = ""


class Question(NamedTuple):
    """A question to be asked again: its verb (history, vs, …) and words, and the entry or league chosen for it."""

    verb: str
    choice: int
    other: int = 0
    words: str = ""


class Period(NamedTuple):
    """A league between two moments (ISO), and the sections shown of it; empty: all."""

    league: int
    since: str
    until: str
    sections: str = ""


class Where(NamedTuple):
    """What a modal must remember: the league and the channel it was opened from, and where to answer."""

    league: int
    channel: str = ""
    response_url: str = ""


class ModalSubject(NamedTuple):
    """What a modal about one thing must remember: its id and where to answer."""

    id: int
    channel: str = ""
    thread_ts: str = ""
    response_url: str = ""


class OfWork(NamedTuple):
    """A row of work that failed: its kind (match, assessment, paper, …) and its id."""

    kind: str
    id: int


MENU: Action[Nothing] = Action(MENU_ID, Nothing)
OPEN_LINK = Action("link", Nothing)
"""Buttons that only open an address; Slack sends their click all the same."""

ASSESSMENT = Action("card.assessment", OfReview)
WHY = Action("card.why", OfEntry)
HISTORY = Action("card.history", OfEntry)
COMPARE = Action("card.compare", OfEntry)
CARD = Action("card.show", OfEntry)
MORE = Action("card.more", OfEntry)
FOLLOW = Action("card.follow", OfEntry)
UNFOLLOW = Action("card.unfollow", OfEntry)
SAVE = Action("card.save", OfEntry)
UNSAVE = Action("card.unsave", OfEntry)
MARK_READ = Action("card.read", OfEntry)
SHARE = Action("share", Page)
SHARE_CARD = Action("card.share", OfEntry)
MARK_AUTHOR = Action("card.author", OfEntry)
UNMARK_AUTHOR = Action("card.not_author", OfEntry)
REMOVE = Action("card.remove", OfEntry)
RESTORE = Action("card.restore", OfEntry)
UNMERGE = Action("paper.unmerge", OfMerge)
ADD_TO = Action("card.add", OfEntry)
ADD_LINK = Action("link.add", OfLink)
ADD_HELD = Action("links.add", OfHeldLinks)
EXPORT = Action("board.export", OfLeague)
PAGE = Action("page", Page)
CHOOSE_PAPER = Action("choose.paper", Question)
CHOOSE_LEAGUE = Action("choose.league", Question)
ASK = Action("ask.command", Question)
"""A suggestion: a command with its words, run as if it had been typed."""

CHALLENGE = Action("match.challenge", OfMatch)
READ_MATCH = Action("match.read", OfMatch)
CAST_VOTE = Action("vote.cast", Ballot)
DUEL_VOTE = Action("duel.vote", DuelBallot)
DUEL_MORE = Action("duel.more", OfLeague)
DUEL_BACK = Action("duel.back", Pair)
VOTE_REASON = Action("vote.reason", OfPoll)
VOTE_AUTHOR = Action("vote.author", OfPoll)
CLOSE_VOTE = Action("vote.close", OfPoll)
REVERT = Action("override.revert", OfMatch)

PAUSE = Action("tournament.pause", OfTournament)
RESUME = Action("tournament.resume", OfTournament)
RAISE_CAP = Action("tournament.raise", OfTournament)
CANCEL = Action("tournament.cancel", OfTournament)
ESTIMATE = Action("tournament.estimate", Nothing)
TOURNAMENT_DETAILS = Action("tournament.details", OfTournament)
PLAY_NOW = Action("tournament.play", Pair)
SCHEDULE_TOURNAMENT = Action("tournament.schedule", OfLeague)
PREVIEW_SCHEDULE = Action("tournament.when", Nothing)
START_TOURNAMENT = Action("tournament.start", OfLeague)

MUTE_DIGEST = Action("digest.mute", OfLeague)
DIGEST_IN_DM = Action("digest.dm", OfLeague)
DIGEST_DETAILS = Action("digest.details", Period)
DIGEST_SETTINGS = Action("digest.settings", OfLeague)

CREATE_LEAGUE = Action("league.create", InChannel)
LEAGUE_SETTINGS = Action("league.settings", OfLeague)
IMPORT_HISTORY = Action("league.import", OfLeague)
TAKE_OVER = Action("league.own", OfLeague)
PLAY_AGAIN = Action("league.replay", OfEntry)

RETRY_WORK = Action("home.retry", OfWork)
RESUME_JUDGE = Action("home.judge", OfJudge)
ADMIT_JUDGE = Action("judge.admit", OfJudge)

LEAGUE_CREATE_MODAL = Modal("league_create", Where)
LEAGUE_SETTINGS_MODAL = Modal("league_settings", Where)
LEAGUE_BUDGET_MODAL = Modal("league_budget", Where)
RAISE_CAP_MODAL = Modal("tournament_raise", ModalSubject)
TOURNAMENT_START_MODAL = Modal("tournament_start", Where)
TOURNAMENT_SCHEDULE_MODAL = Modal("tournament_schedule", Where)
VOTE_REASON_MODAL = Modal("vote_reason", ModalSubject)
REVERT_REASON_MODAL = Modal("revert_reason", ModalSubject)
ASK_MODAL = Modal("ask", Where)
COMPARE_MODAL = Modal("compare_pick", ModalSubject)
ASSESSMENT_MODAL = Modal("assessment_view", OfReview)
DIGEST_SETTINGS_MODAL = Modal("digest_settings", Where)
ADD_TO_MODAL = Modal("add_to_league", ModalSubject)

ADD_PAPER_SHORTCUT = "add_paper"
"""Callback id of the message shortcut "Add to Paperbout"."""
ASK_SHORTCUT = "ask_rank"
"""Callback id of the global shortcut."""
