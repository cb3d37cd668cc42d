"""A question in plain words about a paper: which paper it means, where it only points at one."""

from bot import questions
from handlers.blocks.ids import Page
from handlers.questions.answers import Asked
from handlers.slack.words.plain_questions import WHO_VOTED, PlainQuestion, paper_named
from storage.entries import entry_rows
from storage.questions import leaderboards
from storage.tables import League
from storage.voting import votes

MOST_OWN = 10
MOST_CHOICES = 25


def kind_of(question: PlainQuestion) -> str:
    """The kind of page that answers it."""
    return question.command or "card"


async def named(asked: Asked, league: League, question: PlainQuestion, words: str) -> Page | None:
    """The page about the paper that the words name; None where they name none."""
    title = paper_named(words)
    if not title:
        return None
    return Page(kind_of(question), league.id, 0, await questions.find_entry(asked.session, league.id, title))


async def pointed_at(
    asked: Asked, league: League, question: PlainQuestion, channel: str, thread_ts: str | None
) -> list[tuple[int, str]]:
    """(entry, title) of what "it" may be: the papers of the thread asked in, else one's own, then the leaders.

    Who voted is asked of papers on whose matches people voted, where there are such.
    """
    if thread_ts:
        entries = await entry_rows.with_card_under(asked.session, league.id, channel, thread_ts)
        known = await entry_rows.titles(asked.session, entries)
        if known:
            return [(entry, known[entry][0]) for entry in entries if entry in known]
    voted = (
        await votes.papers_voted_on(asked.session, league.id, MOST_CHOICES) if question is WHO_VOTED else []
    )
    if voted:
        return voted
    own = await leaderboards.board(
        asked.session, league.id, sort="score", limit=MOST_OWN, submitter=asked.user
    )
    leaders = await leaderboards.board(asked.session, league.id, sort="score", limit=MOST_CHOICES)
    found = {line.entry: line.title for line in (*own, *leaders)}
    return list(found.items())[:MOST_CHOICES]
