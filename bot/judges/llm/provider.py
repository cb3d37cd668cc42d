"""Declaration of a provider of models, from which everything about it is derived."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.judges.llm.batches.batch_interface import BatchFormat
from bot.judges.llm.tokens.tokens import Tokens

Mode = Literal["schema", "tool", "text"]
"""How a model is asked to fill the form: by JSON schema, by tool call, or in words."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
EFFORTS: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""How much a model may think before it answers, from least to most."""

Finish = Literal["whole", "length", "refused", "broken"]
RequestBody = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything about one call to a model. `mode` is how the form is requested; tokens limit the answer."""

    model: str
    system: str
    user: str
    form: str
    schema: Mapping[str, object]
    mode: Mode
    room: int
    effort: Effort | None = None

    @property
    def description(self) -> str:
        """Description of the tool that receives the model's answer."""
        return f"Hand in the {self.form}."


def no_tokenizer(_model: str) -> None:
    """Return None for any model: this provider's tokenizer isn't available, so tokens are estimated."""


@dataclass(frozen=True, slots=True)
class ProviderReply:
    """A model's answer as text; `tokens` is None if the server didn't count them."""

    text: str
    model: str | None
    finish: Finish
    tokens: Tokens | None


class ErrorReplyError(Exception):
    """Raised when a response contains an error instead of an answer, even if its HTTP status is 200."""

    def __init__(self, error: object) -> None:
        super().__init__("an error inside the response")
        self.error = error


class NoReplyError(Exception):
    """Raised when a response contains no answer of a model.

    `tokens` are set if the server counted some nevertheless.
    """

    def __init__(self, tokens: Tokens | None = None) -> None:
        super().__init__("no answer of a model")
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of models: its servers and keys, its models, and the format of its calls.

    `optional` lists parts of a body that may be left out: dotted paths, by the pattern of the words with which servers
    refuse them. `thinking` matches models that think without being asked. `renames` are pairs of names for one setting;
    if one is refused, the other is tried.
    """

    name: str
    home: str
    keys: tuple[str, ...]
    models: re.Pattern[str]
    path: Callable[[str], str]
    headers: Callable[[str, str], Mapping[str, str]]
    body: Callable[[Ask], RequestBody]
    read: Callable[[RequestBody], ProviderReply]
    thinking: re.Pattern[str]
    count_tokens: Callable[[str], Callable[[str], int] | None] = no_tokenizer
    optional: Mapping[str, str] = field(default_factory=dict)
    renames: Sequence[tuple[str, str]] = ()
    batches: BatchFormat | None = None
    """How the provider takes batches of calls at half the price; None if it doesn't."""

    def default_effort(self, model: str) -> Effort | None:
        """Return the effort of a model if none is set; None if it answers without thinking."""
        return "medium" if self.thinking.search(model.lower()) else None


def number_at(of: object, *path: str) -> int:
    """Return the integer at a path of keys in a JSON value, or 0 if there is none."""
    for step in path:
        of = of.get(step) if isinstance(of, Mapping) else None
    return of if isinstance(of, int) and not isinstance(of, bool) and of > 0 else 0


def without(schema: object, *keywords: str) -> object:
    """Return a JSON schema without these keywords, at every depth, for providers that refuse them."""
    if isinstance(schema, Mapping):
        return {key: without(value, *keywords) for key, value in schema.items() if key not in keywords}
    return schema
