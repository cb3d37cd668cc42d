"""Sends digests: one per slot of a schedule, one on request, or one to a person."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from bot.digests.digest_contents import digest_of_period
from bot.leagues.visibility import visible
from bot.people import Viewer
from bot.schedules import cron, zones
from bot.voting import daily_duels
from storage import digests
from storage.database.engine import Transaction
from storage.errors import NotFoundError
from storage.leagues import league_rows
from storage.tables import Schedule
from storage.tournaments import schedules
from storage.work import outbox

KIND = "digest"
DUEL = "duel"
"""Name of the section that asks about two papers."""
LONGEST = timedelta(days=31)


async def want_scheduled_digest(
    session: Transaction, schedule: Schedule, slot: str, now: datetime, at: datetime | None = None
) -> int | None:
    """Queue the digest of a schedule's slot, fired at `at`, in the schedule's channel; return the message's id.

    None on a quiet day if quiet days are silent, or if this slot's digest was queued before.
    """
    key = key_of(schedule, slot)
    until = at or cron.moment(slot, schedule.time_zone)
    last = await digests.last_digest(session, schedule, key, until)
    if last.is_wanted:
        return None
    since = beginning(schedule, last.fired_at, until)
    return await _want(session, schedule, key, since, until, now, last.wanted_at, even_quiet=False)


async def want_digest_now(session: Transaction, league_id: int, channel: str, *, now: datetime) -> int | None:
    """Queue a digest in a channel now, on the time since the last one; None if one was queued in the same minute."""
    schedule = await schedules.find(session, league_id, KIND, channel)
    if schedule is None:
        raise NotFoundError("This channel has no digest yet; an owner can turn it on.")
    until = now.replace(microsecond=0)
    key = f"digest:{schedule.id}:now:{now:%Y-%m-%dT%H:%M}"
    last = await digests.last_digest(session, schedule, key, now)
    if last.is_wanted:
        return None
    since = last.fired_at or now - _length(schedule)
    return await _want(session, schedule, key, since, until, now, last.wanted_at, even_quiet=True)


async def _want(
    session: Transaction,
    schedule: Schedule,
    key: str,
    since: datetime,
    until: datetime,
    now: datetime,
    wanted_at: datetime | None,
    *,
    even_quiet: bool,
) -> int | None:
    if may_be_silent(schedule) and not even_quiet:
        tag = str(schedule.options.get("tag") or "")
        digest = await digest_of_period(session, schedule.league_id, since, until, tag)
        if digest.quiet:
            return None
    options = options_of(schedule, since, until, wanted_at)
    if asks_for_pair(schedule):
        options["duel"] = await daily_duels.pair_of_digest(session, schedule.league_id, schedule.channel, now)
    return await outbox.want(
        session,
        channel=schedule.channel,
        key=key,
        kind=KIND,
        about_id=schedule.league_id,
        options=options,
        now=now,
    )


def asks_for_pair(schedule: Schedule) -> bool:
    """Return whether a digest asks its channel about a pair of papers."""
    include = schedule.options.get("include")
    return include is None or DUEL in include


def may_be_silent(schedule: Schedule) -> bool:
    """Return whether a quiet day's digest isn't sent, so that its content must be read before it is wanted."""
    return bool(schedule.options.get("quiet") == "silent")


def key_of(schedule: Schedule, slot: str) -> str:
    """Return the key of the message of a slot's digest."""
    return f"digest:{schedule.id}:{slot}"


def options_of(
    schedule: Schedule, since: datetime, until: datetime, wanted_at: datetime | None
) -> dict[str, Any]:
    """Return the options of a digest's message: its period, its sections, and whether it tells of the month's judges."""
    tag = schedule.options.get("tag")
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "include": schedule.options.get("include"),
        "judges": _is_first_of_month(schedule, wanted_at or since, until),
        **({"tag": tag} if tag else {}),
    }


def _is_first_of_month(schedule: Schedule, before: datetime, until: datetime) -> bool:
    """Return whether the first digest after a moment opens a month, in the schedule's time zone."""
    first, last = (at.astimezone(zones.stored_zone(schedule.time_zone)) for at in (before, until))
    return (first.year, first.month) != (last.year, last.month)


def beginning(schedule: Schedule, last: datetime | None, until: datetime) -> datetime:
    """Return the beginning of a digest's period: the last digest, or else one slot earlier."""
    if last is not None:
        return max(last, until - LONGEST)
    return _slot_before(schedule.cron, schedule.time_zone, until) or until - timedelta(days=7)


@lru_cache(maxsize=1_024)
def _slot_before(expression: str, time_zone: str, until: datetime) -> datetime | None:
    """Return the last slot of the eight days before a time; many leagues share a cron expression and a minute."""
    days = cron.slots(expression, time_zone, until - timedelta(days=8), until - timedelta(minutes=1))
    return max((slot.at for slot in days), default=None)


def _length(schedule: Schedule) -> timedelta:
    """Return the length of a digest's period: the time between two slots, at least a day."""
    first, second = cron.next_times(schedule.cron, schedule.time_zone, schedule.created_at, 2)
    return min(max(second - first, timedelta(days=1)), LONGEST)


async def send_to_person(
    session: Transaction, viewer: Viewer, channel: str, ts: str, *, now: datetime
) -> None:
    """Send a posted digest also by direct message to a person. Raises `NotFoundError` if they may not see its league."""
    row = await digests.digest_at(session, channel, ts)
    if row is None:
        raise NotFoundError("That digest isn't known any more; ask for a new one.")
    key, league_id, options = row
    league = await league_rows.get(session, league_id)
    if not visible(league, viewer):
        raise NotFoundError(league_rows.GONE)
    await outbox.want(
        session,
        channel=viewer.user,
        key=f"{channel}:{key}",
        kind=KIND,
        about_id=league_id,
        options=options,
        now=now,
    )
