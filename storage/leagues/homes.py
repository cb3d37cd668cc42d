"""Home channels of the leagues that a request concerns, read so that Slack can be asked before the transaction."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, or_, select

from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.tables import Entry, FollowingChannel, League, Match, Owner, Poll, Tournament


class About(StrEnum):
    """Says what kind of row an id belongs to, such as an entry or a match, for finding the leagues concerned."""

    LEAGUE = "league"
    ENTRY = "entry"
    PAPER = "paper"
    MATCH = "match"
    POLL = "poll"
    TOURNAMENT = "tournament"
    OWNER = "owner"
    CHANNEL = "channel"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class LeagueHome:
    """A league's home channel, its owners, and whether its members have more rights than other people."""

    league: int
    channel: str
    is_private: bool
    members_have_rights: bool
    owners: tuple[str, ...]
    starters: tuple[str, ...] = ()
    """Users who started the league's tournaments that haven't ended, or the tournament asked about."""
    follower_channels: tuple[str, ...] = ()
    """Channels that follow the league."""


async def homes(session: Transaction, about: About, row: int | str = 0) -> list[LeagueHome]:
    """Return the home channels and owners of the leagues that a row belongs to.

    `row` is a user id for OWNER and a channel id for CHANNEL.
    """
    if about is About.CHANNEL:
        here = await league_rows.of_channel(session, str(row))
        leagues = [] if here is None else [here]
    elif about is About.EVERYTHING:
        leagues = list(await league_rows.all_of(session))
    else:
        ids = _league_ids(about, row)
        leagues = list(await session.scalars(select(League).where(League.id.in_(ids)).order_by(League.id)))
    if not leagues:
        return []
    owners: dict[int, list[str]] = {league.id: [] for league in leagues}
    rows = await session.execute(
        select(Owner.league_id, Owner.user).where(Owner.league_id.in_(owners)).order_by(Owner.since)
    )
    for league_id, user in rows:
        owners[league_id].append(user)
    starters: dict[int, set[str]] = {league.id: set() for league in leagues}
    condition = or_(
        Tournament.status.in_(("planned", "running", "paused")),
        Tournament.id == (row if about is About.TOURNAMENT else 0),
    )
    rows = await session.execute(
        select(Tournament.league_id, Tournament.started_by).where(Tournament.league_id.in_(owners), condition)
    )
    for league_id, user in rows:
        starters[league_id].add(user)
    follower_channels: dict[int, list[str]] = {league.id: [] for league in leagues}
    rows = await session.execute(
        select(FollowingChannel.league_id, FollowingChannel.channel).where(
            FollowingChannel.league_id.in_(owners)
        )
    )
    for league_id, channel in rows:
        follower_channels[league_id].append(channel)
    return [
        LeagueHome(
            league.id,
            league.channel,
            league.is_private,
            league.members_may_budget or league.members_may_revert,
            tuple(owners[league.id]),
            tuple(sorted(starters[league.id])),
            tuple(follower_channels[league.id]),
        )
        for league in leagues
    ]


def _league_ids(about: About, row: int | str) -> Select[Any]:
    match about:
        case About.ENTRY:
            return select(Entry.league_id).where(Entry.id == row)
        case About.PAPER:
            return select(Entry.league_id).where(Entry.paper_id == row)
        case About.MATCH:
            return select(Match.league_id).where(Match.id == row)
        case About.POLL:
            return select(Match.league_id).join(Poll, Poll.match_id == Match.id).where(Poll.id == row)
        case About.TOURNAMENT:
            return select(Tournament.league_id).where(Tournament.id == row)
        case About.OWNER:
            return select(Owner.league_id).where(Owner.user == row)
        case _:
            return select(League.id).where(League.id == row)
