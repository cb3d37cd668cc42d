"""Errors of paper sources; the family's base is in `storage.errors`."""

from storage.errors import PaperboutError


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
