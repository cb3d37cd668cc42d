"""One call of a language model: a prompt and a form out, text and token counts back, or a `CallError`."""

import asyncio
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Literal

import httpx2
from pydantic import BaseModel
from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from bot.judges.llm.judge_specs import ModelSpec
from bot.judges.llm.provider_errors import ModeError, meaning
from bot.judges.llm.retry_policy import CallError
from bot.judges.llm.token_prices import Tokens
from bot.judges.prompts import Prompt
from storage.errors import SettingsError

Mode = Literal["schema", "tool", "text"]
"""How the form is asked for: JSON schema, a tool call, or in words."""
_WEAKER: Mapping[Mode, Mode] = {"schema": "tool", "tool": "text"}

KEYS: Mapping[str, tuple[str, ...]] = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "google": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
}
NO_KEY = "none"
"""Sent as the key to a server none is named for: the client libraries want one."""
_CONNECT_S = 10.0
_CUT_AT = 1024
_CUT_SLACK = 16
_LONG_PROMPT = 8_000
_LETTERS_A_TOKEN = 7

_seen: ContextVar[list[Tokens] | None] = ContextVar("tokens seen on the wire", default=None)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer as text (JSON, if it did as asked); `model` is the name the provider gives."""

    text: str
    model: str
    tokens: Tokens


class ModelClient:
    """Calls one model; remembers which way of asking for a form the server understands."""

    def __init__(
        self,
        spec: ModelSpec,
        model: Model,
        http: httpx2.AsyncClient,
        deadline_s: float,
        *,
        keyless: bool = False,
    ) -> None:
        self._spec = spec
        self._keyless = keyless
        self._model = model
        self._http = http
        self._deadline_s = deadline_s
        supported = model.profile.get("supports_json_schema_output", False)
        self._mode: Mode = "schema" if supported else "tool"

    async def ask(
        self, prompt: Prompt, form: type[BaseModel], *, most_out: int, complaint: str | None = None
    ) -> Reply:
        """One answer, within the deadline; `complaint` says why the last answer couldn't be used.

        Raises `CallError`. A server that knows no JSON schema, or no tools, is asked again in a weaker mode
        at once: such a refusal costs nothing.
        """
        async with asyncio.timeout(None) as limit:
            limit.reschedule(asyncio.get_running_loop().time() + self._deadline_s)
            try:
                while True:
                    mode = self._mode
                    try:
                        return await self._once(prompt, form, mode, most_out, complaint)
                    except ModeError as error:
                        if mode not in _WEAKER:
                            raise CallError("rejected", error.reason) from error
                        # Another call may have found out meanwhile; then its mode is tried.
                        if self._mode == mode:
                            self._mode = _WEAKER[mode]
            except asyncio.CancelledError:
                if not limit.expired():
                    raise
                reason = f"no complete answer within {self._deadline_s:g} s"
                raise CallError("cut", reason) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _once(
        self, prompt: Prompt, form: type[BaseModel], mode: Mode, most_out: int, complaint: str | None
    ) -> Reply:
        seen: list[Tokens] = []
        mark = _seen.set(seen)
        try:
            response = await model_request(
                self._model,
                [_request(prompt, form, mode, complaint)],
                model_settings=self._settings(mode, most_out),
                model_request_parameters=_parameters(form, mode),
            )
        except Exception as error:
            raise meaning(
                error,
                self._spec.model,
                seen[-1] if seen else Tokens(),
                may_weaken=mode != "text",
                keyless=self._keyless,
            ) from error
        finally:
            _seen.reset(mark)
        return self._reply(prompt, response, seen[-1] if seen else None)

    def _settings(self, mode: Mode, most_out: int) -> ModelSettings:
        settings = ModelSettings(max_tokens=most_out, timeout=self._deadline_s)
        if self._spec.provider != "openai":
            # OpenAI's client was opened without retries; naming them again would copy it for each call.
            settings["max_retries"] = 0
        if mode == "tool":
            settings["parallel_tool_calls"] = False
        return settings

    def _reply(self, prompt: Prompt, response: ModelResponse, wire: Tokens | None) -> Reply:
        usage = response.usage
        tokens = wire or Tokens(
            usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens
        )
        text = "\n".join(
            part.args_as_json_str() if isinstance(part, ToolCallPart) else part.content
            for part in response.parts
            if isinstance(part, (TextPart, ToolCallPart))
        )
        if response.finish_reason == "content_filter":
            raise CallError("refused", "the model refused", tokens=tokens)
        if response.finish_reason == "length":
            raise CallError("malformed", "it was cut at the longest answer allowed", tokens=tokens)
        if response.finish_reason == "error":
            raise CallError("malformed", "the provider reported an error in it", tokens=tokens)
        if self._spec.base_url is not None and _was_cut(prompt, tokens.read):
            reason = (
                f"the server read only {tokens.read:,} tokens of {prompt.characters:,} characters of prompt: "
                "its context is too short; raise it (Ollama: num_ctx)"
            )
            raise CallError("rejected", reason, tokens=tokens)
        return Reply(text, response.model_name or self._spec.model, tokens)


def _was_cut(prompt: Prompt, read: int) -> bool:
    """Whether a server silently dropped part of the prompt.

    Such servers report exactly their context, a multiple of 1,024 tokens (or a few less), far below what a
    text of that length comes to; both signs are asked for, since servers that only estimate their counts
    exist.
    """
    if prompt.characters < _LONG_PROMPT or read < _CUT_AT - _CUT_SLACK:
        return False
    return read * _LETTERS_A_TOKEN < prompt.characters and -read % _CUT_AT <= _CUT_SLACK


def _request(prompt: Prompt, form: type[BaseModel], mode: Mode, complaint: str | None) -> ModelRequest:
    said = prompt.system
    if mode == "text":
        schema = json.dumps(_schema(form))
        said += f"\n\nAnswer with one JSON object of this schema, and nothing else:\n{schema}"
    asked = prompt.user
    if complaint is not None:
        asked += f"\n\nYour last answer could not be used: {complaint}. Answer again, in full."
    return ModelRequest.user_text_prompt(asked, instructions=said)


@cache
def _schema(form: type[BaseModel]) -> dict[str, object]:
    return form.model_json_schema()


def _parameters(form: type[BaseModel], mode: Mode) -> ModelRequestParameters:
    name = form.__name__.removesuffix("Form").lower()
    if mode == "schema":
        return ModelRequestParameters(
            output_mode="native",
            output_object=OutputObjectDefinition(json_schema=_schema(form), name=name, strict=True),
        )
    if mode == "tool":
        tool = ToolDefinition(
            name=name, parameters_json_schema=_schema(form), description=f"Hand in the {name}.", kind="output"
        )
        return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
    return ModelRequestParameters()


async def _note_tokens(response: httpx2.Response) -> None:
    """Keep the token counts of a response, whatever the client library makes of the rest of it."""
    seen = _seen.get()
    if seen is None:
        return
    try:
        body = json.loads(await response.aread())
    except ValueError:
        return
    if isinstance(body, dict) and (tokens := wire_tokens(body)) is not None:
        seen.append(tokens)


def wire_tokens(body: Mapping[str, object]) -> Tokens | None:
    """Token counts of a response body of OpenAI's, Anthropic's or Google's shape; None where it has none."""

    def number(of: object, *path: str) -> int:
        for step in path:
            of = of.get(step) if isinstance(of, Mapping) else None
        return of if isinstance(of, int) and not isinstance(of, bool) and of > 0 else 0

    if isinstance(usage := body.get("usageMetadata"), Mapping):
        wrote = number(usage, "candidatesTokenCount") + number(usage, "thoughtsTokenCount")
        return Tokens(number(usage, "promptTokenCount"), wrote, number(usage, "cachedContentTokenCount"))
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    if "prompt_tokens" in usage or "completion_tokens" in usage:
        cached = number(usage, "prompt_tokens_details", "cached_tokens")
        return Tokens(number(usage, "prompt_tokens"), number(usage, "completion_tokens"), cached)
    cached, written = number(usage, "cache_read_input_tokens"), number(usage, "cache_creation_input_tokens")
    read = number(usage, "input_tokens") + cached + written
    return Tokens(read, number(usage, "output_tokens"), cached, written)


def key_for(spec: ModelSpec, keys: Mapping[str, str]) -> str | None:
    """The key that may go to the model's address: the provider's at its own servers, else one named for that host."""
    names = (spec.place, *KEYS[spec.provider]) if spec.at_home else (spec.place,)
    return next((keys[name].strip() for name in names if keys.get(name, "").strip()), None)


def open_client(
    spec: ModelSpec, keys: Mapping[str, str], *, deadline_s: float, connections: int
) -> ModelClient:
    """A client of the model; raises `SettingsError` naming the key to set or the package to install."""
    key = key_for(spec, keys)
    if key is None and spec.at_home:
        raise SettingsError(f"{spec.name} needs a key: set {KEYS[spec.provider][0]}.")
    http = httpx2.AsyncClient(
        timeout=httpx2.Timeout(deadline_s, connect=min(_CONNECT_S, deadline_s)),
        limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        event_hooks={"response": [_note_tokens]},
    )
    try:
        model = _model(spec, key or NO_KEY, http)
    except ImportError as error:
        raise SettingsError(
            f"{spec.name} needs a package: pip install 'paperbout[{spec.provider}]'."
        ) from error
    return ModelClient(spec, model, http, deadline_s, keyless=key is None)


def _model(spec: ModelSpec, key: str, http: httpx2.AsyncClient) -> Model:
    match spec.provider:
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            base = spec.base_url or "https://api.anthropic.com"
            return AnthropicModel(
                spec.model, provider=AnthropicProvider(api_key=key, base_url=base, http_client=http)
            )
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            base = spec.base_url or "https://generativelanguage.googleapis.com"
            return GoogleModel(
                spec.model, provider=GoogleProvider(api_key=key, base_url=base, http_client=http)
            )
        case _:
            return _openai_model(spec, key, http)


def _openai_model(spec: ModelSpec, key: str, http: httpx2.AsyncClient) -> Model:
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    base = spec.base_url or "https://api.openai.com/v1"
    client = AsyncOpenAI(api_key=key, base_url=base, http_client=http, max_retries=0)
    if not spec.at_home:
        # The library takes these from the environment; whose customer we are is nobody else's business.
        client.organization = client.project = None
    if spec.base_url is None:
        return OpenAIChatModel(spec.model, provider=OpenAIProvider(openai_client=client))
    compatible = OpenAICompatibleProvider(spec.place, openai_client=client)
    # Other servers know the old name of the setting, and OpenAI's newer models only the new one.
    profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=spec.family == "openai")
    return OpenAIChatModel(spec.model, provider=compatible, profile=profile)
