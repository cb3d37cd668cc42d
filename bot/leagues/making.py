"""Leagues: who sees one, which one a question is about, how one is made, changed, owned and handed over."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.leagues.rights import CHANGE_SETTINGS, require_owner
from bot.leagues.visibility import is_private, visible
from bot.people import INVITE_ME, Channel, People
from bot.schedules import cron
from bot.settings import Settings
from bot.standings import card_refresh
from storage import assessments
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.tables import League
from storage.tournaments import schedules
from storage.work import outbox

__all__ = [
    "DIGEST_CRON",
    "TOURNAMENT_CRON",
    "Made",
    "Preferences",
    "Setup",
    "WhichLeagueError",
    "cap_of",
    "configure",
    "costs_money",
    "ensure",
    "for_question",
    "greet",
    "models",
    "of_entry",
    "of_tournament",
    "place_of",
    "play_when",
    "prefer",
    "public_leagues",
    "scheduled",
    "seen",
    "set_purpose",
    "visible",
    "visible_leagues",
    "zone_of",
]

NOTHING_HERE = (
    "There is no league here. Mention me with a link to a paper in a channel I'm in, and its league begins."
)


class WhichLeagueError(BadRequestError):
    """The person can see several leagues and asked where none is at home; `choices` are (league id, name)."""

    def __init__(self, sentence: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(sentence)
        self.choices = choices


async def visible_leagues(session: Transaction, user: str, people: People) -> list[League]:
    """Every league a person may know of, by name."""
    return [
        league for league in await league_rows.all_of(session) if await visible(session, league, user, people)
    ]


async def seen(session: Transaction, league_id: int, user: str, people: People) -> League:
    """The league with this id; one the person may not see raises the `NotFoundError` of an unknown one."""
    league = await league_rows.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError("That league isn't here any more.")
    return league


async def of_entry(session: Transaction, entry_id: int, user: str, people: People) -> League:
    """The league of an entry; one the person may not see raises the `NotFoundError` of an unknown entry."""
    return await _of(
        session, (await entry_rows.entry(session, entry_id))[0].league_id, user, people, entry_rows.GONE
    )


async def of_tournament(session: Transaction, tournament_id: int, user: str, people: People) -> League:
    """The league of a tournament; one the person may not see raises the `NotFoundError` of an unknown one."""
    row = await match_rows.tournament(session, tournament_id)
    return await _of(session, row.league_id, user, people, match_rows.TOURNAMENT_GONE)


async def _of(session: Transaction, league_id: int, user: str, people: People, gone: str) -> League:
    league = await league_rows.get(session, league_id)
    if not await visible(session, league, user, people):
        raise NotFoundError(gone)
    return league


async def public_leagues(session: Transaction, user: str, people: People) -> list[League]:
    """The leagues anybody may know of, by name."""
    return [
        league
        for league in await visible_leagues(session, user, people)
        if not await is_private(league, people)
    ]


async def place_of(channel: str, user: str, people: People) -> Channel:
    """The channel a league is to be home in; `NotFoundError` with "invite me first" where the bot isn't there.

    A private channel that the person isn't in gives the same answer.
    """
    place = await people.channel(channel)
    if not place.has_bot or (
        place.is_private and not place.is_dm and not await people.is_member(channel, user)
    ):
        raise NotFoundError(INVITE_ME)
    return place


async def for_question(session: Transaction, channel: str, user: str, people: People) -> League:
    """The league a question asked in this channel is about.

    It is the one the channel is home of or follows; elsewhere (a DM, a channel without one) the person's
    only league. Raises `NotFoundError` when they can see none and `WhichLeagueError` when there are several.
    """
    here = await league_rows.of_channel(session, channel)
    if here is not None and await visible(session, here, user, people):
        return here
    candidates = await visible_leagues(session, user, people)
    if len(candidates) > 1:
        candidates = await _joined(candidates, user, people) or candidates
    if not candidates:
        raise NotFoundError(NOTHING_HERE)
    if len(candidates) > 1:
        names = ", ".join(league.name for league in candidates[:10])
        raise WhichLeagueError(
            f"You can see several leagues: {names}. Choose one, or ask in its channel.",
            tuple((league.id, league.name) for league in candidates[:25]),
        )
    return candidates[0]


async def _joined(candidates: list[League], user: str, people: People) -> list[League]:
    joined = []
    for league in candidates:
        try:
            if await people.is_member(league.channel, user):
                joined.append(league)
        except NotFoundError:
            continue
    return joined


TOURNAMENT_CRON = "0 19 * * mon-fri"
DIGEST_CRON = "30 8 * * mon-fri"
FREE_JUDGES = ("offline", "recorded:")
MOST_PURPOSE = 1_000
MOST_PER_DAY = 24
LIMITS = {
    "vote_hours": (1, 720, "A vote stays open 1 to 720 hours of weekdays."),
    "quorum": (1, 100, "The quorum is a number of people from 1 to 100."),
    "target_interval": (20, 1000, "The target interval is a number of points from 20 to 1000."),
}
"""Least and most of a setting that is a number, and what is said of any other."""
NO_CAP = "The monthly cap is an amount in USD, from 0 up, for example 10."
MOVING = frozenset({"tournament", "digest"})
"""Kinds of schedules that follow their league's time zone; arXiv announces by its own."""


@dataclass(frozen=True, slots=True)
class Made:
    """A league and whether it was made just now."""

    league: League
    new: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """What the first-run modal says; phrases are what `cron.parse_phrase` reads, None is off."""

    purpose: str | None = None
    tournament: str | None = "every weekday at 19:00"
    digest: str | None = "every weekday at 08:30"
    monthly_cap: Decimal = Decimal(10)
    time_zone: str | None = None


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


async def zone_of(user: str, people: People, settings: Settings) -> str:
    """The time zone a league begins with: its maker's where known, else the setting's."""
    zone = (await people.person(user)).time_zone
    return settings.time_zone if zone in {"", "UTC"} else zone


def costs_money(settings: Settings) -> bool:
    """Whether any judge or assessor is a paid model, or may be one."""
    return not all(name.startswith(FREE_JUDGES) for name in (*settings.judges, *settings.assessors))


def models(settings: Settings) -> list[str]:
    """Every model an installation may pay for, by name."""
    return list(dict.fromkeys((*settings.assessors, *settings.judges)))


def league_name(channel: Channel) -> str:
    """What a league is called unless somebody says otherwise: its channel's name."""
    return channel.name.lstrip("#") or "papers"


async def ensure(
    session: Transaction, channel: str, user: str, *, people: People, settings: Settings, now: datetime
) -> Made:
    """The league a paper posted here goes to: the channel's, made without ceremony when it has none.

    In a DM it is the person's league, as for a question. A league made this way spends no money before
    somebody has seen its price in the window that sets it up; where judges cost any, the channel is told so.
    """
    here = await league_rows.of_channel(session, channel)
    if here is not None and await visible(session, here, user, people):
        if here.channel == channel:
            await league_rows.change(
                session, here.id, user, now, is_private=(await people.channel(channel)).is_private
            )
        return Made(here, new=False)
    place = await place_of(channel, user, people)
    if place.is_dm:
        return Made(await for_question(session, channel, user, people), new=False)
    paid = costs_money(settings)
    league, made = await league_rows.create(
        session,
        name=league_name(place),
        channel=channel,
        is_private=place.is_private,
        user=user,
        time_zone=await zone_of(user, people, settings),
        monthly_cap=settings.monthly_cap_usd,
        now=now,
        announced=[],
    )
    if made:
        await _schedule(session, league, "tournament", TOURNAMENT_CRON, league.time_zone, user, now)
        await _schedule(session, league, "digest", DIGEST_CRON, league.time_zone, user, now)
        if paid:
            await greet(session, channel, now)
    return Made(league, made)


async def greet(
    session: Transaction, channel: str, now: datetime, *, reads_channels: bool | None = None
) -> None:
    """Want the greeting of a channel, with its button to set up the league; None leaves what is known of the rest.

    `reads_channels` says whether the workspace lets the bot see links that are only posted.
    """
    options = None if reads_channels is None else {"reads_channels": reads_channels}
    await outbox.want(
        session, channel=channel, key=f"greeting:{channel}", kind="greeting", options=options, now=now
    )


async def _schedule(
    session: Transaction, league: League, kind: str, expression: str, zone: str, user: str, now: datetime
) -> int:
    options = {"new": True} if kind == "tournament" else {"quiet": "line", "period": "day"}
    kept = await schedules.find(session, league.id, kind, league.channel)
    return await schedules.put(
        session,
        league=league.id,
        kind=kind,
        channel=league.channel,
        cron=expression,
        time_zone=zone,
        options=options if kept is None else None,
        user=user,
        now=now,
    )


async def configure(
    session: Transaction,
    channel: str,
    user: str,
    setup: Setup,
    *,
    people: People,
    settings: Settings,
    now: datetime,
) -> League:
    """Set up the league of a channel as the first-run modal says, making it where there is none.

    A league that began by itself is owned also by the first who sets it up; after that only owners may.
    Raises `BadRequestError` for a phrase or zone that can't be read, `NotAllowedError`.
    """
    if not (await people.person(user)).is_full_member:
        raise NotAllowedError("Only full members of this workspace can set up a league.")
    cap = cap_of(setup.monthly_cap)
    place = await place_of(channel, user, people)
    league = await league_rows.of_home(session, channel)
    if league is None:
        league, _ = await league_rows.create(
            session,
            name=league_name(place),
            channel=channel,
            is_private=place.is_private,
            user=user,
            time_zone=await zone_of(user, people, settings),
            monthly_cap=cap,
            now=now,
            announced=[],
        )
    elif any(line.action == "league.setup" for line in await league_rows.log(session, league.id, 200)):
        await require_owner(session, league, user, people)
    else:
        await league_rows.add_owner(session, league.id, user, now)
    zone = cron.zone(setup.time_zone).key if setup.time_zone else league.time_zone
    await league_rows.change(
        session, league.id, user, now, time_zone=zone, monthly_cap=cap, announced=models(settings)
    )
    await assessments.go_on(session, league.id)
    if setup.purpose is not None:
        await set_purpose(session, league, setup.purpose, user, people, now)
    runs: dict[str, str] = {}
    for kind, phrase, at in (("tournament", setup.tournament, "19:00"), ("digest", setup.digest, "08:30")):
        if phrase is not None:
            timing = scheduled(phrase, zone, at, kind)
            runs[kind] = timing.cron
            await _schedule(session, league, kind, timing.cron, timing.time_zone, user, now)
        elif (kept := await schedules.find(session, league.id, kind, league.channel)) is not None:
            await schedules.stop(session, kept.id)
    await league_rows.note(session, league.id, user, "league.setup", runs, now)
    await greet(session, channel, now)
    return league


async def play_when(
    session: Transaction, league: League, phrase: str | None, user: str, now: datetime
) -> None:
    """Set when new papers play by themselves; None: only by hand. Raises `BadRequestError`."""
    kept = await schedules.find(session, league.id, "tournament", league.channel)
    if phrase is not None:
        timing = scheduled(phrase, league.time_zone, "19:00")
        if kept is not None and (kept.cron, kept.time_zone, kept.active) == (
            timing.cron,
            timing.time_zone,
            True,
        ):
            return
        await _schedule(session, league, "tournament", timing.cron, timing.time_zone, user, now)
        detail = {"cron": timing.cron, "time_zone": timing.time_zone}
        await league_rows.note(session, league.id, user, "tournament.scheduled", detail, now)
    elif kept is not None and await schedules.stop(session, kept.id):
        await league_rows.note(session, league.id, user, "tournament.unscheduled", {}, now)
    await card_refresh.refresh(session, league.id)


def scheduled(phrase: str, zone: str, at: str, about: str = "tournament") -> cron.Timing:
    """A phrase as the timing of a league's schedule; at most once an hour. Raises `BadRequestError` about that kind."""
    try:
        timing = cron.parse_phrase(phrase, time_zone=zone, at=at)
    except BadRequestError as error:
        raise BadRequestError(error.sentence, about=about) from error
    if cron.per_day(timing.cron) > MOST_PER_DAY:
        raise BadRequestError(
            f"“{phrase[:60]}” would run more than {MOST_PER_DAY} times a day; choose less.", about=about
        )
    return timing


def cap_of(amount: Decimal) -> Decimal:
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


async def prefer(
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
    league = await seen(session, league_id, user, people)
    await require_owner(session, league, user, people, CHANGE_SETTINGS)
    for name, (low, high, sentence) in LIMITS.items():
        value = getattr(wanted, name)
        if value is not None and not low <= value <= high:
            raise BadRequestError(sentence, about=name)
    values = {name: value for name in Preferences.__slots__ if (value := getattr(wanted, name)) is not None}
    if wanted.monthly_cap is not None:
        values["monthly_cap"] = cap_of(wanted.monthly_cap)
    if wanted.time_zone is not None:
        values["time_zone"] = zone = cron.zone(wanted.time_zone).key
        for schedule in await schedules.of_league(session, league.id):
            if schedule.kind in MOVING and schedule.time_zone == league.time_zone != zone:
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
