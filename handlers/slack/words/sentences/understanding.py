"""Finds the command and words that a sentence asks for, by rules alone."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.questions.search.paper_mentions import SMALL, Shelf, nearest_words
from handlers.slack.words.commands import BOARD, PAPER, VERSUS, Commands
from handlers.slack.words.paper_names import unquoted
from handlers.slack.words.sentences.guesses import is_wordy, suggested, surely
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrase_meanings import about_papers, loose, of_one, precise
from handlers.slack.words.sentences.phrasebook import (
    CHAT,
    OPENERS,
    SMALL_TALK,
    TERMS,
)
from handlers.slack.words.sentences.prepared_sentences import (
    ORDINARY,
    Sentence,
    plain,
    prepare,
    trimmed,
)
from handlers.slack.words.sentences.sentence_shapes import (
    ALONE,
    ANSWERED,
    ARGUMENT,
    BARE_ID,
    BOARD_WORDS,
    COMPARES,
    LINK,
    LOOKS,
    MOST_SHORT,
    OF_ONE,
    OTHERS,
    PLACES,
    POINTING,
    RESTS,
    STATED,
    WHO_VOTED,
)
from handlers.slack.words.sentences.topic_phrases import topic_asked
from handlers.slack.words.terms import term_meant

LONGEST, SUGGESTED = 300, 3
TITLE_WORDS = range(3, 12)
"""How many everyday words in a row are looked up in titles."""
_STRETCHED = re.compile(r"([a-z])\1+\b")
"""Pattern of a last letter that is stretched ("hiii")."""


def small_talk(text: str) -> Meaning | None:
    """Return the meaning of small talk that needs no papers: greetings, thanks, questions about the bot, terms."""
    lower = plain(text)
    stretched = _STRETCHED.sub(r"\1", lower)
    for phrase in SMALL_TALK:
        if phrase.pattern.search(lower) or phrase.pattern.search(stretched):
            return Meaning(phrase.command, phrase.words)
    question = TERMS.match(trimmed(lower))
    term = term_meant(question["term"]) if question is not None else None
    return None if term is None else Meaning("explain", term)


def is_typed(text: str, commands: Commands) -> bool:
    """Return whether the text is empty or a typed command that can be read without looking at papers."""
    request = commands.parse(text)
    if request.command in commands and commands[request.command].name == BOARD:
        return not request.words or BOARD_WORDS.match(request.words) is not None
    if request.command in commands and _asks(commands[request.command].name, request.words):
        return False
    if request.command == "explain" and term_meant(request.words) is None:
        return False
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
    if (followed := topic_asked(stripped)) is not None:
        return Meaning(*followed)
    if (bare := BARE_ID.search(stripped)) is not None and len(stripped.split()) > 1:
        return Meaning(PAPER, bare[0]) if not COMPARES.search(plain(stripped)) else None
    sentence = prepare(_with_place(stripped, commands, under_discussion), shelf)
    of_it = under_discussion and POINTING.search(sentence.text)
    if PLACES.search(sentence.text) or (
        not sentence.mentions and not of_it and WHO_VOTED.search(sentence.text)
    ):
        return None
    is_guess = any(mention.is_guess for mention in sentence.mentions)
    if (card := _titled(sentence, shelf)) is not None and not (is_guess and stripped.casefold() in commands):
        return card
    request = commands.parse(stripped)
    if request.command == PAPER:
        return _mended_or_unknown(sentence, shelf, commands, under_discussion)
    name = commands[request.command].name
    typed = _typed(name, request.words, sentence, under_discussion)
    if typed is not None or _is_exact(name, request.words) or _has_unknown_words(sentence, under_discussion):
        return typed
    return _mended(sentence, shelf, under_discussion)


def _with_place(text: str, commands: Commands, under_discussion: Sequence[int]) -> str:
    """Return a typed comparison of the paper under discussion with a bare place ("vs 2?") with its "#"."""
    request = commands.parse(text)
    is_versus = request.command in commands and commands[request.command].name == VERSUS
    place = re.fullmatch(r"(?:with |to )?(\d{1,4})\W*", request.words)
    return f"{VERSUS} #{place[1]}" if is_versus and place is not None and under_discussion else text


def _mistyped(sentence: Sentence, commands: Commands) -> Meaning | None:
    """Return the command that is all of a mistyped text, as an offer where it changes something; else None."""
    alone = sentence.tokens[0] if len(sentence.tokens) == 1 and not sentence.mentions else ""
    near = nearest_words(alone, commands.names) if alone and alone not in ORDINARY else []
    name = commands[near[0]].name if len(near) == 1 else ""
    return Meaning(name, is_offer=name not in ANSWERED) if name else None


def _has_unknown_words(sentence: Sentence, under_discussion: Sequence[int]) -> bool:
    """Return whether a typed board has a word that it doesn't know."""
    is_board = bool(sentence.leftover) and precise(sentence) is None
    return is_board and loose(sentence, under_discussion) == Meaning(BOARD)


def _mended_or_unknown(
    sentence: Sentence, shelf: Shelf, commands: Commands, under_discussion: Sequence[int]
) -> Meaning:
    meaning = _mended(sentence, shelf, under_discussion)
    if meaning is None or not meaning.command:
        meaning = _mistyped(sentence, commands)
    if meaning is None or not meaning.command:
        return _unknown(sentence, commands, under_discussion)
    return meaning


def _mended(sentence: Sentence, shelf: Shelf, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what a sentence asks for, if need be once its mistyped everyday words are corrected."""
    meaning = _meant(sentence, under_discussion)
    if meaning is not None and not _is_open(meaning, sentence):
        return meaning
    corrected = _corrected(sentence, shelf)
    better = None if corrected is None else _meant(corrected, under_discussion)
    return better if better is not None and (meaning is None or better.command != PAPER) else meaning


def _meant(sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what a sentence asks for: by a precise pattern, by examples that are sure, or by a loose phrase.

    A meaning without a command is a question to a paper; None: nothing was understood.
    """
    if (explained := precise(sentence)) is not None:
        return explained
    by_phrase = loose(sentence, under_discussion)
    is_open = by_phrase is None or _is_open(by_phrase, sentence)
    return surely(sentence, under_discussion, None if is_open else by_phrase) or by_phrase


def _is_open(meaning: Meaning, sentence: Sentence) -> bool:
    """Return whether a meaning is a paper's command without a paper, or just a card beside words."""
    if meaning.command == PAPER and not meaning.choices and (sentence.leftover or is_wordy(sentence)):
        return True
    return meaning.command in OF_ONE - {PAPER} and not meaning.choices and "entry:" not in meaning.words


def _asks(name: str, words: str) -> bool:
    """Return whether a command that states something is followed by a question."""
    return name in STATED and words.endswith("?")


def _is_exact(name: str, words: str) -> bool:
    """Return whether the words after a command are its arguments, and not the rest of a sentence."""
    rest = RESTS.get(name)
    return not _asks(name, words) and (
        rest is None
        or not words
        or not rest.match(words)
        or (name not in {"how", "list", BOARD, *ALONE} and bool(ARGUMENT.search(words)))
    )


def _titled(sentence: Sentence, shelf: Shelf) -> Meaning | None:
    """Return the card if the sentence consists only of a paper's name, or of several words in a row of its title."""
    if not sentence.mentions and len(sentence.tokens) in TITLE_WORDS:
        whole = [each for each in shelf.mentions(sentence.tokens) if not each.is_guess]
        is_whole = len(whole) == 1 and whole[0].end - whole[0].start == len(sentence.tokens)
        return of_one(PAPER, whole[0]) if is_whole and len(whole[0].entries) == 1 else None
    if len(sentence.mentions) != 1:
        return None
    [mention] = sentence.mentions
    rest = [*sentence.tokens[: mention.start], *sentence.tokens[mention.end :]]
    if (mention.by_author and rest) or not set(rest) <= {"the", "a", "an", "paper", "s"}:
        return None
    return of_one(PAPER, mention)


def _typed(name: str, words: str, sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return a typed command about papers, with names from the shelf or "it" replaced by entries; else None."""
    if name == "challenge" and under_discussion and not sentence.mentions and not sentence.leftover:
        return about_papers("history", "{p}", tuple(under_discussion))
    if name in {VERSUS, "merge", "challenge"} and "|" not in words:
        return _versus(sentence, under_discussion, name)
    if name not in OF_ONE or len(sentence.mentions) > 1 or len(sentence.leftover) > 0:
        return None
    if sentence.mentions:
        if sum(m.end - m.start for m in sentence.mentions) + 1 < len(sentence.tokens) and name == PAPER:
            return None
        return of_one(name, sentence.mentions[0], "limitations of " if "weak" in words else "")
    is_short = name in LOOKS and len(sentence.tokens) <= MOST_SHORT
    if under_discussion and (not words or is_short or POINTING.search(words) or OTHERS.match(words)):
        return about_papers(name, "{p}", tuple(under_discussion))
    return None


def _versus(sentence: Sentence, under_discussion: Sequence[int], name: str) -> Meaning | None:
    if name != VERSUS and any(mention.is_guess for mention in sentence.mentions):
        return None
    sides = [m.entries[0] for m in sentence.mentions]
    if len(sides) == 1 and len(under_discussion) == 1 and under_discussion[0] != sides[0]:
        sides = [under_discussion[0], sides[0]]
    return None if len(sides) != 2 else Meaning(name, f"entry:{sides[0]} | entry:{sides[1]}")  # noqa: PLR2004 - a pair


def _corrected(before: Sentence, shelf: Shelf) -> Sentence | None:
    """Return the sentence with its mistyped everyday words corrected; None if nothing changes."""
    tokens = list(before.tokens)
    named = {place for mention in before.mentions for place in range(mention.start, mention.end)}
    mended = [
        token
        if place in named or not token.isalpha() or token in SMALL or token in ORDINARY or token in shelf
        else next(iter(nearest_words(token, ORDINARY)), token)
        for place, token in enumerate(tokens)
    ]
    sentence = prepare(" ".join(mended), shelf)
    return None if sentence.tokens == tuple(tokens) else sentence


def _unknown(sentence: Sentence, commands: Commands, under_discussion: Sequence[int]) -> Meaning:
    """Return the meaning "not understood", with similar commands as suggestions."""
    for pattern, kind in OPENERS:
        if any(pattern.search(plain(said)) for said in (sentence.text, sentence.said)):
            return Meaning(CHAT, kind)
    near: list[tuple[str, str]] = []
    for mention in sentence.mentions[:1]:
        near = [(command, f"entry:{mention.entries[0]}") for command in (PAPER, "assessment", "history")]
    said = {word for token in sentence.tokens for word in [token, *nearest_words(token, commands.names)]}
    near += [(commands[name].name, "") for name in sorted(said & set(commands.names)) if name not in OF_ONE]
    near = [*suggested(sentence, under_discussion), *near][:SUGGESTED]
    near += [(BOARD, ""), ("new", ""), ("help", "")]
    return replace(Meaning(""), suggestions=tuple(dict.fromkeys(near))[:SUGGESTED])
