"""How Slack asks for a whole assessment: the card's button opens it, one tab per assessor."""

from bot import visibility
from bot.errors import NotFoundError
from bot.judging.rubric import is_outdated
from handlers import ids
from handlers.blocks import assessing as views
from handlers.blocks.parts import Block
from handlers.boundary import Boundary, Call
from storage import assessments, leagues, papers


def register(on: Boundary) -> None:
    """Listen for the card's button and for the tabs inside the window."""
    on.action(ids.ASSESSMENT, _show)


async def _show(call: Call, review: ids.Review) -> None:
    view = await _view(call, review)
    if call.view.callback_id == ids.ASSESSMENT_MODAL.name:
        await call.update_view(call.view.id, view)
    else:
        await call.open(view)


async def _view(call: Call, review: ids.Review) -> Block:
    async with call.services.database.reading(call.workspace) as session:
        entry, paper = await papers.entry(session, review.entry)
        league = await leagues.get(session, entry.league_id)
        if not await visibility.visible(session, league, call.user, call.people):
            raise NotFoundError("That paper isn't here.")
        rows = await assessments.of_entry(session, entry.id)
    reviews = tuple(
        views.Review(
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
            read=row.read,
            done_at=row.done_at,
            failure=row.failure,
            outdated=is_outdated(row.rubric_version, call.services.workshop.rubric_version),
            as_purpose=row.purpose_version if row.purpose_version != league.purpose_version else None,
        )
        for row in rows
    )
    return views.assessment_modal(entry.id, paper.title or paper.canonical, reviews, review.tab)
