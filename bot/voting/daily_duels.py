"""A duel a day: by direct message to those who asked for it, and in a channel's digest."""

from datetime import datetime

from bot.leagues.visibility import visible_league
from bot.people import Viewer
from bot.voting import duels
from bot.voting.duels import Duel, DuelResult
from storage.database.engine import Transaction
from storage.following import followers, person_choices
from storage.leagues.league_rows import League
from storage.tables import Schedule
from storage.tournaments import schedules
from storage.voting import duels as duel_rows
from storage.work import outbox

KIND = "duel"
"""Kind of the schedule of a person's daily duel, whose channel is the person; and of its message."""
CRON = "0 9 * * mon-fri"
MOST_LEAGUES = 3
"""In how many of a person's leagues a pair is looked for."""


async def pair_of_digest(
    session: Transaction, league_id: int, channel: str, now: datetime
) -> list[int] | None:
    """Return the pair of entries that a channel's digest asks about, none that it asked about lately; or None."""
    skip = await duel_rows.pairs_of_digests(session, channel)
    pair = await duels.pair_for(session, league_id, "", now, skip)
    return None if pair is None else [paper.entry for paper in pair]


async def begin_daily(session: Transaction, league_id: int, viewer: Viewer, now: datetime) -> League:
    """Send a person a duel of a league each weekday at nine from now on, in the league's time zone.

    Raises `NotAllowedError` if they may not vote, `NotFoundError` if they may not see the league.
    """
    league = await visible_league(session, league_id, viewer)
    duels.check_voter(league, viewer)
    await person_choices.set_duels(session, viewer.user, on=True)
    await followers.unmute(session, league.id, viewer.user)
    await schedules.put(
        session, league=league.id, kind=KIND, channel=viewer.user, cron=CRON, time_zone=league.time_zone,
        options=None, user=viewer.user, now=now,
    )  # fmt: skip
    return league


async def switch(session: Transaction, user: str, *, on: bool) -> None:
    """Put pairs to a person on Home again, or none any more, neither there nor by direct message."""
    await person_choices.set_duels(session, user, on=on)
    if not on:
        for schedule in await schedules.in_place(session, KIND, user):
            await schedules.stop(session, schedule.id)


async def send_by_dm(session: Transaction, schedule: Schedule, slot: str, now: datetime) -> None:
    """Queue a person's duel of the day, unless they switched duels off, muted the league, or none is left."""
    user = schedule.channel
    if not await person_choices.takes_duels(session, user):
        return
    if await followers.muted(session, schedule.league_id, user):
        return
    pair = await duels.pair_for(session, schedule.league_id, user, now)
    if pair is not None:
        await outbox.want(
            session, channel=user, key=f"duel:{schedule.id}:{slot}", kind=KIND, about_id=schedule.league_id,
            options={"pair": [paper.entry for paper in pair]}, now=now,
        )  # fmt: skip


async def state_for(
    session: Transaction, league_id: int, first: int, second: int, user: str
) -> Duel | DuelResult | None:
    """Return the question of a pair, or after the person's answer the result; None if it isn't asked any more."""
    given = await duels.answer_of(session, league_id, first, second, user)
    return given or await duels.asked_duel(session, league_id, first, second)


async def duel_on_home(
    session: Transaction, leagues: list[League], viewer: Viewer, now: datetime
) -> Duel | None:
    """Return the pair for a person's Home tab, of the first of these leagues that has one; None if switched off."""
    if not leagues or not await person_choices.takes_duels(session, viewer.user):
        return None
    for league in leagues[:MOST_LEAGUES]:
        if not duels.is_voter(league, viewer):
            continue
        duel = await duels.duel_for(session, league.id, viewer.user, now)
        if duel is not None:
            return duel
    return None
