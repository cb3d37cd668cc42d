"""App Home: what a person finds when they open the bot's own tab."""

from datetime import datetime

from bot import cron, leagues
from handlers.blocks import home as views
from handlers.blocks.home import Home, HomeLeague, HomePaper, HomeTournament, HomeVote
from handlers.boundary import Boundary, Call, attempt
from handlers.services import Services
from storage import boards, following, matches, messages, papers, schedules, standings
from storage import leagues as stored
from storage.database import Transaction
from storage.tables import League

MOST = 10


def register(on: Boundary) -> None:
    """Listen for the tab being opened."""
    on.event("app_home_opened", _opened)


async def _opened(call: Call) -> None:
    if call.event.get("tab", "home") != "home":
        return
    async with call.services.database.reading(call.workspace) as session:
        shown = await read(session, call.user, call.services, call)
    await attempt(call.publish_home(views.home(shown)))


async def read(session: Transaction, user: str, services: Services, call: Call) -> Home:
    """Everything on a person's home; of private leagues only those they are in."""
    seen = await leagues.visible_leagues(session, user, call.people)
    names = {league.id: league for league in seen}
    sizes = {league.id: await standings.size(session, league.id) for league in seen}
    mine = await following.mine(session, user, list(names), MOST)
    return Home(
        command=services.settings.rank_command,
        votes=tuple(await _votes(session, user, names, call)),
        tournaments=tuple([t for league in seen for t in await _tournaments(session, league)]),
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
            )
            for m in mine
        ),
        leagues=tuple(
            [await _league(session, league, user, sizes[league.id], services) for league in seen[:30]]
        ),
    )


async def _votes(session: Transaction, user: str, names: dict[int, League], call: Call) -> list[HomeVote]:
    waiting = await following.waiting_votes(session, user, list(names), MOST)
    titles = await papers.titles(session, [entry for vote in waiting for entry in (vote.first, vote.second)])
    votes = []
    for vote in waiting:
        league = names[vote.league]
        place = await messages.place(session, league.channel, f"poll:{vote.poll}")
        link = None
        if place is not None:
            answer = await attempt(call.client.chat_getPermalink(channel=place[0], message_ts=place[1]))
            link = None if answer is None else str(answer.get("permalink") or "") or None
        votes.append(
            HomeVote(
                league.name,
                league.channel,
                titles[vote.first][0],
                titles[vote.second][0],
                vote.closes_at,
                link,
            )
        )
    return votes


async def _tournaments(session: Transaction, league: League) -> list[HomeTournament]:
    return [
        HomeTournament(
            league.name, row.status, (await matches.counts(session, row.id)).decided, row.budget_matches
        )
        for row in await matches.running(session, league.id)
    ]


async def _league(
    session: Transaction, league: League, user: str, size: int, services: Services
) -> HomeLeague:
    now = services.now()
    moments: dict[str, datetime] = {}
    for row in await schedules.of_league(session, league.id):
        found = cron.next_times(row.cron, row.time_zone, now, 1)
        if found and (row.kind not in moments or found[0] < moments[row.kind]):
            moments[row.kind] = found[0]
    first = await boards.at_place(session, league.id, 1)
    titles = {} if first is None else await papers.titles(session, [first])
    return HomeLeague(
        league.id,
        league.name,
        league.channel,
        size,
        titles.get(first) if first is not None else None,
        moments.get("tournament"),
        moments.get("digest"),
        user in await stored.owners(session, league.id),
    )
