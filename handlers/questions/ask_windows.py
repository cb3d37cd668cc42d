"""Windows to ask in: compare a paper with another, or ask anything from the global shortcut."""

from collections.abc import Awaitable, Callable, Mapping

from bot import questions
from bot.leagues.visibility import league_of_entry
from bot.leagues.which_league import WhichLeagueError, league_of_question
from handlers.blocks import ids
from handlers.blocks.ids import Page
from handlers.questions import ask_windows_view as views
from handlers.questions import paper_in_question
from handlers.questions.answer_frame import needs_paper, window
from handlers.questions.answers import READINGS, Asked, versus
from handlers.slack.boundary import Boundary, Call, Submitted, UpdateView
from handlers.slack.words.command_words import PAPER, VERSUS, parse, two
from handlers.slack.words.plain_questions import PlainQuestion, plain_question
from storage.errors import AmbiguousError, BadRequestError, NotFoundError
from storage.tables import League

HOW = "how"

Ask = Callable[[Asked, League, str], Awaitable[Page]]
"""Turns the words after a command into the page that answers them."""


async def _compare(call: Call, entry: ids.OfEntry) -> None:
    """Ask which paper to compare with."""
    carried = ids.COMPARE_MODAL.encode(ids.About(entry.entry, call.channel, call.thread_ts or ""))
    await call.open(views.compare(carried))


async def _compared(call: Call, about: ids.About) -> Submitted:
    async with call.services.database.reading(call.workspace) as session:
        league = (await league_of_entry(session, about.id, call.user, call.people)).id
        asked = Asked(session, call.services, call.people, call.user, call.services.now())
        await asked.league(league)
        try:
            other = await questions.find_entry(session, league, call.view.text("other"))
        except AmbiguousError as error:
            titles = "; ".join(title[:60] for _, title in error.choices[:5])
            raise BadRequestError(f"{error.sentence} For example: {titles}") from error
        answer = await versus(asked, Page("vs", league, 0, about.id, other))
    return UpdateView(window(answer))


async def _ask(call: Call) -> None:
    """The global shortcut: a window to ask in, from anywhere."""
    await call.open(views.ask(ids.Where(0, call.channel)))


async def _asked_in_window(call: Call, where: ids.Where, asks: Mapping[str, Ask]) -> Submitted:
    """Answer in the window itself; only text fits there, and its buttons belong to messages."""
    text = call.view.text("question")
    try:
        verb, words = VERSUS, " | ".join(two(text))
    except BadRequestError:
        parsed = parse(text, asks)
        verb, words = parsed.command, parsed.words
    async with call.services.database.reading(call.workspace) as session:
        asked = Asked(session, call.services, call.people, call.user, call.services.now())
        chosen = call.view.choice("league")
        try:
            league = (
                await league_of_question(session, where.channel, call.user, call.people)
                if chosen is None or not chosen.isdecimal()
                else await asked.league(int(chosen))
            )
        except WhichLeagueError as error:
            return UpdateView(views.ask(where, error.sentence, error.choices))
        try:
            page = await _page(asks, verb, asked, league, words)
        except AmbiguousError as error:
            titles = "; ".join(title[:60] for _, title in error.choices[:5])
            raise BadRequestError(f"{error.sentence} For example: {titles}") from error
        answer = await READINGS[page.kind](asked, page)
    return UpdateView(window(answer))


async def _page(asks: Mapping[str, Ask], verb: str, asked: Asked, league: League, words: str) -> Page:
    """What the words ask for; words that name no paper may be a question in plain words."""
    if verb == HOW and words:
        question = plain_question(f"how {words}")
        if question is not None and question.command != HOW:
            return await _plainly(asks, question, asked, league, f"how {words}")
    try:
        return await asks[verb](asked, league, words)
    except NotFoundError:
        question = plain_question(words) if verb == PAPER else None
        if question is None:
            raise
        return await _plainly(asks, question, asked, league, words)


async def _plainly(
    asks: Mapping[str, Ask], question: PlainQuestion, asked: Asked, league: League, words: str
) -> Page:
    """The page that answers a question in plain words; a sentence where that isn't a page."""
    rank = asked.services.settings.rank_command
    if question.needs_paper:
        page = await paper_in_question.named(asked, league, question, words)
        if page is not None:
            return page
        raise BadRequestError(needs_paper(question, rank).replace("`", ""))
    command, _, rest = question.command.partition(" ")
    if command not in asks:
        raise BadRequestError(f"Type {rank} {question.command} in a channel: it answers that.")
    return await asks[command](asked, league, rest)


def register(on: Boundary, asks: Mapping[str, Ask]) -> None:
    """Listen to what opens and sends the windows; `asks` by command, with "paper" and "board"."""

    async def asked_in_window(call: Call, where: ids.Where) -> Submitted:
        return await _asked_in_window(call, where, asks)

    on.action(ids.COMPARE, _compare)
    on.submission(ids.COMPARE_MODAL, _compared)
    on.shortcut(ids.ASK_SHORTCUT, _ask)
    on.submission(ids.ASK_MODAL, asked_in_window)
