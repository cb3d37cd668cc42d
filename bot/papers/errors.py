"""Errors of paper sources; the base class is in `storage.errors`."""

from storage.errors import PaperboutError


class SourceError(PaperboutError):
    """Raised when a paper's source gave no usable answer."""


class PaperNotFoundError(SourceError):
    """Raised when the source has no such paper; asking again won't help."""


class SourceUnavailableError(SourceError):
    """The source doesn't work now; trying later may help. `retry_after` in seconds, if the source gave it."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ForbiddenAddressError(SourceError):
    """Raised for an address that is never fetched, because it isn't a public http(s) address."""
