"""Pauses a judge whose key or quota was refused, tells people who can fix it, resumes it, and drops unknown ones.

| | paused | resumed | not among the settings' any more |
|---|---|---|---|
| planned matches | wait with their tournament; single ones fail | due again | go to the other judges, or are cancelled |
| running calls | finish | | finish |
| planned reviews, evidence, exams | wait | due again | reviews fail, evidence and exams end |
| open polls | go on | go on | go on |
| tournaments | wait once a match of the judge comes up | go on, all that waited for it | go on with the others, or end |
| ratings | its verdicts count on | | its verdicts count on |
| messages | owners and admins are told once | that message says so | the tournament's says so |
"""

from collections.abc import Collection

import structlog

from bot.spending.held_tournaments import resume_tournament
from bot.work.runtime import Runtime
from storage import assessments, spending
from storage.database.engine import Database, Transaction
from storage.leagues import league_rows
from storage.matches import evidence, exam_rows
from storage.tournaments import tournament_rows
from storage.work import outbox
from storage.workspaces import workspace_rows

log = structlog.get_logger(__name__)


async def pause_judge(runtime: Runtime, workspace: str, league: int, judge: str, reason: str) -> None:
    """Pause a judge in the whole workspace, and tell admins and the league's owners by direct message, once."""
    admins = await runtime.people(workspace).admins()
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        pause = await spending.pause_judge(session, judge, reason, now)
        if pause is None:
            return
        for user in sorted(admins | set(await league_rows.owners(session, league))):
            await outbox.want(
                session,
                channel=user,
                key=f"judge-paused:{judge}:{int(now.timestamp())}",
                kind="judge_paused",
                about_id=pause,
                options={"judge": judge, "reason": reason, "at": now.isoformat()},
                now=now,
            )


async def resume(session: Transaction, judge: str) -> bool:
    """Resume a paused judge with all waiting work and tournaments; return False if it wasn't paused."""
    if not await resume_outside_tournaments(session, judge):
        return False
    for tournament in await tournament_rows.held_for_judge(session):
        if judge in tournament.judges:
            await resume_tournament(session, tournament.id, None)
    return True


async def drop_judges(session: Transaction, configured: Collection[str]) -> list[str]:
    """End the pauses of judges not `configured` any more, and let their tournaments continue; return their names.

    A tournament continues unless it waits for another paused judge too.
    """
    pauses = await spending.paused_judges(session)
    dropped = sorted(set(pauses) - set(configured))
    for judge in dropped:
        await resume_outside_tournaments(session, judge)
    for tournament in await tournament_rows.held_for_judge(session):
        gone = [judge for judge in tournament.judges if judge in dropped]
        if gone and not any(judge in pauses and judge in configured for judge in tournament.judges):
            sentence = f"{', '.join(gone)} isn't among this installation's judges any more"
            await resume_tournament(session, tournament.id, f"{sentence}; the other judges play on")
    return dropped


async def drop_everywhere(database: Database, configured: Collection[str]) -> None:
    """Drop judges that no setting names any more in every workspace; called when the program starts."""
    for workspace in await workspace_rows.with_other_judges_paused(database, configured):
        async with database.transaction(workspace) as session:
            log.info("judges_dropped", judges=await drop_judges(session, configured))


async def resume_outside_tournaments(session: Transaction, judge: str) -> bool:
    """Resume a paused judge with all waiting work outside tournaments; return False if it wasn't paused."""
    pause = await spending.resume_judge(session, judge)
    if pause is None:
        return False
    await assessments.make_due_after_pause(session, judge)
    await evidence.make_due_after_pause(session, judge)
    await exam_rows.make_due_after_pause(session, judge)
    await outbox.bump(session, "judge_paused", pause)
    return True
