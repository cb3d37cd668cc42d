"""Readings of a channel's history: begun, brought on page by page, and ended; each survives a restart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.entries import channel_history, intake
from bot.entries.channel_history import PastLinks
from storage.database.engine import Transaction
from storage.leagues import history_readings, league_rows
from storage.leagues.history_readings import HELD, Purpose, Reading
from storage.work import outbox
from storage.workspaces import restored_copies

KIND = "history_read"
SOON = timedelta(minutes=25)
"""How long the person who asked can be answered where they asked."""
_AHEAD = timedelta(minutes=1)
LOOK_BACK = timedelta(days=7)
"""How long before a backup threads began whose newer replies are looked for."""


async def begin_import(session: Transaction, league: int, user: str, now: datetime) -> Reading:
    """Begin to read the history of a league's channel, and return the reading; one at work already goes on."""
    reading = await history_readings.reading_of(session, league, "import")
    if reading is None or reading.ended:
        reading = Reading(user, now.isoformat())
        await history_readings.store(session, league, "import", reading)
    return reading


async def begin_recoveries(session: Transaction, since: datetime, now: datetime) -> None:
    """Begin to read the channels of all leagues of a workspace from a moment on, each once.

    Threads that began up to `LOOK_BACK` earlier are looked at for replies.
    """
    leagues = await league_rows.all_of(session)
    for league in leagues:
        if await history_readings.reading_of(session, league.id, "recovery") is None:
            reading = Reading(
                "",
                now.isoformat(),
                oldest=history_readings.ts_of(since - LOOK_BACK),
                latest=history_readings.ts_of(now + _AHEAD),
            )
            await history_readings.store(session, league.id, "recovery", reading)
    if not leagues:
        await restored_copies.mark_caught_up(session, session.workspace, now)


def backup_time(reading: Reading) -> float:
    """Return the time of the backup whose lacking links a reading brings in, in seconds since 1970."""
    return float(reading.oldest) + LOOK_BACK.total_seconds()


async def take_page(
    session: Transaction,
    league: int,
    channel: str,
    why: Purpose,
    page: Sequence[PastLinks],
    *,
    messages: int,
    latest: str,
    assessors: Sequence[str],
    now: datetime,
) -> Reading:
    """Add the papers of a page of `messages` messages, the last of which is `latest`, and note how far it went."""
    reading = await history_readings.reading_of(session, league, why) or Reading("", now.isoformat())
    new = 0
    if why == "import":
        new = await channel_history.take_in(session, league, channel, page, assessors=assessors, now=now)
    else:
        for message in reversed(page):
            await intake.take_in(
                session, league=league, references=message.references, user=message.user, channel=channel,
                ts=message.ts, thread_ts=message.thread_ts, assessors=assessors, now=now, handed=False,
            )  # fmt: skip
    reading = replace(
        reading,
        latest=latest or reading.latest,
        messages=reading.messages + messages,
        new=reading.new + new,
        held_until=(now + HELD).isoformat(),
    )
    await history_readings.store(session, league, why, reading)
    return reading


async def hold(session: Transaction, league: int, why: Purpose, now: datetime) -> None:
    """Keep a reading reserved for this process, for `HELD` from now on, while it waits."""
    reading = await history_readings.reading_of(session, league, why)
    if reading is not None:
        held = replace(reading, held_until=(now + HELD).isoformat())
        await history_readings.store(session, league, why, held)


async def release(session: Transaction, league: int, why: Purpose) -> None:
    """Leave a reading for later, so that any process may go on with it."""
    reading = await history_readings.reading_of(session, league, why)
    if reading is not None:
        await history_readings.store(session, league, why, replace(reading, held_until=""))


async def end(
    session: Transaction,
    league: int,
    why: Purpose,
    now: datetime,
    ending: str = "",
    *,
    is_answered: bool = False,
) -> None:
    """End the reading of a channel's earlier messages (`why`: an import, or recovery after a restore).

    `ending` is the sentence for the person who asked for it; they get it as a direct message, unless the caller answers
    them (`is_answered`) and they asked not long ago. The last recovery of a workspace marks it as caught up.
    """
    reading = await history_readings.reading_of(session, league, why)
    if reading is None:
        return
    if why == "import":
        await history_readings.store(session, league, why, None)
        if reading.user and not (is_answered and answers_soon(reading, now)):
            options = {"messages": reading.messages, "new": reading.new, "ending": ending}
            key = f"{KIND}:{league}:{reading.begun_at}"
            await outbox.want(
                session, channel=reading.user, key=key, kind=KIND, about_id=league, options=options, now=now
            )
        return
    await history_readings.store(session, league, why, replace(reading, ended=True))
    leagues = await league_rows.all_of(session)
    every = [await history_readings.reading_of(session, each.id, "recovery") for each in leagues]
    if all(each is None or each.ended for each in every):
        for each in leagues:
            await history_readings.store(session, each.id, "recovery", None)
        begun = datetime.fromisoformat(reading.begun_at)
        await restored_copies.mark_caught_up(session, session.workspace, begun)


def answers_soon(reading: Reading, now: datetime) -> bool:
    """Return whether the person who asked can still be answered where they asked."""
    return now - datetime.fromisoformat(reading.begun_at) < SOON
