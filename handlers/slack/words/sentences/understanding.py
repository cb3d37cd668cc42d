"""Finds the command and words that a sentence asks for, by rules alone."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.questions.search.paper_mentions import SMALL, Mention, Shelf, nearest_words, tokens_of
from handlers.slack.words.commands import BOARD, PAPER, VERSUS, Commands
from handlers.slack.words.paper_names import unquoted
from handlers.slack.words.sentences.guesses import is_wordy, says_little, suggested, surely
from handlers.slack.words.sentences.league_phrases import OF_LEAGUE, command_words
from handlers.slack.words.sentences.listing import list_asked
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrasebook import (
    ADDING,
    CHAT,
    FINDING,
    OF_PAPERS,
    OPENERS,
    SMALL_TALK,
    TERMS,
    Phrase,
)
from handlers.slack.words.sentences.prepared_sentences import (
    ORDINARY,
    Sentence,
    plain,
    prepare,
    solid_mentions,
    trimmed,
)
from handlers.slack.words.sentences.sentence_shapes import (
    ADDRESSING,
    ALONE,
    ALWAYS,
    ARGUMENT,
    ASKS,
    BARE_ID,
    BOARD_WORDS,
    CHANGES,
    CITES,
    COMPARES,
    CONTENT,
    DOERS,
    EVERYTHING,
    FEW_WORDS,
    ITSELF,
    JUDGES_SAY,
    LINK,
    LOOKS,
    MOST_SHORT,
    OF_ONE,
    OTHERS,
    PLACES,
    POINTING,
    RESTS,
    STATED,
    THIS,
    WHO_VOTED,
)
from handlers.slack.words.sentences.topic_phrases import topic_asked
from handlers.slack.words.terms import term_meant

LONGEST, SUGGESTED = 300, 3
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
    is_who_voted = not sentence.mentions and not under_discussion and WHO_VOTED.search(sentence.text)
    if PLACES.search(sentence.text) or is_who_voted:
        return None
    is_guess = any(mention.is_guess for mention in sentence.mentions)
    if (card := _titled(sentence)) is not None and not (is_guess and stripped.casefold() in commands):
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


def _has_unknown_words(sentence: Sentence, under_discussion: Sequence[int]) -> bool:
    """Return whether a typed board has a word that it doesn't know."""
    is_board = bool(sentence.leftover) and _precise(sentence) is None
    return is_board and _loose(sentence, under_discussion) == Meaning(BOARD)


def _mended_or_unknown(
    sentence: Sentence, shelf: Shelf, commands: Commands, under_discussion: Sequence[int]
) -> Meaning:
    meaning = _mended(sentence, shelf, under_discussion)
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
    precise = _precise(sentence)
    if precise is not None:
        return precise
    loose = _loose(sentence, under_discussion)
    is_open = loose is None or _is_open(loose, sentence)
    return surely(sentence, under_discussion, None if is_open else loose) or loose


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


def _about_it(text: str, league: Meaning | None) -> str:
    """Return the command about the paper under discussion that a phrase about the league would hide, or ""."""
    if CITES.search(text):
        return "cite"
    if JUDGES_SAY.search(text):
        return "why"
    return PAPER if league is not None and league.command == BOARD and ITSELF.search(text) else ""


def _titled(sentence: Sentence) -> Meaning | None:
    """Return the card if the sentence consists only of a paper's name; else None."""
    if len(sentence.mentions) != 1:
        return None
    [mention] = sentence.mentions
    rest = [*sentence.tokens[: mention.start], *sentence.tokens[mention.end :]]
    if (mention.by_author and rest) or not set(rest) <= {"the", "a", "an", "paper", "s"}:
        return None
    return _of_one(PAPER, mention)


def _typed(name: str, words: str, sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return a typed command about papers, with names from the shelf or "it" replaced by entries; else None."""
    if name == "challenge" and under_discussion and not sentence.mentions and not sentence.leftover:
        return _about("history", "{p}", tuple(under_discussion))
    if name in {VERSUS, "merge", "challenge"} and "|" not in words:
        return _versus(sentence, under_discussion, name)
    if name not in OF_ONE or len(sentence.mentions) > 1 or len(sentence.leftover) > 0:
        return None
    if sentence.mentions:
        if sum(m.end - m.start for m in sentence.mentions) + 1 < len(sentence.tokens) and name == PAPER:
            return None
        return _of_one(name, sentence.mentions[0], "limitations of " if "weak" in words else "")
    is_short = name in LOOKS and len(sentence.tokens) <= MOST_SHORT
    if under_discussion and (not words or is_short or POINTING.search(words) or OTHERS.match(words)):
        return _about(name, "{p}", tuple(under_discussion))
    return None


def _versus(sentence: Sentence, under_discussion: Sequence[int], name: str) -> Meaning | None:
    if name != VERSUS and any(mention.is_guess for mention in sentence.mentions):
        return None
    sides = [m.entries[0] for m in sentence.mentions]
    if len(sides) == 1 and len(under_discussion) == 1 and under_discussion[0] != sides[0]:
        sides = [under_discussion[0], sides[0]]
    return None if len(sides) != 2 else Meaning(name, f"entry:{sides[0]} | entry:{sides[1]}")  # noqa: PLR2004 - a pair


def _precise(sentence: Sentence) -> Meaning | None:
    """Return what a sentence asks for whose every word a pattern explains: to add a paper, or a list; else None."""
    if (adding := _adding(sentence)) is not None:
        return adding
    listed = None if solid_mentions(sentence.mentions) else list_asked(sentence.text)
    return None if listed is None else Meaning(*listed)


def _loose(sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what the first phrase that occurs in a sentence stands for, or the papers it names; else None."""
    asks_content = CONTENT.search(sentence.text) and not COMPARES.search(sentence.text)
    if under_discussion and sentence.mentions and asks_content and not solid_mentions(sentence.mentions):
        return None
    if sentence.mentions:
        return _of_verbs(sentence) or _of_people(sentence) or _with_papers(sentence, under_discussion)
    league = _first(OF_LEAGUE, sentence)
    if under_discussion and (of_it := _of_it(sentence, under_discussion, league)) is not None:
        return of_it
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


def _of_people(sentence: Sentence) -> Meaning | None:
    """Return what is asked about the league, if the only papers named may be people or slips; else None."""
    if not all(mention.is_unsure for mention in sentence.mentions):
        return None
    meaning = _first(OF_LEAGUE, sentence)
    return meaning if meaning is not None and meaning.command != CHAT else None


def _of_verbs(sentence: Sentence) -> Meaning | None:
    """Return what is asked about the league, if a title's word is a verb here ("how do you compute …"); else None."""
    mentions = sentence.mentions
    at = mentions[0].start if len(mentions) == 1 and not solid_mentions(mentions) else 0
    is_verb = at > 0 and mentions[0].end == at + 1 and sentence.tokens[at - 1] in DOERS
    return _first(OF_LEAGUE, sentence) if is_verb else None


def _of_it(sentence: Sentence, under_discussion: Sequence[int], league: Meaning | None) -> Meaning | None:
    """Return what a sentence that names no paper asks about the paper under discussion; None if it means the league."""
    phrase = _papers_phrase(sentence)
    command = _about_it(sentence.text, league)
    if command and phrase in {None, (command, "{p}")}:
        return _about(command, "{p}", tuple(under_discussion))
    points = bool(POINTING.search(sentence.text)) or (
        len(sentence.tokens) <= MOST_SHORT and (league is None or league.command in OF_ONE)
    )
    if not points or (league is not None and league.command in ALWAYS):
        return None
    if phrase is not None:
        return _about(phrase[0], phrase[1], tuple(under_discussion))
    asks_content = len(sentence.tokens) > MOST_SHORT and CONTENT.search(sentence.text)
    if league is None and not sentence.leftover and not asks_content:
        return _about(PAPER, "{p}", tuple(under_discussion))
    return None


def _names(sentence: Sentence) -> bool:
    """Return whether one to three unexplained words remain, which may name a paper the shelf doesn't know."""
    return 0 < len(sentence.leftover) <= 3  # noqa: PLR2004 - longer is a question about something else


def _with_papers(sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what the sentence asks about the papers it names; their card if it asks nothing else."""
    by_title = [mention for mention in sentence.mentions if not mention.by_author]
    mentions = by_title or list(sentence.mentions)
    for phrase in OF_PAPERS:
        if phrase.pattern.search(sentence.shape):
            meaning = _of_phrase(phrase, sentence, mentions, under_discussion)
            if meaning is not None:
                return meaning
    topic = FINDING.search(sentence.text)
    if (
        topic is not None
        and topic["topic"]
        and not (EVERYTHING.search(sentence.text) and solid_mentions(mentions))
    ):
        return Meaning(PAPER, topic["topic"].strip(" ?!."))
    if sentence.leftover and CONTENT.search(sentence.text):
        return None
    league = _first(OF_LEAGUE, sentence)
    if league is not None and league.command in {"cost", "digest", "export"}:
        return league
    if sentence.leftover and len(mentions[0].entries) > 1:
        return Meaning(PAPER, " ".join(sentence.tokens))
    if says_little(mentions) and is_wordy(sentence) and "paper" not in sentence.tokens:
        return None
    return _of_one(PAPER, mentions[0])


def _of_phrase(
    phrase: Phrase, sentence: Sentence, mentions: Sequence[Mention], under_discussion: Sequence[int]
) -> Meaning | None:
    """Return a phrase's command with the papers named; None if one of two papers is missing."""
    if "{q}" in phrase.words:
        if phrase.command != VERSUS and any(mention.is_guess for mention in mentions):
            return None
        if not COMPARES.search(sentence.text) and not any(solid_mentions([each]) for each in mentions):
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


def _papers_phrase(sentence: Sentence) -> tuple[str, str] | None:
    for phrase in OF_PAPERS:
        if "{q}" not in phrase.words and phrase.pattern.search(sentence.text):
            words = phrase.words
            return phrase.command, " ".join(sentence.leftover) if "{rest}" in words else words
    return None


def _first(phrases: Sequence[Phrase], sentence: Sentence) -> Meaning | None:
    for phrase in phrases:
        match = phrase.pattern.search(sentence.text)
        if match is not None:
            return Meaning(phrase.command, command_words(phrase, match))
    return None


def _adding(sentence: Sentence) -> Meaning | None:
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
