"""What people like: reactions on messages about papers, and the menu "more like this" of daily preprints."""

from bot.entries.taste import reactions
from handlers.blocks import ids
from handlers.entries.incoming import daily_preprints_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from storage.entries import reaction_rows
from storage.leagues.homes import About


def register(on: Boundary) -> None:
    """Register the listeners of reactions and of wishes for more papers like one."""
    on.event("reaction_added", _reacted, matters=_is_on_message, concerns=_is_about_papers)
    on.event("reaction_removed", _unreacted, matters=_is_on_message, concerns=_is_stored)
    on.action(ids.MORE_LIKE_THIS, _wish)
    on.action(ids.NO_WISH, _take_back)


def _is_on_message(call: Call) -> bool:
    """Return whether a person reacted to a message; the bot's own mark on a link is no opinion."""
    item = call.event.get("item") or {}
    return item.get("type") == "message" and call.event.get("user") not in {None, "", call.bot_user}


def _place(call: Call) -> tuple[str, str, str]:
    """Return channel and ts of the message that a reaction is on, and the emoji's name."""
    item = call.event["item"]
    return str(item.get("channel") or ""), str(item.get("ts") or ""), str(call.event.get("reaction") or "")


async def _is_about_papers(call: Call) -> bool:
    """Return whether the message is about papers; most reactions are about none."""
    channel, ts, _name = _place(call)
    async with call.services.database.reading(call.workspace) as session:
        return bool(await reaction_rows.entries_of_message(session, channel, ts))


async def _is_stored(call: Call) -> bool:
    """Return whether a reaction that was taken back counts for some paper."""
    channel, ts, name = _place(call)
    async with call.services.database.reading(call.workspace) as session:
        return await reaction_rows.is_stored(session, str(call.event["user"]), channel, ts, name)


async def _reacted(call: Call) -> None:
    channel, ts, name = _place(call)
    person = await call.people.person(str(call.event["user"]))
    async with call.services.database.transaction(call.workspace) as session:
        await reactions.react(session, channel, ts, person, name, call.services.now())


async def _unreacted(call: Call) -> None:
    channel, ts, name = _place(call)
    user = str(call.event["user"])
    async with call.services.database.transaction(call.workspace) as session:
        await reaction_rows.remove(session, user, channel, ts, name)


async def _wish(call: Call, payload: ids.MoreLike) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await reactions.wish(session, payload.entry, viewer, call.services.now(), more=payload.more)
    await call.answer(daily_preprints_view.wish_receipt(payload.entry, title, more=payload.more))


async def _take_back(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await reactions.take_back(session, payload.entry, viewer)
    await call.answer(daily_preprints_view.wish_gone(title), replace=call.in_ephemeral)
