"""Failures of a judge, each with the cost of its calls."""

from bot.judges.errors import JudgeAnswerError, JudgeDownError, JudgePausedError
from bot.judges.interface import Usage
from storage.errors import JudgeBusyError, JudgeError


class CostlyBusyError(JudgeBusyError):
    """`JudgeBusyError` with its calls' usage."""

    def __init__(self, sentence: str, retry_after: float, usage: Usage) -> None:
        super().__init__(sentence, retry_after)
        self.usage = usage


class CostlyDownError(JudgeDownError):
    """`JudgeDownError` with its calls' usage."""

    def __init__(self, sentence: str, retry_after: float, usage: Usage) -> None:
        super().__init__(sentence, retry_after)
        self.usage = usage


class CostlyPausedError(JudgePausedError):
    """`JudgePausedError` with its calls' usage."""

    def __init__(self, sentence: str, usage: Usage) -> None:
        super().__init__(sentence)
        self.usage = usage


class CostlyAnswerError(JudgeAnswerError):
    """`JudgeAnswerError` with its calls' usage."""

    def __init__(self, sentence: str, usage: Usage, *, again: bool = False) -> None:
        super().__init__(sentence, again=again)
        self.usage = usage


def usage_of(error: JudgeError) -> Usage:
    """The usage of the calls behind a failure; none where no call was made."""
    if isinstance(error, (CostlyBusyError, CostlyDownError, CostlyPausedError, CostlyAnswerError)):
        return error.usage
    return Usage()
