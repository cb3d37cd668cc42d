"""Requests and responses of three providers as documented, so that a change in a client library shows."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.judging.clients import wire_tokens
from bot.judging.judges import close_judges, open_judge
from bot.judging.records import Judge, PaperText, VerdictAnswer
from bot.judging.spending import Tokens
from tests.judging.fault_server import GOOD

ONE = PaperText("k1", "First title", "An abstract.")
TWO = PaperText("k2", "Second title", "Another.")
KEYS = {"OPENAI_API_KEY": "sk-o", "ANTHROPIC_API_KEY": "sk-a", "GEMINI_API_KEY": "sk-g"}

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
        self.url = ""
        self.path = ""
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {}


@asynccontextmanager
async def wire(response: dict[str, Any]) -> AsyncIterator[Wire]:
    seen = Wire()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        seen.path = head[0].split(" ")[1]
        seen.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        seen.body = json.loads(await reader.readexactly(int(seen.headers["content-length"])))
        text = json.dumps(response).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
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
        answer = await ask(open_judge(f"openai:gpt-5.2@{seen.url}/v1", keys=KEYS))
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == "Bearer sk-o"
    assert seen.body["model"] == "gpt-5.2"
    assert seen.body["max_completion_tokens"] == 4096
    assert seen.body["response_format"]["type"] == "json_schema"
    assert seen.body["response_format"]["json_schema"]["strict"] is True
    order = list(seen.body["response_format"]["json_schema"]["schema"]["properties"])
    assert order == ["rationale", "criteria", "winner", "confidence"]
    assert [message["role"] for message in seen.body["messages"]] == ["system", "user"]
    assert (answer.winner, answer.model) == ("first", "gpt-5.2-2025-12-11")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


async def test_anthropic_messages() -> None:
    pytest.importorskip("anthropic")
    async with wire(ANTHROPIC) as seen:
        answer = await ask(open_judge(f"anthropic:claude-opus-4-6@{seen.url}", keys=KEYS))
    assert seen.path.split("?")[0] == "/v1/messages"
    # As anthropic 2.12 sends them; documentation pages of version 2023-06-01 still ask for x-api-key instead.
    assert seen.headers["authorization"] == "Bearer sk-a"
    assert seen.headers["anthropic-version"] == "2026-10-21"
    assert seen.body["max_tokens"] == 4096
    assert "You compare two research papers" in json.dumps(seen.body["system"])
    assert [message["role"] for message in seen.body["messages"]] == ["user"]
    assert "output_config" in seen.body or "tools" in seen.body
    assert (answer.winner, answer.model) == ("first", "claude-opus-4-6")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


async def test_google_generate_content() -> None:
    pytest.importorskip("google.genai")
    async with wire(GOOGLE) as seen:
        answer = await ask(open_judge(f"google:gemini-3.1-pro-preview@{seen.url}", keys=KEYS))
    assert seen.path == "/v1beta/models/gemini-3.1-pro-preview:generateContent"
    assert seen.headers["x-goog-api-key"] == "sk-g"
    assert seen.body["generationConfig"]["maxOutputTokens"] == 4096
    assert seen.body["generationConfig"]["responseMimeType"] == "application/json"
    assert "You compare two research papers" in json.dumps(seen.body["systemInstruction"])
    assert (answer.winner, answer.model) == ("first", "gemini-3.1-pro-preview")
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1900, 210)


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        (OPENAI, Tokens(1900, 210, 1024)),
        (ANTHROPIC, Tokens(1900, 210, 100)),
        (GOOGLE, Tokens(1900, 210)),
        ({"choices": []}, None),
        ({"usage": {"prompt_tokens": "many"}}, Tokens()),
    ],
)
def test_tokens_are_read_from_the_wire_whatever_the_provider(
    body: dict[str, Any], tokens: Tokens | None
) -> None:
    assert wire_tokens(body) == tokens
