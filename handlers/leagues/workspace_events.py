"""Events of workspaces and channels: removed, archived, renamed; and previews of links."""

import structlog

from bot.entries.card import card
from bot.leagues import closed_places, creating, missing_scopes
from bot.leagues.visibility import visible, visible_leagues
from bot.papers import links
from bot.papers.links import Reference
from handlers.blocks.builders import Message
from handlers.entries.card_view import preview_of_known, preview_of_unknown
from handlers.leagues.reinstall_view import closed_league_notice, reinstall
from handlers.slack import outsiders
from handlers.slack.attempts import GONE, attempt
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.posting import refusal_reasons
from handlers.slack.posting.closing import close_place
from handlers.slack.services import Renderer, Services
from handlers.slack.workspaces.directory import is_admin_now
from handlers.slack.workspaces.oauth import START
from handlers.slack.workspaces.scopes_and_events import SCOPES
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotFoundError
from storage.leagues import closed_leagues, league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.work import outbox
from storage.work.delivery import MessageRequest
from storage.workspaces import moved_channels, workspace_rows

CANNOT_UNFURL = frozenset(
    {
        *("cannot_unfurl_url", "cannot_unfurl_message", "cannot_find_message", "cannot_find_channel"),
        *("cannot_prompt", "cannot_auth_user", "missing_scope"),
    }
)
"""Slack's error codes for a preview that can't be shown: the message is gone, or the scope was declined."""
Previews = dict[str, dict[str, object]]
"""Previews shown below links, by URL."""

log = structlog.get_logger(__name__)


def register(on: Boundary) -> None:
    """Register the listeners for changes of the workspace and its channels."""
    on.event("app_uninstalled", _removed)
    on.event("tokens_revoked", _removed)
    for kind in ("archive", "unarchive", "deleted", "rename", "left"):
        on.event(f"channel_{kind}", _channel_changed)
        on.event(f"group_{kind}", _channel_changed)
    for kind in ("channel_shared", "channel_unshared"):
        on.event(kind, _channel_changed)
    on.event("channel_id_changed", _channel_moved)
    on.event("team_access_granted", _access_granted)
    on.event("user_change", _person_changed, is_noted=False)
    on.event("link_shared", _unfold)


async def _removed(call: Call) -> None:
    """Stop posting for a workspace that removed the bot; its data is deleted within a day."""
    if call.event.get("type") == "tokens_revoked" and not (call.event.get("tokens") or {}).get("bot"):
        return  # a person's token; the bot's own stays
    async with call.services.database.transaction(None) as session:
        if await workspace_rows.remove(session, call.workspace, call.services.now()):
            log.info("workspace_removed", workspace=call.workspace)
    call.services.forget_workspace(call.workspace)


async def _channel_changed(call: Call) -> None:
    channel = call.event.get("channel")
    name = channel.get("id") if isinstance(channel, dict) else channel
    if not name:
        return
    call.services.forget_channel(call.workspace, str(name))
    if str(call.event.get("type")).endswith("_rename"):
        place = await call.people.channel(str(name))
        async with call.services.database.transaction(call.workspace) as session:
            await league_rows.rename(session, str(name), creating.league_name(place))
    kind = str(call.event.get("type")).partition("_")[2]
    if kind == "unarchive":
        async with call.services.database.transaction(call.workspace) as session:
            await outbox.reopen(session, str(name))
            await closed_places.open_channel(session, str(name))
    if kind in refusal_reasons.CLOSING:
        await close_place(call.services, call.workspace, str(name), refusal_reasons.CLOSING[kind])


async def _channel_moved(call: Call) -> None:
    """Change the id of a private channel that was shared by Slack Connect in all stored data."""
    old, new = str(call.event.get("old_channel_id") or ""), str(call.event.get("new_channel_id") or "")
    if not old or not new:
        return
    async with call.services.database.transaction(call.workspace) as session:
        rows = await moved_channels.move(session, old, new)
        new = await moved_channels.newest_id(session, new)
        await outbox.reopen(session, new)
        await closed_places.open_channel(
            session, new
        )  # it closed if a message was refused before the event came
    for channel in (old, new):
        call.services.forget_channel(call.workspace, channel)
    log.info("channel_moved", workspace=call.workspace, old=old, new=new, rows=rows)


async def _access_granted(call: Call) -> None:
    """Reopen what rests because its workspace of the organisation didn't have the bot."""
    async with call.services.database.transaction(call.workspace) as session:
        await outbox.reopen_after(session, [refusal_reasons.NO_ACCESS])
        await closed_leagues.reopen_after(session, [refusal_reasons.NO_ACCESS])
    call.services.forget_workspace(call.workspace)


async def _person_changed(call: Call) -> None:
    person = call.event.get("user")
    name = person.get("id") if isinstance(person, dict) else person
    if outsiders.is_full_member(call):
        outsiders.note_handled(call)
    if name:
        is_admin = is_admin_now(person) if isinstance(person, dict) else None
        call.services.forget_person(call.workspace, str(name), is_admin)


async def _unfold(call: Call) -> None:
    """Show previews of links if the channel's league or the workspace allows it; not beside our own card."""
    channel, ts = str(call.event.get("channel") or ""), str(call.event.get("message_ts") or "")
    async with call.services.database.reading(call.workspace) as session:
        league = await league_rows.of_channel(session, channel)
        everywhere = league is None and await workspace_rows.unfolds_everywhere(session, call.workspace)
    unfurls: Previews = {}
    if league is not None and league.unfurls:
        unfurls = await _in_league(call, league, channel, ts)
    elif everywhere:
        unfurls = await _in_public_leagues(call)
    if not unfurls:
        return
    if call.event.get("source") == "composer":  # not sent yet: it has no place
        unfurl_id = str(call.event.get("unfurl_id") or "")
        request = call.client.chat_unfurl(unfurl_id=unfurl_id, source="composer", unfurls=unfurls)
    else:
        request = call.client.chat_unfurl(channel=channel, ts=ts, unfurls=unfurls)
    await attempt(request, besides=GONE | CANNOT_UNFURL)


async def _in_league(call: Call, league: League, channel: str, ts: str) -> Previews:
    """Return the previews in a channel of a league; for unknown papers, with a button to add them."""
    viewer = await call.viewer(About.LEAGUE, league.id)
    if not visible(league, viewer) or league.takes_app_links or not await _stays_unknown(call):
        return {}  # its message brings the card, even where this event comes first
    previews: Previews = {}
    async with call.services.database.reading(call.workspace) as session:
        if await entry_rows.links_seen(session, channel, ts):
            return {}
        for url, reference in _papers_of(call):
            paper = await entry_rows.by_identifier(session, reference.scheme, reference.value)
            entry = None if paper is None else await entry_rows.entry_in(session, league.id, paper.id)
            if entry is None:
                previews[url] = {"blocks": list(preview_of_unknown(reference.link, league.name))}
            else:
                previews |= await _preview(session, url, entry, call)
    return previews


async def _in_public_leagues(call: Call) -> Previews:
    """Return the previews in a channel without a league, for papers in leagues that everybody may see."""
    if call.event.get("is_bot_user_member", True) and not await _stays_unknown(call):
        return {}  # its message brings the card
    async with call.services.database.reading(call.workspace) as session:
        papers = {
            url: paper.id
            for url, reference in _papers_of(call)
            if (paper := await entry_rows.by_identifier(session, reference.scheme, reference.value))
        }
    if not papers:
        return {}
    viewer = await call.viewer(About.EVERYTHING)
    previews: Previews = {}
    async with call.services.database.reading(call.workspace) as session:
        leagues = [
            league
            for league in await visible_leagues(session, viewer)
            if not league.is_private and not viewer.is_private(league.channel)
        ]
        for url, paper_id in papers.items():
            for league in leagues:
                entry = await entry_rows.entry_in(session, league.id, paper_id)
                if entry is not None and url not in previews:
                    previews |= await _preview(session, url, entry, call)
    return previews


def _papers_of(call: Call) -> list[tuple[str, Reference]]:
    """Return the event's links that name papers, as (URL as written, reference)."""
    urls = [str(link.get("url") or "") for link in call.event.get("links") or ()]
    return [(url, reference) for url in urls if (reference := links.parse(url)) is not None]


async def _preview(session: Transaction, url: str, entry: int, call: Call) -> Previews:
    try:
        view = await card(session, entry, call.services.now())
    except NotFoundError:
        return {}
    return {url: {"blocks": list(preview_of_known(view))}}


async def _stays_unknown(call: Call) -> bool:
    """Return whether a link isn't added by itself, because an app posted it and not a person."""
    return not call.user or (await call.people.person(call.user)).is_bot


async def render_reinstall(
    session: Transaction,  # noqa: ARG001 - all renderers are alike
    request: MessageRequest,
    services: Services,
) -> Message | None:
    """Build the message that the bot must be installed again, and why."""
    scopes = tuple(map(str, request.options["missing"]))
    settings = services.settings
    address = f"{settings.public_url}{START}" if settings.many_workspaces else None
    return reinstall(scopes, SCOPES, address=address)


async def render_rests(
    session: Transaction,
    request: MessageRequest,
    services: Services,  # noqa: ARG001 - all renderers are alike
) -> Message | None:
    """Build the message to owners that their league does nothing, because its channel can't receive messages."""
    league = await league_rows.get(session, request.about)
    return closed_league_notice(league.name, str(request.options["reason"]))


MESSAGES: dict[str, Renderer] = {missing_scopes.KIND: render_reinstall, closed_places.KIND: render_rests}
