"""Sets up a league from the first-run window."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.leagues.creating import default_time_zone, league_name, models_in_use, want_greeting
from bot.leagues.league_schedules import DIGEST_AT, PLAYS_AT, end_schedule, put_schedule, read_timing
from bot.leagues.rights import require_owner
from bot.leagues.settings import read_cap, set_purpose
from bot.leagues.which_league import home_channel
from bot.people import Viewer
from bot.schedules import zones
from bot.settings import Settings
from storage import assessments
from storage.database.engine import Transaction
from storage.errors import NotAllowedError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import schedules

ONLY_FULL_MEMBERS = "Only full members of this workspace can set up a league."


@dataclass(frozen=True, slots=True)
class Setup:
    """Answers in the first-run window; phrases are parsed by `phrases.parse_phrase`, None means off."""

    purpose: str | None = None
    tournament: str | None = "every weekday at 19:00"
    digest: str | None = "every weekday at 08:30"
    monthly_cap: Decimal = Decimal(10)
    time_zone: str | None = None


async def set_up_league(
    session: Transaction,
    channel: str,
    viewer: Viewer,
    setup: Setup,
    *,
    settings: Settings,
    now: datetime,
) -> League:
    """Set up a channel's league from the first-run window, creating it if needed.

    The first person who sets up a league created by a link becomes an owner too; after that only owners may. Raises
    `BadRequestError` for an unreadable phrase or time zone, `NotAllowedError`.
    """
    if not viewer.is_full_member:
        raise NotAllowedError(ONLY_FULL_MEMBERS)
    cap = read_cap(setup.monthly_cap)
    place = home_channel(channel, viewer)
    league = await league_rows.of_home(session, channel)
    if league is None:
        league, _ = await league_rows.create(
            session,
            name=league_name(place),
            channel=channel,
            is_private=place.is_private,
            user=viewer.user,
            time_zone=default_time_zone(viewer, settings),
            monthly_cap=cap,
            now=now,
            models_seen=[],
        )
    elif await league_rows.was_set_up(session, league.id):
        await require_owner(session, league, viewer, "set it up again")
    else:
        await league_rows.add_owner(session, league.id, viewer.user, now)
    zone = zones.zone(setup.time_zone).key if setup.time_zone else league.time_zone
    await league_rows.change(
        session,
        league.id,
        viewer.user,
        now,
        time_zone=zone,
        monthly_cap=cap,
        announced=models_in_use(settings),
    )
    await assessments.make_due_with_money(session, league.id)
    if setup.purpose is not None:
        await set_purpose(session, league, setup.purpose, viewer, now)
    runs: dict[str, str] = {}
    for kind, phrase, at in (("tournament", setup.tournament, PLAYS_AT), ("digest", setup.digest, DIGEST_AT)):
        if phrase is not None:
            timing = read_timing(phrase, zone, at, kind)
            runs[kind] = timing.cron
            await put_schedule(session, league, kind, timing.cron, timing.time_zone, viewer.user, now)
        elif (schedule := await schedules.find(session, league.id, kind, league.channel)) is not None:
            await end_schedule(session, league, schedule.id)
    await league_rows.note(session, league.id, viewer.user, "league.setup", runs, now)
    await want_greeting(session, channel, now)
    return league
