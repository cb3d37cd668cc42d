"""Prepares a sentence for matching: lower case, without greetings, each paper named replaced by `P`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.papers.text import folded
from bot.questions.search.paper_mentions import SMALL, Mention, Shelf, tokens_of
from handlers.slack.words.sentences.learned.intents import everyday
from handlers.slack.words.sentences.sentence_shapes import (
    COMPARES,
    LEAD,
    NOT_ORDINARY,
    POLITE,
    RESTS,
    with_apostrophes,
    with_ranks,
)
from handlers.slack.words.terms import TERM_WORDS

_AROUND_WORDS = (
    "rank ranked show shows list give card score place position good great nice really currently info "
    "details page open display view look read find again happen think mean means bad better worse best "
    "worst important interesting week month year day days today yesterday team everyone channel bot stand "
    "stands standing another any other others low lower lowest high higher highest far long short big first ever "
    "isn didn don doesn wasn aren weren hasn haven hadn couldn wouldn shouldn never number enough deserve hardly "
    "t re ve ll weakness weaknesses limitation limitations strength strengths novelty originality "
    "significance assessment review summary similar related ranking history comparison comparisons "
    "interval uncertainty confidence reliability "
    "small much many left right next matches match judged judge winner papers articles article kind"
)
ORDINARY = (everyday() | {*TERM_WORDS, *_AROUND_WORDS.split()} | set(RESTS)) - NOT_ORDINARY
"""Words that occur around papers' names and name no paper by themselves."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence prepared for matching: lower case, each paper named replaced by `P`."""

    text: str
    shape: str
    tokens: tuple[str, ...]
    mentions: tuple[Mention, ...]
    leftover: tuple[str, ...]
    said: str = ""
    """The whole sentence, with its greeting."""


_PLUS_MINUS = re.compile(r"\+\s?/?\s?[-–−]")
_JOINED = re.compile(r"\b(top|best|first|last|bottom)(\d{1,2})\b")


def plain(text: str) -> str:
    """Return a sentence in lower case, without accents, with its left-out apostrophes."""
    lower = " ".join(folded(_PLUS_MINUS.sub("±", text.replace("’", "'"))).split())
    return with_apostrophes(_JOINED.sub(r"\1 \2", lower))


def trimmed(lower: str) -> str:
    """Return the sentence without greeting and polite words, unless nothing else remains."""
    for pattern in (LEAD, POLITE, LEAD):
        rest = pattern.sub("", lower)
        lower = rest if rest.strip(" ?!.") else lower
    return lower


_BY_THE_WAY = re.compile(
    r"(?<=\w)(?:,? (?:please|pls|plz|already|actually|maybe|perhaps|really|just|kindly|currently"
    r"|quickly|by any chance|by the way|btw"
    r"|if possible|to me|to us|myself|personally|right now|at the moment|though))+(?=\W|$)"
)
"""Pattern of words that change nothing about what is asked."""
_NAMED = re.compile(r"\b(?:the |that |this |our )?P(?: (?:papers?|articles?|work|model|method|one|study))?\b")
"""Pattern of a paper named in a sentence's shape, with the words around its name."""


def prepare(text: str, shelf: Shelf) -> Sentence:
    """Return a sentence with the papers that it names."""
    lower = with_ranks(trimmed(plain(text)))
    spare = _BY_THE_WAY.sub("", lower)
    lower = spare if spare.strip(" ?!.") else lower
    tokens = tokens_of(lower)
    mentions = _together(
        shelf.mentions(tokens, () if len(tokens) == 1 and tokens[0] not in RESTS else ORDINARY)
    )
    if not COMPARES.search(lower):
        mentions = _telling(mentions)
    shape, at = [], 0
    for mention in mentions:
        shape += [*tokens[at : mention.start], "P"]
        at = mention.end
    shape += tokens[at:]
    places = {place for mention in mentions for place in range(mention.start, mention.end)}
    leftover = [
        token
        for place, token in enumerate(tokens)
        if place not in places and token not in SMALL and token not in ORDINARY
    ]
    # Without papers a sentence keeps its marks (±, $, apostrophes).
    return Sentence(
        lower,
        _NAMED.sub("P", " ".join(shape)) if mentions else lower,
        tuple(tokens),
        tuple(mentions),
        tuple(leftover),
        text,
    )


def solid_mentions(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that certainly name papers: a rank, a paper's name, or several words of a title."""
    return [mention for mention in mentions if mention.is_name or mention.end - mention.start > 1]


def _telling(mentions: list[Mention]) -> list[Mention]:
    """Drop words of titles ("learning") beside a paper's own name ("adam") or more words of one title."""
    names = [mention for mention in mentions if mention.is_name]
    if len(names) == 1 and len(mentions) > 1:
        return names
    longest = max(mentions, key=lambda mention: mention.end - mention.start, default=None)
    return (
        [longest] if longest is not None and longest.end - longest.start > 1 and len(names) == 0 else mentions
    )


def _together(mentions: list[Mention]) -> list[Mention]:
    """Merge a title word beside an author's name into one mention of the papers that have both."""
    groups: list[Mention] = []
    for mention in mentions:
        before = groups[-1] if groups else None
        both = () if before is None else tuple(e for e in before.entries if e in mention.entries)
        if (
            before is not None
            and both
            and (before.by_author != mention.by_author or len(before.entries) == len(mention.entries) == 1)
            and before.end == mention.start
        ):
            groups[-1] = Mention(before.start, mention.end, both, is_name=len(both) == 1)
        else:
            groups.append(mention)
    return groups
