"""Window in which an owner publishes a league's pages: asks for a private league's yes and whether to name people."""

from bot.leagues.rights import require_owner
from bot.leagues.settings import change_settings
from bot.leagues.visibility import visible_league
from handlers.blocks import ids
from handlers.blocks.builders import Block
from handlers.leagues.budgets import opened_from
from handlers.outlets.served_pages_view import Serving, serving_blocks
from handlers.questions.exports import publish_window_view
from handlers.questions.exports.publish_window_view import CHOICES, NAMES, PRIVATE, YES
from handlers.questions.exports.site_export import PUBLISH, send_pages
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.windows.loading import open_loading
from handlers.slack.windows.submissions import ClearViews, FieldErrors
from storage.leagues.homes import About
from storage.outlets import sites
from storage.standings import rating_rows


def register(on: Boundary) -> None:
    """Register the listeners of the button *Publish* and of its window."""
    on.action(ids.PUBLISH, _open)
    on.submission(ids.PUBLISH_MODAL, _submitted)


async def _open(call: Call, payload: ids.OfLeague) -> None:
    await open_loading(call, publish_window_view.PUBLISH, _window(call, payload.league))


async def _window(call: Call, league_id: int) -> Block:
    viewer = await call.viewer(About.LEAGUE, league_id)
    async with call.services.database.reading(call.workspace) as session:
        league = await visible_league(session, league_id, viewer)
        await require_owner(session, league, viewer, PUBLISH)
        count = await rating_rows.count_rated(session, league.id)
        site = await sites.of_league(session, league.id)
    serving = None if site is None else Serving(site.made_by, site.made_at, site.built_at, site.failure)
    more = serving_blocks(league.id, serving)
    where = ids.Where(league.id, call.channel, call.response_url or "")
    return publish_window_view.publish_modal(
        league.name,
        league.channel if league.is_private else "",
        count,
        is_allowed=league.may_publish,
        names=league.publishes_names,
        metadata=ids.PUBLISH_MODAL.encode(where),
        more=more if call.services.settings.public_url is not None else (),
    )


async def _submitted(call: Call, where: ids.Where) -> FieldErrors | ClearViews:
    """Keep the choices, and send the pages; a private league's only with an explicit yes."""
    viewer = await call.viewer(About.LEAGUE, where.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        await require_owner(session, league, viewer, PUBLISH)
        is_allowed = not league.is_private or YES in call.view.choices(PRIVATE)
        if is_allowed:
            new = {"publishes_names": NAMES in call.view.choices(CHOICES)}
            if league.is_private:
                new["may_publish"] = True
            await change_settings(session, league.id, viewer, new, now=call.services.now())
    if not is_allowed:
        return FieldErrors({PRIVATE: publish_window_view.NEEDS_YES})
    await send_pages(opened_from(call, where), where.league, viewer)
    return ClearViews()
