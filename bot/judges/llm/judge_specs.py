"""How a judge is written in settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.judges.llm.providers import JUDGE_FORMS, PROVIDERS
from storage.errors import SettingsError

_HOMES: Mapping[str, str] = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "google": "generativelanguage.googleapis.com",
}
_PORTS = {"https": 443, "http": 80}

_FAMILIES: Mapping[str, re.Pattern[str]] = {
    "anthropic": re.compile(r"claude"),
    "google": re.compile(r"gemini|gemma"),
    "meta": re.compile(r"llama"),
    "mistral": re.compile(r"mi[sx]tral"),
    "alibaba": re.compile(r"qwen|qwq"),
    "deepseek": re.compile(r"deepseek"),
    "openai": re.compile(r"gpt|(?:^|/)o\d"),
}


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model and where to call it; `base_url` None means the provider's own address."""

    name: str
    provider: str
    model: str
    base_url: str | None

    @property
    def family(self) -> str:
        """Who made the model, told from its name; the provider where the name says nothing."""
        for family, pattern in _FAMILIES.items():
            if pattern.search(self.model.lower()):
                return family
        return self.provider if self.base_url is None else self.model.lower()

    @property
    def place(self) -> str:
        """Whose servers answer; calls to one place share its concurrency, and a key named for it."""
        return host_of(self.base_url) if self.base_url else self.provider

    @property
    def at_home(self) -> bool:
        """Whether the provider's own servers answer, over TLS: its own key goes to nobody else."""
        if self.base_url is None:
            return True
        parts, home = urlsplit(self.base_url), _HOMES[self.provider]
        host = parts.hostname or ""
        return parts.scheme == "https" and (host == home or host.endswith(f".{home}"))


def host_of(address: str) -> str:
    """`HOST[:PORT]` of an address, in small letters, without the port that its scheme has by itself."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return host if parts.port in {None, _PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


def parse_model(spec: str) -> ModelSpec:
    """Take `provider:model[@base_url]` apart; raises `SettingsError` saying what is wrong with it."""
    provider, colon, rest = spec.partition(":")
    if not colon or provider not in PROVIDERS:
        raise SettingsError(f"{spec!r} isn't a judge: write {JUDGE_FORMS}.")
    model, base_url = rest.strip(), ""
    if "://" in rest:
        at = max(0, rest.rfind("@", 0, rest.index("://")))
        model, base_url = rest[:at].strip(), rest[at + 1 :].strip()
    if not model:
        raise SettingsError(f"{spec!r} names no model: write {provider}:MODEL.")
    if base_url:
        parts = urlsplit(base_url)
        if parts.scheme not in _PORTS or not parts.hostname or not _has_good_port(base_url):
            raise SettingsError(f"{spec!r}: {base_url!r} isn't an address; write http://HOST[:PORT]/v1.")
        if parts.username or parts.password:
            raise SettingsError(
                f"{provider + ':' + model!r}: put the key into the environment, not into the address."
            )
    return ModelSpec(spec, provider, model, base_url.rstrip("/") or None)


def _has_good_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:  # above 65535, or no number
        return False


def check_spec(spec: str) -> None:
    """Raise `SettingsError` where the text can't name a judge; opens nothing."""
    if spec == "offline":
        return
    if spec.startswith("recorded:"):
        if not spec.removeprefix("recorded:").strip():
            raise SettingsError(f"{spec!r} names no file: write recorded:FILE.csv.")
        return
    parse_model(spec)


def family_of(name: str) -> str:
    """Who made the model behind a judge's or assessor's name, whether or not it is configured any more."""
    try:
        return parse_model(name).family
    except SettingsError:
        return name.partition(":")[0]
