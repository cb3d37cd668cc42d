"""View of a paper's full assessments: scores, six sections, and a tab per assessor."""

from dataclasses import dataclass
from datetime import datetime

from bot.judges.offline_judge import OFFLINE_LABEL
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block
from handlers.blocks.feedback import as_buttons, ask_about_assessment
from handlers.blocks.text import date, escape, from_markdown

NAMES = {
    "contribution": "Core contribution",
    "rigor": "Methodological rigor",
    "impact": "Potential impact",
    "timeliness": "Timeliness and relevance",
    "strengths": "Strengths and limitations",
    "observations": "Additional observations",
}
TABS = 25
MOST_BLOCKS = 14
"""Most blocks of one section, so that six fit into a window."""


@dataclass(frozen=True, slots=True)
class Review:
    """One assessor's review of a paper, ready to show. `scores` are (name, 1 to 10), `sections` are (key, text)."""

    assessment: int
    assessor: str
    model: str
    status: str
    scores: tuple[tuple[str, float], ...]
    sections: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    read: str | None
    done_at: datetime | None
    failure: str | None
    outdated: bool = False
    """Whether the review used an earlier version of the rubric."""
    as_purpose: int | None = None
    """Version of the league's purpose that the review used (0: none), if the league has another one now; else None."""


def assessment_modal(entry: int, title: str, reviews: tuple[Review, ...], tab: int) -> Block:
    """Return the window with all reviews of a paper; `tab` is the index of the review shown."""
    blocks: list[Block] = [builders.section(f"*{escape(title)}*")]
    if not reviews:
        blocks.append(builders.section("No assessor has been asked about this paper yet."))
    else:
        current = min(max(tab, 0), len(reviews) - 1)
        if len(reviews) > 1:
            blocks.append(builders.actions(*_tabs(entry, reviews, current)))
        blocks += _review(reviews[current])
    return builders.modal(
        "Assessment",
        blocks,
        callback_id=ids.ASSESSMENT_MODAL.name,
        private_metadata=ids.ASSESSMENT_MODAL.encode(ids.OfReview(entry, tab)),
    )


def _tabs(entry: int, reviews: tuple[Review, ...], current: int) -> list[Block]:
    return [
        builders.button(
            f"{'▸ ' if place == current else ''}{review.model}",
            *ids.ASSESSMENT.carry(ids.OfReview(entry, place), place),
            style="primary" if place == current else None,
        )
        for place, review in enumerate(reviews[:TABS])
    ]


def _review(review: Review) -> list[Block]:
    if review.status == "failed":
        return [builders.section(f"This assessment failed: {escape(review.failure or 'no reason was kept')}")]
    if review.status != "done":
        return [builders.section("This assessment is still being written. Open it again in a minute.")]
    blocks: list[Block] = [
        builders.fields(*(f"*{name.capitalize()}*\n{value:g} of 10" for name, value in review.scores)),
    ]
    if review.assessor == "offline":
        blocks.insert(0, builders.context(OFFLINE_LABEL))
    if review.flags:
        blocks.append(
            builders.section("*Passages that address a reviewer*\n" + escape("\n".join(review.flags)))
        )
    for key, words in review.sections:
        blocks.append(builders.section(f"*{NAMES.get(key, key.capitalize())}*"))
        blocks += builders.paragraphs(from_markdown(words.removeprefix(f"{OFFLINE_LABEL}. ")), MOST_BLOCKS)
    facts = [escape(review.model)]
    if review.read:
        facts.append(f"read from the {review.read}")
    if review.outdated:
        facts.append("by an earlier rubric than today's")
    if review.as_purpose is not None:
        facts.append(phrases.for_purpose(review.as_purpose))
    if review.done_at is not None:
        facts.append(date(review.done_at))
    blocks.append(builders.context(" · ".join(facts)))
    blocks.append(as_buttons(ask_about_assessment(review.assessment)))
    return blocks
