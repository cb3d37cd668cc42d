"""Finds which paper a plain question is about, if it says only "it" or "this paper"."""

from bot import questions
from handlers.blocks.ids import Page
from handlers.questions.asker import Asker
from handlers.slack.words.commands import PAPER, Command
from handlers.slack.words.plain_questions import PlainQuestion, paper_named
from storage.entries import entry_rows
from storage.leagues.league_rows import League
from storage.questions import leaderboards
from storage.voting import votes

MOST_OWN = 10
MOST_CHOICES = 25

WHO_VOTED = PlainQuestion(
    "Who voted?",
    r"who\b.*\bvot(?:e|ed|es|ing)\b",
    needs_paper=True,
    answer="every comparison with the judge's reasons, and the votes on it with who voted",
)


def kind_of(command: Command) -> str:
    """Return the kind of page that a command about one paper shows, such as its history."""
    return "card" if command.name == PAPER else command.name


async def named(asker: Asker, league: League, kind: str, words: str) -> Page | None:
    """Return the page of this kind about the paper named in the words, or None if they name none."""
    title = paper_named(words)
    if not title:
        return None
    return Page(kind, league.id, 0, await questions.find_entry(asker.session, league.id, title))


async def pointed_at(
    asker: Asker, league: League, question: PlainQuestion, channel: str, thread_ts: str | None
) -> list[tuple[int, str]]:
    """Return (entry id, title) of the papers that "it" may mean: the thread's, else the person's, else the top ones.

    For the question who voted, papers that people voted on come before those.
    """
    if thread_ts:
        entries = await entry_rows.with_card_under(asker.session, league.id, channel, thread_ts)
        titles = await entry_rows.titles(asker.session, entries)
        if titles:
            return [(entry, titles[entry][0]) for entry in entries if entry in titles]
    matches = (
        await votes.papers_voted_on(asker.session, league.id, MOST_CHOICES) if question is WHO_VOTED else []
    )
    if matches:
        return matches
    own = await leaderboards.board(
        asker.session, league.id, sort="score", limit=MOST_OWN, submitter=asker.user
    )
    leaders = await leaderboards.board(asker.session, league.id, sort="score", limit=MOST_CHOICES)
    choices = {line.entry: line.title for line in (*own, *leaders)}
    return list(choices.items())[:MOST_CHOICES]
