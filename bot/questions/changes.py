"""Changes in a league since a moment: rank changes, new papers, overturned verdicts."""

from dataclasses import dataclass
from datetime import datetime

from bot.standings import rank_moves
from bot.standings.rank_moves import RankMove
from storage import digests
from storage.database.engine import Transaction
from storage.digests import NewEntry
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.standings import past_standings

MOST = 8


@dataclass(frozen=True, slots=True)
class OverriddenMatch:
    """A verdict that the team replaced: match, both titles, and the new winner's title (None: a draw)."""

    match: int
    first: str
    second: str
    winner: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of a league since a moment; `kept_at` is the time of the standings compared with, or None."""

    league: int
    name: str
    channel: str
    since: datetime
    kept_at: datetime | None
    moves: tuple[RankMove, ...]
    move_count: int
    new_entries: tuple[NewEntry, ...]
    matches: int
    overrides: tuple[OverriddenMatch, ...]


async def changes(session: Transaction, league: int, since: datetime, now: datetime) -> Changes:
    """Return the changes between a moment and now, the largest rank changes first."""
    row = await league_rows.get(session, league)
    before = await past_standings.load_at(session, league, since)
    after = await past_standings.load_at(session, league, now)
    was, figures = (before[2] if before else {}), (after[2] if after else {})
    movers = rank_moves.moved_entries(was, figures)
    overrides = await digests.overridden_matches(session, league, since, now)
    movers_shown = movers[:MOST]
    titles = await entry_rows.titles(
        session, [*movers_shown, *(e for one in overrides for e in (one.first, one.second))]
    )
    return Changes(
        league,
        row.name,
        row.channel,
        since,
        None if before is None else before[1],
        rank_moves.rank_moves_of(movers_shown, was, figures, titles),
        len(movers),
        tuple(await digests.new_entries(session, league, since, now)),
        len(await digests.decided_matches(session, league, since, now)),
        tuple(
            OverriddenMatch(
                one.match,
                titles[one.first][0],
                titles[one.second][0],
                {"first": titles[one.first][0], "second": titles[one.second][0]}.get(one.outcome),
            )
            for one in overrides
        ),
    )
