"""Errors of a judge that carry the cost of its calls."""

from bot.judges.errors import JudgeAnswerError, JudgeDownError, JudgePausedError
from bot.judges.interface import Usage
from bot.judges.llm.retries.retry_policy import Later, Over, Stop
from storage.errors import JudgeBusyError, JudgeError


class CostlyBusyError(JudgeBusyError):
    """A `JudgeBusyError` that also carries the tokens and USD spent on the calls made."""

    def __init__(self, sentence: str, retry_after: float, usage: Usage) -> None:
        super().__init__(sentence, retry_after)
        self.usage = usage


class CostlyDownError(JudgeDownError):
    """A `JudgeDownError` that also carries the tokens and USD spent on the calls made."""

    def __init__(self, sentence: str, retry_after: float, usage: Usage) -> None:
        super().__init__(sentence, retry_after)
        self.usage = usage


class CostlyPausedError(JudgePausedError):
    """A `JudgePausedError` that also carries the tokens and USD spent on the calls made."""

    def __init__(self, sentence: str, usage: Usage) -> None:
        super().__init__(sentence)
        self.usage = usage


class CostlyAnswerError(JudgeAnswerError):
    """A `JudgeAnswerError` that also carries the tokens and USD spent on the calls made."""

    def __init__(self, sentence: str, usage: Usage, *, again: bool = False) -> None:
        super().__init__(sentence, again=again)
        self.usage = usage


def fault_of(decision: Later | Over | Stop, sentence: str, usage: Usage, *, again: bool) -> JudgeError:
    """Return the error for a failure that isn't repeated now; `again`: other work of the judge may succeed."""
    match decision:
        case Later(seconds):
            return CostlyBusyError(sentence, seconds, usage)
        case Stop():
            return CostlyPausedError(sentence, usage)
        case Over():
            return CostlyAnswerError(sentence, usage, again=again)


def usage_of(error: JudgeError) -> Usage:
    """Return the tokens and USD spent on the calls behind a judge's error; zero if no call was made."""
    if isinstance(error, (CostlyBusyError, CostlyDownError, CostlyPausedError, CostlyAnswerError)):
        return error.usage
    return Usage()
