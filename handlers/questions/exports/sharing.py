"""Shares an answer with a channel, under the name of the person who shares it."""

from zlib import crc32

from bot.leagues import visibility
from bot.leagues.visibility import visible_league
from handlers.blocks import ids
from handlers.blocks.answers import shared
from handlers.blocks.builders import Message
from handlers.blocks.ids import Page
from handlers.questions.answers import read_page
from handlers.questions.asker import Asker
from handlers.questions.exports import sharing_view
from handlers.questions.replies import page_of, read
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from storage.database.engine import Transaction
from storage.errors import NotAllowedError, NotFoundError
from storage.leagues.homes import About
from storage.work import outbox
from storage.work.delivery import MessageRequest

SHARED = "shared"


def register(on: Boundary) -> None:
    """Register the listeners of the share buttons."""
    on.action(ids.SHARE, _share)
    on.action(ids.SHARE_CARD, _share_card)
    on.action(ids.POST_CARD, _post_card)


async def _share(call: Call, page: Page) -> None:
    """Post an answer in the channel for all, under the name of the person who shares it."""
    await _share_in(call, page, call.channel, call.thread_ts)


async def _share_in(call: Call, page: Page, channel: str, thread_ts: str | None) -> None:
    await read(call, page)
    if not (await call.people.channel(channel)).has_bot:
        raise NotFoundError("I'm not in this channel. Invite me first, then share again.")
    viewer = await call.viewer(About.LEAGUE, page.league)
    now = call.services.now()
    async with call.services.database.transaction(call.workspace) as session:
        if page.league:
            league = await visible_league(session, page.league, viewer)
            if league.channel != channel and visibility.is_private(league, viewer):
                raise NotAllowedError(f"{league.name} is private: it can be shared in its own channel only.")
        once = call.message_ts or call.trigger_id or now.isoformat()
        await outbox.want(
            session,
            channel=channel,
            key=f"shared:{call.user}:{once}:{crc32(ids.SHARE.encode(page).encode()):08x}",
            kind=SHARED,
            about_id=page.first or page.league,
            options={"page": list(page), "user": call.user},
            thread_ts=thread_ts,
            now=now,
        )


async def _share_card(call: Call, entry: ids.OfEntry) -> None:
    await _share(call, await page_of(call, "card", entry.entry))


async def _post_card(call: Call, entry: ids.OfEntry) -> None:
    """Post the card of a paper, which a person sees in a direct message, in the channel of its league."""
    page = await page_of(call, "card", entry.entry)
    viewer = await call.viewer(About.LEAGUE, page.league)
    async with call.services.database.reading(call.workspace) as session:
        channel = (await visible_league(session, page.league, viewer)).channel
    await _share_in(call, page, channel, None)
    await call.answer(sharing_view.posted(channel))


async def render_shared(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the message with which a person shared an answer in a channel, with current data.

    None if that person may no longer see it.
    """
    user = str(request.options["user"])
    page = Page(*request.options["page"])
    about = (About.LEAGUE, page.league) if page.league else (About.EVERYTHING, 0)
    viewer = await services.viewer(session.workspace, user, *about)
    asker = Asker(session, services, viewer, services.now(), for_all=True)
    try:
        return shared(await read_page(asker, page), user, asker.now)
    except NotFoundError:
        return None


MESSAGES: dict[str, Renderer] = {SHARED: render_shared}
