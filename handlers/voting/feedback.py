"""Listeners of the buttons by which people mark a verdict or an assessment as good or poor."""

from bot.voting import feedback
from handlers.blocks import ids
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.voting import feedback_view
from storage.leagues.homes import About
from storage.matches import feedback_rows


def register(on: Boundary) -> None:
    """Register the listener of the two feedback buttons."""
    on.action(ids.FEEDBACK, _mark)


async def _mark(call: Call, mark: ids.Mark) -> None:
    services = call.services
    if mark.about == feedback.MATCH:
        viewer = await call.viewer(About.MATCH, mark.row)
    else:
        async with services.database.reading(call.workspace) as session:
            entry = (await feedback_rows.assessment(session, mark.row)).entry
        viewer = await call.viewer(About.ENTRY, entry)
    async with services.database.transaction(call.workspace) as session:
        marked = await feedback.mark(
            session, mark.about, mark.row, viewer, is_good=mark.is_good, now=services.now()
        )
    await call.answer(feedback_view.mark_confirmation(marked, services.settings.rank_command))
