"""Schedules of a league, for tournaments and digests: setting and stopping them.

| | set, or set to another time | stopped |
|---|---|---|
| firings that wait | fire once, as what the schedule is then | end, and start nothing |
| firings still to come | at the new times; the same local hour fires again in a zone further west | none |
| a tournament that it started | plays to its end | plays to its end |
| one that waits for money | goes on at the next firing | waits for the next month, or a person |
| cards of new papers | say when they play next | say that they play by hand only |
"""

from datetime import datetime
from typing import Any

from bot.schedules import cron, phrases
from bot.standings import card_refresh
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import schedules

TOURNAMENT_CRON = "0 19 * * mon-fri"
DIGEST_CRON = "30 8 * * mon-fri"
PLAYS_AT, DIGEST_AT = "19:00", "08:30"
"""Usual times of day at which new papers play and the digest comes."""
MOST_PER_DAY = 24


async def put_schedule(
    session: Transaction, league: League, kind: str, expression: str, zone: str, user: str, now: datetime
) -> int:
    """Set and start the league's schedule of this kind in its home channel; return its id. Its options stay."""
    options = {"new": True} if kind == "tournament" else {"quiet": "line", "period": "day"}
    schedule = await schedules.find(session, league.id, kind, league.channel)
    timing = cron.Timing(expression, zone)
    return await change_schedule(
        session, league, kind, timing, options=options if schedule is None else None, user=user, now=now
    )


async def change_schedule(
    session: Transaction,
    league: League,
    kind: str,
    timing: cron.Timing,
    *,
    options: dict[str, Any] | None,
    user: str,
    now: datetime,
    channel: str | None = None,
) -> int:
    """Set the times of a league's schedule; return its id.

    `options` None leaves its options as they are. The schedule is that of the home channel unless another `channel` is
    named.
    """
    schedule = await schedules.put(
        session, league=league.id, kind=kind, channel=channel or league.channel, cron=timing.cron,
        time_zone=timing.time_zone, options=options, user=user, now=now,
    )  # fmt: skip
    await card_refresh.refresh(session, league.id)
    return schedule


async def end_schedule(session: Transaction, league: League, schedule_id: int) -> bool:
    """Stop a schedule of the league; return False if it wasn't active."""
    was_active = await schedules.stop(session, schedule_id)
    if was_active:
        await card_refresh.refresh(session, league.id)
    return was_active


async def set_playing_times(
    session: Transaction, league: League, phrase: str | None, user: str, now: datetime
) -> None:
    """Set when new papers play (None: only by hand). Raises `BadRequestError`."""
    schedule = await schedules.find(session, league.id, "tournament", league.channel)
    if phrase is not None:
        timing = read_timing(phrase, league.time_zone, PLAYS_AT)
        if schedule is not None and (schedule.cron, schedule.time_zone, schedule.active) == (
            timing.cron,
            timing.time_zone,
            True,
        ):
            return
        await put_schedule(session, league, "tournament", timing.cron, timing.time_zone, user, now)
        detail = {"cron": timing.cron, "time_zone": timing.time_zone}
        await league_rows.note(session, league.id, user, "tournament.scheduled", detail, now)
    elif schedule is not None and await end_schedule(session, league, schedule.id):
        await league_rows.note(session, league.id, user, "tournament.unscheduled", {}, now)


def read_timing(phrase: str, zone: str, at: str, about: str = "tournament") -> cron.Timing:
    """Parse a person's phrase ("weekdays at 9") into a cron expression and its time zone.

    `at` is the time of day, "HH:MM", for phrases that name none. Raises `BadRequestError`, which names the
    form field `about`, if the phrase isn't understood or runs more than `MOST_PER_DAY` times a day.
    """
    try:
        timing = phrases.parse_phrase(phrase, time_zone=zone, at=at)
    except BadRequestError as error:
        raise BadRequestError(error.sentence, about=about) from error
    if cron.per_day(timing.cron) > MOST_PER_DAY:
        raise BadRequestError(
            f"“{phrase[:60]}” would run more than {MOST_PER_DAY} times a day; choose less.", about=about
        )
    return timing
