"""Answers a question about a paper from its text: statements with the quotations that support them."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal

from bot.assessments.full_texts import NOT_OFFERED, read
from bot.judges.injections.hidden_text import harmless
from bot.judges.llm.replies.paper_answer import answer_form, answer_prompt
from bot.questions.model_calls import ask_model
from bot.questions.passages import Passage, passages_for, passages_of
from bot.work.runtime import Runtime
from storage import assessments
from storage.entries import entry_rows

LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement, the quotation from the paper that supports it, and its place: heading, and percent of the text."""

    text: str
    quote: str
    place: str
    share: int


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """A paper's answer to a question; empty `findings` mean that the paper says nothing about it.

    `model` is "" if no model was asked. `without_text` says why the paper's text is missing, if the answer is based on
    abstract and assessments alone. The cost is in USD.
    """

    title: str
    url: str
    findings: tuple[Finding, ...]
    model: str
    without_text: str | None
    cost: Decimal


async def ask_paper(
    runtime: Runtime, workspace: str, entry_id: int, user: str, question: str
) -> PaperAnswer | None:
    """Answer a question from the passages of a paper most similar to it. None if no model is configured.

    Raises `BudgetError` and `JudgeError` as `ask_model` does, and `NotFoundError` if there is no such entry.
    """
    async with runtime.database.reading(workspace) as session:
        entry, paper = await entry_rows.entry(session, entry_id)
        reviews = await assessments.of_entry(session, entry_id)
        league, paper_id = entry.league_id, paper.id
        title, url, abstract = paper.title or paper.canonical, paper.url, paper.abstract or ""
        parts = [
            (f"{review.model or review.assessor} on {name}", str(text))
            for review in reviews
            if review.status == "done"
            for name, text in review.sections.items()
        ]
    reading = await read(runtime, workspace, paper_id)
    if reading.text is not None:
        text = f"Abstract\n{abstract}\n{reading.text}"
        nearest = await asyncio.to_thread(_nearest, question, text)
    else:
        nearest = [Passage(text, place) for place, text in (("abstract", abstract), *parts) if text]
    if not nearest:
        return PaperAnswer(title, url, (), "", reading.failure, Decimal(0))
    texts = [harmless(passage.text) for passage in nearest]
    prompt = answer_prompt(
        question[:LONGEST_QUESTION], texts, of_assessments=reading.text is None, nonce=f"{entry_id}:{user}"
    )
    answer = await ask_model(runtime, workspace, league, user, prompt, answer_form(texts))
    if answer is None:
        return None
    findings = tuple(
        Finding(s.text, s.quote, nearest[s.passage].place, nearest[s.passage].share) for s in answer.content
    )
    why = None if reading.text is not None else reading.failure or NOT_OFFERED
    return PaperAnswer(title, url, findings, answer.model, why, answer.usage.cost_usd)


def _nearest(question: str, text: str) -> list[Passage]:
    return passages_for(question, passages_of(text))
