"""Wants the digests of many leagues together when their schedules fire in one minute, with few statements."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.digests import sending
from bot.voting import duels
from bot.work.runtime import Runtime
from storage import digests
from storage.database.engine import Transaction
from storage.digests import DueDigest
from storage.errors import StorageError
from storage.voting import duels as duel_rows
from storage.work import leases

MOST_REMEMBERED = 10_000
AT_ONCE = 50
"""Digests read and wanted together; more would hold the writer of SQLite for longer."""

log = structlog.get_logger(__name__)


async def want_due(runtime: Runtime, occurrence_id: int) -> bool:
    """Want a firing's digest and others that are due in any workspace, up to `AT_ONCE`; return whether it was wanted.

    A digest that may be silent is left to its own firing, and so are all where one of them can't be read: what fails
    together is done apart.
    """
    if leases.is_apart():
        return False
    now = runtime.time.now()
    try:
        async with runtime.database.reading(None) as session:
            waiting = await digests.due_digests(session, occurrence_id, now, AT_ONCE)
            together = [digest for digest in waiting if not sending.may_be_silent(digest.schedule)]
            if not together:
                return False
            pairs = await _pairs(session, together, runtime)
        rows = {digest.occurrence: _row(digest, pairs.get(digest.occurrence)) for digest in together}
    except StorageError:
        raise
    except Exception:
        log.exception("digests_apart")
        return False
    async with runtime.database.transaction(None) as session:
        done = set(await digests.want_due(session, rows, now))
    if len(runtime.taken_along) > MOST_REMEMBERED:  # their jobs went to other processes
        runtime.taken_along.clear()
    runtime.taken_along.update(done - {occurrence_id})
    return occurrence_id in done


def _row(digest: DueDigest, pair: list[int] | None) -> dict[str, Any]:
    """Return the values of the row of a digest's message."""
    schedule = digest.schedule
    since = sending.beginning(schedule, digest.fired_at, digest.at)
    options = sending.options_of(schedule, since, digest.at, digest.wanted_at)
    if sending.asks_for_pair(schedule):
        options["duel"] = pair
    return {
        "workspace_id": digest.workspace, "channel": schedule.channel, "about_id": schedule.league_id,
        "key": sending.key_of(schedule, digest.slot), "options": options,
    }  # fmt: skip


async def _pairs(session: Transaction, due: Sequence[DueDigest], runtime: Runtime) -> Mapping[int, list[int]]:
    """Return the pair of entries that each digest asks about, by firing; a league without a pair isn't in it."""
    asking = [digest for digest in due if sending.asks_for_pair(digest.schedule)]
    skip = await duel_rows.pairs_of_channels(session, {digest.place for digest in asking})
    leagues = {digest.schedule.league_id for digest in asking}
    papers, begun = await duel_rows.papers_to_pair_by_league(session, leagues)
    now, pairs = runtime.time.now(), {}
    for digest in asking:
        league = digest.schedule.league_id
        votes = await duel_rows.votes_by_pair(session, league) if league in begun else {}
        judged = await duel_rows.judged_pairs(session, league) if league in begun else {}
        seed = duels.seed_of_day(league, "", now)
        of_league = papers.get(league, ())
        if len(of_league) > 1:
            pair = duels.best_pair(of_league, votes, judged, "", seed, skip.get(digest.place, ()))
            if pair is not None:
                pairs[digest.occurrence] = [paper.entry for paper in pair]
        await asyncio.sleep(0)  # others' clicks go between
    return pairs
