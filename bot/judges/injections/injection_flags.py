"""Flags passages of a paper that address the judge instead of the reader, by kind."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from bot.judges.injections.hidden_text import hidden_count, spell_hidden, without_hidden
from bot.judges.injections.injection_patterns import (
    ABOUT_INJECTION,
    IN_OTHER_LANGUAGES,
    KINDS,
    LOOKALIKES,
    scripts_of,
)
from bot.judges.interface import Flag, PaperText
from storage.database.bounded_cache import BoundedCache

MOST_EXCERPT = 120
FLAGS_BYTES = 4 * 1024 * 1024
_AROUND = 20
_HIDDEN_KIND = "hidden characters"
_PIECE, _OVERLAP = 3_000, 250
_QUOTES = "\"'“”‘’«»„`"
_SENTENCE_END = re.compile(r"[.!?:]\s+|[。！？：]|\n\s*")
_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_QUOTED = re.compile(rf"[{_QUOTES}]\s*$")
_LONG_WITHOUT_BLANKS, _FEW_WORDS = 4, 4


def _readings(text: str) -> Iterator[str]:
    """Yield possible readings of a disguised text: plain, tags decoded, letters joined, reversed."""
    plain = _plain(without_hidden(spell_hidden(text)))
    yield plain
    # Disguises with letters set apart ("i g n o r e", "i.g.n.o.r.e"); two or more blanks part the words.
    apart = re.sub(r"\b(?:\w[ ._\-*|]){3,}\w\b", lambda match: re.sub(r"[ ._\-*|]", "", match.group()), plain)
    if apart != plain:
        yield re.sub(r" {2,}", " ", apart)
    digits = plain.translate(str.maketrans("013457@$", "oieastas"))
    if digits != plain:
        yield digits
    if any(char in "\u202e\u202d\u2066\u2067" for char in text) or "snoitcurtsni" in plain:
        yield plain[::-1]


def _plain(text: str) -> str:
    bare = text
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        bare = "".join(
            char for char in letters if char.isascii() or unicodedata.category(char) not in {"Mn", "Me"}
        )
    lines = re.sub(r"[^\S\n]", " ", bare.casefold().translate(LOOKALIKES)).split("\n")
    return "\n".join(bare_line for line in lines if (bare_line := line.strip()))


def find_flags(text: str) -> tuple[Flag, ...]:
    """Flag each kind of suspicious passage in the text once, with an excerpt in plain characters.

    In a paper about such passages, quoted or mentioned ones aren't flagged.
    """
    flags: dict[str, Flag] = {}
    hidden = hidden_count(text)
    if hidden:
        flags[_HIDDEN_KIND] = Flag(_HIDDEN_KIND, f"{hidden} characters that show nothing")
    studies = ABOUT_INJECTION.search(text.casefold()) is not None
    for piece in _pieces(text):
        _flag_piece(piece, flags, studies=studies)
    return tuple(flags.values())


def _pieces(text: str) -> Iterator[str]:
    """Cut the text into overlapping pieces, so that other threads can run between them."""
    for start in range(0, max(1, len(text)), _PIECE):
        yield text[max(0, start - _OVERLAP) : start + _PIECE]


def _flag_piece(piece: str, flags: dict[str, Flag], *, studies: bool) -> None:
    for reading in _readings(piece):
        for line in dict.fromkeys((reading, reading.replace("\n", " "))):
            for kind, pattern in KINDS.items():
                if kind not in flags:
                    _flag(kind, pattern, line, flags, studies=studies)
    words = " ".join(without_hidden(piece).casefold().split())
    scripts = scripts_of(words)
    for kind, languages in IN_OTHER_LANGUAGES.items():
        for language in languages:
            if kind not in flags and language.may_match(words, scripts):
                _flag(kind, language.pattern, words, flags, studies=studies)


def _flag(kind: str, pattern: re.Pattern[str], line: str, flags: dict[str, Flag], *, studies: bool) -> None:
    for match in pattern.finditer(line):
        if studies and _is_spoken_of(line, match.start()):
            continue
        start = max(0, match.start() - _AROUND)
        excerpt = " ".join(line[start : match.end() + _AROUND].split())
        flags[kind] = Flag(kind, excerpt[:MOST_EXCERPT])
        return


def _is_spoken_of(line: str, start: int) -> bool:
    """Return whether a passage is quoted or mentioned inside a sentence."""
    if _QUOTED.search(line, max(0, start - 3), start) and len(line[:start].split()) > _FEW_WORDS:
        return True
    begin = max((match.end() for match in _SENTENCE_END.finditer(line, 0, start)), default=0)
    before = line[begin:start].strip(_QUOTES + " ,-–—*#>(")
    if _WITHOUT_BLANKS.search(before):
        return len(before) > _LONG_WITHOUT_BLANKS
    return len(before.split()) > 1


def paper_flags(*papers: PaperText) -> tuple[Flag, ...]:
    """Return the flags of all texts of these papers that a judge would read, each kind once."""
    text = "\n\n".join(
        part for p in papers for part in (p.title, p.abstract, p.full_text, p.assessment) if part is not None
    )
    return find_flags(text)


def pair_flags(first: PaperText, second: PaperText) -> tuple[Flag, ...]:
    """Return the flags of both papers' texts, each kind once, naming the paper as shown; cached across matches."""
    flags: dict[str, Flag] = {}
    for number, paper in ((1, first), (2, second)):
        for part in (paper.title, paper.abstract, paper.assessment):
            for flag in _cached_flags(part) if part else ():
                flags.setdefault(flag.kind, Flag(flag.kind, f"Paper {number}: {flag.excerpt}"[:MOST_EXCERPT]))
    return tuple(flags.values())


_flags_by_digest: BoundedCache[bytes, tuple[Flag, ...]] = BoundedCache(FLAGS_BYTES)


def _cached_flags(text: str) -> tuple[Flag, ...]:
    """Return the flags of a text, cached by its hash, because papers are judged many times and texts are large."""
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
    flags = _flags_by_digest.get(digest)
    if flags is None:
        flags = find_flags(text)
        _flags_by_digest.put(digest, flags)
    return flags
