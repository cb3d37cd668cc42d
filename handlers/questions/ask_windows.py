"""Windows to ask in: compare a paper with another, or ask anything from the global shortcut."""

from bot import questions
from bot.leagues.visibility import league_of_entry
from bot.leagues.which_league import WhichLeagueError, league_of_question
from handlers.blocks import ids
from handlers.blocks.answers import window
from handlers.blocks.ids import Page
from handlers.questions import ask_windows_view
from handlers.questions.answers import read_page
from handlers.questions.asker import Asker
from handlers.questions.help.help_view import needs_paper
from handlers.questions.pages import PAGES
from handlers.questions.papers import paper_in_question
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.windows.submissions import SubmissionResult, UpdateView
from handlers.slack.words.commands import PAPER, VERSUS
from handlers.slack.words.paper_names import two_papers
from handlers.slack.words.plain_questions import PlainQuestion
from storage.errors import AmbiguousError, BadRequestError, NotFoundError
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.questions import leaderboards

INTERROGATIVES = ("how", "why")
"""Commands that are also the first word of plain questions."""


def register(on: Boundary) -> None:
    """Register the listeners of the ask windows and of what opens them."""
    on.action(ids.COMPARE, _compare)
    on.submission(ids.COMPARE_MODAL, _compare_with)
    on.submission(ids.COMPARE_TWO_MODAL, _compare_two)
    on.shortcut(ids.ASK_SHORTCUT, _open_window)
    on.submission(ids.ASK_MODAL, _answer_in_window)


async def _compare(call: Call, entry: ids.OfEntry) -> None:
    """Open the window that asks which paper to compare with."""
    payload = ids.COMPARE_MODAL.encode(ids.ModalSubject(entry.entry, call.channel, call.thread_ts or ""))
    await call.open(ask_windows_view.compare(payload, entry.entry))


async def open_compare(call: Call) -> None:
    """Open the window that asks which two papers to compare."""
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        top = await leaderboards.board(session, league.id, sort="score", limit=1)
    if not top:
        raise NotFoundError(ask_windows_view.NO_PAPERS)
    await call.open(ask_windows_view.compare_two(ids.Where(league.id, call.channel), top[0].entry))


async def _compare_two(call: Call, where: ids.Where) -> SubmissionResult:
    viewer = await call.viewer_in(where.league)
    picks = [call.view.choice(field) for field in (ask_windows_view.FIRST, ask_windows_view.PICKED)]
    first, second = (ids.PICK_PAPER.decode(pick).entry if pick else 0 for pick in picks)
    if not (first and second):
        raise BadRequestError(ask_windows_view.TWO_PAPERS)
    async with call.services.database.reading(call.workspace) as session:
        asker = Asker.of(call, session, viewer)
        await asker.league(where.league)
        answer = await read_page(asker, Page(VERSUS, where.league, 0, first, second))
    return UpdateView(window(answer))


async def _compare_with(call: Call, about: ids.ModalSubject) -> SubmissionResult:
    viewer = await call.viewer(About.ENTRY, about.id)
    async with call.services.database.reading(call.workspace) as session:
        league = (await league_of_entry(session, about.id, viewer)).id
        asker = Asker.of(call, session, viewer)
        await asker.league(league)
        try:
            other = await questions.find_entry(session, league, _other_paper(call))
        except AmbiguousError as error:
            titles = "; ".join(title[:60] for _, title in error.choices[:5])
            raise BadRequestError(f"{error.sentence} For example: {titles}") from error
        answer = await read_page(asker, Page("vs", league, 0, about.id, other))
    return UpdateView(window(answer))


def _other_paper(call: Call) -> str:
    """Return the paper to compare with, as text: the paper chosen in the menu, else the words typed."""
    picked = call.view.choice(ask_windows_view.PICKED)
    if picked is None:
        return call.view.text(ask_windows_view.OTHER)
    return f"entry:{ids.PICK_PAPER.decode(picked).entry}"


async def _open_window(call: Call) -> None:
    """Open the window to ask anything, from the global shortcut."""
    await call.open(ask_windows_view.ask(ids.Where(0, call.channel)))


async def _answer_in_window(call: Call, where: ids.Where) -> SubmissionResult:
    """Answer a question inside its window, as text without buttons."""
    name, words = _request(call)
    choice = call.view.choice("league")
    league_id = int(choice) if choice is not None and choice.isdecimal() else None
    viewer = await (
        call.viewer(About.CHANNEL, where.channel) if league_id is None else call.viewer_in(league_id)
    )
    async with call.services.database.reading(call.workspace) as session:
        asker = Asker.of(call, session, viewer)
        try:
            league = (
                await league_of_question(session, where.channel, viewer)
                if league_id is None
                else await asker.league(league_id)
            )
        except WhichLeagueError as error:
            return UpdateView(ask_windows_view.ask(where, error.sentence, error.choices))
        try:
            page = await _page(asker, league, name, words)
        except AmbiguousError as error:
            titles = "; ".join(title[:60] for _, title in error.choices[:5])
            raise BadRequestError(f"{error.sentence} For example: {titles}") from error
        answer = await read_page(asker, page)
    return UpdateView(window(answer))


def _request(call: Call) -> tuple[str, str]:
    """Return the page name and words typed in the window; commands that aren't questions are read as a title."""
    text = call.view.text("question")
    try:
        return VERSUS, " | ".join(two_papers(text))
    except BadRequestError:
        commands = call.services.commands
        request = commands.parse(text)
        name = commands[request.command].name
        return (name, request.words) if name in PAGES else (PAPER, text)


async def _page(asker: Asker, league: League, name: str, words: str) -> Page:
    """Return the page that the words ask for; words that name no paper may be a plain question."""
    commands = asker.services.commands
    if name in INTERROGATIVES and words:
        question = commands.question(f"{name} {words}")
        if question is not None and (question.needs_paper or commands.of_question(question).name != name):
            return await _plain_page(asker, league, question, f"{name} {words}")
    try:
        return await PAGES[name](asker, league, words)
    except NotFoundError:
        question = commands.question(words) if name == PAPER else None
        if question is None:
            raise
        return await _plain_page(asker, league, question, words)


async def _plain_page(asker: Asker, league: League, question: PlainQuestion, words: str) -> Page:
    """Return the page that answers a plain question. Raises `BadRequestError` if its answer isn't a page."""
    commands, rank = asker.services.commands, asker.services.settings.rank_command
    command = commands.of_question(question)
    if question.needs_paper:
        page = await paper_in_question.named(asker, league, paper_in_question.kind_of(command), words)
        if page is not None:
            return page
        raise BadRequestError(needs_paper(question, commands, rank).replace("`", ""))
    if command.name not in PAGES:
        raise BadRequestError(f"For that, type {rank} {command.name} in a channel.")
    return await PAGES[command.name](asker, league, question.words)
