"""The rubric for assessors: a text, and a version that changes with any change of the text."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from storage.errors import SettingsError

DEFAULT_RUBRIC = Path(__file__).with_name("rubric.md")
MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Rubric:
    """The rubric's text as assessors read it; `version` is a hash of it (eight hex digits)."""

    text: str
    version: str


def rubric_of(text: str | None) -> Rubric | None:
    """Return a league's own rubric, given its text; None for no text, when the installation's rubric applies."""
    return Rubric(text, _version_of(text)) if text else None


def _version_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def is_outdated(version: str | None, current: str) -> bool:
    """Return whether an assessment used another rubric than the current one; offline and recorded ones use none."""
    return version is not None and version != current and not version.startswith(("offline", "recorded"))


def read_rubric(path: Path | None = None) -> Rubric:
    """Read the built-in rubric or the file in its place. Raises `SettingsError` if the file can't be used."""
    try:
        text = (path or DEFAULT_RUBRIC).read_text(encoding="utf-8-sig").replace("\r\n", "\n").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"PAPERBOUT_RUBRIC: {path} can't be read as text ({error}).") from error
    if not text:
        raise SettingsError(f"PAPERBOUT_RUBRIC: {path} is empty.")
    if len(text) > MOST_CHARACTERS:
        raise SettingsError(
            f"PAPERBOUT_RUBRIC: {path} has {len(text):,} characters; at most {MOST_CHARACTERS:,}."
        )
    return Rubric(text, _version_of(text))
