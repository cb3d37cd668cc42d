"""Checks of setting values; each returns the value to use, or raises `ValueError` with a hint."""

import base64
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

from bot.judges.llm.providers import judge_forms, providers

LONGEST_COMMAND = 32
_JUDGE = re.compile(rf"offline|rubric|recorded:\s*\S.*|(?:{'|'.join(providers())}):\s*[^\s@].*")
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")


def judge_names(value: object) -> object:
    """Parse names separated by commas; a value that isn't text is returned unchanged."""
    if not isinstance(value, str):
        return value
    names = tuple(part.strip() for part in value.split(",") if part.strip())
    wrong = ", ".join(repr(name) for name in names if not _JUDGE.fullmatch(name))
    if wrong:
        raise ValueError(f"{wrong} names no judge: write {judge_forms()}")
    return names


def not_empty(value: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a list setting. Raises `ValueError` if there are none."""
    if not value:
        raise ValueError("name at least one, for example offline")
    return value


def host_names(value: object) -> object:
    """Parse host names separated by commas, in lower case; a value that isn't text is returned unchanged."""
    if not isinstance(value, str):
        return value
    return frozenset(part.strip().lower() for part in value.split(",") if part.strip())


def known_zone(value: str) -> str:
    """Return the value of a time zone setting unchanged. Raises `ValueError` for a zone that doesn't exist."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"there is no time zone {value!r}; write one such as Europe/Berlin") from error
    return value


def command(value: str) -> str:
    """Return the slash command of a setting, such as "/rank", in lower case.

    Raises `ValueError` for an invalid one.
    """
    if (
        not value.startswith("/")
        or not value[1:].replace("-", "").replace("_", "").isalnum()
        or len(value) > LONGEST_COMMAND
    ):
        raise ValueError("a command is a slash and up to 31 letters, digits, - or _")
    return value.lower()


def sealing_keys(value: SecretStr | None) -> SecretStr | None:
    """Check the encryption keys for tokens, separated by commas. Raises `ValueError`."""
    parts = [] if value is None else value.get_secret_value().split(",")
    if not all(_is_fernet_key(part.strip()) for part in parts):
        raise ValueError("a key is 32 bytes in URL-safe base64; `paperbout key new` prints one")
    return value


def _is_fernet_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text.encode())) == 32  # noqa: PLR2004 - what Fernet takes
    except ValueError:
        return False


def keys_by_host(value: SecretStr | None) -> SecretStr | None:
    """Check entries HOST[:PORT]=KEY, separated by commas. Raises `ValueError`."""
    parts = [] if value is None else value.get_secret_value().split(",")
    for place, part in enumerate(filter(str.strip, parts), 1):
        host, _, key = part.partition("=")
        if not _HOST.fullmatch(host.strip().lower()) or not key.strip():
            raise ValueError(f"entry {place} isn't HOST[:PORT]=KEY, such as llm.example.org=KEY")
    return value


def address_without_slash(value: str | None) -> str | None:
    """Return an http(s) URL without a slash at its end. Raises `ValueError`."""
    return None if value is None else _address(value).rstrip("/")


def address_with_slash(value: str) -> str:
    """Return an http(s) URL with a slash at its end. Raises `ValueError`."""
    return value if _address(value).endswith("/") else value + "/"


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("an address starts with http:// or https://")
    return value


def known_database(value: str) -> str:
    """Return the URL of a supported database. Raises `ValueError`."""
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("write sqlite:///FILE or postgresql://USER@HOST/NAME")
    return value
