"""The family of errors a person can meet, each carrying the sentence that person gets.

Whatever is raised below `handlers` and should reach a person is a `PaperboutError`; the one wrapper round every
listener (`handlers.slack.boundary`) turns it into a message. Anything else is a defect: it is logged with its ids and the
person reads that it was.
"""


class PaperboutError(Exception):
    """Base of the family; `str(error)` is the sentence shown: what went wrong, and what to do."""

    @property
    def sentence(self) -> str:
        """The sentence for a person, plain text, no markup."""
        return str(self)


class SettingsError(PaperboutError):
    """Settings that can't be used; the sentence names every problem at once."""


class StorageError(PaperboutError):
    """The database can't be read or written now: full, read-only, busy or away. Nothing was kept of the attempt."""


class BadRequestError(PaperboutError):
    """What a person typed or clicked can't be understood or done; `about` names the field of a window it is about."""

    def __init__(self, sentence: str, *, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class NotFoundError(PaperboutError):
    """What a person asked for isn't here, or isn't theirs to see (the two answers are the same on purpose)."""


class NotAllowedError(PaperboutError):
    """The person may not do this; the sentence says who may."""


class ClosedError(PaperboutError):
    """The thing is over: a closed vote, an ended tournament, a removed entry."""


class AmbiguousError(PaperboutError):
    """Several papers answer to the words given; `choices` are (entry id, title), best first, at most 25."""

    def __init__(self, sentence: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


class JudgeError(PaperboutError):
    """A model gave no verdict and no assessment; nothing is invented in its place."""


class JudgeBusyError(JudgeError):
    """The provider asks to wait longer than a call may; `retry_after` seconds from now the work is due again."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class MoneyReservedError(JudgeBusyError):
    """The money is there and reserved by calls under way: the call waits until one of them settles."""


class BudgetError(PaperboutError):
    """The call would pass a cap, nothing was spent; `of_tournament` where the cap is the tournament's own."""

    def __init__(self, sentence: str, *, of_tournament: bool = False) -> None:
        super().__init__(sentence)
        self.of_tournament = of_tournament
