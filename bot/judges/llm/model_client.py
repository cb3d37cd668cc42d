"""Calls a language model once: takes a prompt and a form, returns text and token counts, or raises `CallError`."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.judges.llm.judge_specs import ModelSpec, address_of
from bot.judges.llm.provider import Ask, ErrorReplyError, Mode, NoReplyError, ProviderReply, RequestBody
from bot.judges.llm.replies.answers import Form, FormContent
from bot.judges.llm.replies.error_replies import ErrorReply, Meaning, masked, meaning_of, read_error
from bot.judges.llm.replies.reply_bodies import parse_body
from bot.judges.llm.retries.retry_after import retry_after
from bot.judges.llm.retries.retry_policy import CallError, FailureKind
from bot.judges.llm.rooms import Room
from bot.judges.llm.stances import Stance, after_refusal, stance_of, stance_values, write_body
from bot.judges.llm.tokens.tokens import Tokens
from bot.judges.prompts import Prompt
from storage.database.network_guard import check_no_transaction

_CONNECT_S = 10.0
_KEEP_OPEN_S = 4.0
"""Seconds to keep an idle connection: less than servers do (5 s at the shortest), or a call could be lost."""
_MOST_BYTES = 4_000_000
_PAYMENT = 402
_MOST_STANCES = 8
_REFUSALS_IN_A_ROW = 3
_PROSE_IN_A_ROW = 2
_ERROR_KEYS = {"error", "detail", "message", "msg", "base_resp"}
"""Keys of a body without an answer that is an error, though the HTTP status says otherwise."""
_CUT_AT = 1024
_CUT_SLACK = 16
_LONG_PROMPT = 8_000
_LETTERS_A_TOKEN = 7


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A model's answer and the mode of asking; `cut`: the answer ended because its tokens were used up."""

    text: str
    model: str
    tokens: Tokens | None
    mode: Mode
    cut: bool


class ModelClient:
    """Calls one model, and remembers which requests its server accepts."""

    def __init__(self, spec: ModelSpec, key: str | None, *, deadline_s: float, connections: int) -> None:
        self._spec = spec
        self._key = key
        self._address = address_of(spec)
        self._deadline_s = deadline_s
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._stance = self._saved = Stance("schema")
        self._has_changed = False
        self.has_recalled = False
        self._has_answered = False
        self._refusals = 0
        self._prose = 0
        self._has_used = False

    @property
    def most_room(self) -> int | None:
        """Largest answer that the server is known to allow, in tokens; None if unknown."""
        return self._stance.most_room

    def recall(self, values: Mapping[str, Any] | None) -> None:
        """Begin with the form of request that a row holds, unless the server answered already; once there is a row."""
        if values is not None and not self.has_recalled and not self._has_answered:
            self._stance = self._saved = stance_of(values)
        self.has_recalled = values is not None or self._has_answered

    def news(self) -> Mapping[str, Any] | None:
        """Return the form of request as values for a row, or None if it never was another than at the beginning."""
        self._has_changed = self._has_changed or self._stance != self._saved
        return stance_values(self._stance) if self._has_changed else None

    async def ask(
        self,
        prompt: Prompt,
        form: Form[FormContent],
        room: Room,
        *,
        mode: Mode | None = None,
        complaint: str | None = None,
    ) -> ModelAnswer:
        """Ask for one answer within the deadline; `complaint` says why the last answer was unusable. Raises `CallError`.

        If a server refuses a parameter, a schema or tools, it is asked again without them at once, at no cost, and the
        accepted form of request is remembered.
        """
        check_no_transaction(self._spec.model)
        stance = self._stance if mode is None else Stance(mode, *self._learned())
        stances = {stance}
        try:
            async with asyncio.timeout(self._deadline_s):
                while True:
                    ask = _ask(self._spec.model, prompt, form, room, stance, complaint)
                    outcome = await self._once(ask, stance)
                    if not isinstance(outcome, ErrorReply):
                        break
                    next_stance = after_refusal(self._spec.declared, ask, stance, outcome)
                    if (
                        meaning_of(outcome) == "large"
                        and next_stance
                        and next_stance.most_room == stance.most_room
                    ):
                        next_stance = None
                    if next_stance is None or next_stance in stances or len(stances) > _MOST_STANCES:
                        raise self._refused(outcome)
                    stance = next_stance
                    stances.add(stance)
        except TimeoutError:
            reason = f"no complete answer within {self._deadline_s:g}\u00a0s"
            raise CallError("lost", reason, may_cost=True) from None
        if mode is None:
            self._stance = stance
        self._has_answered, self._refusals = True, 0
        return self._answer(prompt, outcome, stance.mode)

    def _learned(self) -> tuple[frozenset[str], frozenset[tuple[str, str]], int | None]:
        return self._stance.omissions, self._stance.renames, self._stance.most_room

    def used(self, answer: ModelAnswer) -> None:
        """Record that an answer was usable, so that the way of asking that produced it is tried first next time."""
        if answer.mode == self._stance.mode:
            self._prose = 0
        elif self._prose >= _PROSE_IN_A_ROW or not self._has_used:
            self._stance = Stance(answer.mode, *self._learned())
        self._has_used = True

    def prose(self) -> None:
        """Record that a server ignored the requested format and wrote prose.

        After two such answers in a row the client keeps to a less strict format that works.
        """
        self._prose += 1

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_OPEN_S),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(_CONNECT_S, self._deadline_s)),
                trust_env=True,
            )
        return self._session

    async def _once(self, ask: Ask, stance: Stance) -> ProviderReply | ErrorReply:
        """Make one call; return its reply, or a refusal that may be avoided by asking differently. Raises `CallError`."""
        body = json.dumps(write_body(self._spec.declared, ask, stance)).encode()
        status, content, headers = await self.send("POST", self._address, body)
        return self._read(status, content, headers)

    async def send(
        self,
        method: str,
        address: str,
        content: bytes | aiohttp.FormData | None = None,
        *,
        most_bytes: int = _MOST_BYTES,
    ) -> tuple[int, bytes, dict[str, str]]:
        """Send one request with the judge's key; returns status, body and headers. Raises `CallError`."""
        provider = self._spec.declared
        headers = {"Content-Type": "application/json"} if isinstance(content, bytes) else {}
        if self._key is not None:
            headers |= provider.headers(self._key, urlsplit(self._address).hostname or "")
        try:
            async with self._open().request(
                method, address, data=content, headers=headers, allow_redirects=False
            ) as response:
                reply = await _bounded(response, most_bytes)
                return response.status, reply, {k.lower(): v for k, v in response.headers.items()}
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ServerTimeoutError,
        ) as error:
            raise CallError("failed", "the server couldn't be reached") from error
        except (aiohttp.ClientError, OSError) as error:
            reason = "the connection broke before the answer was complete"
            raise CallError("lost", reason, may_cost=True) from error

    def body_of(self, prompt: Prompt, form: Form[FormContent], room: Room) -> RequestBody:
        """Build the request body of a call, in the mode and with the parameters that the server is known to accept.

        `form` says which fields the answer must have, `room` how long it may be.
        """
        ask = _ask(self._spec.model, prompt, form, room, self._stance, None)
        return write_body(self._spec.declared, ask, self._stance)

    def read_body(self, body: Mapping[str, object]) -> ModelAnswer:
        """Read the answer from a reply body that came in a batch. Raises `CallError`."""
        reply = self._read_object(200, dict(body))
        if isinstance(reply, ErrorReply):
            raise self.failure(reply)
        return self._answer(Prompt("", "", ""), reply, self._stance.mode)

    def learns(self, form: Form[FormContent], room: Room, reply: ErrorReply) -> bool:
        """Whether a refusal that came in a batch teaches another request form.

        If so, the client uses that form from now on.
        """
        if meaning_of(reply) != "request":
            return False
        ask = _ask(self._spec.model, Prompt("", "", ""), form, room, self._stance, None)
        stance = after_refusal(self._spec.declared, ask, self._stance, reply)
        if stance is None or stance == self._stance:
            return False
        self._stance = stance
        return True

    def failure(self, reply: ErrorReply, headers: Mapping[str, str] | None = None) -> CallError:
        """Return the `CallError` that describes an error reply."""
        meaning = meaning_of(reply)
        kind, reason = self._says(meaning, reply)
        wait = retry_after(dict(headers or {}), reply.error, reply.words, datetime.now(UTC))
        # A model that wrote what its server couldn't use has written, and is asked without that server's help.
        has_written = meaning in {"unusable", "cut"}
        return CallError(kind, reason, retry_after=wait, may_cost=has_written, prose=meaning == "unusable")

    def _read(self, status: int, content: bytes, headers: dict[str, str]) -> ProviderReply | ErrorReply:
        body = parse_body(content)
        if status < 300 and not isinstance(body, dict):  # noqa: PLR2004 - HTTP
            raise CallError("malformed", "the server's response was no answer of a model", is_dead=True)
        if 300 <= status < 400:  # noqa: PLR2004 - HTTP
            raise CallError("paused", f"its address sends calls elsewhere (HTTP {status}): name the new one")
        reply = self._read_object(status, body)
        return self._judged(reply, headers) if isinstance(reply, ErrorReply) else reply

    def _read_object(self, status: int, body: object) -> ProviderReply | ErrorReply:
        """Return the reply in a response body, or the error in it, which may come with any HTTP status."""
        if status >= 400 or not isinstance(body, dict):  # noqa: PLR2004 - HTTP
            return read_error(status, body)
        try:
            return self._spec.declared.read(body)
        except ErrorReplyError as error:
            return read_error(status, {"error": error.error})
        except NoReplyError as error:
            if not body.keys() & _ERROR_KEYS and body.get("object") != "error":
                reason = "the server's response was no answer of a model"
                is_dead = error.tokens is None  # a model that ran would have counted
                raise CallError(
                    "malformed", reason, tokens=error.tokens, may_cost=True, is_dead=is_dead
                ) from None
            return read_error(status, body)

    def _judged(self, reply: ErrorReply, headers: dict[str, str]) -> ErrorReply:
        """Return an error that may be avoided by asking differently; raise others as `CallError`."""
        meaning = meaning_of(reply)
        if meaning == "request" or (meaning == "large" and reply.status < 429):  # noqa: PLR2004 - room may be less
            return reply
        raise self.failure(reply, headers)

    def _says(self, meaning: Meaning, reply: ErrorReply) -> tuple[FailureKind, str]:
        status = f"HTTP {reply.status}" if reply.status >= 400 else "inside HTTP 200"  # noqa: PLR2004 - HTTP
        words = masked(reply.words, self._key or "")
        quotation = f': "{words}"' if words else ""
        match meaning:
            case "account" if self._key is None and reply.status in {401, 403}:
                return (
                    "paused",
                    f"it wants a key and was sent none ({status}): name one for its host in PAPERBOUT_MODEL_KEYS",
                )
            case "account":
                return "paused", f"{_account_reason(reply, self._spec.model)} ({status}){quotation}"
            case "limited":
                return "limited", f"it asked us to slow down ({status})"
            case "failed":
                return "failed", f"the server failed ({status}){quotation}"
            case "refused":
                return "refused", f"the model refused ({status})"
            case "large":
                return "paused", f"a match's prompt is too large for it ({status}){quotation}"
            case "cut":
                return "cut", f"it needed more than the longest answer allowed ({status})"
            case "unusable":
                return "malformed", "the server could not make JSON of the model's answer"
            case "request":
                return "rejected", f"the server rejected the request ({status}){quotation}"

    def _refused(self, reply: ErrorReply) -> CallError:
        """Return the error of a request refused in every form: the judge's fault, unless it has answered before."""
        self._refusals += 1
        words = masked(reply.words, self._key or "")
        quotation = f'(HTTP {reply.status}): "{words}"'
        if meaning_of(reply) == "large":
            return CallError("large", f"the prompt exceeds the model's context {quotation}")
        kind: FailureKind = (
            "rejected" if self._has_answered and self._refusals < _REFUSALS_IN_A_ROW else "paused"
        )
        return CallError(kind, f"the server rejected the request {quotation}")

    def _answer(self, prompt: Prompt, reply: ProviderReply, mode: Mode) -> ModelAnswer:
        tokens, may_cost = reply.tokens, reply.tokens is None
        match reply.finish:
            case "refused":
                raise CallError("refused", "the model refused", tokens=tokens, may_cost=may_cost)
            case "broken":
                reason = "the provider reported an error in it"
                raise CallError("malformed", reason, tokens=tokens, may_cost=may_cost)
            case _:
                pass
        if self._spec.base_url is not None and tokens is not None and _was_cut(prompt, tokens.input_tokens):
            reason = (
                f"the server read only {tokens.input_tokens:,} tokens of {prompt.characters:,} characters of prompt: "
                "its context is too short; raise it (Ollama: num_ctx)"
            )
            raise CallError("paused", reason, tokens=tokens)
        return ModelAnswer(
            reply.text, reply.model or self._spec.model, tokens, mode, reply.finish == "length"
        )


def _account_reason(reply: ErrorReply, model: str) -> str:
    words = reply.everything
    if reply.status in {404, 405, 410} or "model_not_found" in words:
        return f"there is no model {model!r} at that address, or not for this key"
    if reply.status == _PAYMENT or re.search(r"quota|billing|credit|balance|payment|funds", words):
        return "its quota or credit is used up"
    if reply.status in {401, 403} or "key" in words:
        return "its key was refused"
    return "it refused this account"


async def _bounded(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most_bytes:
            raise CallError(
                "malformed", "the server's response was no answer of a model (too long)", may_cost=True
            )
    return bytes(content)


def _was_cut(prompt: Prompt, tokens_read: int) -> bool:
    """Return whether a server silently dropped part of the prompt.

    Such servers report exactly their context size, a multiple of 1,024 tokens (or a few less), far below what a text of
    that length needs. Both signs are required, because some servers only estimate their counts.
    """
    if prompt.characters < _LONG_PROMPT or tokens_read < _CUT_AT - _CUT_SLACK:
        return False
    return tokens_read * _LETTERS_A_TOKEN < prompt.characters and -tokens_read % _CUT_AT <= _CUT_SLACK


def _ask(
    model: str, prompt: Prompt, form: Form[FormContent], room: Room, stance: Stance, complaint: str | None
) -> Ask:
    system, user = prompt.system, prompt.user
    if stance.mode == "text":
        schema = json.dumps(form.schema)
        system += f"\n\nAnswer with one JSON object of this schema, and nothing else:\n{schema}"
    if complaint is not None:
        user += f"\n\nYour last answer could not be used: {complaint}. Answer again, in full."
    tokens = room.tokens if stance.most_room is None else min(room.tokens, stance.most_room)
    return Ask(model, system, user, form.name, form.schema, stance.mode, tokens, room.effort)
