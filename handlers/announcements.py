"""How a channel hears of the preprints its league took in, and how the settings modal asks for them."""

from bot import announcements
from bot.announcements import Wish
from bot.errors import BadRequestError
from handlers.blocks import announcements as views
from handlers.blocks.parts import Message
from handlers.calls import ViewState
from handlers.services import Renderer, Services
from storage import papers
from storage.database import Transaction
from storage.messages import Wanted


def wished(view: ViewState) -> Wish:
    """What the settings modal asks for; raises `BadRequestError`."""
    number = view.text(views.MOST) or str(announcements.USUAL_A_DAY)
    if not number.isdecimal():
        raise BadRequestError(
            f"The number of preprints a day is from 1 to {announcements.MOST_A_DAY}.", about="preprints"
        )
    return Wish(
        announcements.categories_of(view.text(views.ARXIV)),
        int(number[:6]),
        views.CROSS in view.choices(views.ALSO),
    )


async def render_announced(session: Transaction, wanted: Wanted, _services: Services) -> Message | None:
    """The day's new preprints."""
    entries = [int(entry) for entry in wanted.options.get("entries", ())]
    titles = await papers.titles(session, entries)
    return views.announced(
        [titles[entry] for entry in entries if entry in titles], wanted.options.get("categories", ())
    )


RENDERERS: dict[str, Renderer] = {announcements.ANNOUNCED: render_announced}
