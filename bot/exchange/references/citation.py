"""A paper's citation for reference managers, with a stable key."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

PublicationKind = Literal["article", "conference", "preprint", "book", "chapter", "thesis", "report", "other"]

_SUFFIX: Final = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
_PARTICLES: Final = frozenset(
    "af al ap as auf aus av ben bin d' da dal dalla das de dei del della den der des di do dos du e el ibn il la "  # noqa: SIM905 - a list of words reads best as words
    "las le les li lo los mac of op 't ten ter tot und van vom von vor y zu zum zur".split()
)
"""Lower-case words before a family name that belong to it, such as "van" and "de"."""
_STOP: Final = frozenset(
    "a an the on of for in to with and or from by at as is are towards toward via using "  # noqa: SIM905 - same
    "das der die ein eine le la les un une".split()
)
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper as cited; unknown fields are None or empty.

    `id` is canonical ("arxiv:1706.03762"), `authors` are names as printed ("Jan van der Berg"), `arxiv` is an id without
    version, `month` and `day` count from 1, `pages` is as printed ("1-10").
    """

    id: str
    title: str
    authors: tuple[str, ...] = ()
    kind: PublicationKind = "other"
    year: int | None = None
    month: int | None = None
    day: int | None = None
    venue: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    category: str | None = None
    url: str | None = None
    abstract: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts; a name that can't be split is all `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """The name with the family name first: "van der Berg, Jan" or "King, Martin Luther, Jr."."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.given, self.suffix) if part)


def split_name(name: str) -> PersonName:
    """Split a printed name into parts; "Jan van der Berg" and "van der Berg, Jan" give the same."""
    words = name.split()
    if "," in name:
        parts = [part.strip() for part in name.split(",")]
        if _SUFFIX.fullmatch(parts[-1]) and len(parts) == 2:  # noqa: PLR2004 - "Martin King, Jr."
            return _suffixed(split_name(parts[0]), parts[1])
        family, given = parts[0].split(), parts[1]
        suffix = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - "King, Martin, Jr."
        at = _particles(family, 0)
        return PersonName(" ".join(family[at:]), given, " ".join(family[:at]), suffix)
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):  # noqa: PLR2004 - two words are a whole name
        return _suffixed(split_name(" ".join(words[:-1])), words[-1])
    if len(words) < 2:  # noqa: PLR2004 - one word has no given name
        return PersonName(name.strip())
    begin = next(
        (i for i in range(1, len(words) - 1) if words[i].lower() == words[i] and _is_particle(words[i])), 0
    )
    if not begin:
        return PersonName(words[-1], " ".join(words[:-1]))
    end = _particles(words, begin)
    return PersonName(" ".join(words[end:]), " ".join(words[:begin]), " ".join(words[begin:end]))


def _suffixed(name: PersonName, suffix: str) -> PersonName:
    return PersonName(name.family, name.given, name.particle, suffix)


def _is_particle(word: str) -> bool:
    return word.lower() in _PARTICLES


def _particles(words: list[str], at: int) -> int:
    """Return the index after the particles that begin at index `at`; the last word is never a particle."""
    while at < len(words) - 1 and words[at].islower() and _is_particle(words[at]):
        at += 1
    return at


def keys_of(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return a key for each citation, from family name, year and first title word ("vaswani2017attention").

    Among papers with the same key, all after the first add the digits of their id, so that adding a paper changes no key.
    """
    keys_in_use: set[str] = set()
    keys = []
    for citation in citations:
        key = _key(citation)
        if key in keys_in_use:
            key += "-" + "".join(_WORD.findall(citation.id.partition(":")[2].lower()))
        while key in keys_in_use:
            key += "x"
        keys_in_use.add(key)
        keys.append(key)
    return tuple(keys)


def _key(citation: Citation) -> str:
    author = split_name(citation.authors[0]).family if citation.authors else ""
    words = [word for word in _ascii_words(citation.title) if word not in _STOP and not word.isdecimal()]
    key = (
        "".join(_ascii_words(author))
        + (str(citation.year) if citation.year else "")
        + (words[0] if words else "")
    )
    return key or "paper" + "".join(_ascii_words(citation.id))


def _ascii_words(text: str) -> list[str]:
    letters = unicodedata.normalize(
        "NFKD", text.replace("ø", "o").replace("ł", "l").replace("ß", "ss").replace("’", "")
    )
    return _WORD.findall(letters.encode("ascii", "ignore").decode().lower().replace("'", ""))
