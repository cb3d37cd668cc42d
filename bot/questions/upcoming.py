"""The tournaments and digests that come next in a league."""

from dataclasses import dataclass
from datetime import datetime

from bot.schedules.cron import next_times
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.questions import upcoming_play
from storage.tournaments import schedules, tournament_rows


@dataclass(frozen=True, slots=True)
class RunningTournament:
    """A tournament of the league that is running or paused now."""

    tournament: int
    status: str
    decided: int
    budget: int


@dataclass(frozen=True, slots=True)
class ActiveSchedule:
    """A schedule ("tournament" or "digest"): cron expression, channel, and its next times."""

    kind: str
    cron: str
    channel: str
    upcoming: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A league's plans: `uncertain_entries` of its `entries` miss the `target` (points) and play next."""

    league: int
    name: str
    channel: str
    running: RunningTournament | None
    schedules: tuple[ActiveSchedule, ...]
    uncertain_entries: int
    entries: int
    target: float


async def coming_up(session: Transaction, league: int, now: datetime) -> Upcoming:
    """Return the running tournament, and the next times of each schedule."""
    row = await league_rows.get(session, league)
    running = await tournament_rows.running(session, league)
    next_schedules = [
        ActiveSchedule(one.kind, one.cron, one.channel, tuple(next_times(one.cron, one.time_zone, now, 3)))
        for one in await schedules.of_league(session, league)
        if one.kind in {"tournament", "digest"}
    ]
    uncertain_entries, entries = await upcoming_play.count_uncertain(session, league, row.target_interval)
    last = running[-1] if running else None
    return Upcoming(
        league,
        row.name,
        row.channel,
        None
        if last is None
        else RunningTournament(
            last.id,
            last.status,
            (await match_rows.count_by_status(session, last.id)).decided,
            last.budget_matches,
        ),
        tuple(next_schedules),
        uncertain_entries,
        entries,
        row.target_interval,
    )
