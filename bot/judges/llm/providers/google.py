"""Google's Gemini API (generateContent)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.judges.llm.batches.google_batches import GoogleBatches
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

_MODELS = re.compile(r"gemini|gemma")
_THINKS = re.compile(r"gemini-(?:2\.5(?!-flash-lite)|[3-9])")
_TAKES_LEVELS = re.compile(r"gemini-[3-9]")
_LEVELS: Mapping[Effort, str] = {
    "none": "MINIMAL", "minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH",
    "xhigh": "HIGH", "max": "HIGH",
}  # fmt: skip
_BUDGETS: Mapping[Effort, int] = {
    "none": 0, "minimal": 512, "low": 2_048, "medium": 6_144, "high": 16_384, "xhigh": 24_576, "max": 24_576,
}  # fmt: skip
_FINISHES: Mapping[object, Finish] = {
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        ("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "LANGUAGE"),
        "refused",
    ),
    **dict.fromkeys(("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER"), "broken"),
}


def _body(ask: Ask) -> RequestBody:
    config: RequestBody = {"maxOutputTokens": ask.room}
    if ask.effort is not None:
        if _TAKES_LEVELS.search(ask.model):
            config["thinkingConfig"] = {"thinkingLevel": _LEVELS[ask.effort]}
        else:
            config["thinkingConfig"] = {"thinkingBudget": _BUDGETS[ask.effort]}
    body: RequestBody = {
        "systemInstruction": {"parts": [{"text": ask.system}], "role": "user"},
        "contents": [{"role": "user", "parts": [{"text": ask.user}]}],
        "generationConfig": config,
    }
    schema = without(ask.schema, "multipleOf")
    match ask.mode:
        case "schema":
            config["responseMimeType"] = "application/json"
            config["responseJsonSchema"] = schema
        case "tool":
            function = {
                "name": ask.form, "description": ask.description, "parametersJsonSchema": schema,
            }  # fmt: skip
            body["tools"] = [{"functionDeclarations": [function]}]
            choice = {"mode": "ANY", "allowedFunctionNames": [ask.form]}
            body["toolConfig"] = {"functionCallingConfig": choice}
        case "text":
            pass
    return body


def read_reply(body: RequestBody) -> ProviderReply:
    """Return the answer of the first candidate, without its thoughts. Raises `NoReplyError`."""
    if body.get("error"):
        raise ErrorReplyError(body["error"])
    model = body.get("modelVersion")
    model = model if isinstance(model, str) else None
    candidates = body.get("candidates")
    if not isinstance(candidates, list) or not candidates:
        feedback = body.get("promptFeedback")
        if isinstance(feedback, Mapping) and feedback.get("blockReason"):
            return ProviderReply("", model, "refused", read_tokens(body))
        raise NoReplyError(read_tokens(body))
    candidate = candidates[0] if isinstance(candidates[0], Mapping) else {}
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, Mapping) else None
    texts = [_said(part) for part in parts or () if isinstance(part, Mapping) and not part.get("thought")]
    finish: Finish = _FINISHES.get(candidate.get("finishReason"), "whole")
    return ProviderReply("\n".join(part for part in texts if part), model, finish, read_tokens(body))


def _said(part: Mapping[str, Any]) -> str:
    call = part.get("functionCall")
    if isinstance(call, Mapping):
        return json.dumps(call.get("args"))
    text = part.get("text")
    return text if isinstance(text, str) else ""


def read_tokens(body: Mapping[str, object]) -> Tokens | None:
    """Return the token counts of a response, or None; thinking is part of the output."""
    usage = body.get("usageMetadata")
    if not isinstance(usage, Mapping):
        return None
    output_tokens = number_at(usage, "candidatesTokenCount") + number_at(usage, "thoughtsTokenCount")
    input_tokens, total = number_at(usage, "promptTokenCount"), number_at(usage, "totalTokenCount")
    return counted(input_tokens, output_tokens, total, number_at(usage, "cachedContentTokenCount"))


PROVIDER = Provider(
    name="google",
    home="https://generativelanguage.googleapis.com",
    keys=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    models=_MODELS,
    path=lambda model: f"/v1beta/models/{model}:generateContent",
    headers=lambda key, _host: {"x-goog-api-key": key},
    body=_body,
    read=read_reply,
    thinking=_THINKS,
    optional={r"thinking": "generationConfig.thinkingConfig"},
    batches=GoogleBatches(),
)
