"""Creates a channel's league with its first paper, and greets the channel."""

from dataclasses import dataclass
from datetime import datetime

from bot.judges.recorded_judge import RECORDED
from bot.leagues import closed_places, rights
from bot.leagues.league_schedules import DIGEST_CRON, TOURNAMENT_CRON, put_schedule
from bot.leagues.visibility import visible
from bot.leagues.which_league import home_channel, league_of_question
from bot.people import Channel, Viewer
from bot.settings import Settings
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.tables import League
from storage.work import outbox

FREE_JUDGES = ("offline", "rubric", *RECORDED)


@dataclass(frozen=True, slots=True)
class EnsuredLeague:
    """The league of a channel, and whether this call created it."""

    league: League
    new: bool


def default_time_zone(viewer: Viewer, settings: Settings) -> str:
    """Return a new league's time zone: its creator's if known, else the setting's."""
    zone = viewer.person.time_zone
    return settings.time_zone if zone in {"", "UTC"} else zone


def costs_money(settings: Settings) -> bool:
    """Return whether any judge or assessor is, or may be, a paid model."""
    return not all(name.startswith(FREE_JUDGES) for name in (*settings.judges, *settings.assessors))


def models_in_use(settings: Settings) -> list[str]:
    """Return the names of all models that an installation may pay for."""
    return list(dict.fromkeys((*settings.assessors, *settings.judges)))


def league_name(channel: Channel) -> str:
    """Return the default name of a league: its channel's name."""
    return channel.name.lstrip("#") or "papers"


async def ensure_league(
    session: Transaction, channel: str, viewer: Viewer, *, settings: Settings, now: datetime
) -> EnsuredLeague:
    """Return the league for papers posted in a channel, creating it if there is none.

    In a direct message it is the person's league, as for a question. If a guest creates it, its owner is the first full
    member of the channel who acts in it. A league created this way spends no money before somebody has seen its price in
    the set-up window; if judges cost money, the channel is told so.
    """
    here = await league_rows.of_channel(session, channel)
    if here is not None and visible(here, viewer):
        if here.channel == channel:
            await league_rows.change(
                session, here.id, viewer.user, now, is_private=home_channel(channel, viewer).is_private
            )
            await rights.claim(session, here, viewer, now)
            await closed_places.open_channel(session, channel)
        return EnsuredLeague(here, new=False)
    place = home_channel(channel, viewer)
    if place.is_dm:
        return EnsuredLeague(await league_of_question(session, channel, viewer), new=False)
    has_costs = costs_money(settings)
    league, is_new = await league_rows.create(
        session,
        name=league_name(place),
        channel=channel,
        is_private=place.is_private,
        user=viewer.user,
        is_owned=viewer.is_full_member,
        time_zone=default_time_zone(viewer, settings),
        monthly_cap=settings.monthly_cap_usd,
        now=now,
        models_seen=[],
    )
    if is_new:
        await put_schedule(session, league, "tournament", TOURNAMENT_CRON, league.time_zone, viewer.user, now)
        await put_schedule(session, league, "digest", DIGEST_CRON, league.time_zone, viewer.user, now)
        if has_costs:
            await want_greeting(session, channel, now)
    return EnsuredLeague(league, is_new)


async def want_greeting(
    session: Transaction, channel: str, now: datetime, *, reads_channels: bool | None = None
) -> None:
    """Queue the message that greets a channel and offers the button "Set up".

    `reads_channels`: the bot sees links that are only posted, without a mention of it; None keeps the earlier value.
    """
    options = None if reads_channels is None else {"reads_channels": reads_channels}
    await outbox.want(
        session, channel=channel, key=f"greeting:{channel}", kind="greeting", options=options, now=now
    )
