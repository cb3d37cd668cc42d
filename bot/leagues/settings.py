"""Settings of a league, each declared once; windows, bounds, log and docs are derived."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

from bot.judges.injections.hidden_text import harmless
from bot.leagues.league_schedules import change_schedule
from bot.leagues.rights import CHANGE_SETTINGS, claim, require_owner
from bot.leagues.visibility import visible_league
from bot.people import Viewer
from bot.schedules import cron, zones
from bot.spending.amounts import read_plain_number
from storage import assessments
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League
from storage.tournaments import schedules

MOST_PURPOSE = 1_000
LEAST_CAP = Decimal("0.01")
LEAST_RUBRIC, MOST_RUBRIC = 40, 8_000
BACK_TO_USUAL = frozenset({"off", "default", "usual", "standard", "none", "reset"})
"""Words that make a league use the installation's rubric again."""
KINDS_IN_LEAGUE_ZONE = frozenset({"tournament", "digest"})
"""Kinds of schedules that use their league's time zone; arXiv's announcements have their own."""


class Control(StrEnum):
    """How a setting is entered in the settings window, such as a number field or a switch."""

    NUMBER = "number"
    MONEY = "money"
    ZONE = "zone"
    SWITCH = "Votes, links and page"
    RIGHT = "Members may"


@dataclass(frozen=True, slots=True)
class LeagueSetting:
    """Declaration of a league setting: its window field, bounds (with the sentence `refusal`) and words in the log.

    `field` is its name in the window, `unit` follows a number in the log.
    """

    field: str
    label: str
    control: Control
    log_words: str
    hint: str = ""
    low: float = 0
    high: float = math.inf
    refusal: str = ""
    unit: str = ""

    def check(self, name: str, value: Any) -> None:
        """Check a new value of the setting. Raises `BadRequestError` if a number is out of bounds."""
        if self.control in {Control.NUMBER, Control.MONEY} and not (
            math.isfinite(value) and self.low <= value <= self.high
        ):
            raise BadRequestError(self.refusal, about=name)


@dataclass(frozen=True, slots=True)
class LeagueSettings:
    """A league's settings, named like their columns; numbers in points, weekday hours, votes and USD."""

    time_zone: Annotated[str, LeagueSetting("zone", "Time zone", Control.ZONE, "the time zone")]
    monthly_cap: Annotated[
        Decimal,
        LeagueSetting(
            "cap",
            "Monthly cap, USD",
            Control.MONEY,
            "the monthly cap",
            high=100_000,
            refusal="The monthly cap is an amount in USD, from 0 up, for example 10.",
        ),
    ]
    target_interval: Annotated[
        float,
        LeagueSetting(
            "target",
            "Play until scores are within ± (points)",
            Control.NUMBER,
            "the target interval",
            low=20,
            high=1000,
            hint="300 takes about 12 matches a paper; half as much takes four times as many.",
            refusal="Enter points from 20 to 1000.",
            unit=" points",
        ),
    ]
    vote_hours: Annotated[
        int,
        LeagueSetting(
            "hours",
            "How long votes stay open (hours, weekends not counted)",
            Control.NUMBER,
            "how long a vote stays open",
            low=1,
            high=720,
            refusal="A vote stays open 1 to 720 hours, weekends not counted.",
            unit=" hours of weekdays",
        ),
    ]
    quorum: Annotated[
        int,
        LeagueSetting(
            "quorum",
            "Votes needed to overrule",
            Control.NUMBER,
            "votes needed to overrule",
            low=1,
            high=100,
            refusal="This is a number of people from 1 to 100.",
        ),
    ]
    anonymous_votes: Annotated[
        bool, LeagueSetting("anonymous", "Votes are anonymous", Control.SWITCH, "votes are anonymous")
    ]
    unfurls: Annotated[
        bool,
        LeagueSetting(
            "unfurls",
            "Links of known papers unfold with their rank",
            Control.SWITCH,
            "links of known papers unfold",
        ),
    ]
    may_publish: Annotated[
        bool,
        LeagueSetting(
            "publish",
            "Its page may be published, though the channel is private",
            Control.SWITCH,
            "a private league's page may be published",
        ),
    ]
    publishes_names: Annotated[
        bool,
        LeagueSetting(
            "names",
            "Its page names who added each paper",
            Control.SWITCH,
            "the page names who added each paper",
        ),
    ]
    strangers_vote: Annotated[
        bool,
        LeagueSetting(
            "strangers",
            "People of other workspaces in the shared channel vote, too",
            Control.SWITCH,
            "people of other workspaces vote",
        ),
    ]
    takes_app_links: Annotated[
        bool,
        LeagueSetting(
            "apps",
            "Links that feeds and other apps post are added, too",
            Control.SWITCH,
            "links of feeds and other apps are added",
        ),
    ]
    members_may_start: Annotated[
        bool,
        LeagueSetting(
            "start",
            "Start matches and tournaments",
            Control.RIGHT,
            "members may start matches and tournaments",
        ),
    ]
    members_may_budget: Annotated[
        bool,
        LeagueSetting(
            "budget",
            "Change the budget: the monthly cap, and what waits for money",
            Control.RIGHT,
            "members may change the budget",
        ),
    ]
    members_may_revert: Annotated[
        bool,
        LeagueSetting(
            "revert",
            "Revert a decision of the team, with a reason",
            Control.RIGHT,
            "members may revert a decision",
        ),
    ]


_HINTS = get_type_hints(LeagueSettings, include_extras=True)
LEAGUE_SETTINGS: Mapping[str, LeagueSetting] = {name: hint.__metadata__[0] for name, hint in _HINTS.items()}
"""All settings by column name, in the order of the window."""
WHOLE = frozenset(name for name, hint in _HINTS.items() if hint.__origin__ is int)
"""Names of settings that are integers."""


def settings_of(league: League) -> LeagueSettings:
    """Return a league's current settings."""
    return LeagueSettings(**{name: getattr(league, name) for name in LEAGUE_SETTINGS})


def read_number(text: str, name: str) -> float:
    """Parse a number that a person typed for a setting. Raises `BadRequestError`."""
    try:
        value = read_plain_number(text)
    except ValueError:
        value = math.nan
    if name in WHOLE and value % 1:
        value = math.nan
    LEAGUE_SETTINGS[name].check(name, value)
    return int(value) if name in WHOLE else value


def read_cap(amount: Decimal) -> Decimal:
    """Check an amount in USD as a monthly cap; return it rounded to cents. Raises `BadRequestError`."""
    setting = LEAGUE_SETTINGS["monthly_cap"]
    setting.check("monthly_cap", amount)
    if 0 < amount < LEAST_CAP:  # it would be rounded to nothing
        raise BadRequestError(setting.refusal, about="monthly_cap")
    return amount.quantize(Decimal("0.01"))


def league_settings_table() -> str:
    """Return the table of league settings in Markdown, for docs/settings.md."""
    rows = ["| setting | in the window | bounds |", "| --- | --- | --- |"]
    for name, setting in LEAGUE_SETTINGS.items():
        is_right = setting.control is Control.RIGHT
        label = f"Members may: {setting.label.lower()}" if is_right else setting.label
        rows.append(f"| {name} | {label} | {setting.refusal} |")
    return "\n".join(rows)


async def set_purpose(session: Transaction, league: League, text: str, viewer: Viewer, now: datetime) -> int:
    """Set the league's purpose; return its version. Only owners may, once there is a purpose."""
    words = " ".join(text.split())
    if len(words) > MOST_PURPOSE:
        raise BadRequestError(
            f"A purpose has at most {MOST_PURPOSE} characters; this one has {len(words)}.", about="purpose"
        )
    if words == (league.purpose or ""):
        return league.purpose_version
    await require_owner(session, league, viewer, "say what matters here")
    return await league_rows.set_purpose(session, league.id, words, viewer.user, now)


async def set_rubric(session: Transaction, league: League, text: str, viewer: Viewer, now: datetime) -> int:
    """Set the league's own rubric for assessments and return its version; a word such as "off" removes it.

    Owners only.
    """
    words = harmless(text).strip()
    if words.casefold() in BACK_TO_USUAL:
        words = ""
    if words and not LEAST_RUBRIC <= len(words) <= MOST_RUBRIC:
        raise BadRequestError(
            f"A rubric has {LEAST_RUBRIC} to {MOST_RUBRIC:,} characters; this one has {len(words)}. Say what papers "
            "are read for, and what rating, significance, rigor, novelty and clarity mean from 1 to 10.",
            about="rubric",
        )
    if words == (league.rubric or ""):
        return league.rubric_version
    await require_owner(session, league, viewer, "say what papers are scored by")
    return await league_rows.set_rubric(session, league.id, words, viewer.user, now)


async def change_settings(
    session: Transaction,
    league_id: int,
    viewer: Viewer,
    new: Mapping[str, Any],
    *,
    now: datetime,
    models: list[str] | None = None,
) -> League:
    """Change a league's settings, `new` by name; schedules in the league's time zone are adjusted.

    `models` are those whose prices the window showed; work that waited for money becomes due. Raises `BadRequestError`,
    `NotAllowedError`.
    """
    league = await visible_league(session, league_id, viewer)
    await require_owner(session, league, viewer, CHANGE_SETTINGS)
    await claim(session, league, viewer, now)
    for name, value in new.items():
        LEAGUE_SETTINGS[name].check(name, value)
    values = dict(new)
    if "monthly_cap" in values:
        values["monthly_cap"] = read_cap(values["monthly_cap"])
    if "time_zone" in values:
        values["time_zone"] = zone = zones.zone(values["time_zone"]).key
        for schedule in await schedules.of_league(session, league.id):
            if schedule.kind in KINDS_IN_LEAGUE_ZONE and schedule.time_zone == league.time_zone != zone:
                await change_schedule(
                    session, league, schedule.kind, cron.Timing(schedule.cron, zone), options=None,
                    user=viewer.user, now=now, channel=schedule.channel,
                )  # fmt: skip
    if models is not None:
        values["announced"] = models
    await league_rows.change(session, league.id, viewer.user, now, **values)
    await assessments.make_due_with_money(session, league.id)
    return await league_rows.get(session, league.id)
