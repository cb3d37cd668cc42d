"""The card in every state an entry can be in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.entries.card import AssessorState, CardView, Score
from handlers.demo.slack.checks.surfaces import check_message, check_view
from handlers.entries.card_view import card_message
from handlers.entries.paper_window_view import more_modal
from storage.standings.rating_rows import EntryRating
from tests.questions.conftest import elements, label, words

DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FULL = CardView(
    entry=7,
    paper=3,
    league=1,
    league_name="papers",
    status="known",
    failure=None,
    title="Attention Is All You Need",
    url="https://arxiv.org/abs/1706.03762",
    canonical="arxiv:1706.03762",
    authors="A. Vaswani, N. Shazeer, … (8)",
    abstract="The dominant models are recurrent. " * 20,
    category="Computation and Language",
    published=datetime(2017, 6, 12, tzinfo=UTC),
    version=7,
    withdrawn=False,
    comment=None,
    contribution="A model of attention alone.",
    figures=EntryRating(7, 0.4, 0.2, 1354.2, 44.1, 12, 8, 19, 8, 11, 0, 6.0),
    ranked_entries=184,
    low=1050,
    high=1800,
    scores=(
        Score("rating", 6, 5, 7, (("a:m", 5), ("b:m", 7))),
        Score("significance", 7, 7, 7, (("a:m", 7), ("b:m", 7))),
    ),
    assessors=(AssessorState("a:m", "done", None), AssessorState("b:m", "done", None)),
    flags=(),
    submitted_by="U1",
    submitted_at=DAY,
    removed_at=None,
    removed_by=None,
    playing=False,
    next_play=DAY,
)
BARE = replace(
    FULL,
    status="fetching",
    title="arxiv:1706.03762",
    authors="",
    abstract=None,
    category=None,
    published=None,
    version=None,
    contribution=None,
    figures=None,
    scores=(),
    assessors=(),
    next_play=None,
)


def shown(view: CardView) -> dict[str, Any]:
    message = card_message(view)
    check_message(list(message.blocks))
    check_view(more_modal(view), "modal")
    return {"text": message.text, "blocks": list(message.blocks)}


def test_a_full_card(snapshot: SnapshotAssertion) -> None:
    assert shown(FULL) == snapshot


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (BARE, "I'm reading it"),
        (replace(BARE, status="failed", failure="arXiv has no such paper."), "arXiv has no such paper."),
        (replace(FULL, figures=None, scores=(), assessors=()), "not ranked yet"),
        (replace(FULL, withdrawn=True), "Withdrawn"),
        (replace(FULL, removed_at=DAY, removed_by="U2", figures=None), "Removed"),
        (replace(FULL, figures=None, playing=True), "a tournament is playing now"),
        (replace(FULL, figures=None, next_play=None), "not ranked yet"),
        (
            replace(FULL, figures=None, scores=(), assessors=(AssessorState("a:m", "planned", None),)),
            "Being assessed",
        ),
        (replace(FULL, assessors=(AssessorState("a:m", "failed", "no <answer>"),)), "no &lt;answer&gt;"),
        (replace(FULL, scores=(Score("rating", 6, 6, 6, (("offline", 6),)),)), "not a real assessment"),
        (replace(FULL, title="<!channel> 🙂 نظام " * 40), "&lt;!channel&gt;"),
        (replace(FULL, figures=None), "first matches"),
    ],
)
def test_a_card_says_what_is_missing(view: CardView, expected: str) -> None:
    assert expected in words(shown(view))


def test_only_a_ranked_paper_is_asked_why_and_another_leads_on() -> None:
    ranked, unranked = (
        [label(each) for each in elements(shown(view))] for view in (FULL, replace(FULL, figures=None))
    )
    assert "Why this rank?" in ranked
    assert "Why this rank?" not in unranked
    assert "Compare…" in unranked


def test_a_removed_paper_offers_only_to_come_back() -> None:
    assert [label(element) for element in elements(shown(replace(FULL, removed_at=DAY)))] == ["Restore"]
