"""A tournament's progress as its message shows it, read from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.standings import rank_moves
from bot.standings.rank_moves import RankMove
from bot.tournaments import highlights
from bot.tournaments.highlights import Disagreement, Upset
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.matches import batch_rows, match_rows
from storage.standings import past_standings, rating_rows
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating
from storage.tables import Tournament
from storage.tournaments import tournament_rows

MOVERS = 5
LEADERS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """A tournament in its current state; money in USD, `minutes_left` None if unknown.

    `messages` counts matches with their own message; upsets and disagreements are filled in once it is over.
    """

    tournament: int
    number: int
    """Number of the tournament in its league, from 1, as people call it."""
    league: int
    league_name: str
    status: str
    goal: str
    reason: str | None
    held_for: str | None
    round: int
    decided: int
    open: int
    failed: int
    budget_matches: int
    spent: Decimal
    budget: Decimal | None
    judges: tuple[str, ...]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    deadline: datetime | None
    failures: tuple[str, ...]
    mean_interval: float | None
    leaders: tuple[tuple[str, str, EntryRating | PastRating], ...]
    movers: tuple[RankMove, ...]
    minutes_left: float | None
    messages: int
    upsets: tuple[Upset, ...]
    disagreements: tuple[Disagreement, ...]
    panel: bool = False
    """Whether all judges decide every match."""
    batched: int = 0
    """Number of matches whose calls are in a batch, waiting for an answer."""
    batched_since: datetime | None = None
    """When the oldest batch still waiting was sent."""
    by_schedule: bool = False
    """Whether a schedule started it; `started_by` is then who made the schedule."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be played."""
        return self.status in tournament_rows.OVER


async def progress(session: Transaction, tournament_id: int, now: datetime) -> Progress:
    """Return a tournament as its message shows it. Raises `NotFoundError`."""
    row = await tournament_rows.get(session, tournament_id)
    league = await league_rows.get(session, row.league_id)
    counts = await match_rows.count_by_status(session, tournament_id)
    top, mean = await _leaders(session, row)
    titles = await entry_rows.titles(session, [figures.entry for figures in top])
    rate = _per_minute(counts.decided, row.started_at or row.created_at, row.ended_at or now)
    matches_left = max(row.budget_matches - counts.decided - counts.failed, 0)
    is_over = row.after_id is not None
    return Progress(
        tournament=row.id,
        number=await tournament_rows.number_in_league(session, row),
        league=league.id,
        league_name=league.name,
        status=row.status,
        goal="the whole ranking" if row.top_k is None else f"the top {row.top_k}",
        reason=row.reason,
        held_for=row.held_for,
        round=row.round,
        decided=counts.decided,
        open=counts.open,
        failed=counts.failed,
        budget_matches=row.budget_matches,
        spent=await spending.spent_by(session, tournament_id),
        budget=row.budget,
        judges=tuple(row.judges),
        started_by=row.started_by,
        started_at=row.started_at or row.created_at,
        ended_at=row.ended_at,
        deadline=row.deadline,
        failures=tuple(await match_rows.failed_reasons(session, tournament_id)),
        mean_interval=mean,
        leaders=tuple((*titles[figures.entry], figures) for figures in top if figures.entry in titles),
        movers=await rank_movers(session, row.before_id, row.after_id) if row.after_id is not None else (),
        minutes_left=matches_left / rate if rate and row.status == "running" and not counts.batched else None,
        messages=await tournament_rows.count_match_messages(session, tournament_id),
        upsets=await highlights.upsets(session, row) if is_over else (),
        disagreements=await highlights.disagreements(session, row.id) if is_over else (),
        panel=row.panel,
        batched=counts.batched,
        batched_since=await batch_rows.waiting_since(session, row.id) if counts.batched else None,
        by_schedule=row.schedule_id is not None,
    )


async def _leaders(
    session: Transaction, row: Tournament
) -> tuple[Sequence[EntryRating | PastRating], float | None]:
    """Return the first three entries and the mean interval: current ones, or those at the end of a tournament."""
    ratings = (
        [] if row.after_id is None else list((await past_standings.load(session, row.after_id)).values())
    )
    if not ratings:
        return await rating_rows.top_ratings(
            session, row.league_id, LEADERS
        ), await rating_rows.mean_interval(session, row.league_id)
    mean = sum(one.interval for one in ratings) / len(ratings)
    return sorted(ratings, key=lambda one: (one.rank, one.entry))[:LEADERS], mean


def _per_minute(decided: int, since: datetime, until: datetime) -> float | None:
    minutes = (until - since).total_seconds() / 60
    return decided / minutes if decided and minutes > 0 else None


async def rank_movers(session: Transaction, before_id: int | None, after_id: int) -> tuple[RankMove, ...]:
    """Return the entries whose rank changed most between two stored standings, the largest change first."""
    if before_id is None:
        return ()
    before, after = (
        await past_standings.load(session, before_id),
        await past_standings.load(session, after_id),
    )
    entries = rank_moves.moved_entries(before, after)[:MOVERS]
    return rank_moves.rank_moves_of(entries, before, after, await entry_rows.titles(session, entries))
