"""Contents of a league's digest between two moments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.schedules import cron
from bot.standings import rank_moves
from bot.standings.rank_moves import RankMove
from bot.standings.team_agreement import LeagueAgreement
from bot.standings.upsets import UPSET, chance_beforehand
from bot.voting.duels import Duel
from storage import digests, spending
from storage.database.engine import Transaction
from storage.digests import NewEntry
from storage.entries import entry_rows
from storage.leagues import league_rows
from storage.standings import past_standings
from storage.standings.past_standings import PastRating
from storage.voting.reading_group import shared_rows

LONGEST_LIST = 20
"""Most leaders, rank changes and upsets that a digest lists."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leader:
    """A ranked paper in a digest: its rank, the 95 % interval of its rank, and its score ± half-width in points."""

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
    """A match in a digest: winner and loser (or both papers of a draw), with their current ranks.

    `chance` is the probability that the ratings gave the winner before the match; None if they gave none.
    """

    match: int
    winner: str
    loser: str
    draw: bool = False
    winner_rank: int | None = None
    loser_rank: int | None = None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A vote on a match that was open at the end of the period, with its deadline; `is_open`: it still is."""

    poll: int
    match: int
    first: str
    second: str
    closes_at: datetime
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in a league between two moments. Money in USD; `month` is spent since the first of the month."""

    league: int
    name: str
    since: datetime
    until: datetime
    time_zone: str
    entries: int
    new_entries: tuple[NewEntry, ...]
    leaders: tuple[Leader, ...]
    moves: tuple[RankMove, ...]
    """Rank changes beyond the error bars; smaller ones are left out."""
    matches: int
    upsets: tuple[NotableMatch, ...]
    overrides: tuple[NotableMatch, ...]
    votes: tuple[OpenPoll, ...]
    plays_next: datetime | None
    spent: Decimal
    month: Decimal
    cap: Decimal
    moved_since: datetime | None = None
    """Start of the period over which rank changes are counted, if it isn't `since`."""
    tag: str = ""
    """The tag of the papers that it is limited to, or ""."""
    duel: Duel | None = None
    """The pair of papers that the channel is asked about."""
    agreement: LeagueAgreement | None = None
    """How far judges agree with people, in the first digest of a month."""

    @property
    def to_read(self) -> tuple[NewEntry, Leader | None] | None:
        """Return the digest's reading suggestion: the best ranked new paper, else the one submitted first.

        Its rating is None while it has none. Returns None if the digest has no new papers.
        """
        places = {leader.entry: leader for leader in self.leaders}
        order = sorted(
            self.new_entries,
            key=lambda new: places[new.entry].rank if new.entry in places else self.entries + 1,
        )
        return (order[0], places.get(order[0].entry)) if order else None

    @property
    def quiet(self) -> bool:
        """Whether there is no news and no open vote; rank changes alone don't count, because they cover a week."""
        return not (self.new_entries or self.matches or self.overrides or self.votes)


async def digest_of_period(
    session: Transaction, league_id: int, since: datetime, until: datetime, tag: str = ""
) -> Digest:
    """Collect what happened in a league (to papers with a `tag`) in a period; rank changes cover a week at least.

    The same period gives the same digest again, apart from later removals and votes.
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
    shown = current
    if tag:
        tagged = await shared_rows.tagged_entries(session, league_id, tag)
        new = [paper for paper in new if paper.entry in tagged]
        matches, overrides = ([row for row in rows if {*row.sides} & tagged] for rows in (matches, overrides))
        votes = [vote for vote in votes if {vote.first, vote.second} & tagged]
        shown = {entry: rating for entry, rating in current.items() if entry in tagged}
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
        leaders=_leaders(shown, titles),
        moves=tuple(
            move
            for move in rank_moves.rank_moves_of(rank_moves.moved_entries(then, shown), then, shown, titles)
            if move.clear
        )[:LONGEST_LIST],
        matches=len(matches),
        upsets=_upsets(matches, was, current, titles),
        overrides=tuple(_notable_match(row, titles, current) for row in overrides),
        votes=tuple(
            OpenPoll(
                row.poll, row.match, titles[row.first][0], titles[row.second][0], row.closes_at, row.is_open
            )
            for row in votes
        ),
        plays_next=await plays_next(session, league_id, until),
        spent=await digests.spent_in_period(session, league_id, since, until),
        month=await digests.spent_in_period(session, league_id, spending.month_start(until), until),
        cap=league.monthly_cap,
        moved_since=week if earlier and week != since else None,
        tag=tag,
    )


def _leaders(ratings: Mapping[int, PastRating], titles: Mapping[int, tuple[str, str]]) -> tuple[Leader, ...]:
    """Return rated entries by rank."""
    return tuple(
        Leader(k.entry, *titles[k.entry], k.rank, k.rank_low, k.rank_high, k.score, k.interval)
        for k in sorted(ratings.values(), key=lambda rating: (rating.rank, rating.entry))
        if k.entry in titles
    )


async def plays_next(session: Transaction, league_id: int, after: datetime) -> datetime | None:
    """Return when the league's next scheduled tournament is, or None."""
    moments = [
        moment
        for expression, zone in await digests.tournament_schedules(session, league_id)
        for moment in cron.next_times(expression, zone, after, 1)
    ]
    return min(moments, default=None)


def _notable_match(
    row: digests.DecidedMatch,
    titles: Mapping[int, tuple[str, str]],
    ratings: Mapping[int, PastRating],
    chance: float | None = None,
) -> NotableMatch:
    winner, loser = row.sides
    return NotableMatch(
        row.match,
        titles[winner][0],
        titles[loser][0],
        row.outcome == "draw",
        ratings[winner].rank if winner in ratings else None,
        ratings[loser].rank if loser in ratings else None,
        chance,
    )


def _upsets(
    matches: Iterable[digests.DecidedMatch],
    before: Mapping[int, PastRating],
    current: Mapping[int, PastRating],
    titles: Mapping[int, tuple[str, str]],
) -> tuple[NotableMatch, ...]:
    """Return the matches won with less than a 25 % chance by the standings `before`, the least likely first."""
    chances = [
        (chance_beforehand(before[winner], before[loser]), row)
        for row in matches
        for winner, loser in (row.sides,)
        if row.outcome != "draw" and winner in before and loser in before
    ]
    surprises = sorted(
        (pair for pair in chances if pair[0] < UPSET), key=lambda pair: (pair[0], pair[1].match)
    )
    return tuple(_notable_match(row, titles, current, chance) for chance, row in surprises[:LONGEST_LIST])
