"""Guesses what a sentence asks for from what example sentences taught, with the papers, numbers and times it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.questions.search.paper_mentions import Mention
from handlers.slack.words.commands import BOARD, PAPER, VERSUS
from handlers.slack.words.sentences.learned.intents import scored
from handlers.slack.words.sentences.listing import ago, is_list, parts_of
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrasebook import CHAT, FINDING
from handlers.slack.words.sentences.prepared_sentences import Sentence, solid_mentions
from handlers.slack.words.sentences.sentence_shapes import (
    ANSWERED,
    CONTENT,
    FEW,
    MIXED,
    MOST_SHORT,
    NOT_ORDINARY,
    OF_THE_ASKER,
    THAT_PAPER,
)

SURE, VERY_SURE, SUREST, APART = 0.22, 0.4, 0.5, 0.06
"""Least sureness to answer, where more is at stake, where most is, and the least lead before another answer."""
_OF_STRANGERS = 0.6
"""How much a guess counts that rests on a word never seen."""
_LISTS = frozenset({BOARD, "new"})
OF_MONEY_AND_RIGHTS = frozenset({"budget", "owners"})
"""Commands that change something only with words ("budget 25")."""
NEAR = 0.12
"""Least sureness to be suggested."""
OVER_PHRASES = 0.3
"""Least lead before a phrase's answer that outweighs the phrase."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An answer that a sentence may ask for, and how sure that is, from 0 to about 1."""

    meaning: Meaning
    sureness: float


def guesses_at(sentence: Sentence, under_discussion: Sequence[int]) -> list[Guess]:
    """Return what a sentence may ask for, the surest first; of each command once."""
    best: dict[str, Guess] = {}
    for text, papers, entries in _readings(sentence, under_discussion):
        for intent in scored(text, papers):
            meaning = _filled(intent.label, sentence, entries, under_discussion)
            before = best.get(intent.command)
            sureness = intent.sureness * (_OF_STRANGERS if intent.label.endswith(" X") else 1)
            if meaning is not None and (before is None or before.sureness < sureness):
                best[intent.command] = Guess(meaning, sureness)
    return sorted(best.values(), key=lambda guess: -guess.sureness)


def _readings(sentence: Sentence, under_discussion: Sequence[int]) -> list[tuple[str, int, tuple[int, ...]]]:
    """Return the ways to read a sentence: its text with `P` for papers, how many these are, and which."""
    named = tuple(mention.entries[0] for mention in sentence.mentions if len(mention.entries) == 1)
    readings: list[tuple[str, int, tuple[int, ...]]] = []
    if named and len(named) == len(sentence.mentions):
        readings.append((sentence.shape, len(named), named))
    if not solid_mentions(sentence.mentions):
        readings.append((sentence.text, 0, ()))
    if sentence.mentions:
        return readings
    of_it = THAT_PAPER.sub("P", sentence.text)
    if of_it != sentence.text:
        readings.append((of_it, 1, tuple(under_discussion[:1])))
    elif len(under_discussion) == 1 and len(sentence.tokens) <= MOST_SHORT:
        readings.append((f"P {sentence.text}", 1, tuple(under_discussion)))
    return readings


def surely(sentence: Sentence, under_discussion: Sequence[int], phrase: Meaning | None) -> Meaning | None:
    """Return what a sentence surely asks for; None if that isn't sure. What changes something for others is an offer.

    `phrase` is what a phrase makes of it, which only a much surer guess outweighs. What only the asker sees and can undo
    (following, the reading list) is done at once, if that is very sure.
    """
    if len(sentence.tokens) <= FEW and (MIXED.search(sentence.text) or _is_word_of_titles(sentence)):
        return None
    guesses = [
        guess
        for guess in guesses_at(sentence, under_discussion)
        if under_discussion or guess.meaning != Meaning(PAPER)
    ]
    if not guesses:
        return None
    first, command = guesses[0], guesses[0].meaning.command
    if phrase == Meaning(BOARD) and command == BOARD and first.meaning.words[:1].isdigit():
        return first.meaning
    if phrase is not None and (phrase.command in {command, CHAT} or {phrase.command, command} <= _LISTS):
        return phrase
    after = next(
        (guess.sureness for guess in guesses[1:] if not {guess.meaning.command, command} <= _LISTS), 0.0
    )
    if phrase is not None:
        same = next((guess.sureness for guess in guesses if guess.meaning.command == phrase.command), 0.0)
        if first.sureness - same < OVER_PHRASES:
            return None
    if first.sureness < _least(first.meaning, sentence, under_discussion) or first.sureness - after < APART:
        return None
    if command == "ask":
        return None if phrase is not None else Meaning("")
    if command == PAPER and (phrase is not None or "entry:" not in first.meaning.words):
        return None
    acts = command not in ANSWERED or (command in OF_MONEY_AND_RIGHTS and first.meaning.words)
    return replace(first.meaning, is_offer=True) if acts else first.meaning


def _is_word_of_titles(sentence: Sentence) -> bool:
    """Return whether a text is one word that is sooner a paper's title than a request ("attention")."""
    return len(sentence.tokens) == 1 and sentence.tokens[0] in NOT_ORDINARY


def _least(meaning: Meaning, sentence: Sentence, under_discussion: Sequence[int]) -> float:
    """Return how sure a guess must be: surer where it changes something, or where a paper may be asked what it says."""
    if meaning.command in OF_THE_ASKER - {"save"}:
        return SUREST
    asks_content = CONTENT.search(sentence.text) and (sentence.mentions or under_discussion)
    if asks_content and meaning.command == CHAT:
        return SUREST
    is_bold = meaning.command not in ANSWERED - {"save"} or meaning.words.startswith("adding")
    return VERY_SURE if asks_content or is_bold else SURE


def _filled(
    label: str, sentence: Sentence, entries: Sequence[int], under_discussion: Sequence[int]
) -> Meaning | None:
    """Return the meaning of a label of the examples, with what its letters stand for; None if that isn't said."""
    command, *rest = label.split(" ")
    words = " ".join(rest)
    if command == "?":
        return None
    if label == "vs with P":
        pair = [*under_discussion[:1], *entries[:1]]
        return Meaning(VERSUS, " | ".join(f"entry:{each}" for each in pair)) if len(set(pair)) > 1 else None
    if "P" in rest:
        return _of_papers(command, words, sentence, entries)
    if command in {BOARD, "new", "changes", "at"}:
        return _of_list(command, words, sentence.text)
    left = " ".join(sentence.leftover)
    number = re.search(r"\d+(?:[.,]\d+)?", sentence.text)
    if "N" in rest:
        return Meaning(command, f"{number[0]}{' matches' if command == 'start' else ''}") if number else None
    if words == "bib in F":
        field = parts_of(sentence.text).get("in")
        return Meaning(command, f"bib {field}") if field else None
    if "X" not in rest:
        return Meaning(command, words)
    if command == PAPER and (topic := FINDING.search(sentence.text)) is not None:
        left = (topic["topic"] or topic["words"] or "").strip(" ?!.") or left
    return Meaning(command, words.replace("X", left)) if left else None


def _of_papers(command: str, words: str, sentence: Sentence, entries: Sequence[int]) -> Meaning | None:
    """Return a command about papers; without a paper, for one the person is asked which."""
    if words.count("P") == 1 and not entries:
        return Meaning(command, words.replace("P", "").strip())
    for entry in entries[: words.count("P")]:
        words = re.sub(r"\bP\b", f"entry:{entry}", words, count=1)
    left = " ".join(sentence.leftover)
    return None if re.search(r"\bP\b", words) else Meaning(command, words.replace("X", left).strip())


def _of_list(command: str, words: str, text: str) -> Meaning | None:
    """Return a command about many papers, with the number, field, person and time that the sentence names."""
    parts = parts_of(text)
    since = parts.get("since", "")
    if command == "at":
        when = ago(text) or since.removeprefix("since ")
        return Meaning(command, when) if when else None
    if command == "changes":
        return Meaning(command, since)
    if command == "new":
        span = since.removeprefix("since ") or "7d"
        return Meaning(command, span) if re.fullmatch(r"\d+d", span) else Meaning(BOARD, since)
    wanted = {"N": "top", "F": "in", "X": "from", "T": "since"}
    if any(parts.get(part) is None for letter, part in wanted.items() if letter in words.split(" ")):
        return None
    if "X" in words and not is_list(text):
        return None
    first = [words] if words in {"page 9999", "uncertain", "rating"} else [parts.get("top", "")]
    more = [parts.get(part, "") for part in ("in", "from", "since") if part != "from" or "X" in words]
    return Meaning(BOARD, " ".join(part for part in (*first, *more) if part))


def suggested(sentence: Sentence, under_discussion: Sequence[int]) -> list[tuple[str, str]]:
    """Return commands that a sentence may ask for, the likeliest first; nothing that changes anything, nor small talk."""
    return [
        (guess.meaning.command, guess.meaning.words)
        for guess in guesses_at(sentence, under_discussion)
        if guess.sureness >= NEAR
        and guess.meaning.command not in {CHAT, "ask"}
        and (guess.sureness >= SURE or guess.meaning.command in ANSWERED - OF_THE_ASKER)
    ]


def is_wordy(sentence: Sentence) -> bool:
    """Return whether several words stand beside the papers that a sentence names."""
    named = sum(mention.end - mention.start for mention in sentence.mentions)
    return 0 < named <= len(sentence.tokens) - MOST_SHORT


def says_little(mentions: Sequence[Mention]) -> bool:
    """Return whether just one word of one title is named, which may mean something else."""
    return len(mentions[0].entries) == 1 and not (solid_mentions(mentions) or mentions[0].by_author)
