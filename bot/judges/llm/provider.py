"""A provider's declaration, from which all else is derived."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.judges.llm.tokens.tokens import Tokens

Mode = Literal["schema", "tool", "text"]
"""How the form is asked for: JSON schema, a tool call, or in words."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
EFFORTS: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""How much a model may think before it answers, from least to most."""

Finish = Literal["whole", "length", "refused", "broken"]
RequestBody = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: the prompt, the form, the mode, the room in tokens, and the effort."""

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
        """The description of the tool that takes the model's answer."""
        return f"Hand in the {self.form}."


def no_tokenizer(_model: str) -> None:
    """There is no tokenizer of the provider's models to be had."""


@dataclass(frozen=True, slots=True)
class ProviderReply:
    """A model's answer as text; `tokens` is None where the server didn't count them."""

    text: str
    model: str | None
    finish: Finish
    tokens: Tokens | None


class ErrorReplyError(Exception):
    """A response with an error in place of an answer, whatever its HTTP status."""

    def __init__(self, error: object) -> None:
        super().__init__("an error inside the response")
        self.error = error


class NoReplyError(Exception):
    """A response without a model's answer; `tokens` if it counted some nonetheless."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        super().__init__("no answer of a model")
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its servers and their keys, its models, and the format of its calls.

    `optional` names parts of a body that may be left out, as dotted paths by a pattern of the words in which servers
    refuse them. `thinking` finds models that think unasked. `renames` are pairs of names for one setting; when one is
    refused, the other is tried.
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

    def default_effort(self, model: str) -> Effort | None:
        """How hard a model thinks that wasn't told; None where it answers at once."""
        return "medium" if self.thinking.search(model.lower()) else None


def number_at(of: object, *path: str) -> int:
    """A count in a response, 0 if it isn't there."""
    for step in path:
        of = of.get(step) if isinstance(of, Mapping) else None
    return of if isinstance(of, int) and not isinstance(of, bool) and of > 0 else 0


def without(schema: object, *keywords: str) -> object:
    """The schema without keywords that a provider refuses, at every depth."""
    if isinstance(schema, Mapping):
        return {key: without(value, *keywords) for key, value in schema.items() if key not in keywords}
    return schema
