"""Replies to a question: the answer, or a menu if a paper must be chosen first."""

from bot import questions
from bot.leagues.visibility import league_of_entry
from bot.leagues.which_league import league_of_question
from handlers.blocks.answers import Answer, private, window
from handlers.blocks.choosers import choose_paper
from handlers.blocks.ids import Page, Question
from handlers.questions.answers import read_page
from handlers.questions.asker import Asker
from handlers.questions.pages import AmbiguousSideError, ToPage
from handlers.slack.calls import Call
from storage.errors import AmbiguousError
from storage.leagues.homes import About
from storage.leagues.league_rows import League

ABOUT_A_PAPER = ("history", "why", "sure", "place", "origin", "assessment", "similar")
"""Commands that ask about one paper, besides its card."""
COMMANDS_ABOUT_A_PAPER = ("follow", "unfollow", "save", "remove", "restore")
"""Commands that change something about the chosen paper."""


async def reply(call: Call, to_page: ToPage, verb: str, words: str, league: int | None = None) -> None:
    """Answer a person's words.

    If they fit several papers or leagues, reply with a menu to choose from first. `to_page` turns the words into the
    page to show.
    """
    viewer = await call.viewer_in(league)
    async with call.services.database.reading(call.workspace) as session:
        asker = Asker.of(call, session, viewer)
        try:
            if league is None:
                home = await league_of_question(session, call.channel, viewer)
            else:
                home = await asker.league(league)
            page = await to_page(asker, home, words)
            answer = private(await read_page(asker, page))
        except AmbiguousSideError as error:
            answer = choose_paper(error.sentence, error.choices, error.again)
        except AmbiguousError as error:
            answer = choose_paper(error.sentence, error.choices, Question(verb, 0))
    await call.answer(answer, replace=call.in_ephemeral)


async def read(call: Call, page: Page) -> Answer:
    """Return the answer that a page names, with current data. Raises `NotFoundError` if the person may not see it."""
    viewer = await (call.viewer(About.LEAGUE, page.league) if page.league else call.viewer(About.EVERYTHING))
    async with call.services.database.reading(call.workspace) as session:
        asker = Asker.of(call, session, viewer)
        return await read_page(asker, page)


async def show(call: Call, answer: Answer) -> None:
    """Show an answer beside what was clicked; from the Home tab or a window, in a new window."""
    if call.channel:
        await call.answer(private(answer))
    else:
        await call.open(window(answer))


async def page_of(call: Call, kind: str, entry: int) -> Page:
    """Return the page that shows one kind of answer about an entry, such as its history.

    Raises `NotFoundError` if the caller may not see the entry.
    """
    viewer = await call.viewer(About.ENTRY, entry)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_entry(session, entry, viewer)
        return Page(kind, league.id, 0, entry)


async def answer_with_chosen(call: Call, question: Question) -> None:
    """Answer a question after its paper was chosen from a menu."""
    viewer = await call.viewer(About.ENTRY, question.choice)
    async with call.services.database.reading(call.workspace) as session:
        league = (await league_of_entry(session, question.choice, viewer)).id
    if question.verb not in {"vs", "sv"}:
        if question.verb in COMMANDS_ABOUT_A_PAPER:
            await call.services.commands[question.verb].run(call, f"entry:{question.choice}")
            return
        kind = question.verb if question.verb in ABOUT_A_PAPER else "card"
        page = Page(kind, league, 0, question.choice, words=question.words if kind == "assessment" else "")
        await call.answer(private(await read(call, page)), replace=True)
        return

    async def ask(asker: Asker, _league: League, words: str) -> Page:
        other = question.other
        if not other:
            try:
                other = await questions.find_entry(asker.session, league, words)
            except AmbiguousError as error:
                verb = "sv" if question.verb == "vs" else "vs"
                raise AmbiguousSideError(error, Question(verb, 0, question.choice)) from error
        pair = (question.choice, other) if question.verb == "vs" else (other, question.choice)
        return Page("vs", league, 0, *pair)

    await reply(call, ask, question.verb, question.words, league)
