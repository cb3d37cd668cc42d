"""Finds what patterns and phrases make of a sentence: those that explain every word, and those that occur in it."""

from collections.abc import Sequence

from bot.questions.search.paper_mentions import SMALL, Mention, tokens_of
from handlers.slack.words.commands import BOARD, PAPER, VERSUS
from handlers.slack.words.sentences.guesses import is_wordy, says_little
from handlers.slack.words.sentences.league_phrases import OF_LEAGUE, command_words
from handlers.slack.words.sentences.listing import list_asked
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrasebook import (
    ADDING,
    CHAT,
    FINDING,
    OF_PAPERS,
    Phrase,
)
from handlers.slack.words.sentences.prepared_sentences import (
    Sentence,
    solid_mentions,
)
from handlers.slack.words.sentences.sentence_shapes import (
    ADDRESSING,
    ALWAYS,
    ASKS,
    CHANGES,
    CITES,
    COMPARES,
    CONTENT,
    DOERS,
    EVERYTHING,
    FEW_WORDS,
    ITSELF,
    JUDGES_SAY,
    MOST_SHORT,
    OF_ONE,
    POINTING,
    THIS,
)


def precise(sentence: Sentence) -> Meaning | None:
    """Return what a sentence asks for whose every word a pattern explains: to add a paper, or a list; else None."""
    if (adding := _adding(sentence)) is not None:
        return adding
    listed = None if solid_mentions(sentence.mentions) else list_asked(sentence.text)
    return None if listed is None else Meaning(*listed)


def loose(sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
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


def _about_it(text: str, league: Meaning | None) -> str:
    """Return the command about the paper under discussion that a phrase about the league would hide, or ""."""
    if CITES.search(text):
        return "cite"
    if JUDGES_SAY.search(text):
        return "why"
    return PAPER if league is not None and league.command == BOARD and ITSELF.search(text) else ""


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
        return about_papers(command, "{p}", tuple(under_discussion))
    points = bool(POINTING.search(sentence.text)) or (
        len(sentence.tokens) <= MOST_SHORT and (league is None or league.command in OF_ONE)
    )
    if not points or (league is not None and league.command in ALWAYS):
        return None
    if phrase is not None:
        return about_papers(phrase[0], phrase[1], tuple(under_discussion))
    asks_content = len(sentence.tokens) > MOST_SHORT and CONTENT.search(sentence.text)
    if league is None and not sentence.leftover and not asks_content:
        return about_papers(PAPER, "{p}", tuple(under_discussion))
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
    topic, solid = FINDING.search(sentence.text), solid_mentions(mentions)
    if topic is not None and not (solid and EVERYTHING.search(sentence.text)):
        words = topic["topic"] or (topic["words"] if len(mentions) > 1 and not solid else "")
        if words:
            return Meaning(PAPER, words.strip(" ?!."))
    if sentence.leftover and CONTENT.search(sentence.text):
        return None
    league = _first(OF_LEAGUE, sentence)
    if league is not None and league.command in {"cost", "digest", "export"}:
        return league
    if sentence.leftover and len(mentions[0].entries) > 1:
        return Meaning(PAPER, " ".join(sentence.tokens))
    if says_little(mentions) and is_wordy(sentence) and "paper" not in sentence.tokens:
        return None
    return of_one(PAPER, mentions[0])


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
    return of_one(phrase.command, mentions[0], phrase.words.removesuffix("{p}"))


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


def of_one(command: str, mention: Mention, lead: str = "") -> Meaning:
    """Return the command about the paper mentioned; a choice first where a guess would change something."""
    if mention.is_guess and command in CHANGES:
        return Meaning(command, lead.strip(), mention.entries)
    return about_papers(command, f"{lead}{{p}}", mention.entries)


def about_papers(command: str, words: str, entries: tuple[int, ...]) -> Meaning:
    """Return the command about the only entry, or with the entries as choices if there are several."""
    if len(entries) == 1:
        return Meaning(command, words.replace("{p}", f"entry:{entries[0]}"))
    return Meaning(command, words.replace("{p}", "").strip(), entries)
