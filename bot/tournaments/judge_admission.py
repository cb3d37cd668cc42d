"""Lets owners admit a judge that failed its exam."""

from collections.abc import Sequence
from datetime import datetime

from bot.leagues.rights import may_manage
from bot.matches import judge_exams
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.errors import NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.tables import League


async def admit_judge(
    session: Transaction, judge: str, leagues: Sequence[League], viewer: Viewer, now: datetime
) -> None:
    """Make a judge's verdicts count in the whole workspace, past ones too; for owners of a league and admins.

    Raises `NotAllowedError`.
    """
    own = [league for league in leagues if await may_manage(session, league, viewer)]
    if not own:
        raise NotAllowedError("Owners of a league and workspace admins may let a judge's verdicts count.")
    if not await judge_exams.admit(session, judge, viewer.user, now):
        raise NotFoundError(f"The verdicts of {judge} count already.")
    for league in own:
        await league_rows.note(session, league.id, viewer.user, "judge.admitted", {"judge": judge}, now)
