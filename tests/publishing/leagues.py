"""A small league to publish, with texts by strangers that try to leave their place."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.exchange.file_rows import AssessmentRow, PaperRow, RatingRow
from bot.exchange.published_league import (
    PastPeriod,
    PublishedLeague,
    PublishedMatch,
    PublishedOpinion,
    PublishedPaper,
)
from bot.exchange.references import Citation
from storage.standings.past_standings import PastRating

AT = datetime(2026, 3, 27, 12, tzinfo=UTC)
HOSTILE = (
    'Paper <script>alert(1)</script> & "friends"',
    "</title><img src=x onerror=alert(2)>",
    "\x00 ]]> <!-- {{ 7*7 }} ${x} ' onmouseover='alert(3)",
)
TEXT = "First.\n\n- one <b>bold</b>\n- two\n\nSee [x](javascript:alert(4))."


def _paper(number: int, title: str) -> PublishedPaper:
    row = PaperRow.model_construct(
        id=f"arxiv:2601.0000{number}", url="javascript:alert(5)" if number == 2 else f"https://arxiv.org/abs/2601.0000{number}",
        title=title, abstract=TEXT, authors=["Ada <i>Lovelace</i>", "Jan van der Berg"], categories=["cs.CL"],
        published=AT - timedelta(days=40), withdrawn=number == 3, submitted_by="U1",
        submitted_at=AT - timedelta(days=number), rating=7.5, significance=7.0, rigor=5.0, novelty=6.5, clarity=6.0,
        names=None, venue=None,
    )  # fmt: skip
    given: dict[str, Any] = {
        "paper": row.id, "rating": 7.0, "significance": 7.0, "rigor": 5.0, "novelty": 6.0, "clarity": 6.0,
        "sections": {"rigor": TEXT, "impact": "Said."}, "flags": [], "read": "full text",
        "done_at": AT - timedelta(days=1),
    }  # fmt: skip
    reviews = tuple(
        AssessmentRow.model_construct(
            **given, assessor=model, model=model, contribution=f"What {model} found new."
        )
        for model in ("one:m", "two:<m>")
    )
    rating = RatingRow(
        paper=row.id, rank=number, rank_low=1, rank_high=3, score=1_700 - 100 * number, interval=60.0,
        wins=3 - number, losses=number - 1, draws=0,
    )  # fmt: skip
    matches = tuple(
        PublishedMatch(
            f"key-{min(number, other)}-{max(number, other)}", f"arxiv:2601.0000{other}",
            "won" if number < other else "lost", other == 3,
            (
                PublishedOpinion("verdict", "one:m", "won", 0.8, f"{TEXT} It beats {HOSTILE[0]}.", (("rigor", "won"),)),
                PublishedOpinion("panel", "two:<m>", "lost", 0.6, f"Not so: {HOSTILE[1]}", ()),
            ),
            AT - timedelta(days=2),
        )
        for other in (1, 2, 3)
        if other != number
    )  # fmt: skip
    return PublishedPaper(row, "Computation and Language", rating if number < 3 else None, reviews, matches)


def a_league() -> PublishedLeague:
    """Three papers, of which two are ranked; a week that is over and the running month."""
    papers = tuple(_paper(number, title) for number, title in enumerate(HOSTILE, 1))
    rows = tuple(
        (paper.id, PastRating(place, 1_600, 60, place, 1, 2, 2)) for place, paper in enumerate(papers[:2], 1)
    )
    return PublishedLeague(
        "reading-group <x>",
        "matters for <our> work",
        AT - timedelta(days=90),
        AT,
        papers,
        (
            PastPeriod("2026-03", datetime(2026, 4, 1, tzinfo=UTC), is_over=False, rows=rows),
            PastPeriod("2026-W12", datetime(2026, 3, 23, tzinfo=UTC), is_over=True, rows=rows),
        ),
        tuple(
            Citation(
                paper.id,
                paper.paper.title,
                ("Ada Lovelace", "Jan van der Berg"),
                "preprint",
                2026,
                arxiv=paper.id[6:],
            )
            for paper in papers
        ),
    )
