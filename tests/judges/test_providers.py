"""Requests and responses of three providers as documented, so that a change in a client library shows."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.judges.errors import JudgeAnswerError, JudgeDownError, JudgePausedError
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import Judge, PaperText, VerdictAnswer
from bot.judges.llm.providers import anthropic, google, openai
from bot.judges.llm.tokens.tokens import Tokens
from storage.errors import JudgeBusyError
from tests.judges.fault_server import GOOD

ONE = PaperText("k1", "First title", "An abstract.")
TWO = PaperText("k2", "Second title", "Another.")

OPENAI = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-5.2-2025-12-11",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": json.dumps(GOOD),
                "refusal": None,
                "annotations": [],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {
        "prompt_tokens": 1900,
        "completion_tokens": 210,
        "total_tokens": 2110,
        "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 64},
    },
    "service_tier": "default",
}
ANTHROPIC = {
    "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-4-6",
    "content": [{"type": "text", "text": json.dumps(GOOD)}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 1800,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 100,
        "output_tokens": 210,
    },
}
GOOGLE = {
    "candidates": [
        {
            "content": {"role": "model", "parts": [{"text": json.dumps(GOOD)}]},
            "finishReason": "STOP",
            "index": 0,
        }
    ],
    "usageMetadata": {
        "promptTokenCount": 1900,
        "candidatesTokenCount": 150,
        "thoughtsTokenCount": 60,
        "totalTokenCount": 2110,
    },
    "modelVersion": "gemini-3.1-pro-preview",
    "responseId": "r1",
}


class Wire:
    """What was asked: path, headers, body."""

    def __init__(self) -> None:
        self.raw = ""
        self.url = ""
        self.path = ""
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {}
        self.calls = 0

    @property
    def place(self) -> str:
        """Under which a key for it is named."""
        return self.url.removeprefix("http://")


@asynccontextmanager
async def wire(response: dict[str, Any], status: int = 200, headers: str = "") -> AsyncIterator[Wire]:
    seen = Wire()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        seen.path = head[0].split(" ")[1]
        seen.raw += "\n".join(head)
        seen.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        seen.body = json.loads(await reader.readexactly(int(seen.headers["content-length"])))
        seen.raw += json.dumps(seen.body)
        text = json.dumps(response).encode()
        seen.calls += 1
        writer.write(f"HTTP/1.1 {status} Said\r\n{headers}Content-Type: application/json\r\n".encode())
        writer.write(b"Connection: close\r\n")
        writer.write(f"Content-Length: {len(text)}\r\n\r\n".encode() + text)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    seen.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield seen
    server.close()


async def ask(judge: Judge) -> VerdictAnswer:
    try:
        return await judge.compare(ONE, TWO, purpose=None, nonce="n")
    finally:
        await close_judges([judge])


async def test_openai_chat_completions() -> None:
    async with wire(OPENAI) as seen:
        answer = await ask(open_judge(f"openai:gpt-5.2@{seen.url}/v1", keys={seen.place: "sk-o"}))
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == "Bearer sk-o"
    assert seen.body["model"] == "gpt-5.2"
    assert seen.body["max_completion_tokens"] == 1280
    assert seen.body["response_format"]["type"] == "json_schema"
    assert seen.body["response_format"]["json_schema"]["strict"] is True
    order = list(seen.body["response_format"]["json_schema"]["schema"]["properties"])
    assert order == ["rationale", "criteria", "winner", "margin", "confidence"]
    assert [message["role"] for message in seen.body["messages"]] == ["system", "user"]
    assert (answer.winner, answer.model) == ("first", "gpt-5.2-2025-12-11")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


async def test_anthropic_messages() -> None:
    async with wire(ANTHROPIC) as seen:
        answer = await ask(open_judge(f"anthropic:claude-opus-4-6@{seen.url}", keys={seen.place: "sk-a"}))
    assert seen.path.split("?")[0] == "/v1/messages"
    # As the provider's own client of 2026-11 sends them.
    assert seen.headers["authorization"] == "Bearer sk-a"
    assert seen.headers["anthropic-version"] == "2026-10-21"
    assert seen.body["max_tokens"] == 1280
    assert "You compare two research papers" in json.dumps(seen.body["system"])
    assert [message["role"] for message in seen.body["messages"]] == ["user"]
    assert "output_config" in seen.body or "tools" in seen.body
    assert (answer.winner, answer.model) == ("first", "claude-opus-4-6")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


async def test_google_generate_content() -> None:
    async with wire(GOOGLE) as seen:
        answer = await ask(open_judge(f"google:gemini-3.1-pro-preview@{seen.url}", keys={seen.place: "sk-g"}))
    assert seen.path == "/v1beta/models/gemini-3.1-pro-preview:generateContent"
    assert seen.headers["x-goog-api-key"] == "sk-g"
    assert seen.body["generationConfig"]["maxOutputTokens"] == 8192
    assert seen.body["generationConfig"]["responseMimeType"] == "application/json"
    assert "You compare two research papers" in json.dumps(seen.body["systemInstruction"])
    assert (answer.winner, answer.model) == ("first", "gemini-3.1-pro-preview")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


@pytest.mark.parametrize(
    ("provider", "body", "tokens"),
    [
        (openai, OPENAI, Tokens(1900, 210, 1024)),
        (anthropic, ANTHROPIC, Tokens(1900, 210, 100)),
        (google, GOOGLE, Tokens(1900, 210)),
        (openai, {"choices": []}, None),
        (openai, {"usage": {"prompt_tokens": "many"}}, None),
        (
            openai,
            {"usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 900}},
            Tokens(100, 800),
        ),
    ],
)
def test_tokens_are_read_from_the_wire_whatever_the_provider(
    provider: Any, body: dict[str, Any], tokens: Tokens | None
) -> None:
    assert provider.read_tokens(body) == tokens


NO_TEXT: dict[str, Any] = {"role": "assistant", "content": None, "refusal": "I can't help with that."}
ANTHROPIC_401 = {
    "type": "error",
    "error": {"type": "authentication_error", "message": "invalid x-api-key"},
    "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
}
ANTHROPIC_NO_CREDIT = {
    "type": "error",
    "error": {
        "type": "invalid_request_error",
        "message": "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
    },
}
ANTHROPIC_529 = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
ANTHROPIC_429 = {"type": "error", "error": {"type": "rate_limit_error", "message": "Rate limited"}}
GOOGLE_KEY = {
    "error": {
        "code": 400,
        "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
            }
        ],
    }
}
GOOGLE_403 = {
    "error": {"code": 403, "message": "Permission denied on the project.", "status": "PERMISSION_DENIED"}
}
GOOGLE_429 = {
    "error": {
        "code": 429,
        "message": "Resource has been exhausted (e.g. check quota).",
        "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "120s"}],
    }
}
GOOGLE_503 = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}
OPENAI_401 = {
    "error": {
        "message": "Incorrect API key provided: sk-o.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
}
OPENAI_QUOTA = {
    "error": {
        "message": "You exceeded your current quota, please check your plan and billing details.",
        "type": "insufficient_quota",
        "param": None,
        "code": "insufficient_quota",
    }
}
OPENAI_404 = {
    "error": {
        "message": "The model `gpt-5.2` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": None,
        "code": "model_not_found",
    }
}
OPENAI_LONG = {
    "error": {
        "message": "This model's maximum context length is 8192 tokens.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "context_length_exceeded",
    }
}


def changed(body: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    """A copy of a response with one part replaced."""
    found: dict[str, Any] = json.loads(json.dumps(body))
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return found


OPENAI_REFUSED = changed(OPENAI, "choices", 0, "message", to=NO_TEXT)
OPENAI_FILTERED = changed(OPENAI, "choices", 0, "finish_reason", to="content_filter")
OPENAI_CUT = changed(OPENAI, "choices", 0, "finish_reason", to="length")
ANTHROPIC_REFUSED = changed(ANTHROPIC, "stop_reason", to="refusal")
ANTHROPIC_CUT = changed(ANTHROPIC, "stop_reason", to="max_tokens")
GOOGLE_SAFETY = changed(GOOGLE, "candidates", 0, "finishReason", to="SAFETY")
GOOGLE_CUT = changed(GOOGLE, "candidates", 0, "finishReason", to="MAX_TOKENS")
GOOGLE_BLOCKED = {
    "promptFeedback": {"blockReason": "SAFETY"},
    "usageMetadata": {"promptTokenCount": 1900, "totalTokenCount": 1900},
    "modelVersion": "gemini-3.1-pro-preview",
}
MODELS = {
    "openai": "openai:gpt-5.2@{}/v1",
    "anthropic": "anthropic:claude-opus-4-6@{}",
    "google": "google:gemini-3.1-pro-preview@{}",
}


@pytest.mark.parametrize(
    ("provider", "status", "body", "kind", "said"),
    [
        ("openai", 401, OPENAI_401, JudgePausedError, "key was refused"),
        ("openai", 429, OPENAI_QUOTA, JudgePausedError, "quota or credit"),
        ("openai", 404, OPENAI_404, JudgePausedError, "no model"),
        ("openai", 400, OPENAI_LONG, JudgePausedError, "exceeds the model's context"),
        ("openai", 200, OPENAI_REFUSED, JudgeAnswerError, "refused"),
        ("openai", 200, OPENAI_FILTERED, JudgeAnswerError, "refused"),
        ("openai", 200, OPENAI_CUT, JudgeAnswerError, "cut at the longest"),
        ("anthropic", 401, ANTHROPIC_401, JudgePausedError, "key was refused"),
        ("anthropic", 400, ANTHROPIC_NO_CREDIT, JudgePausedError, "quota or credit"),
        ("anthropic", 429, ANTHROPIC_429, JudgeBusyError, "slow down"),
        ("anthropic", 529, ANTHROPIC_529, JudgeDownError, "the server failed"),
        ("anthropic", 200, ANTHROPIC_REFUSED, JudgeAnswerError, "refused"),
        ("anthropic", 200, ANTHROPIC_CUT, JudgeAnswerError, "cut at the longest"),
        ("google", 400, GOOGLE_KEY, JudgePausedError, "key was refused"),
        ("google", 403, GOOGLE_403, JudgePausedError, "key was refused"),
        ("google", 429, GOOGLE_429, JudgeBusyError, "slow down"),
        ("google", 503, GOOGLE_503, JudgeDownError, "the server failed"),
        ("google", 200, GOOGLE_SAFETY, JudgeAnswerError, "refused"),
        ("google", 200, GOOGLE_BLOCKED, JudgeAnswerError, "refused"),
        ("google", 200, GOOGLE_CUT, JudgeAnswerError, "cut at the longest"),
    ],
)
async def test_what_a_provider_documents_as_failing_is_understood(
    provider: str, status: int, body: dict[str, Any], kind: type[Exception], said: str
) -> None:
    headers = "retry-after: 120\r\n" if status == 429 else ""
    async with wire(body, status, headers) as seen:
        patience = 1.0 if status >= 500 else 60.0
        judge = open_judge(MODELS[provider].format(seen.url), keys={seen.place: "k"}, deadline_s=patience)
        with pytest.raises(kind, match=said) as caught:
            await ask(judge)
    if type(caught.value).__mro__[1] is JudgeBusyError:
        assert isinstance(caught.value, JudgeBusyError)
        assert caught.value.retry_after == 120
    assert seen.calls == {JudgePausedError: 1, JudgeBusyError: 1}.get(kind, seen.calls)
