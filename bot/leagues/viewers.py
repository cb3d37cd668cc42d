"""Asks Slack about people and channels before a transaction, and freezes the answers for a use case."""

import asyncio
import dataclasses
from collections.abc import Collection, Iterable, Sequence

from bot.leagues.rights import MOST_NAMED
from bot.leagues.visibility import visible
from bot.people import Channel, People, Person, Roster, Viewer
from storage.database.engine import Database
from storage.errors import NotFoundError
from storage.leagues.homes import About, LeagueHome, homes

MOST_ASKED = 50
"""Most members of a channel who are looked up for one click, below what a workspace gives in a minute."""
MOST_AT_ONCE = 8
"""Most questions that one call asks Slack at the same time."""


async def viewer_of(
    database: Database,
    people: People,
    workspace: str,
    user: str,
    about: About,
    row: int | str = 0,
    *,
    others: Collection[str] = (),
    members: bool = False,
) -> Viewer:
    """Return a person with all that is needed about the leagues of a row; raises what `people` raises.

    For a channel, its league if they may see it, else all leagues. `others` are further people whom the use case names;
    `members` includes who is in public leagues' channels.
    """
    async with database.reading(workspace) as session:
        leagues = await homes(session, about, row)
    channels = [str(row)] if about is About.CHANNEL else []
    is_choice = members or about is About.EVERYTHING
    roster = await _roster(
        people, workspace, leagues, user=user, persons=others, channels=channels, is_choice=is_choice
    )
    viewer = _as_viewer(roster, user)
    if about is About.CHANNEL and not (leagues and visible(leagues[0], viewer)):
        async with database.reading(workspace) as session:
            everywhere = await homes(session, About.EVERYTHING)
        roster = await _roster(
            people,
            workspace,
            everywhere,
            user=user,
            persons=others,
            channels=channels,
            is_choice=members or len(everywhere) > 1,
        )
        viewer = _as_viewer(roster, user)
    return viewer


async def viewers_of(
    database: Database, people: People, workspace: str, users: Collection[str], about: About, row: int
) -> dict[str, Viewer]:
    """Return viewers for several people, by user id, without asking Slack more often than for one."""
    async with database.reading(workspace) as session:
        leagues = await homes(session, about, row)
    roster = await _roster(people, workspace, leagues, persons=users)
    strangers = {user for home in leagues for user in users if not roster.has(home.channel, user)}
    if strangers and roster.members:  # people join and act at once: a "no" is asked afresh
        await asyncio.gather(*(people.is_member(channel, min(strangers)) for channel in roster.members))
        roster = await _roster(people, workspace, leagues, persons=users)
    return {user: _as_viewer(roster, user) for user in users}


async def voters_in(people: People, channel: str, *, strangers: bool) -> frozenset[str]:
    """Return the channel's members who may vote: no bots, guests or people who left; `strangers` may if True."""
    persons = await _persons(people, await people.members(channel))
    return frozenset(user for user, person in persons.items() if person.may_vote(strangers=strangers))


async def _persons(people: People, users: Collection[str]) -> dict[str, Person]:
    """Return these people by id, looked up several at a time."""
    gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def ask(user: str) -> tuple[str, Person]:
        async with gate:
            return user, await people.person(user)

    return dict(await asyncio.gather(*map(ask, sorted(users))))


async def admins_without_owners(
    database: Database, people: People, workspace: str, about: About, rows: Iterable[int]
) -> frozenset[str]:
    """Return the workspace's admins if a league of these rows has no owner, else nobody."""
    async with database.reading(workspace) as session:
        leagues = [home for row in rows for home in await homes(session, about, row)]
    return await people.admins() if any(not home.owners for home in leagues) else frozenset()


async def with_admins_of(database: Database, people: People, viewer: Viewer, league: int) -> Viewer:
    """Return the viewer with the admins who are in a league's channel, looked up one by one without listing everybody.

    Beyond the first fifty members only admins known already count.
    """
    async with database.reading(viewer.workspace) as session:
        channels = {home.channel for home in await homes(session, About.LEAGUE, league)}
    members = sorted({user for channel in channels for user in viewer.members.get(channel, ())})
    persons = await _persons(people, members[:MOST_ASKED])
    admins = {user for user, person in persons.items() if person.is_admin}
    return dataclasses.replace(viewer, admins=viewer.admins | people.known_admins() | admins)


async def roster_of(
    database: Database,
    people: People,
    workspace: str,
    about: About,
    row: int | str = 0,
    *,
    admins: bool = False,
) -> Roster:
    """Ask Slack for the people and channels that concern the leagues of a row, when no particular person acts."""
    async with database.reading(workspace) as session:
        leagues = await homes(session, about, row)
    return await _roster(people, workspace, leagues, admins=admins and bool(leagues))


def _as_viewer(roster: Roster, user: str) -> Viewer:
    return Viewer(
        roster.workspace,
        roster.persons,
        roster.channels,
        roster.members,
        roster.admins,
        followers=roster.followers,
        user=user,
    )


async def _roster(
    people: People,
    workspace: str,
    leagues: Sequence[LeagueHome],
    *,
    user: str | None = None,
    persons: Iterable[str] = (),
    channels: Iterable[str] = (),
    admins: bool = False,
    is_choice: bool = False,
) -> Roster:
    gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def ask_channel(channel: str) -> tuple[str, Channel | None]:
        async with gate:
            try:
                return channel, await people.channel(channel)
            except NotFoundError:  # the bot is out of the channel
                return channel, None

    async def ask_members(channel: str) -> tuple[str, frozenset[str]]:
        async with gate:
            try:
                if user is not None and await people.is_member(channel, user):
                    return channel, await people.members(channel) | {user}
                return channel, await people.members(channel)
            except NotFoundError:  # the bot is out of the channel: nobody is known to be in it
                return channel, frozenset()

    owned_by_nobody = any(not home.owners for home in leagues)
    who_is_admin = (
        await people.admins() if admins else people.known_admins() if owned_by_nobody else frozenset()
    )
    managers = {one for home in leagues for one in (*home.owners[:MOST_NAMED], *home.starters)}
    if owned_by_nobody:
        managers |= set(sorted(who_is_admin)[:MOST_NAMED])
    users = managers | set(persons) | ({user} if user else set())
    all_channels = {home.channel for home in leagues} | set(channels)
    persons_by_id, answers = await asyncio.gather(
        _persons(people, users), asyncio.gather(*map(ask_channel, sorted(all_channels)))
    )
    places = {channel: place for channel, place in answers if place is not None}
    private = {home.channel for home in leagues if home.is_private}
    private |= {channel for channel, place in places.items() if place.is_private and not place.is_dm}
    closer = {home.channel for home in leagues if home.members_have_rights or not home.owners}
    viewers = {*persons, *([user] if user else [])}
    is_outsider = any(persons_by_id[one].is_outsider for one in viewers)
    if is_choice or is_outsider:  # of several leagues the ones whose channels they are in come first
        closer |= {channel for home in leagues for channel in (home.channel, *home.follower_channels)}
    members = dict(await asyncio.gather(*map(ask_members, sorted(private | closer))))
    followers = {home.channel: frozenset(home.follower_channels) for home in leagues}
    return Roster(workspace, persons_by_id, places, members, who_is_admin, followers=followers)
