"""Anthropic's messages API."""

import json
import re
from collections.abc import Mapping

from bot.judges.llm.batches.anthropic_batches import AnthropicBatches
from bot.judges.llm.provider import (
    Ask,
    Effort,
    ErrorReplyError,
    Finish,
    NoReplyError,
    Provider,
    ProviderReply,
    RequestBody,
    number_at,
    without,
)
from bot.judges.llm.tokens.tokens import Tokens, counted

_MODELS = re.compile(r"claude")
_TAKES_SCHEMAS = re.compile(r"claude-(?:opus|sonnet|haiku|fable|mythos)-(?:4-[1-9](?!\d)|[5-9])")
_THINKS_UNASKED = re.compile(r"claude-(?:opus|sonnet|haiku|fable|mythos)-[5-9]")
_VERSION = "2026-10-21"
_BUDGETS: Mapping[Effort, int] = {
    "minimal": 1_024,
    "low": 2_048,
    "medium": 6_144,
    "high": 16_384,
    "xhigh": 32_768,
    "max": 32_768,
}
_ADAPTIVE = re.compile(r"claude-(?:opus|sonnet|haiku|fable|mythos)-(?:4-[5-9]|[5-9])")
_FINISHES: Mapping[object, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}
_NUMBER_KEYWORDS = ("minimum", "maximum", "multipleOf")


def _body(ask: Ask) -> RequestBody:
    body: RequestBody = {
        "model": ask.model,
        "max_tokens": ask.room,
        # Marked as stable: further calls within minutes read it from the provider's cache, at a tenth of the price.
        "system": [{"type": "text", "text": ask.system, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": ask.user}],
    }
    schema = without(ask.schema, *_NUMBER_KEYWORDS)
    if ask.effort is not None and ask.effort != "none":
        if _ADAPTIVE.search(ask.model):
            effort = "low" if ask.effort == "minimal" else ask.effort
            body["output_config"] = {"effort": effort}
            body["thinking"] = {"type": "adaptive"}
        else:
            body["thinking"] = {"type": "enabled", "budget_tokens": min(_BUDGETS[ask.effort], ask.room - 1)}
    # Models before 4.1 know no schemas: their form is a tool from the beginning.
    mode = "tool" if ask.mode == "schema" and not _TAKES_SCHEMAS.search(ask.model) else ask.mode
    match mode:
        case "schema":
            body.setdefault("output_config", {})["format"] = {"type": "json_schema", "schema": schema}
        case "tool":
            tool = {"name": ask.form, "description": ask.description, "input_schema": schema}
            body["tools"] = [tool]
            # With budgeted thinking a tool can't be forced.
            choice_type = "auto" if body.get("thinking", {}).get("type") == "enabled" else "tool"
            choice = {"type": choice_type, "disable_parallel_tool_use": True}
            body["tool_choice"] = {**choice, "name": ask.form} if choice_type == "tool" else choice
        case "text":
            pass
    return body


def read_reply(body: RequestBody) -> ProviderReply:
    """Return the answer in a message: its text, or the arguments of its tool call. Raises `NoReplyError`."""
    if body.get("error"):
        raise ErrorReplyError(body["error"])
    content = body.get("content")
    if not isinstance(content, list):
        raise NoReplyError(read_tokens(body))
    texts = []
    for part in content:
        if isinstance(part, Mapping) and part.get("type") == "tool_use":
            texts.append(json.dumps(part.get("input")))
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            texts.append(part["text"])
    model = body.get("model")
    finish: Finish = _FINISHES.get(body.get("stop_reason"), "whole")
    return ProviderReply(
        "\n".join(texts), model if isinstance(model, str) else None, finish, read_tokens(body)
    )


def read_tokens(body: Mapping[str, object]) -> Tokens | None:
    """Return the token counts of a message, or None; cache reads and writes are part of the input."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    cache_reads, cache_writes = (
        number_at(usage, "cache_read_input_tokens"),
        number_at(usage, "cache_creation_input_tokens"),
    )
    input_tokens = number_at(usage, "input_tokens") + cache_reads + cache_writes
    return counted(input_tokens, number_at(usage, "output_tokens"), 0, cache_reads, cache_writes)


PROVIDER = Provider(
    name="anthropic",
    home="https://api.anthropic.com",
    keys=("ANTHROPIC_API_KEY",),
    models=_MODELS,
    path=lambda _model: "/v1/messages",
    headers=lambda key, _host: {"Authorization": f"Bearer {key}", "anthropic-version": _VERSION},
    body=_body,
    read=read_reply,
    thinking=_THINKS_UNASKED,
    optional={
        r"cache_control": "system.0.cache_control",
        r"disable_parallel_tool_use": "tool_choice.disable_parallel_tool_use",
        r"output_config\.effort|\beffort\b": "output_config.effort",
        r"\bthinking\b|budget_tokens|adaptive": "thinking",
    },
    batches=AnthropicBatches(),
)
