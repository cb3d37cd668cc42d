"""Digests: what a league's channel reads of a period, once per slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.leagues.rights import require_owner
from bot.leagues.visibility import visible
from bot.people import People
from bot.schedules import cron
from bot.standings import rank_moves as moves
from bot.standings.rank_moves import Move
from storage import digests, spending, standings
from storage.database.engine import Transaction
from storage.digests import Arrived
from storage.entries import entry_rows
from storage.errors import BadRequestError, NotFoundError
from storage.leagues import league_rows
from storage.standings import Kept
from storage.tables import League, Schedule
from storage.tournaments import schedules
from storage.work import outbox

KIND = "digest"
DETAIL = "digest_detail"
SHOWN = 3
"""Lines of each list in the digest, so that it is read in 20 seconds on a phone; its thread holds …"""
MOST = 20
"""… so many."""
UPSET = 3
"""Places by which the winner of a match stood below the loser, for the match to be told as an upset."""
WEEK = timedelta(days=7)
LONGEST = timedelta(days=31)
QUIET = ("line", "silent")
SECTIONS = ("new", "leaders", "movers", "upsets", "overrides", "votes", "costs")
"""What a digest may hold; a channel leaves out what it doesn't want."""
DIGEST_AT = "08:30"
MOST_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Place:
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
class Duel:
    """A match told: who won against whom (None: a draw of the two), and their ranks where known."""

    match: int
    winner: str
    loser: str
    draw: bool = False
    winner_rank: int | None = None
    loser_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Vote:
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
    arrived: tuple[Arrived, ...]
    leaders: tuple[Place, ...]
    moves: tuple[Move, ...]
    matches: int
    upsets: tuple[Duel, ...]
    overrides: tuple[Duel, ...]
    votes: tuple[Vote, ...]
    plays_next: datetime | None
    spent: Decimal
    month: Decimal
    cap: Decimal
    moved_since: datetime | None = None
    """What the moves are counted from, where that isn't `since`."""

    @property
    def has_more(self) -> bool:
        """Whether some list is longer than what the digest itself shows."""
        lists = (self.arrived, self.leaders, self.moves, self.upsets, self.overrides, self.votes)
        return not self.quiet and any(len(one) > SHOWN for one in lists)

    @property
    def quiet(self) -> bool:
        """Nothing happened and nothing waits for anybody; moves are of the week, so they alone are no news."""
        return not (self.arrived or self.matches or self.overrides or self.votes)


async def make(session: Transaction, schedule: Schedule, slot: str, now: datetime) -> int | None:
    """Want the digest of a slot in its schedule's channel, once; returns the message's id.

    None when the day was quiet and quiet days are silent, or when this slot's digest was wanted before.
    """
    key = f"digest:{schedule.id}:{slot}"
    until = cron.moment(slot, schedule.time_zone)
    since = await _since(session, schedule, until)
    return await _want(session, schedule, key, since, until, now, even_quiet=False)


async def make_now(session: Transaction, league_id: int, channel: str, *, now: datetime) -> int | None:
    """Want a digest in a channel at once, about the time since the last one; once a minute at most."""
    schedule = await schedules.find(session, league_id, KIND, channel)
    if schedule is None:
        raise NotFoundError("This channel has no digest yet; an owner turns it on.")
    until = now.replace(microsecond=0)
    key = f"digest:{schedule.id}:now:{now:%Y-%m-%dT%H:%M}"
    since = await digests.last_done(session, schedule.id, now) or now - _length(schedule)
    return await _want(session, schedule, key, since, until, now, even_quiet=True)


async def _want(
    session: Transaction,
    schedule: Schedule,
    key: str,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    even_quiet: bool,
) -> int | None:
    if await digests.is_wanted(session, schedule.channel, key):
        return None
    told = await read(session, schedule.league_id, since, until)
    if schedule.options.get("quiet") == "silent" and not even_quiet and told.quiet:
        return None
    options = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "include": schedule.options.get("include", list(SECTIONS)),
    }
    row = await outbox.want(
        session,
        channel=schedule.channel,
        key=key,
        kind=KIND,
        about_id=schedule.league_id,
        options=options,
        now=now,
    )
    if told.has_more:
        await outbox.want(
            session,
            channel=schedule.channel,
            key=f"more:{key}",
            kind=DETAIL,
            about_id=schedule.league_id,
            options=options,
            thread_key=key,
            now=now,
        )
    return row


async def _since(session: Transaction, schedule: Schedule, until: datetime) -> datetime:
    """Where the period begins: at the last digest, or else one slot earlier."""
    last = await digests.last_done(session, schedule.id, until)
    if last is not None:
        return max(last, until - LONGEST)
    before = [
        slot.at
        for slot in cron.slots(
            schedule.cron, schedule.time_zone, until - timedelta(days=8), until - timedelta(minutes=1)
        )
    ]
    return before[-1] if before else until - timedelta(days=7)


def _length(schedule: Schedule) -> timedelta:
    """How long one digest's period is, at the least a day."""
    first, second = cron.next_times(schedule.cron, schedule.time_zone, schedule.created_at, 2)
    return min(max(second - first, timedelta(days=1)), LONGEST)


async def read(session: Transaction, league_id: int, since: datetime, until: datetime) -> Digest:
    """What a digest of this period says, its moves over the week at the least.

    The same whenever it is read, but for later removals and votes.
    """
    league = await league_rows.get(session, league_id)
    new = await digests.arrived(session, league_id, since, until)
    matches = await digests.decided(session, league_id, since, until)
    overrides = await digests.overturned(session, league_id, since, until)
    votes = await digests.open_votes(session, league_id, until)
    before = await standings.kept_at(session, league_id, since)
    week = min(since, until - WEEK)
    earlier = await standings.kept_at(session, league_id, week)
    after = await standings.kept_at(session, league_id, until)
    was, now_kept = (before[2] if before else {}), (after[2] if after else {})
    # Moves are told of the week: a day's are mostly noise. A league younger than that tells the digest's own time.
    then = earlier[2] if earlier else was
    told = set(now_kept)
    told.update(entry for row in (*matches, *overrides) for entry in (row.first, row.second))
    told.update(entry for vote in votes for entry in (vote.first, vote.second))
    titles = await entry_rows.titles(session, told)
    return Digest(
        league=league_id,
        name=league.name,
        since=since,
        until=until,
        time_zone=league.time_zone,
        entries=len(now_kept),
        arrived=tuple(new),
        leaders=tuple(
            Place(k.entry, *titles[k.entry], k.rank, k.rank_low, k.rank_high, k.score, k.interval)
            for k in sorted(now_kept.values(), key=lambda kept: (kept.rank, kept.entry))
            if k.entry in titles
        )[:MOST],
        moves=moves.told(moves.moved(then, now_kept), then, now_kept, titles)[:MOST],
        matches=len(matches),
        upsets=_upsets(matches, was or now_kept, titles),
        overrides=tuple(_duel(row, titles) for row in overrides),
        votes=tuple(
            Vote(row.poll, titles[row.first][0], titles[row.second][0], row.closes_at) for row in votes
        ),
        plays_next=await plays_next(session, league_id, until),
        spent=await digests.spent(session, league_id, since, until),
        month=await digests.spent(session, league_id, spending.month_start(until), until),
        cap=league.monthly_cap,
        moved_since=week if earlier and week != since else None,
    )


async def plays_next(session: Transaction, league_id: int, after: datetime) -> datetime | None:
    """When the league's next scheduled tournament begins."""
    moments = [
        moment
        for expression, zone in await digests.next_of(session, league_id)
        for moment in cron.next_times(expression, zone, after, 1)
    ]
    return min(moments, default=None)


def _duel(
    row: digests.Decided, titles: dict[int, tuple[str, str]], ranks: dict[int, Kept] | None = None
) -> Duel:
    winner, loser = (row.second, row.first) if row.outcome == "second" else (row.first, row.second)
    known = ranks or {}
    return Duel(
        row.match,
        titles[winner][0],
        titles[loser][0],
        row.outcome == "draw",
        known[winner].rank if winner in known else None,
        known[loser].rank if loser in known else None,
    )


def _upsets(
    matches: list[digests.Decided], ranks: dict[int, Kept], titles: dict[int, tuple[str, str]]
) -> tuple[Duel, ...]:
    duels = [_duel(row, titles, ranks) for row in matches if row.outcome != "draw"]
    gaps = [
        (duel.winner_rank - duel.loser_rank, duel)
        for duel in duels
        if duel.winner_rank is not None and duel.loser_rank is not None
    ]
    upsets = sorted((pair for pair in gaps if pair[0] >= UPSET), key=lambda pair: (-pair[0], pair[1].match))
    return tuple(duel for _, duel in upsets[:MOST])


async def set_schedule(
    session: Transaction,
    league: League,
    channel: str,
    user: str,
    phrase: str,
    *,
    people: People,
    now: datetime,
    quiet: str | None = None,
    include: Sequence[str] | None = None,
) -> Schedule:
    """Have the league's digest in this channel at these times; `quiet` is line or silent. Owners and admins.

    `include` names the `SECTIONS` it holds; None leaves what it was. Raises `BadRequestError` for a phrase
    that can't be read, `NotAllowedError`.
    """
    await may_set(session, league, channel, user, people)
    if quiet is not None and quiet not in QUIET:
        raise BadRequestError("A quiet day is told in one `line` or stays `silent`.")
    kept = await schedules.find(session, league.id, KIND, channel)
    at = DIGEST_AT if kept is None else _time_of(kept.cron)
    zone = league.time_zone if kept is None else kept.time_zone
    timing = cron.parse_phrase(phrase, time_zone=zone, at=at)
    if cron.per_day(timing.cron) > MOST_PER_DAY:
        raise BadRequestError(f"A digest comes at most {MOST_PER_DAY} times a day.")
    options = {"quiet": "line"} | (dict(kept.options) if kept else {})
    if quiet is not None:
        options["quiet"] = quiet
    if include is not None:
        if not set(include) <= set(SECTIONS) or not include:
            raise BadRequestError("A digest holds at least one of: " + ", ".join(SECTIONS) + ".")
        options["include"] = [name for name in SECTIONS if name in include]
    schedule_id = await schedules.put(
        session,
        league=league.id,
        kind=KIND,
        channel=channel,
        cron=timing.cron,
        time_zone=timing.time_zone,
        options=options,
        user=user,
        now=now,
    )
    detail = {"channel": channel, "cron": timing.cron, "time_zone": timing.time_zone, **options}
    await league_rows.note(session, league.id, user, "digest.set", detail, now)
    row = await schedules.get(session, schedule_id)
    assert row is not None
    return row


def _time_of(expression: str) -> str:
    minute, hour, *_ = expression.split()
    return f"{int(hour):02}:{int(minute):02}" if minute.isdecimal() and hour.isdecimal() else DIGEST_AT


async def stop(
    session: Transaction, league: League, channel: str, user: str, *, people: People, now: datetime
) -> bool:
    """Stop the digest of a channel; returns whether there was one. Owners and admins only."""
    await may_set(session, league, channel, user, people)
    kept = await schedules.find(session, league.id, KIND, channel)
    if kept is None or not await schedules.stop(session, kept.id):
        return False
    await league_rows.note(session, league.id, user, "digest.stopped", {"channel": channel}, now)
    return True


async def may_set(session: Transaction, league: League, channel: str, user: str, people: People) -> None:
    """Raise unless the person may set the digest of this channel, which must be one of the league's."""
    if channel not in await league_rows.channels_of(session, league.id):
        raise BadRequestError(f"Ask for the digest of {league.name} in its own channel.")
    await require_owner(session, league, user, people, "set its digest; “Mute” is for yourself")


async def send(
    session: Transaction, user: str, channel: str, ts: str, *, people: People, now: datetime
) -> None:
    """Want the digest that stands at this place also as a DM to a person who may see its league."""
    found = await digests.at_place(session, channel, ts)
    if found is None:
        raise NotFoundError("That digest isn't known any more; ask for a new one.")
    key, league_id, options = found
    league = await league_rows.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError("That league isn't here any more.")
    await outbox.want(
        session, channel=user, key=f"{channel}:{key}", kind=KIND, about_id=league_id, options=options, now=now
    )
