"""Errors that a person can meet; each carries the sentence to show.

Whatever is raised below `handlers` and should reach a person is a `PaperboutError`; the wrapper of every listener
(`handlers.slack.boundary`) turns it into a message. Any other exception is a defect, which is logged and reported to
the person as such.
"""


class PaperboutError(Exception):
    """Base class of errors whose text is shown to people. `str(error)` says what went wrong and what to do."""

    @property
    def sentence(self) -> str:
        """The sentence for a person, as plain text."""
        return str(self)


class SettingsError(PaperboutError):
    """Raised when settings can't be used; the sentence names all problems at once."""


class StorageError(PaperboutError):
    """Raised when the database can't be read or written now (full, read-only, busy or unreachable).

    Nothing was stored.
    """


class BadRequestError(PaperboutError):
    """Raised when a person's input can't be understood or done. `about` names the form field concerned, if any."""

    def __init__(self, sentence: str, *, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class NotFoundError(PaperboutError):
    """Raised when the requested thing doesn't exist, or this person may not see it.

    Both give the same answer on purpose.
    """


class NotAllowedError(PaperboutError):
    """The person may not do this; the sentence says who may.

    `wish` ends "asks you to …"; with it the refusal offers to ask one of `people`, (user id, name), for it.
    """

    def __init__(
        self, sentence: str, *, league: int = 0, wish: str = "", people: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(sentence)
        self.league = league
        self.wish = wish
        self.people = people


class ClosedError(PaperboutError):
    """Raised when the thing is over: a closed vote, an ended tournament, a removed entry."""


class AmbiguousError(PaperboutError):
    """Several papers match a person's words; `choices` are (entry id, title), best first, at most 25."""

    def __init__(self, sentence: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


class JudgeError(PaperboutError):
    """Raised when a model gave no usable verdict or assessment; nothing is stored in its place."""


class JudgeBusyError(JudgeError):
    """A model's provider is busy; try again after `retry_after` seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class MoneyReservedError(JudgeBusyError):
    """Raised while the rest of the budget is reserved by calls under way. Try again when one of them ends."""


class TooManyQuestionsError(PaperboutError):
    """A person has asked a paid model as often as one may in a day."""


class BudgetError(PaperboutError):
    """The call would exceed a spending cap, so nothing was spent; `of_tournament` if it is the tournament's cap."""

    def __init__(self, sentence: str, *, of_tournament: bool = False) -> None:
        super().__init__(sentence)
        self.of_tournament = of_tournament
