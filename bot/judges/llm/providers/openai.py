"""OpenAI's chat completions, and other servers with that API."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.judges.llm.batches.openai_batches import OpenAIBatches
from bot.judges.llm.provider import (
    Ask,
    ErrorReplyError,
    Finish,
    NoReplyError,
    Provider,
    ProviderReply,
    RequestBody,
    number_at,
)
from bot.judges.llm.tokens.tokens import Tokens, counted

_MODELS = re.compile(r"gpt|chatgpt|codex|(?:^|/)o\d")
_NEWER = re.compile(r"(?:^|/)(?:o\d|gpt-[5-9]|gpt-\d\d|chatgpt|codex)")
_THINKING = re.compile(
    r"(?:^|/)o\d|(?:^|/)gpt-(?:5(?:-|$)|5\.[5-9]|[6-9])|gpt-oss|qwq|qwen3|deepseek-r|magistral|thinking|reason"
)
_FINISHES: Mapping[object, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "refused",
    "safety": "refused",
    "refusal": "refused",
    "error": "broken",
}


def _body(ask: Ask) -> RequestBody:
    body: RequestBody = {
        "model": ask.model,
        "messages": [{"role": "system", "content": ask.system}, {"role": "user", "content": ask.user}],
        "max_completion_tokens" if _NEWER.search(ask.model.lower()) else "max_tokens": ask.room,
    }
    if ask.effort is not None:
        body["reasoning_effort"] = ask.effort
    match ask.mode:
        case "schema":
            form = {"name": ask.form, "strict": True, "schema": ask.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        case "tool":
            tool = {"name": ask.form, "description": ask.description, "parameters": ask.schema}
            body["tools"] = [{"type": "function", "function": tool}]
            body["tool_choice"] = {"type": "function", "function": {"name": ask.form}}
            body["parallel_tool_calls"] = False
        case "text":
            pass
    return body


def _headers(key: str, host: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {key}"}
    # Azure's deployments want their own name for it.
    return {**headers, "api-key": key} if host.endswith((".azure.com", ".azure.us", ".azure.cn")) else headers


def read_reply(body: RequestBody) -> ProviderReply:
    """Return the answer in a chat completion, also in older forms that servers still send. Raises `NoReplyError`."""
    if body.get("error"):
        raise ErrorReplyError(body["error"])
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise NoReplyError(read_tokens(body))
    choice = choices[0]
    if choice.get("error"):
        raise ErrorReplyError(choice["error"])
    message = choice.get("message")
    if not isinstance(message, Mapping):
        message = {"content": choice.get("text")}
    finish: Finish = _FINISHES.get(choice.get("finish_reason"), "whole")
    text = _said(message)
    if message.get("refusal") and not text:
        finish = "refused"
    model = body.get("model")
    return ProviderReply(text, model if isinstance(model, str) else None, finish, read_tokens(body))


def _said(message: Mapping[str, Any]) -> str:
    """Return the message's content and tool calls; its thinking only if it has nothing else and is an answer."""
    texts = [_text(message.get("content"))]
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls or () if isinstance(call, Mapping)]
    functions.append(message.get("function_call"))
    texts += [_text(function.get("arguments")) for function in functions if isinstance(function, Mapping)]
    text = "\n".join(part for part in texts if part)
    if text.strip():
        return text
    reasoning = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
    return reasoning if reasoning.lstrip().startswith("{") else ""


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        import json

        return json.dumps(content)
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, Mapping))
    return ""


def read_tokens(body: Mapping[str, object]) -> Tokens | None:
    """Return the token counts of a chat completion, or None if it has none."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    cache_reads = number_at(usage, "prompt_tokens_details", "cached_tokens")
    input_tokens, output_tokens = number_at(usage, "prompt_tokens"), number_at(usage, "completion_tokens")
    return counted(input_tokens, output_tokens, number_at(usage, "total_tokens"), cache_reads)


def _count_tokens(model: str) -> Callable[[str], int] | None:
    """Return the model's own tokenizer if its vocabulary is on this machine, else None; downloads nothing."""
    if _MODELS.search(model.lower()) is None:
        return None
    from bot.judges.llm.tokens.token_counts import tiktoken_counter

    return tiktoken_counter(model)


PROVIDER = Provider(
    name="openai",
    home="https://api.openai.com/v1",
    keys=("OPENAI_API_KEY",),
    models=_MODELS,
    path=lambda _model: "/chat/completions",
    headers=_headers,
    body=_body,
    read=read_reply,
    thinking=_THINKING,
    count_tokens=_count_tokens,
    optional={
        r"reasoning|\bthink(?:ing)?\b": "reasoning_effort",
        r"parallel_tool_calls": "parallel_tool_calls",
        r"tool_choice": "tool_choice",
        r"\bstrict\b": "response_format.json_schema.strict",
    },
    renames=(("max_completion_tokens", "max_tokens"),),
    batches=OpenAIBatches(),
)
