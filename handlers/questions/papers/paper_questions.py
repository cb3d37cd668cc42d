"""Answers questions about a paper from its own text: `ask <paper> | <question>`, and questions below a card."""

from bot.leagues.rights import may_manage
from bot.leagues.visibility import league_of_entry
from bot.questions.paper_questions import ask_paper
from handlers.blocks.ids import Question
from handlers.questions.answer_views import paper_answer_view
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from handlers.slack.words.named_paper import named_entry
from storage.errors import BadRequestError
from storage.leagues.homes import About

MOST_WORDS = 300


async def _ask(call: Call, words: str) -> None:
    paper, _, question = (part.strip() for part in words.partition("|"))
    if not paper or not question:
        raise BadRequestError(paper_answer_view.ASK_WHAT)
    entry = await named_entry(call, paper, Question("ask", 0, 0, f"| {question}"[:MOST_WORDS]))
    if entry is None:
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
