"""Daily preprints of a league: the channel's message about them, and their fields in the settings window."""

from bot.entries import daily_preprints
from bot.entries.daily_preprints import PreprintChoice
from handlers.blocks.builders import Message
from handlers.entries.incoming import daily_preprints_view
from handlers.slack.services import Renderer, Services
from handlers.slack.windows.view_state import ViewState
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.work.delivery import MessageRequest


def entered_choice(view: ViewState) -> PreprintChoice:
    """Return the arXiv categories and limits that a person entered in the settings window. Raises `BadRequestError`."""
    return PreprintChoice(
        daily_preprints.categories_of(view.text(daily_preprints_view.ARXIV)),
        most_a_day(view),
        daily_preprints_view.CROSS in view.choices(daily_preprints_view.ALSO),
    )


def most_a_day(view: ViewState) -> int:
    """Return the number of preprints per day typed into a window. Raises `BadRequestError` if it isn't in the range."""
    number = view.text(daily_preprints_view.MOST) or str(daily_preprints.USUAL_A_DAY)
    if not number.isdecimal() or not 1 <= int(number[:6]) <= daily_preprints.MOST_A_DAY:
        raise BadRequestError(
            f"The number of preprints a day is from 1 to {daily_preprints.MOST_A_DAY}.", about="preprints"
        )
    return int(number[:6])


async def render_announced(
    session: Transaction, request: MessageRequest, _services: Services
) -> Message | None:
    """Build the channel's message about the day's new preprints; None if none of them is left."""
    entries = [int(entry) for entry in request.options.get("entries", ())]
    titles = await entry_rows.titles(session, entries)
    return daily_preprints_view.preprints_message(
        [titles[entry] for entry in entries if entry in titles], request.options.get("categories", ())
    )


MESSAGES: dict[str, Renderer] = {daily_preprints.ANNOUNCED: render_announced}
