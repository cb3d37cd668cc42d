"""Turns the words after a command into the page that answers them."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot import questions
from bot.papers.text import folded
from bot.questions.leaderboards import PAGE
from bot.questions.past_moments import parse_moment, parse_span
from handlers.blocks.ids import Page, Question
from handlers.questions import ask_windows_view
from handlers.questions.answer_views.paper_facts_view import ASPECTS
from handlers.questions.answers import MOMENT
from handlers.questions.asker import Asker
from handlers.questions.board_words import BoardWords, parse_board
from handlers.slack.words.commands import BOARD, PAPER, VERSUS
from handlers.slack.words.paper_names import two_papers, unquoted
from storage.errors import AmbiguousError, BadRequestError, NotFoundError
from storage.leagues.league_rows import League
from storage.questions import leaderboards

MOST_OTHERS = 25

ToPage = Callable[[Asker, League, str], Awaitable[Page]]
"""Function that turns the words after a command into a page."""


class AmbiguousSideError(AmbiguousError):
    """Raised when one of two named papers fits several. `again` is the question to ask once a person has chosen."""

    def __init__(self, error: AmbiguousError, again: Question) -> None:
        super().__init__(error.sentence, error.choices)
        self.again = again


async def _titled(asker: Asker, league: League, title: str) -> Page | None:
    """Return the card page of a paper whose title begins like a command ("How powerful are …"), or None."""
    try:
        return await _card_page(asker, league, title)
    except (NotFoundError, BadRequestError):
        return None


def _report_page(kind: str) -> ToPage:
    """Return the page function of a report without arguments; words after it may be a paper's title."""

    async def ask(asker: Asker, league: League, words: str) -> Page:
        page = await _titled(asker, league, f"{kind} {words}") if words else None
        return page or Page(kind, league.id, 0)

    return ask


async def _submitter(asker: Asker, league: League, name: str) -> str:
    """Return the user id of a submitter by name, or by a part that only one has. Raises `NotFoundError`."""
    wanted, partly = folded(name.removeprefix("@")), list[str]()
    for user in await leaderboards.submitters(asker.session, league.id):
        shown = folded(await asker.name(user))
        if shown == wanted:
            return user
        partly += (
            [user] if wanted in {*shown.split(), shown.replace(" ", ""), shown.replace(" ", ".")} else []
        )
    if len(partly) == 1:
        return partly[0]
    raise NotFoundError(f"Nobody called {name} submitted a paper here.")


async def board_wanted(asker: Asker, league: League, words: str) -> BoardWords:
    """Parse the words after `board`, with the submitter as a user id. Raises `BadRequestError` or `NotFoundError`."""
    board_words = parse_board(words)
    if board_words.submitter.startswith("@"):
        return replace(board_words, submitter=await _submitter(asker, league, board_words.submitter))
    return board_words


async def _board_page(asker: Asker, league: League, words: str) -> Page:
    try:
        board_words = await board_wanted(asker, league, words)
    except NotFoundError:
        author = re.fullmatch(r"from @(\S+)", words)
        if author is None:
            raise
        return await _by_author(asker, league, author[1])
    return Page(
        "board",
        league.id,
        (board_words.page - 1) * PAGE,
        sort=board_words.sort,
        words=board_words.filters()[:200],
    )


async def _by_author(asker: Asker, league: League, name: str) -> Page:
    """Return the card page of the only paper by this author. Raises `AmbiguousError` or `NotFoundError`."""
    try:
        return await _card_page(asker, league, name)
    except NotFoundError:
        raise NotFoundError(f"Nobody called {name} submitted or wrote a paper here.") from None


async def _mine_page(asker: Asker, league: League, words: str) -> Page:
    board_words = replace(parse_board(words), submitter=asker.user)
    offset = (board_words.page - 1) * PAGE
    return Page("board", league.id, offset, sort=board_words.sort, words=board_words.filters()[:200])


async def _at_page(asker: Asker, league: League, words: str) -> Page:
    if not words:
        raise BadRequestError("Say when: `at 2026-03-01`, `at yesterday`, `at last week` or `at 3 days ago`.")
    try:
        moment = parse_moment(words, league.time_zone, asker.now)
    except BadRequestError:
        page = await _titled(asker, league, f"at {words}")
        if page is None:
            raise
        return page
    return Page("at", league.id, 0, words=moment.strftime(MOMENT))


async def _changes_page(asker: Asker, league: League, words: str) -> Page:
    moment = words.lower().removeprefix("since ").strip()
    since = parse_moment(moment or "1 day", league.time_zone, asker.now)
    return Page("changes", league.id, 0, words=since.strftime(MOMENT))


async def _new_page(asker: Asker, league: League, words: str) -> Page:
    try:
        parse_span(words)
    except BadRequestError:
        page = await _titled(asker, league, f"new {words}")
        if page is None:
            raise
        return page
    return Page("new", league.id, 0, words=words[:40] or "7d")


async def _card_page(asker: Asker, league: League, words: str) -> Page:
    return Page("card", league.id, 0, await questions.find_entry(asker.session, league.id, words))


async def _named(asker: Asker, league: League, words: str) -> int:
    """Return the entry that the words name, allowing for typing mistakes. Raises `NotFoundError`."""
    try:
        return await questions.find_entry(asker.session, league.id, words)
    except NotFoundError:
        return await questions.find_mistyped(asker.session, league.id, words)


async def mistyped_page(asker: Asker, league: League, words: str) -> Page:
    """Return the card page of the paper whose title is most similar to mistyped words. Raises `NotFoundError`."""
    return Page("card", league.id, 0, await questions.find_mistyped(asker.session, league.id, words))


def _paper_page(kind: str) -> ToPage:
    """Return the page function of a command about one named paper."""

    async def ask(asker: Asker, league: League, words: str) -> Page:
        return Page(kind, league.id, 0, await _named(asker, league, unquoted(words)))

    return ask


def _one_paper_page(kind: str) -> ToPage:
    """Return the page function of a command about one paper or one aspect of it ("limitations of …").

    If no paper is named, it raises an error with a menu of papers.
    """

    async def ask(asker: Asker, league: League, words: str) -> Page:
        aspect, name = _aspect(words) if kind == "assessment" else ("", words)
        if name:
            entry = await questions.find_entry(asker.session, league.id, unquoted(name))
            return Page(kind, league.id, 0, entry, words=aspect)
        lines = await leaderboards.board(asker.session, league.id, sort="score", limit=MOST_OTHERS)
        if not lines:
            raise NotFoundError("No paper is in this league yet. Post a link to one here.")
        choices = tuple((line.entry, line.title) for line in lines)
        raise AmbiguousSideError(
            AmbiguousError(ask_windows_view.WHICH_PAPER, choices), Question(kind, 0, 0, aspect)
        )

    return ask


def _aspect(words: str) -> tuple[str, str]:
    """Split words into an aspect of an assessment ("" if none) and the rest."""
    first, _, rest = words.partition(" ")
    if first.lower() not in ASPECTS:
        return "", words
    return first.lower(), rest.strip().removeprefix("of ").strip()


async def _versus_page(asker: Asker, league: League, words: str) -> Page:
    try:
        first, second = two_papers(words)
    except BadRequestError:
        await _ask_for_the_other(asker, league, words)
        raise
    sides: list[int] = []
    for mine, theirs, verb in ((first, second, "vs"), (second, first, "sv")):
        try:
            sides.append(await _named(asker, league, mine))
        except AmbiguousError as error:
            other = sides[0] if sides else 0
            again = Question(verb, 0, other, "" if other else theirs[:200])
            raise AmbiguousSideError(error, again) from error
    return Page("vs", league.id, 0, sides[0], sides[1])


async def _ask_for_the_other(asker: Asker, league: League, words: str) -> None:
    """If the words name one paper, raise `AmbiguousError` with papers to compare it to; otherwise do nothing."""
    try:
        entry = await questions.find_entry(asker.session, league.id, unquoted(words))
    except (AmbiguousError, BadRequestError, NotFoundError):
        return
    lines = await leaderboards.board(asker.session, league.id, sort="score", limit=MOST_OTHERS)
    others = tuple((line.entry, line.title) for line in lines if line.entry != entry)
    if others:
        raise AmbiguousSideError(
            AmbiguousError(ask_windows_view.COMPARED_WITH, others), Question("sv", 0, entry)
        )


PAGES: dict[str, ToPage] = {
    BOARD: _board_page,
    "mine": _mine_page,
    "at": _at_page,
    "new": _new_page,
    "changes": _changes_page,
    VERSUS: _versus_page,
    "history": _one_paper_page("history"),
    "why": _paper_page("why"),
    "sure": _one_paper_page("sure"),
    "place": _one_paper_page("place"),
    "origin": _one_paper_page("origin"),
    "similar": _one_paper_page("similar"),
    "assessment": _one_paper_page("assessment"),
    PAPER: _card_page,
    **{
        kind: _report_page(kind)
        for kind in ("all", "next", "gap", "judges", "cost", "log", "how", "disputed", "upsets")
    },
}
"""Functions that make the page of each command, by its name."""
