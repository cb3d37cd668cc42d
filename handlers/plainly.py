"""A question in plain words about a paper: which paper it means, where it only points at one."""

from bot import questions
from handlers.answers import Asked
from handlers.asked import WHO_VOTED, PlainQuestion, paper_named
from handlers.ids import Page
from storage import boards, papers, votes
from storage.tables import League

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
        entries = await papers.with_card_under(asked.session, league.id, channel, thread_ts)
        known = await papers.titles(asked.session, entries)
        if known:
            return [(entry, known[entry][0]) for entry in entries if entry in known]
    voted = await votes.voted_on(asked.session, league.id, MOST_CHOICES) if question is WHO_VOTED else []
    if voted:
        return voted
    own = await boards.board(asked.session, league.id, sort="score", limit=MOST_OWN, submitter=asked.user)
    leaders = await boards.board(asked.session, league.id, sort="score", limit=MOST_CHOICES)
    found = {line.entry: line.title for line in (*own, *leaders)}
    return list(found.items())[:MOST_CHOICES]
