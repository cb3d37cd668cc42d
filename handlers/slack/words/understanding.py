"""Finds the command and words that a sentence asks for, by rules alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.papers.text import folded
from bot.questions.search.paper_mentions import SMALL, Mention, Shelf, nearest_words, tokens_of
from handlers.slack.words.command_words import command_words
from handlers.slack.words.commands import BOARD, PAPER, VERSUS, Commands
from handlers.slack.words.league_phrases import OF_LEAGUE
from handlers.slack.words.paper_names import unquoted
from handlers.slack.words.phrasebook import (
    ADDING,
    CHAT,
    FINDING,
    OF_PAPERS,
    SMALL_TALK,
    TERMS,
    Phrase,
)
from handlers.slack.words.sentence_shapes import (
    ADDRESSING,
    ALWAYS,
    ARGUMENT,
    ASKS,
    CHANGES,
    CONTENT,
    FEW_WORDS,
    LEAD,
    LINK,
    LONGEST_WORD,
    LOOKS,
    MOST_REMEMBERED,
    MOST_SHORT,
    NOT_ORDINARY,
    OF_ONE,
    OTHERS,
    PLACES,
    PLAIN,
    POINTING,
    POLITE,
    RESTS,
    THIS,
    with_apostrophes,
)
from handlers.slack.words.terms import TERM_WORDS, term_meant

LONGEST = 300
SUGGESTED = 3


def _words_of(phrases: Sequence[Phrase]) -> set[str]:
    return {word for each in phrases for word in re.findall(r"(?<![\\a-z])[a-z]{3,}", each.pattern.pattern)}


_AROUND_WORDS = (
    "rank ranked show shows list give card score place position good great nice really currently info "
    "details page open display view look read find again happen think mean means bad better worse best "
    "worst important interesting week month year day days today yesterday team everyone channel bot stand "
    "stands standing another any other others low lower lowest high higher highest far long short big "
    "small much many left right next matches match judged judge winner papers articles article kind"
)
_EVERYDAY = (
    _words_of(OF_PAPERS) | _words_of(OF_LEAGUE) | {*TERM_WORDS, *_AROUND_WORDS.split()} | set(RESTS)
) - NOT_ORDINARY


class _Ordinary:
    """Set of everyday words that occur around papers' names and name no paper by themselves."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = dict.fromkeys(_EVERYDAY, True)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        if len(self._known) > MOST_REMEMBERED:
            self._known = dict.fromkeys(_EVERYDAY, True)
        if len(word) > LONGEST_WORD:
            return False
        if word not in self._known:
            self._known[word] = word not in NOT_ORDINARY and any(
                phrase.pattern.search(word) for phrase in (*OF_PAPERS, *OF_LEAGUE)
            )
        return self._known[word]


ORDINARY = _Ordinary()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence asks for: a command and its words.

    The command is empty if the sentence wasn't understood. `choices` are entries if several may be meant.
    `suggestions` are similar (command, words).
    """

    command: str
    words: str = ""
    choices: tuple[int, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence prepared for matching: lower case, each paper named replaced by `P`."""

    text: str
    shape: str
    tokens: tuple[str, ...]
    mentions: tuple[Mention, ...]
    leftover: tuple[str, ...]


def small_talk(text: str) -> Meaning | None:
    """Return the meaning of small talk that needs no papers: greetings, thanks, questions about the bot, terms."""
    lower = _plain(text)
    for phrase in SMALL_TALK:
        if phrase.pattern.search(lower):
            return Meaning(phrase.command, phrase.words)
    question = TERMS.match(_trimmed(lower))
    term = term_meant(question["term"]) if question is not None else None
    return None if term is None else Meaning("explain", term)


def is_typed(text: str, commands: Commands) -> bool:
    """Return whether the text is empty or a typed command that can be read without looking at papers."""
    request = commands.parse(text)
    if request.command == BOARD:
        return True
    mixed = {*RESTS, *OF_ONE, VERSUS, "merge", "challenge"}
    return request.command != PAPER and commands[request.command].name not in mixed


def understand(
    text: str, shelf: Shelf, commands: Commands, under_discussion: Sequence[int] = ()
) -> Meaning | None:
    """Return what a sentence asks for; None if it is a link or a typed command.

    `under_discussion` are the entries that "it" may mean.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST or LINK.search(stripped) or unquoted(stripped) != stripped:
        return None
    sentence = _sentence(stripped, shelf)
    if PLACES.search(sentence.text) or (not sentence.mentions and PLAIN.search(sentence.text)):
        return None
    if (card := _titled(sentence)) is not None:
        return card
    request = commands.parse(stripped)
    if request.command != PAPER:
        name = commands[request.command].name
        if (meaning := _typed(name, request.words, sentence, under_discussion)) is not None:
            return meaning
        if _is_exact(name, request.words):
            return None
    meaning = _meaning(sentence, under_discussion)
    if meaning is None or (meaning.command == PAPER and sentence.leftover):
        mended = _mended(stripped, shelf, under_discussion)
        meaning = mended if mended is not None and (meaning is None or mended.command != PAPER) else meaning
    return _unknown(sentence, commands) if meaning is None and request.command == PAPER else meaning


def _is_exact(name: str, words: str) -> bool:
    """Return whether the words after a command are its arguments, and not the rest of a sentence."""
    rest = RESTS.get(name)
    return (
        rest is None or not words or not rest.match(words) or (name != "how" and bool(ARGUMENT.search(words)))
    )


def _plain(text: str) -> str:
    return with_apostrophes(" ".join(folded(text.replace("’", "'")).split()))


def _trimmed(lower: str) -> str:
    """Return the sentence without greeting and polite words, unless nothing else remains."""
    for pattern in (LEAD, POLITE, LEAD):
        rest = pattern.sub("", lower)
        lower = rest if rest.strip(" ?!.") else lower
    return lower


def _sentence(text: str, shelf: Shelf) -> _Sentence:
    lower = _trimmed(_plain(text))
    tokens = tokens_of(lower)
    mentions = _together(
        shelf.mentions(tokens, () if len(tokens) == 1 and tokens[0] not in RESTS else ORDINARY)
    )
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
    return _Sentence(
        lower, " ".join(shape) if mentions else lower, tuple(tokens), tuple(mentions), tuple(leftover)
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
            and before.by_author != mention.by_author
            and before.end == mention.start
        ):
            groups[-1] = Mention(before.start, mention.end, both)
        else:
            groups.append(mention)
    return groups


def _titled(sentence: _Sentence) -> Meaning | None:
    """Return the card if the sentence consists only of a paper's name; else None."""
    if len(sentence.mentions) != 1:
        return None
    [mention] = sentence.mentions
    rest = [*sentence.tokens[: mention.start], *sentence.tokens[mention.end :]]
    if (mention.by_author and rest) or not set(rest) <= {"the", "a", "an", "paper", "s"}:
        return None
    return _of_one(PAPER, mention)


def _typed(name: str, words: str, sentence: _Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return a typed command about papers, with names from the shelf or "it" replaced by entries; else None."""
    if name in {VERSUS, "merge", "challenge"} and "|" not in words:
        return _versus(sentence, under_discussion, name)
    if name not in OF_ONE or len(sentence.mentions) > 1 or len(sentence.leftover) > 0:
        return None
    if sentence.mentions:
        if sum(m.end - m.start for m in sentence.mentions) + 1 < len(sentence.tokens) and name == PAPER:
            return None
        return _of_one(name, sentence.mentions[0], "limitations of " if "weak" in words else "")
    if under_discussion and (name in LOOKS if not words else POINTING.search(words) or OTHERS.match(words)):
        return _about(name, "{p}", tuple(under_discussion))
    return None


def _versus(sentence: _Sentence, under_discussion: Sequence[int], name: str) -> Meaning | None:
    if name != VERSUS and any(mention.is_guess for mention in sentence.mentions):
        return None
    sides = [m.entries[0] for m in sentence.mentions]
    if len(sides) == 1 and len(under_discussion) == 1 and under_discussion[0] != sides[0]:
        sides = [under_discussion[0], sides[0]]
    return None if len(sides) != 2 else Meaning(name, f"entry:{sides[0]} | entry:{sides[1]}")  # noqa: PLR2004 - a pair


def _meaning(sentence: _Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    if (adding := _adding(sentence)) is not None:
        return adding
    if sentence.mentions:
        unsure = all(mention.is_unsure for mention in sentence.mentions)
        who = _first(OF_LEAGUE, sentence) if unsure else None
        if who is not None and who.command != CHAT:
            return who
        return _with_papers(sentence, under_discussion)
    league = _first(OF_LEAGUE, sentence)
    points = bool(POINTING.search(sentence.text)) or (
        len(sentence.tokens) <= MOST_SHORT and (league is None or league.command in OF_ONE)
    )
    if under_discussion and points and not (league is not None and league.command in ALWAYS):
        phrase = _papers_phrase(sentence)
        if phrase is not None:
            return _about(phrase[0], phrase[1], tuple(under_discussion))
        if league is None and not sentence.leftover:
            return _about(PAPER, "{p}", tuple(under_discussion))
    if league is not None:
        return league
    topic = FINDING.search(sentence.text)
    if topic is not None and sentence.leftover:
        words = (topic["topic"] or topic["words"] or "").strip(" ?!.")
        return Meaning(PAPER, words) if words else None
    phrase = _papers_phrase(sentence)
    if phrase is not None and (not sentence.leftover or (_names(sentence) and ASKS.match(sentence.text))):
        return Meaning(phrase[0], phrase[1].replace("{p}", " ".join(sentence.leftover)).strip())
    return None


def _names(sentence: _Sentence) -> bool:
    """Return whether one to three unexplained words remain, which may name a paper the shelf doesn't know."""
    return 0 < len(sentence.leftover) <= 3  # noqa: PLR2004 - longer is a question about something else


def _with_papers(sentence: _Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what the sentence asks about the papers it names; their card if it asks nothing else."""
    by_title = [mention for mention in sentence.mentions if not mention.by_author]
    mentions = by_title or list(sentence.mentions)
    for phrase in OF_PAPERS:
        if phrase.pattern.search(sentence.shape):
            meaning = _of_phrase(phrase, sentence, mentions, under_discussion)
            if meaning is not None:
                return meaning
    topic = FINDING.search(sentence.text)
    if topic is not None and topic["topic"]:
        return Meaning(PAPER, topic["topic"].strip(" ?!."))
    if sentence.leftover and CONTENT.search(sentence.text):
        return None
    league = _first(OF_LEAGUE, sentence)
    if league is not None and league.command in {"cost", "digest", "export"}:
        return league
    if sentence.leftover and len(mentions[0].entries) > 1:
        return Meaning(PAPER, " ".join(sentence.tokens))
    return _of_one(PAPER, mentions[0])


def _of_phrase(
    phrase: Phrase, sentence: _Sentence, mentions: Sequence[Mention], under_discussion: Sequence[int]
) -> Meaning | None:
    """Return a phrase's command with the papers named; None if one of two papers is missing."""
    if "{q}" in phrase.words:
        if phrase.command != VERSUS and any(mention.is_guess for mention in mentions):
            return None
        sides = [mention.entries[0] for mention in mentions[:2]]
        if len(sides) == 1 and len(under_discussion) == 1 and under_discussion[0] != sides[0]:
            sides.insert(0, under_discussion[0])
        return Meaning(phrase.command, f"entry:{sides[0]} | entry:{sides[1]}") if len(sides) > 1 else None
    if "{p}" not in phrase.words:
        first = sentence.mentions[0]
        return Meaning(phrase.command, " ".join(sentence.tokens[first.start : first.end]))
    if phrase.command == VERSUS and under_discussion:
        return None
    return _of_one(phrase.command, mentions[0], phrase.words.removesuffix("{p}"))


def _papers_phrase(sentence: _Sentence) -> tuple[str, str] | None:
    for phrase in OF_PAPERS:
        if "{q}" not in phrase.words and phrase.pattern.search(sentence.text):
            words = phrase.words
            return phrase.command, " ".join(sentence.leftover) if "{rest}" in words else words
    return None


def _first(phrases: Sequence[Phrase], sentence: _Sentence) -> Meaning | None:
    for phrase in phrases:
        match = phrase.pattern.search(sentence.text)
        if match is not None:
            return Meaning(phrase.command, command_words(phrase, match))
    return None


def _adding(sentence: _Sentence) -> Meaning | None:
    """Return the meaning of a request to add a paper without its link; else None."""
    request = ADDING.search(sentence.text)
    if request is None or sentence.mentions or ADDRESSING.search(sentence.text):
        return None
    if not FEW_WORDS.match(sentence.text[: request.start()]) or request["rest"].strip(" .!?") in THIS:
        return None
    words = " ".join(token for token in tokens_of(request["rest"]) if token not in SMALL or len(token) > 5)  # noqa: PLR2004
    is_paper = sentence.leftover or "paper" in sentence.tokens
    return Meaning(CHAT, f"adding {words}".strip()) if is_paper else None


def _of_one(command: str, mention: Mention, lead: str = "") -> Meaning:
    if mention.is_guess and command in CHANGES:
        return Meaning(command, lead.strip(), mention.entries)
    return _about(command, f"{lead}{{p}}", mention.entries)


def _about(command: str, words: str, entries: tuple[int, ...]) -> Meaning:
    """Return the command about the only entry, or with the entries as choices if there are several."""
    if len(entries) == 1:
        return Meaning(command, words.replace("{p}", f"entry:{entries[0]}"))
    return Meaning(command, words.replace("{p}", "").strip(), entries)


def _mended(text: str, shelf: Shelf, under_discussion: Sequence[int]) -> Meaning | None:
    """Return the meaning of the sentence after correcting mistyped everyday words; None if nothing changes."""
    tokens = tokens_of(_trimmed(_plain(text)))
    mended = [
        token
        if token in SMALL or token in ORDINARY or token in shelf
        else next(iter(nearest_words(token, _EVERYDAY)), token)
        for token in tokens
    ]
    sentence = _sentence(" ".join(mended), shelf)
    return None if sentence.tokens == tuple(tokens) else _meaning(sentence, under_discussion)


def _unknown(sentence: _Sentence, commands: Commands) -> Meaning:
    """Return the meaning "not understood", with similar commands as suggestions."""
    near: list[tuple[str, str]] = []
    for mention in sentence.mentions[:1]:
        near = [(command, f"entry:{mention.entries[0]}") for command in (PAPER, "assessment", "history")]
    said = {word for token in sentence.tokens for word in [token, *nearest_words(token, commands.names)]}
    near += [(commands[name].name, "") for name in sorted(said & set(commands.names)) if name not in OF_ONE]
    near += [(BOARD, ""), ("new", ""), ("help", "")]
    return replace(Meaning(""), suggestions=tuple(dict.fromkeys(near))[:SUGGESTED])
