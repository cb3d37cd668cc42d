"""Parses the names of judges in settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.judges.llm.provider import EFFORTS, Effort, Provider
from bot.judges.llm.providers import judge_forms, providers
from storage.errors import SettingsError

_PORTS = {"https": 443, "http": 80}

_OTHER_FAMILIES: Mapping[str, re.Pattern[str]] = {
    "meta": re.compile(r"llama"),
    "mistral": re.compile(r"mi[sx]tral|magistral"),
    "alibaba": re.compile(r"qwen|qwq"),
    "deepseek": re.compile(r"deepseek"),
}
"""Patterns of models' names by maker, for makers that are no provider here."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A parsed name of a judge: provider, model, effort, and the address of its server.

    `base_url` None means the provider's own address; `query` is added to every request; `effort` None leaves it to
    the model.
    """

    name: str
    provider: str
    model: str
    base_url: str | None
    effort: Effort | None = None
    query: str = ""

    @property
    def declared(self) -> Provider:
        """The declaration of the model's provider: its servers, keys and call format."""
        return providers()[self.provider]

    @property
    def family(self) -> str:
        """Maker of the model, found by its name; else the provider."""
        makers = {one.name: one.models for one in providers().values()}
        for family, pattern in {**_OTHER_FAMILIES, **makers}.items():
            if pattern.search(self.model.lower()):
                return family
        return self.provider if self.base_url is None else self.model.lower()

    @property
    def place(self) -> str:
        """Server that answers the model's calls; calls to one server share its concurrency limit and its key."""
        return host_of(self.base_url) if self.base_url else self.provider

    @property
    def at_home(self) -> bool:
        """Whether the model is called at the provider's own servers over TLS, the only ones that receive its key."""
        if self.base_url is None:
            return True
        parts, home = urlsplit(self.base_url), urlsplit(self.declared.home).hostname or ""
        host = parts.hostname or ""
        return parts.scheme == "https" and (host == home or host.endswith(f".{home}"))


def address_of(spec: ModelSpec) -> str:
    """Return the URL to which calls of the model are sent."""
    return address_at(spec, spec.declared.path(spec.model))


def address_at(spec: ModelSpec, path: str) -> str:
    """Return the URL of one of the provider's paths, below the judge's base address; the address keeps its query."""
    base = spec.base_url or spec.declared.home
    path, _, query = path.partition("?")
    # An address may end with the first step of the path already ("…/v1").
    first = "/" + path.split("/")[1]
    if base.endswith(first) and path.startswith(first + "/"):
        path = path.removeprefix(first)
    query = "&".join(filter(None, (query, spec.query)))
    return f"{base}{path}" + (f"?{query}" if query else "")


def host_of(address: str) -> str:
    """Return `HOST[:PORT]` of a URL, in lower case, without the scheme's default port."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return host if parts.port in {None, _PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


def parse_model(spec: str) -> ModelSpec:
    """Parse `provider:model[:effort][@base_url]`. Raises `SettingsError` saying what is wrong."""
    provider, colon, rest = spec.partition(":")
    if not colon or provider not in providers():
        raise SettingsError(f"{spec!r} isn't a judge: write {judge_forms()}.")
    model, base_url = rest.strip(), ""
    if "://" in rest:
        at = max(0, rest.rfind("@", 0, rest.index("://")))
        model, base_url = rest[:at].strip(), rest[at + 1 :].strip()
    model, effort = _split_effort(model)
    if not model:
        raise SettingsError(f"{spec!r} names no model: write {provider}:MODEL.")
    base_url, _, query = base_url.partition("?")
    if base_url:
        parts = urlsplit(base_url)
        if parts.scheme not in _PORTS or not parts.hostname or not _has_good_port(base_url):
            raise SettingsError(f"{spec!r}: {base_url!r} isn't an address; write http://HOST[:PORT]/v1.")
        if parts.username or parts.password:
            raise SettingsError(
                f"{provider + ':' + model!r}: put the key into the environment, not into the address."
            )
    return ModelSpec(spec, provider, model, base_url.rstrip("/") or None, effort, query.partition("#")[0])


def _split_effort(model: str) -> tuple[str, Effort | None]:
    """Split `gpt-5.2:low` into model and effort; other colons belong to the model's name (`llama3.3:70b`)."""
    name, colon, last = model.rpartition(":")
    effort = next((one for one in EFFORTS if one == last.strip().lower()), None)
    return (name.strip(), effort) if colon and effort is not None else (model, None)


def _has_good_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:  # above 65535, or no number
        return False


def key_for(spec: ModelSpec, keys: Mapping[str, str]) -> str | None:
    """Return the key for the model's server: the provider's own key, or the one set for another host.

    None for another server without a key. Raises `SettingsError` if the provider's own server needs one.
    """
    names = (spec.place, *spec.declared.keys) if spec.at_home else (spec.place,)
    key = next((keys[name].strip() for name in names if keys.get(name, "").strip()), None)
    if key is None and spec.at_home:
        raise SettingsError(f"{spec.name} needs a key: set {spec.declared.keys[0]}.")
    return key


def check_spec(spec: str) -> None:
    """Raise `SettingsError` if the text can't name a judge; opens nothing."""
    if spec in {"offline", "rubric"}:
        return
    if spec.startswith("recorded:"):
        if not spec.removeprefix("recorded:").strip():
            raise SettingsError(f"{spec!r} names no file: write recorded:FILE.csv.")
        return
    parse_model(spec)


def family_of(name: str) -> str:
    """Return the maker of the model behind a judge's or assessor's name, whether or not it is configured."""
    try:
        return parse_model(name).family
    except SettingsError:
        return name.partition(":")[0]
