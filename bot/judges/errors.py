"""Errors of judges that use cases raise; the base class is in `storage.errors`."""

from storage.errors import JudgeBusyError, JudgeError


class JudgeDownError(JudgeBusyError):
    """Raised while a judge's server doesn't answer.

    The server is tested from time to time; once it answers, waiting work continues.
    """


class JudgePausedError(JudgeError):
    """Raised when the server refuses the judge (key, money, region, model, parameters).

    The judge is asked nothing until an admin resumes it.
    """


class JudgeAnswerError(JudgeError):
    """Raised when the judge gave no usable answer: malformed twice, cut off, empty, a refusal, or a server failure.

    `again`: trying later may help, because the server failed or wasn't reached.
    """

    def __init__(self, sentence: str, *, again: bool = False) -> None:
        super().__init__(sentence)
        self.again = again
