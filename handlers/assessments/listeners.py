"""Listeners for a paper's full assessment: the card's button and the tabs in the window."""

from bot.judges.rubric import is_outdated, rubric_of
from bot.leagues import visibility
from handlers.assessments import assessment_view
from handlers.blocks import ids
from handlers.blocks.builders import Block
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from storage import assessments
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register listeners for the card's *Assessment* button and for the tabs in its window."""
    on.action(ids.ASSESSMENT, _show)


async def _show(call: Call, review: ids.OfReview) -> None:
    view = await _view(call, review)
    if call.view.callback_id == ids.ASSESSMENT_MODAL.name:
        await call.update_view(call.view.id, view)
    else:
        await call.open(view)


async def _view(call: Call, review: ids.OfReview) -> Block:
    viewer = await call.viewer(About.ENTRY, review.entry)
    async with call.services.database.reading(call.workspace) as session:
        entry, paper = await entry_rows.entry(session, review.entry)
        league = await league_rows.get(session, entry.league_id)
        if not visibility.visible(league, viewer):
            raise NotFoundError("That paper isn't here.")
        rows = await assessments.of_entry(session, entry.id)
    own = rubric_of(league.rubric)
    current = call.services.runtime.rubric_version if own is None else own.version
    reviews = tuple(
        assessment_view.Review(
            assessment=row.id,
            assessor=row.assessor,
            model=row.model or row.assessor,
            status=row.status,
            scores=tuple(
                (name, value)
                for name in ("rating", "significance", "rigor", "novelty", "clarity")
                if (value := getattr(row, name)) is not None
            ),
            sections=tuple((str(name), str(words)) for name, words in row.sections.items()),
            flags=tuple(row.flags),
            read=None if row.rubric_version == "recorded" else row.read,
            done_at=row.done_at,
            failure=row.failure,
            outdated=is_outdated(row.rubric_version, current),
            as_purpose=row.purpose_version if row.purpose_version != league.purpose_version else None,
        )
        for row in sorted(rows, key=lambda each: not each.sections)  # whole reviews before bare scores
    )
    return assessment_view.assessment_modal(entry.id, paper.title or paper.canonical, reviews, review.tab)
