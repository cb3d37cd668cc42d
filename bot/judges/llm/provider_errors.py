"""What a failure inside the client libraries means for us."""

import re
from collections.abc import Callable

import httpx2
from pydantic_ai import exceptions as faults

from bot.judges.llm.retry_policy import CallError, Kind
from bot.judges.llm.token_prices import Tokens

_MODE_WORDS = re.compile(
    r"response_format|json_schema|json schema|structured output|output_format|output_config|responseschema"
    r"|tool_choice|tools?\b|function call",
    re.IGNORECASE,
)
_CONTEXT_WORDS = re.compile(
    r"context (?:length|window|size)|maximum context|n_ctx|too many tokens|prompt is too long", re.IGNORECASE
)
_TRY_AGAIN = {408, 409, 425}


class ModeError(Exception):
    """The server doesn't understand the way the form was asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_Rule = tuple[type[Exception] | tuple[type[Exception], ...], Kind, Callable[[Exception, str], str]]

# The first rule that fits counts; the narrower class stands before the wider one.
_RULES: tuple[_Rule, ...] = (
    (faults.ModelQuotaExceededError, "paused", lambda _, __: "its quota or credit is used up"),
    (faults.ModelAuthenticationError, "paused", lambda e, _: f"its key was refused ({_status(e)})"),
    (faults.ModelNotFoundError, "paused", lambda _, model: f"there is no model {model!r} at that address"),
    (
        faults.ModelContextWindowExceededError,
        "rejected",
        lambda _, __: "the prompt exceeds the model's context",
    ),
    (faults.ModelRateLimitError, "limited", lambda _, __: "it asked us to slow down"),
    (
        (faults.ModelUnavailableError, faults.ModelServerError),
        "failed",
        lambda e, _: f"the server failed ({_status(e)})",
    ),
    (faults.ModelConnectionError, "cut", lambda _, __: "the connection broke before the answer was complete"),
    (faults.ContentFilterError, "refused", lambda _, __: "the model refused"),
    (
        (faults.ModelRequestRejectedError, faults.ModelHTTPError),
        "rejected",
        lambda e, _: f"the server rejected the request ({_status(e)})",
    ),
    (httpx2.HTTPError, "cut", lambda _, __: "the connection broke before the answer was complete"),
    # The libraries also trip over shapes they don't expect, such as an empty list of choices.
    (
        (
            faults.ModelAPIError,
            faults.UnexpectedModelBehavior,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
        ),
        "malformed",
        lambda _, __: "the server's response was no answer of a model",
    ),
)


def meaning(
    error: Exception, model: str, tokens: Tokens, *, may_weaken: bool, keyless: bool = False
) -> Exception:
    """The `CallError` (or `ModeError`, where a weaker mode is left) that a failure stands for.

    An exception that no rule knows is a defect and comes back as it is.
    """
    rule = next((rule for rule in _RULES if isinstance(error, rule[0])), None)
    if rule is None:
        return error
    _, kind, reason = rule
    if keyless and isinstance(error, faults.ModelAuthenticationError):
        return CallError(
            "paused",
            f"it wants a key and was sent none ({_status(error)}): name one for its host in PAPERBOUT_MODEL_KEYS",
            tokens=tokens,
        )
    if isinstance(error, faults.ModelConnectionError) and error.phase in {"connect", "pool"}:
        return CallError("failed", "the server couldn't be reached", tokens=tokens)
    if isinstance(error, faults.ModelHTTPError) and error.status_code in _TRY_AGAIN:
        kind = "failed"
    elif kind == "rejected" and _CONTEXT_WORDS.search(str(error)):
        return CallError(kind, "the prompt exceeds the model's context", tokens=tokens)
    elif kind == "rejected" and may_weaken and _MODE_WORDS.search(str(error)):
        return ModeError(f"the server understands neither JSON schemas nor tools ({_status(error)})")
    after = getattr(error, "retry_after", None)
    return CallError(kind, reason(error, model), retry_after=after, tokens=tokens)


def _status(error: Exception) -> str:
    return f"HTTP {error.status_code}" if isinstance(error, faults.ModelHTTPError) else "no HTTP status"
