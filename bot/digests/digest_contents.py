"""What a digest says of a league between two moments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.digests.sections import LINES_IN_DIGEST, LINES_IN_THREAD
from bot.schedules import cron
from bot.standings import rank_moves
from bot.standings.rank_moves import RankMove
from storage import digests, spending
from storage.database.engine import Transaction
from storage.digests import NewEntry
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.standings import past_standings
from storage.standings.past_standings import PastRating

UPSET = 3
"""Places by which the winner of a match stood below the loser, for the match to be told as an upset."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leader:
    """An entry with its figures: rank interval and score ± interval in points."""

    entry: int
    title: str
    url: str
    rank: int
    rank_low: int
    rank_high: int
    score: float
    interval: float


@dataclass(frozen=True, slots=True)
class NotableMatch:
    """A match told: who won against whom (None: a draw of the two), and their ranks where known."""

    match: int
    winner: str
    loser: str
    draw: bool = False
    winner_rank: int | None = None
    loser_rank: int | None = None


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A vote that is open, and until when."""

    poll: int
    first: str
    second: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """A league between two moments. Money is USD; `month` is what was spent of the cap since the first."""

    league: int
    name: str
    since: datetime
    until: datetime
    time_zone: str
    entries: int
    new_entries: tuple[NewEntry, ...]
    leaders: tuple[Leader, ...]
    moves: tuple[RankMove, ...]
    matches: int
    upsets: tuple[NotableMatch, ...]
    overrides: tuple[NotableMatch, ...]
    votes: tuple[OpenPoll, ...]
    plays_next: datetime | None
    spent: Decimal
    month: Decimal
    cap: Decimal
    moved_since: datetime | None = None
    """What the moves are counted from, where that isn't `since`."""

    @property
    def has_more(self) -> bool:
        """Whether some list is longer than what the digest itself shows."""
        lists = (self.new_entries, self.leaders, self.moves, self.upsets, self.overrides, self.votes)
        return not self.quiet and any(len(one) > LINES_IN_DIGEST for one in lists)

    @property
    def quiet(self) -> bool:
        """Nothing happened and nothing waits for anybody; moves are of the week, so they alone are no news."""
        return not (self.new_entries or self.matches or self.overrides or self.votes)


async def digest_of_period(session: Transaction, league_id: int, since: datetime, until: datetime) -> Digest:
    """What a digest of this period says, its moves over the week at the least.

    The same whenever it is read, but for later removals and votes.
    """
    league = await league_rows.get(session, league_id)
    new = await digests.new_entries(session, league_id, since, until)
    matches = await digests.decided_matches(session, league_id, since, until)
    overrides = await digests.overridden_matches(session, league_id, since, until)
    votes = await digests.open_polls(session, league_id, until)
    before = await past_standings.load_at(session, league_id, since)
    week = min(since, until - WEEK)
    earlier = await past_standings.load_at(session, league_id, week)
    after = await past_standings.load_at(session, league_id, until)
    was, current = (before[2] if before else {}), (after[2] if after else {})
    # Moves are told of the week: a day's are mostly noise. A league younger than that tells the digest's own time.
    then = earlier[2] if earlier else was
    entry_ids = set(current)
    entry_ids.update(entry for row in (*matches, *overrides) for entry in (row.first, row.second))
    entry_ids.update(entry for vote in votes for entry in (vote.first, vote.second))
    titles = await entry_rows.titles(session, entry_ids)
    return Digest(
        league=league_id,
        name=league.name,
        since=since,
        until=until,
        time_zone=league.time_zone,
        entries=len(current),
        new_entries=tuple(new),
        leaders=tuple(
            Leader(k.entry, *titles[k.entry], k.rank, k.rank_low, k.rank_high, k.score, k.interval)
            for k in sorted(current.values(), key=lambda rating: (rating.rank, rating.entry))
            if k.entry in titles
        )[:LINES_IN_THREAD],
        moves=rank_moves.rank_moves_of(rank_moves.moved_entries(then, current), then, current, titles)[
            :LINES_IN_THREAD
        ],
        matches=len(matches),
        upsets=_upsets(matches, was or current, titles),
        overrides=tuple(_notable_match(row, titles) for row in overrides),
        votes=tuple(
            OpenPoll(row.poll, titles[row.first][0], titles[row.second][0], row.closes_at) for row in votes
        ),
        plays_next=await plays_next(session, league_id, until),
        spent=await digests.spent_in_period(session, league_id, since, until),
        month=await digests.spent_in_period(session, league_id, spending.month_start(until), until),
        cap=league.monthly_cap,
        moved_since=week if earlier and week != since else None,
    )


async def plays_next(session: Transaction, league_id: int, after: datetime) -> datetime | None:
    """When the league's next scheduled tournament begins."""
    moments = [
        moment
        for expression, zone in await digests.tournament_schedules(session, league_id)
        for moment in cron.next_times(expression, zone, after, 1)
    ]
    return min(moments, default=None)


def _notable_match(
    row: digests.DecidedMatch, titles: dict[int, tuple[str, str]], ranks: dict[int, PastRating] | None = None
) -> NotableMatch:
    winner, loser = (row.second, row.first) if row.outcome == "second" else (row.first, row.second)
    rank_of = ranks or {}
    return NotableMatch(
        row.match,
        titles[winner][0],
        titles[loser][0],
        row.outcome == "draw",
        rank_of[winner].rank if winner in rank_of else None,
        rank_of[loser].rank if loser in rank_of else None,
    )


def _upsets(
    matches: list[digests.DecidedMatch], ranks: dict[int, PastRating], titles: dict[int, tuple[str, str]]
) -> tuple[NotableMatch, ...]:
    duels = [_notable_match(row, titles, ranks) for row in matches if row.outcome != "draw"]
    gaps = [
        (duel.winner_rank - duel.loser_rank, duel)
        for duel in duels
        if duel.winner_rank is not None and duel.loser_rank is not None
    ]
    upsets = sorted((pair for pair in gaps if pair[0] >= UPSET), key=lambda pair: (-pair[0], pair[1].match))
    return tuple(duel for _, duel in upsets[:LINES_IN_THREAD])
