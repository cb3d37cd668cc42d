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


class SourceError(PaperboutError):
    """A paper source didn't give what was asked."""


class PaperNotFoundError(SourceError):
    """The source answered: there is no such paper. Asking again won't help."""


class SourceUnavailableError(SourceError):
    """The source didn't answer properly; asking later may help. `retry_after` in seconds where the source said."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ForbiddenAddressError(SourceError):
    """The address may not be fetched (not http(s), or not public)."""


class JudgeError(PaperboutError):
    """A model gave no verdict and no assessment; nothing is invented in its place."""


class JudgeBusyError(JudgeError):
    """The provider asks to wait longer than a call may; `retry_after` seconds from now the work is due again."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class JudgeDownError(JudgeBusyError):
    """The judge's server doesn't answer: it is held and probed, and what waits for it goes on by itself."""


class MoneyReservedError(JudgeBusyError):
    """The money is there and reserved by calls under way: the call waits until one of them settles."""


class JudgePausedError(JudgeError):
    """The server refuses the judge (key, money, region, model, parameters): paused until an admin resumes it."""


class JudgeAnswerError(JudgeError):
    """The judge gave no answer that can be used: twice malformed, truncated or empty, a refusal, or a server that failed.

    `again` says that asking later may help: the server failed or wasn't reached.
    """

    def __init__(self, sentence: str, *, again: bool = False) -> None:
        super().__init__(sentence)
        self.again = again


class BudgetError(PaperboutError):
    """The call would pass a cap, nothing was spent; `of_tournament` where the cap is the tournament's own."""

    def __init__(self, sentence: str, *, of_tournament: bool = False) -> None:
        super().__init__(sentence)
        self.of_tournament = of_tournament
