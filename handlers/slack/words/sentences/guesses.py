"""Guesses what a sentence means that no phrase explains, from the examples it is nearest to."""

from collections.abc import Sequence

from bot.questions.search.paper_mentions import Mention
from handlers.slack.words.commands import PAPER
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.nearest_examples import (
    NEARLY_SAME,
    SURE,
    VERY_SURE,
    Nearness,
    nearest,
    sure_of,
)
from handlers.slack.words.sentences.prepared_sentences import Sentence, solid_mentions
from handlers.slack.words.sentences.sentence_shapes import (
    ANSWERED,
    CONTENT,
    FEW,
    MIXED,
    MOST_SHORT,
    OF_THE_ASKER,
    THAT_PAPER,
)


def examples_near(
    sentence: Sentence, under_discussion: Sequence[int]
) -> tuple[list[Nearness], tuple[int, ...]]:
    """Return the commands whose examples are nearest to a sentence, and the papers that it is about."""
    named = tuple(mention.entries[0] for mention in sentence.mentions if len(mention.entries) == 1)
    if named or len(under_discussion) != 1:
        of_papers = nearest(sentence.shape, len(sentence.mentions))
        of_league = [] if solid_mentions(sentence.mentions) else nearest(sentence.text, 0)
        is_of_league = of_league and (not of_papers or of_league[0].value > of_papers[0].value)
        return (of_league, ()) if is_of_league else (of_papers, named)
    of_it = nearest(THAT_PAPER.sub("P", sentence.text), 1)
    of_league = nearest(sentence.text, 0)
    is_of_it = THAT_PAPER.search(sentence.text) or (of_it and of_it[0].value > of_league[0].value)
    return (of_it, tuple(under_discussion)) if is_of_it else (of_league, ())


def like_example(sentence: Sentence, under_discussion: Sequence[int]) -> Meaning | None:
    """Return what a sentence asks that is like an example of a command that only reads; None if none is near enough.

    What only the asker sees and can undo (following, the reading list) is done as well, if the example is very near.
    """
    if len(sentence.tokens) <= FEW and MIXED.search(sentence.text):
        return None
    ranked, entries = examples_near(sentence, under_discussion)
    is_short = len(sentence.tokens) <= FEW
    asks_content = bool(CONTENT.search(sentence.text) and (sentence.mentions or under_discussion))
    near = sure_of(ranked, NEARLY_SAME if is_short else VERY_SURE if asks_content else SURE)
    if near is None or near.command not in ANSWERED or near.command == PAPER or not papers_fit(near, entries):
        return None
    is_content = asks_content and "{p}" not in near.words
    if is_content or (near.command in OF_THE_ASKER and near.value < VERY_SURE):
        return None
    return Meaning(near.command, words_of(near, entries))


def papers_fit(near: Nearness, entries: Sequence[int]) -> bool:
    """Return whether a sentence names as many papers as the command needs."""
    return ("{p}" not in near.words or len(entries) > 0) and ("{q}" not in near.words or len(entries) > 1)


def words_of(near: Nearness, entries: Sequence[int]) -> str:
    """Return the words of the command with the papers filled in."""
    words = near.words.replace("{p}", f"entry:{entries[0]}") if entries else near.words
    return words.replace("{q}", f"entry:{entries[1]}") if len(entries) > 1 else words


def is_wordy(sentence: Sentence) -> bool:
    """Return whether several words stand beside the papers that a sentence names."""
    named = sum(mention.end - mention.start for mention in sentence.mentions)
    return 0 < named <= len(sentence.tokens) - MOST_SHORT


def says_little(mentions: Sequence[Mention]) -> bool:
    """Return whether just one word of one title is named, which may mean something else."""
    return len(mentions[0].entries) == 1 and not (solid_mentions(mentions) or mentions[0].by_author)
