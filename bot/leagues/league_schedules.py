"""A league's schedules in its home channel, for tournaments and digests."""

from datetime import datetime

from bot.schedules import cron, phrases
from bot.standings import card_refresh
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import schedules

TOURNAMENT_CRON = "0 19 * * mon-fri"
DIGEST_CRON = "30 8 * * mon-fri"
MOST_PER_DAY = 24


async def put_schedule(
    session: Transaction, league: League, kind: str, expression: str, zone: str, user: str, now: datetime
) -> int:
    """Set and start the league's schedule of this kind in its home channel; returns its id. Options stay."""
    options = {"new": True} if kind == "tournament" else {"quiet": "line", "period": "day"}
    schedule = await schedules.find(session, league.id, kind, league.channel)
    return await schedules.put(
        session,
        league=league.id,
        kind=kind,
        channel=league.channel,
        cron=expression,
        time_zone=zone,
        options=options if schedule is None else None,
        user=user,
        now=now,
    )


async def set_playing_times(
    session: Transaction, league: League, phrase: str | None, user: str, now: datetime
) -> None:
    """Set when new papers play; None: only by hand. Raises `BadRequestError`."""
    schedule = await schedules.find(session, league.id, "tournament", league.channel)
    if phrase is not None:
        timing = read_timing(phrase, league.time_zone, "19:00")
        if schedule is not None and (schedule.cron, schedule.time_zone, schedule.active) == (
            timing.cron,
            timing.time_zone,
            True,
        ):
            return
        await put_schedule(session, league, "tournament", timing.cron, timing.time_zone, user, now)
        detail = {"cron": timing.cron, "time_zone": timing.time_zone}
        await league_rows.note(session, league.id, user, "tournament.scheduled", detail, now)
    elif schedule is not None and await schedules.stop(session, schedule.id):
        await league_rows.note(session, league.id, user, "tournament.unscheduled", {}, now)
    await card_refresh.refresh(session, league.id)


def read_timing(phrase: str, zone: str, at: str, about: str = "tournament") -> cron.Timing:
    """Parse a phrase for a league's schedule, at most once an hour; raises `BadRequestError` about `about`."""
    try:
        timing = phrases.parse_phrase(phrase, time_zone=zone, at=at)
    except BadRequestError as error:
        raise BadRequestError(error.sentence, about=about) from error
    if cron.per_day(timing.cron) > MOST_PER_DAY:
        raise BadRequestError(
            f"“{phrase[:60]}” would run more than {MOST_PER_DAY} times a day; choose less.", about=about
        )
    return timing
