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
_CAPITAL_PARTICLES: Final = frozenset("De Del Della Di Du Dos El La Ten Ter Van Vander Von".split())  # noqa: SIM905 - same
"""Capitalised words that, between a given and a family name, begin the family name ("Luc Van Gool")."""
_VIETNAMESE: Final = frozenset(
    [
        "bui",
        "dang",
        "dinh",
        "do",
        "duong",
        "hoang",
        "le",
        "luong",
        "ly",
        "mai",
        "ngo",
        "nguyen",
        "pham",
        "phan",
        "tran",
        "trinh",
        "truong",
        "vu",
    ]
)
"""Family names beside which "Van" is a middle name."""
_GROUP: Final = re.compile(
    r"(?:collaborations?|consortium|team|group|committee|initiative|network|society|association|organi[sz]ation|institute"
    r"|university|foundation|project|force|authors|contributors|laboratory|alliance|council|agency|collaborators|participants"
    r"|investigators|workshop|community|cent(?:er|re)|deepmind|labs?|research|inc\.?|ltd\.?|llc|gmbh|corp(?:oration|\.)?)",
    re.IGNORECASE,
)
"""Last words of names of groups, which are never parted."""
_EAST_ASIAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which the family name is written first."""
_STOP: Final = frozenset(
    "a an the on of for in to with and or from by at as is are towards toward via using "  # noqa: SIM905 - same
    "das der die ein eine le la les un une".split()
)
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "’": "",
    }
)
"""Letters that have no accent to take off."""
_WORD: Final = re.compile(r"[a-z0-9]+")
_LONGEST_PART: Final = 30
"""Most letters of a name or a word in a key."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper as cited; unknown fields are None or empty.

    `id` is canonical ("arxiv:1706.03762"), `authors` are names as printed ("Jan van der Berg"), `arxiv` is an id without
    version, `month` and `day` count from 1, `pages` is as printed ("1-10"); `key` is the one it is known by already.
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
    key: str | None = None


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
    if _is_group(words):
        return PersonName(" ".join(words))
    if "," not in name and len(words) > 1 and words[0].islower() and _is_particle(words[0]):
        at = _particles(words, 0)
        return PersonName(" ".join(words[at:]), particle=" ".join(words[:at]))
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
    if _EAST_ASIAN.search(name):
        return PersonName(words[0], " ".join(words[1:]))
    begin = next(
        (i for i in range(1, len(words) - 1) if words[i].lower() == words[i] and _is_particle(words[i])), 0
    )
    if not begin:
        at = _family_begins(words)
        return PersonName(" ".join(words[at:]), " ".join(words[:at]))
    end = _particles(words, begin)
    return PersonName(" ".join(words[end:]), " ".join(words[:begin]), " ".join(words[begin:end]))


def is_and_others(name: str) -> bool:
    """Return whether a name stands for authors who aren't named."""
    return name.strip(" .,").lower() in {"others", "and others", "et al"}


def _is_group(words: list[str]) -> bool:
    """Return whether a name is a group's, or several people's in one."""
    return len(words) > 1 and (
        any(word.lower() in {"and", "&"} for word in words)
        or _GROUP.fullmatch(words[-1]) is not None
        or words[-1] == "AI"
        or words[0] == "Team"
    )


def _family_begins(words: list[str]) -> int:
    """Return where the family name begins in a name without lower-case particles: "Van Gool", "De La Cruz", "Lee"."""
    if any("".join(_ascii_words(word)) in _VIETNAMESE for word in words):
        return len(words) - 1
    at = len(words) - 1
    while at > 1 and words[at - 1] in _CAPITAL_PARTICLES:
        at -= 1
    return at


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
        key = citation.key or _key(citation)
        if key in keys_in_use:
            key += "-" + "".join(_WORD.findall(citation.id.partition(":")[2].lower()))
        while key in keys_in_use:
            key += "x"
        keys_in_use.add(key)
        keys.append(key)
    return tuple(keys)


def _key(citation: Citation) -> str:
    author = split_name(citation.authors[0]).family if citation.authors else ""
    if _is_group(author.split()):
        author = next((word for word in author.split() if word.lower() not in _STOP), author)
    words = [word for word in _ascii_words(citation.title) if word not in _STOP and not word.isdecimal()]
    name, word = "".join(_ascii_words(author))[:_LONGEST_PART], (words[0] if words else "")[:_LONGEST_PART]
    if not name and not word:
        return "paper" + "".join(_ascii_words(citation.id))
    return f"{name}{citation.year or ''}{word}"


def _ascii_words(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return _WORD.findall(letters.encode("ascii", "ignore").decode().lower().replace("'", ""))
