"""Errors of paper sources; the family's base is in `storage.errors`."""

from storage.errors import PaperboutError


class SourceError(PaperboutError):
    """A paper source gave no answer that can be used."""


class PaperNotFoundError(SourceError):
    """The source has no such paper; asking again won't help."""


class SourceUnavailableError(SourceError):
    """The source is out of order; asking later may help. `retry_after` in seconds, where it gave one."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ForbiddenAddressError(SourceError):
    """The address isn't fetched: it is no public http(s) address."""
