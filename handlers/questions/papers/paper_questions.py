"""Answers questions about a paper from its own text: `ask <paper> | <question>`, and questions below a card."""

from bot import questions
from bot.leagues.rights import may_manage
from bot.leagues.visibility import league_of_entry
from bot.leagues.which_league import league_of_question
from bot.questions.paper_questions import ask_paper
from handlers.blocks.choosers import choose_paper
from handlers.blocks.ids import Question
from handlers.commands import Command
from handlers.questions.answer_views import paper_answer_view
from handlers.slack.calls import Call
from storage.errors import AmbiguousError, BadRequestError
from storage.leagues.homes import About

MOST_WORDS = 300


async def _ask(call: Call, words: str) -> None:
    paper, _, question = (part.strip() for part in words.partition("|"))
    if not paper or not question:
        raise BadRequestError(paper_answer_view.ASK_WHAT)
    viewer = await call.viewer()
    try:
        async with call.services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            entry = await questions.find_entry(session, league.id, paper)
    except AmbiguousError as error:
        again = Question("ask", 0, 0, f"| {question}"[:MOST_WORDS])
        await call.answer(choose_paper(error.sentence, error.choices, again))
        return
    viewer = await call.viewer(About.ENTRY, entry)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_entry(session, entry, viewer)
        shows_cost = await may_manage(session, league, viewer)
    answer = await ask_paper(call.services.runtime, call.workspace, entry, call.user, question)
    if answer is None:
        await call.answer(paper_answer_view.without_model(entry))
        return
    await call.answer(paper_answer_view.paper_answer(answer, entry, question, shows_cost=shows_cost))


COMMANDS = (
    Command(
        name="ask",
        run=_ask,
        usage="ask <paper> | <question>",
        help="what a paper says, with the words it says it in",
        group="Understand",
        takes_link=True,
    ),
)
