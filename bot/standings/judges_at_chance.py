"""Leaves judges out that agree with a league's people no more than a coin would; owners are told a week before.

A judge is at chance where its interval on at least `LEAST_VOTES` votes says so (`is_at_chance`). People who don't agree
with each other either prove nothing against a judge.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.people import SOURCES
from bot.ranking import Agreement
from bot.standings import card_refresh, refit
from bot.standings.team_agreement import LeagueAgreement, is_at_chance, league_agreement
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.errors import NotFoundError, StorageError
from storage.leagues import league_rows
from storage.standings import chance_rows
from storage.standings.chance_rows import JudgeAtChance
from storage.work import outbox
from storage.workspaces import workspace_rows

log = structlog.get_logger(__name__)

LEAST_VOTES = 20
"""Least number of votes on a judge's decisions before it may be left out."""
LOOK_EACH = timedelta(days=1)
"""How often judges are held against people's votes."""
NOTICE = timedelta(days=7)
"""How long a judge's verdicts still count after owners were told."""
TOLD = "judge_at_chance"
"""Kind of the message to owners."""


def judges_at_chance(agreement: LeagueAgreement) -> Mapping[str, Agreement]:
    """Return the judges that votes show to be at chance, with their agreement."""
    people = agreement.among_people
    if people is not None and is_at_chance(people):
        return {}
    return {
        one.judge: one.share
        for one in agreement.judges
        if one.share.votes >= LEAST_VOTES and is_at_chance(one.share)
    }


async def look_everywhere(runtime: Runtime) -> None:
    """Look at the judges of all leagues, one transaction each; a league whose look fails is logged, and left out.

    Raises `StorageError` if the database doesn't answer.
    """
    async with runtime.database.reading(None) as session:
        live = await workspace_rows.all_live(session)
    for workspace in live:
        async with runtime.database.reading(workspace) as session:
            leagues = [league.id for league in await league_rows.all_of(session)]
        for league in leagues:
            try:
                await _look_apart(runtime, workspace, league)
            except StorageError:
                raise
            except Exception:
                log.exception("judges_not_looked_at", workspace=workspace, league=league)


async def _look_apart(runtime: Runtime, workspace: str, league: int) -> None:
    """Look at a league's judges, in a transaction only where it may change something, so that nobody waits for it."""
    async with runtime.database.reading(workspace) as session:
        rows = await chance_rows.at_chance(session, league)
        at_chance = judges_at_chance(await league_agreement(session, league))
    if any(_due(rows, at_chance, runtime.time.now())):
        async with runtime.database.transaction(workspace) as session:
            await look(session, league, runtime.time.now())


class _Due(NamedTuple):
    """Judges by what is due: telling owners, leaving out, and counting again."""

    tell: list[str]
    leave_out: list[str]
    recovered: list[str]


def _due(rows: Mapping[str, JudgeAtChance], at_chance: Mapping[str, Agreement], now: datetime) -> _Due:
    """Return what a league's rows and its judges at chance make due now."""
    return _Due(
        [judge for judge in at_chance if judge not in rows],
        [
            judge
            for judge, row in rows.items()
            if judge in at_chance
            and row.left_out_at is None
            and row.kept_by is None
            and row.counts_until <= now
        ],
        [judge for judge in rows if judge not in at_chance],
    )


async def look(session: Transaction, league: int, now: datetime) -> None:
    """Tell owners of judges newly at chance, leave out those whose time is over, and let those count that recovered."""
    rows = await chance_rows.at_chance(session, league)
    at_chance = judges_at_chance(await league_agreement(session, league))
    due, is_changed = _due(rows, at_chance, now), False
    for judge in due.tell:
        await _tell(session, league, judge, at_chance[judge], now)
    for judge in due.leave_out:
        is_changed |= await chance_rows.leave_out(session, league, judge, now)
        await league_rows.note(session, league, SOURCES, "judge.left_out", {"judge": judge}, now)
        await outbox.bump(session, TOLD, rows[judge].id)
    for judge in due.recovered:
        is_changed |= rows[judge].left_out_at is not None and rows[judge].kept_by is None
        await chance_rows.remove(session, league, judge)
        await league_rows.note(session, league, SOURCES, "judge.recovered", {"judge": judge}, now)
        await outbox.bump(session, TOLD, rows[judge].id)
    if is_changed:
        await _rate_anew(session, league, now)


async def _tell(session: Transaction, league: int, judge: str, share: Agreement, now: datetime) -> None:
    figures = (share.share, share.low, share.high, share.votes)
    await chance_rows.add(session, league, judge, figures=figures, now=now, counts_until=now + NOTICE)
    row = await chance_rows.get(session, league, judge)
    assert row is not None
    readers = await league_rows.owners(session, league) or [(await league_rows.get(session, league)).channel]
    for reader in readers:
        await outbox.want(
            session,
            channel=reader,
            key=f"judge-at-chance:{row.id}",
            kind=TOLD,
            about_id=row.id,
            options={"judge": judge, "league": league},
            now=now,
        )
    await league_rows.note(session, league, SOURCES, "judge.at_chance", {"judge": judge}, now)


async def choose(
    session: Transaction, league: int, judge: str, user: str, now: datetime, *, counts: bool
) -> None:
    """Let a judge at chance count all the same, or no longer, as an owner says.

    Raises `NotFoundError` if it isn't at chance any more, or that was said already.
    """
    row = await chance_rows.get(session, league, judge)
    if row is None:
        raise NotFoundError(f"{judge} agrees with the team again, so its verdicts count.")
    was_out = row.left_out_at is not None and row.kept_by is None
    if counts and not await chance_rows.keep(session, league, judge, user):
        raise NotFoundError(f"The verdicts of {judge} already count.")
    if not counts and not await chance_rows.leave_out(session, league, judge, now):
        raise NotFoundError(f"The verdicts of {judge} already don't count.")
    if counts:
        await league_rows.note(session, league, user, "judge.kept", {"judge": judge}, now)
    else:
        await league_rows.note(session, league, user, "judge.put_out", {"judge": judge}, now)
    await outbox.bump(session, TOLD, row.id)
    if was_out or not counts:
        await _rate_anew(session, league, now)


async def _rate_anew(session: Transaction, league: int, now: datetime) -> None:
    await refit.refit(session, league, cause="judges", now=now)
    await card_refresh.refresh(session, league)
