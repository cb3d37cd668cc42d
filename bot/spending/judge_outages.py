"""Tells a league once that a judge's server doesn't answer, and again when it does."""

from datetime import datetime

from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.work import outbox


async def note_outage(
    session: Transaction, runtime: Runtime, league: int, judge: str, reason: str, now: datetime
) -> None:
    """Tell the league's channel that a judge's server doesn't answer; does nothing if it was told before."""
    runtime.outages.add((session.workspace, league, judge))
    if not await spending.begin_outage(session, league, judge, now):
        return
    await _tell(session, league, judge, now, kind="judge_outage", reason=reason, since=now)


async def note_answer(session: Transaction, runtime: Runtime, league: int, judge: str, now: datetime) -> None:
    """Notify the league's channel that a judge answers again, if it was notified of an outage.

    Tables are read only for the first answer after the start, and after an outage noted here.
    """
    if not runtime.outages.may_last((session.workspace, league, judge)):
        return
    since = await spending.end_outage(session, league, judge)
    if since is not None:
        await _tell(session, league, judge, now, kind="judge_answers", reason="", since=since)


async def _tell(
    session: Transaction, league: int, judge: str, now: datetime, *, kind: str, reason: str, since: datetime
) -> None:
    first = f"judge_outage:{league}:{judge}:{int(since.timestamp())}"
    over = kind == "judge_answers"
    await outbox.want(
        session,
        channel=(await league_rows.get(session, league)).channel,
        key=f"{first}:over" if over else first,
        kind=kind,
        about_id=league,
        options={"judge": judge, "reason": reason, "minutes": round((now - since).total_seconds() / 60)},
        thread_key=first if over else None,
        now=now,
    )
