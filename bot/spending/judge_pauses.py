"""Pause a judge whose key or quota was refused, tell people who can mend it, and resume it."""

from bot.spending.held_tournaments import let_go_on
from bot.work.runtime import Runtime
from storage import assessments, spending
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.matches import evidence, exam_rows
from storage.tournaments import tournament_rows
from storage.work import outbox


async def pause_judge(runtime: Runtime, workspace: str, league: int, judge: str, reason: str) -> None:
    """Pause a judge in the whole workspace, and tell admins and the league's owners by DM, once."""
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
    """Resume a paused judge, with all that waits for it; False if it wasn't paused."""
    if not await let_play(session, judge):
        return False
    for tournament in await tournament_rows.held_for_judge(session):
        if judge in tournament.judges:
            await let_go_on(session, tournament.id, None)
    return True


async def let_play(session: Transaction, judge: str) -> bool:
    """Resume a paused judge and all that waits for it outside tournaments; False if it wasn't paused."""
    pause = await spending.resume_judge(session, judge)
    if pause is None:
        return False
    await assessments.let_go(session, judge)
    await evidence.let_go(session, judge)
    await exam_rows.let_go(session, judge)
    await outbox.bump(session, "judge_paused", pause)
    return True
