"""How a judge is written in settings, and the judge that comes of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.judging.offline import OfflineJudge
from bot.judging.recorded import open_recorded
from bot.judging.records import Judge

FORMS = (
    "offline, recorded:FILE.csv, or provider:model[@base_url] with the provider openai, anthropic or google"
)
PROVIDERS = ("openai", "anthropic", "google")

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
    def is_local(self) -> bool:
        """Whether the model is called at an address of one's own, where no public price applies."""
        host = urlsplit(self.base_url or "").hostname or ""
        return (
            host in {"localhost", "::1"}
            or host.startswith(("127.", "10.", "192.168."))
            or host.endswith(".local")
        )


def parse_model(spec: str) -> ModelSpec:
    """Take `provider:model[@base_url]` apart; raises `SettingsError` saying what is wrong with it."""
    provider, colon, rest = spec.partition(":")
    if not colon or provider not in PROVIDERS:
        raise SettingsError(f"{spec!r} isn't a judge: write {FORMS}.")
    model, at, base_url = rest.partition("@")
    if not model.strip():
        raise SettingsError(f"{spec!r} names no model: write {provider}:MODEL.")
    if at:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError(f"{spec!r}: {base_url!r} isn't an address; write http://HOST[:PORT]/v1.")
        if parts.username or parts.password:
            raise SettingsError(
                f"{spec.split('@', maxsplit=1)[0]!r}: put the key into the environment, not into the address."
            )
    return ModelSpec(spec, provider, model.strip(), base_url or None)


def check_spec(spec: str) -> None:
    """Raise `SettingsError` where the text can't name a judge; opens nothing."""
    if spec == "offline":
        return
    if spec.startswith("recorded:"):
        if not spec.removeprefix("recorded:").strip():
            raise SettingsError(f"{spec!r} names no file: write recorded:FILE.csv.")
        return
    parse_model(spec)


def open_judge(
    spec: str,
    *,
    keys: Mapping[str, str],
    price_per_mtok: Decimal | None = None,
    rubric_path: Path | None = None,
    concurrency: int = 8,
    deadline_s: float = 120.0,
) -> Judge:
    """The judge a setting names.

    `keys` is the environment; `price_per_mtok` (USD per million tokens) counts for models whose price is
    unknown. Raises `SettingsError` naming the key to set, the package to install or the file that can't be
    read.
    """
    check_spec(spec)
    if spec == "offline":
        return OfflineJudge()
    if spec.startswith("recorded:"):
        return open_recorded(spec, Path(spec.removeprefix("recorded:")).expanduser())
    raise SettingsError(f"{spec!r} can't be called yet.")
