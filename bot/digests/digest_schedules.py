"""Sets or stops a channel's digest: its times and its sections."""

from collections.abc import Sequence
from datetime import datetime

from bot.digests.sending import KIND
from bot.leagues.league_schedules import DIGEST_AT, change_schedule, end_schedule
from bot.leagues.rights import require_owner
from bot.people import Viewer
from bot.schedules import cron, phrases
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League, Schedule
from storage.tournaments import schedules

QUIET = ("line", "silent")
MOST_PER_DAY = 24


async def set_digest(
    session: Transaction,
    league: League,
    channel: str,
    viewer: Viewer,
    phrase: str,
    *,
    now: datetime,
    quiet: str | None = None,
    include: Sequence[str] | None = None,
    tag: str | None = None,
) -> Schedule:
    """Set the times of the league's digest in a channel; for owners and admins only.

    `quiet` (what a day without news gets) is "line" or "silent"; `include` names the sections, `tag` is that of the
    papers told of ("": all); None keeps each. Raises `BadRequestError` for an unreadable phrase, `NotAllowedError`.
    """
    await check_may_set(session, league, channel, viewer)
    if quiet is not None and quiet not in QUIET:
        raise BadRequestError("A quiet day is told in one `line` or stays `silent`.")
    current = await schedules.find(session, league.id, KIND, channel)
    at = DIGEST_AT if current is None else _time_of(current.cron)
    zone = league.time_zone if current is None else current.time_zone
    timing = phrases.parse_phrase(phrase, time_zone=zone, at=at)
    if cron.per_day(timing.cron) > MOST_PER_DAY:
        raise BadRequestError(f"A digest comes at most {MOST_PER_DAY} times a day.")
    options = {"quiet": "line"} | (dict(current.options) if current else {})
    if quiet is not None:
        options["quiet"] = quiet
    if include is not None:
        options["include"] = _sections(include)
    if tag is not None:
        options["tag"] = tag
    schedule_id = await change_schedule(
        session, league, KIND, timing, options=options, user=viewer.user, now=now, channel=channel
    )
    row = await schedules.get(session, schedule_id)
    assert row is not None
    await _note(session, row, viewer, now)
    return row


def _sections(include: Sequence[str]) -> list[str]:
    """Return a digest's sections. Raises `BadRequestError` if there are none."""
    if not include:
        raise BadRequestError("A digest holds at least one section.", about="include")
    return list(include)


async def _note(session: Transaction, schedule: Schedule, viewer: Viewer, now: datetime) -> None:
    """Note in the log who set a channel's digest to what it is now."""
    times = {"channel": schedule.channel, "cron": schedule.cron, "time_zone": schedule.time_zone}
    await league_rows.note(
        session, schedule.league_id, viewer.user, "digest.set", {**times, **schedule.options}, now
    )


async def leave_out(
    session: Transaction,
    league: League,
    channel: str,
    viewer: Viewer,
    section: str,
    sections: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Leave a section out of a channel's digest from now on, for owners and admins; `sections` are all there are.

    Raises `BadRequestError` if the channel gets no digest, or one of this section alone; `NotAllowedError`.
    """
    await check_may_set(session, league, channel, viewer)
    schedule = await schedules.find(session, league.id, KIND, channel)
    if schedule is None or not schedule.active:
        raise BadRequestError("This channel gets no digest.")
    include = schedule.options.get("include")
    current = sections if include is None else include
    options = {**schedule.options, "include": _sections([name for name in current if name != section])}
    await schedules.put(
        session, league=league.id, kind=KIND, channel=channel, cron=schedule.cron, time_zone=schedule.time_zone,
        options=options, user=viewer.user, now=now,
    )  # fmt: skip
    await session.refresh(schedule)
    await _note(session, schedule, viewer, now)


async def set_tag(
    session: Transaction, league: League, channel: str, viewer: Viewer, tag: str, *, now: datetime
) -> None:
    """Limit a channel's digest to papers with a tag ("": to all papers), for owners and admins.

    Raises `BadRequestError` if the channel gets no digest, `NotAllowedError`.
    """
    await check_may_set(session, league, channel, viewer)
    schedule = await schedules.find(session, league.id, KIND, channel)
    if schedule is None or not schedule.active:
        raise BadRequestError("This channel gets no digest.")
    phrase = f"{schedule.cron} {schedule.time_zone}"
    await set_digest(session, league, channel, viewer, phrase, now=now, tag=tag)


def _time_of(expression: str) -> str:
    minute, hour, *_ = expression.split()
    return f"{int(hour):02}:{int(minute):02}" if minute.isdecimal() and hour.isdecimal() else DIGEST_AT


async def stop_digest(
    session: Transaction, league: League, channel: str, viewer: Viewer, *, now: datetime
) -> bool:
    """Stop the digest of a channel; return False if there was none. For owners and admins only."""
    await check_may_set(session, league, channel, viewer)
    schedule = await schedules.find(session, league.id, KIND, channel)
    if schedule is None or not await end_schedule(session, league, schedule.id):
        return False
    await league_rows.note(session, league.id, viewer.user, "digest.stopped", {"channel": channel}, now)
    return True


async def check_may_set(session: Transaction, league: League, channel: str, viewer: Viewer) -> None:
    """Raise `PaperboutError` unless the person may set this channel's digest and the channel belongs to the league."""
    if channel not in await league_rows.channels_of(session, league.id):
        raise BadRequestError(f"Ask for the digest of {league.name} in its own channel.")
    await require_owner(session, league, viewer, "set its digest; “Mute” is for yourself")
