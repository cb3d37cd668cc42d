"""The settings of a league: their bounds, and how its owners change them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.leagues.rights import CHANGE_SETTINGS, require_owner
from bot.leagues.visibility import visible_league
from bot.people import People
from bot.schedules import cron
from storage import assessments
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import schedules

MOST_PURPOSE = 1_000
LIMITS = {
    "vote_hours": (1, 720, "A vote stays open 1 to 720 hours of weekdays."),
    "quorum": (1, 100, "The quorum is a number of people from 1 to 100."),
    "target_interval": (20, 1000, "The target interval is a number of points from 20 to 1000."),
}
"""Least and most of a setting that is a number, and what is said of any other."""
NO_CAP = "The monthly cap is an amount in USD, from 0 up, for example 10."
KINDS_IN_LEAGUE_ZONE = frozenset({"tournament", "digest"})
"""Kinds of schedules that follow their league's time zone; arXiv announces by its own."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the settings modal says; None leaves a setting as it is. Hours of weekdays, USD, points."""

    vote_hours: int | None = None
    quorum: int | None = None
    anonymous_votes: bool | None = None
    unfurls: bool | None = None
    monthly_cap: Decimal | None = None
    target_interval: float | None = None
    members_may_start: bool | None = None
    members_may_budget: bool | None = None
    members_may_revert: bool | None = None
    time_zone: str | None = None


def read_cap(amount: Decimal) -> Decimal:
    """An amount as a monthly cap, in cents; raises `BadRequestError`."""
    if not amount.is_finite() or not 0 <= amount <= Decimal(100_000):
        raise BadRequestError(NO_CAP, about="monthly_cap")
    return amount.quantize(Decimal("0.01"))


async def set_purpose(
    session: Transaction, league: League, text: str, user: str, people: People, now: datetime
) -> int:
    """Give the league its purpose; returns the version. Owners only, once there is one."""
    words = " ".join(text.split())
    if len(words) > MOST_PURPOSE:
        raise BadRequestError(
            f"A purpose has at most {MOST_PURPOSE} characters; this one has {len(words)}.", about="purpose"
        )
    if words == (league.purpose or ""):
        return league.purpose_version
    await require_owner(session, league, user, people)
    return await league_rows.set_purpose(session, league.id, words, user, now)


async def change_settings(
    session: Transaction,
    league_id: int,
    user: str,
    wanted: Preferences,
    *,
    people: People,
    now: datetime,
    announced: list[str] | None = None,
) -> League:
    """Change a league's settings; its schedules move along with the zone. Raises with what is wrong.

    `announced` are the models whose price the window showed; what waited for money or for that goes on.
    """
    league = await visible_league(session, league_id, user, people)
    await require_owner(session, league, user, people, CHANGE_SETTINGS)
    for name, (low, high, sentence) in LIMITS.items():
        value = getattr(wanted, name)
        if value is not None and not low <= value <= high:
            raise BadRequestError(sentence, about=name)
    values = {name: value for name in Preferences.__slots__ if (value := getattr(wanted, name)) is not None}
    if wanted.monthly_cap is not None:
        values["monthly_cap"] = read_cap(wanted.monthly_cap)
    if wanted.time_zone is not None:
        values["time_zone"] = zone = cron.zone(wanted.time_zone).key
        for schedule in await schedules.of_league(session, league.id):
            if schedule.kind in KINDS_IN_LEAGUE_ZONE and schedule.time_zone == league.time_zone != zone:
                await schedules.put(
                    session,
                    league=league.id,
                    kind=schedule.kind,
                    channel=schedule.channel,
                    cron=schedule.cron,
                    time_zone=zone,
                    options=None,
                    user=user,
                    now=now,
                )
    if announced is not None:
        values["announced"] = announced
    await league_rows.change(session, league.id, user, now, **values)
    await assessments.go_on(session, league.id)
    return await league_rows.get(session, league.id)
