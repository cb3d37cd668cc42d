"""Errors of judges that use cases raise; the base class is in `storage.errors`."""

from storage.errors import JudgeBusyError, JudgeError


class JudgeDownError(JudgeBusyError):
    """The judge's server doesn't answer; it is tested from time to time, and waiting work then continues."""


class JudgePausedError(JudgeError):
    """The server refuses the judge (key, money, region, model, parameters); it is paused until an admin resumes it."""


class JudgeAnswerError(JudgeError):
    """The judge gave no usable answer: malformed twice, cut off, empty, a refusal, or a server failure.

    `again`: trying later may help, because the server failed or wasn't reached.
    """

    def __init__(self, sentence: str, *, again: bool = False) -> None:
        super().__init__(sentence)
        self.again = again
