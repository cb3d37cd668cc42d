"""Answers to questions about a paper: statements, the quotations that support them, and their places in the text."""

from bot.questions.paper_questions import PaperAnswer
from handlers.blocks import ids, phrases
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    link,
    message,
    one_line,
    section,
)

NO_MODEL = (
    "No model is set up here that could read the paper for you. What its assessors wrote answers much of it."
)
ASK_WHAT = "Which paper, and what about it? Write `ask <paper> | <question>`, or ask under its card."
DOESNT_SAY = "The paper doesn't say, as far as I can find."


def paper_answer(answer: PaperAnswer, entry: int, question: str, *, shows_cost: bool) -> Message:
    """Return the message with an answer from a paper.

    `shows_cost` adds the cost, and a note says if only assessments were used.
    """
    title = link(answer.url, one_line(answer.title, 150))
    blocks: list[Block] = [section(f"*{title}*\n_{escape(one_line(question, 300))}_")]
    if not answer.findings:
        blocks.append(section(_nothing(answer)))
    for finding in answer.findings:
        quote = escape(one_line(finding.quote, 400))
        place = escape(
            one_line(finding.place or f"{phrases.measure(str(finding.share), '%')} into the text", 100)
        )
        blocks.append(section(f"{escape(finding.text)}\n> “{quote}” ({place})"))
    notes = [f"Answered by {escape(answer.model)} from passages of the paper's text"] if answer.model else []
    if answer.without_text is not None:
        notes = [
            f"Its text can't be had ({escape(answer.without_text)}): from abstract and assessments alone"
        ]
    if shows_cost and answer.cost:
        notes.append(phrases.money(answer.cost))
    if notes:
        blocks.append(context(" · ".join(notes)))
    blocks.append(_assessment(entry))
    plain = " ".join(finding.text for finding in answer.findings) or _nothing(answer)
    return message(escape(one_line(plain, 300)), blocks)


def without_model(entry: int) -> Message:
    """Return the message that no model can answer, with a button that shows the paper's assessments."""
    return message(NO_MODEL, [section(NO_MODEL), _assessment(entry)])


def _nothing(answer: PaperAnswer) -> str:
    return DOESNT_SAY if answer.without_text is None else "What I have of this paper doesn't say."


def _assessment(entry: int) -> Block:
    return actions(button("Assessment", *ids.ASSESSMENT.carry(ids.OfReview(entry))))
