"""Home tab: its content, and its buttons."""

from dataclasses import replace
from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.following import reading_list, topics
from bot.leagues import upkeep
from bot.leagues.rights import Right, may, may_manage
from bot.leagues.visibility import visible_leagues
from bot.people import Viewer
from bot.schedules import cron
from bot.tournaments import pausing_and_cancelling
from bot.voting import daily_duels
from bot.voting.duels import DuelResult
from handlers.blocks import ids, phrases
from handlers.following import home_view
from handlers.following.home_view import Home, HomeLeague, HomePaper, HomeTournament
from handlers.slack import outsiders
from handlers.slack.attempts import attempt
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.voting import waiting_votes
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import NotAllowedError
from storage.following import followers
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.matches import match_rows
from storage.questions import entry_lookup
from storage.standings import rating_rows
from storage.tournaments import schedules, tournament_rows
from storage.workspaces import workspace_rows

MOST = 10
MOST_LEAGUES = 12


def register(on: Boundary) -> None:
    """Register the listeners for the opened Home tab, changes of membership, and an owner's buttons."""
    on.home(publish)
    on.event("app_home_opened", _opened)
    on.event("member_left_channel", _reader_left)
    on.event("user_change", _reader_changed, matters=outsiders.loses_rights)
    on.action(ids.RETRY_WORK, _retry)
    on.action(ids.UNFOLD_EVERYWHERE, _unfold_everywhere)


async def _opened(call: Call) -> None:
    """Fill the tab, again where Slack repeats the event. A first opening says so if Slack can't tell who opened it."""
    if call.event.get("tab", "home") != "home":
        return
    try:
        await publish(call)
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        if not call.event.get("view"):
            await attempt(call.publish_home(home_view.not_known(call.services.settings.rank_command)))
        raise


async def _reader_left(call: Call) -> None:
    """Refresh the Home tab of a person who left a league's channel, because they may see less."""
    user, channel = str(call.event.get("user") or ""), str(call.event.get("channel") or call.channel)
    call.services.forget_channel(call.workspace, channel)
    async with call.services.database.reading(call.workspace) as session:
        league = await league_rows.of_channel(session, channel)
    if league is not None and user not in {"", call.bot_user}:
        await publish(replace(call, user=user))


async def _reader_changed(call: Call) -> None:
    """Refresh the Home tab of a person who became a guest, because they may see less."""
    person = call.event["user"]
    if person.get("is_restricted") or person.get("is_ultra_restricted"):
        call.services.forget_person(call.workspace, str(person["id"]), False)
        await publish(replace(call, user=str(person["id"])))


async def publish(call: Call, answer: DuelResult | None = None, *, switched_off: bool = False) -> None:
    """Publish the caller's Home tab with current content.

    `answer` is the duel that they just answered there; `switched_off`: they just chose to be asked none.
    """
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        contents = await read(session, call, viewer)
    contents = replace(contents, duel_answer=answer, duels_switched_off=switched_off)
    await attempt(call.publish_home(home_view.home(contents)))


async def _retry(call: Call, payload: ids.OfWork) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        await upkeep.retry(session, payload.kind, payload.id, leagues, viewer, call.services.now())
    if not await call.refresh_home():
        await call.answer(phrases.TRIED_AGAIN)


async def _unfold_everywhere(call: Call, switch: ids.Switch) -> None:
    """Turn previews of links in channels without a league on or off; for admins of the workspace only."""
    viewer = await call.viewer(About.EVERYTHING)
    if not (viewer.is_admin and viewer.is_full_member):
        raise NotAllowedError("Only an admin of the workspace can change that.")
    async with call.services.database.transaction(call.workspace) as session:
        await workspace_rows.unfold_everywhere(session, call.workspace, on=switch.on)
    await call.refresh_home()


async def read(session: Transaction, call: Call, viewer: Viewer) -> Home:
    """Collect everything that the caller's Home tab shows.

    Private leagues are included only if the caller is a member.
    """
    leagues = await visible_leagues(session, viewer)
    names = {league.id: league for league in leagues}
    sizes = {league.id: await rating_rows.count_rated(session, league.id) for league in leagues}
    mine = await followers.home_entries(session, call.user, list(names), MOST)
    own, others = await _by_membership(session, leagues, viewer)
    return Home(
        command=call.services.settings.rank_command,
        votes=tuple(await waiting_votes.votes_in(session, names, call)),
        duel=await daily_duels.duel_on_home(session, own, viewer, call.services.now()),
        tournaments=tuple([t for league in leagues for t in await _tournaments(session, league, viewer)]),
        reading=await reading_list.reading_list(session, call.user, list(names)),
        followed=await topics.followed(session, call.user),
        papers=tuple(
            HomePaper(
                m.entry,
                names[m.league].name,
                m.title,
                m.url,
                m.rank,
                sizes[m.league],
                m.score,
                m.interval,
                m.followed,
                m.status,
            )
            for m in mine
        ),
        leagues=tuple(
            [await _league(session, league, sizes[league.id], call, viewer) for league in own[:MOST_LEAGUES]]
        ),
        others=tuple((league.name, league.channel) for league in [*own[MOST_LEAGUES:], *others]),
        upkeep=await upkeep.read(session, leagues, viewer, call.services.now()),
        unfolds_everywhere=(
            await workspace_rows.unfolds_everywhere(session, call.workspace) if viewer.is_admin else None
        ),
    )


async def _by_membership(
    session: Transaction, leagues: list[League], viewer: Viewer
) -> tuple[list[League], list[League]]:
    """Return the caller's leagues (owned, or in a channel of theirs), and other public ones."""
    own: list[League] = []
    others: list[League] = []
    for league in leagues:
        mine = viewer.user in await league_rows.owners(session, league.id)
        channels = () if mine else await league_rows.channels_of(session, league.id)
        mine = mine or any(viewer.is_in(channel) for channel in channels)
        (own if mine else others).append(league)
    return own, others


async def _tournaments(session: Transaction, league: League, viewer: Viewer) -> list[HomeTournament]:
    tournaments = []
    for row in await tournament_rows.running(session, league.id):
        try:
            await pausing_and_cancelling.may_steer(session, row, viewer)
            steers = True
        except NotAllowedError:
            steers = False
        decisions = (await match_rows.count_by_status(session, row.id)).decided
        tournaments.append(
            HomeTournament(
                row.id, league.name, row.status, decisions, row.budget_matches, steers, row.held_for == "cap"
            )
        )
    return tournaments


async def _league(session: Transaction, league: League, size: int, call: Call, viewer: Viewer) -> HomeLeague:
    now = call.services.now()
    moments: dict[str, datetime] = {}
    for row in await schedules.of_league(session, league.id):
        times = cron.next_times(row.cron, row.time_zone, now, 1)
        if times and (row.kind not in moments or times[0] < moments[row.kind]):
            moments[row.kind] = times[0]
    first = await entry_lookup.entry_at_rank(session, league.id, 1)
    titles = {} if first is None else await entry_rows.titles(session, [first])
    return HomeLeague(
        league.id,
        league.name,
        league.channel,
        size,
        titles.get(first) if first is not None else None,
        moments.get("tournament"),
        moments.get("digest"),
        await may_manage(session, league, viewer),
        await may(session, league, Right.START, viewer),
        await may(session, league, Right.BUDGET, viewer),
    )
