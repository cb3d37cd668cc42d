"""Handles a judge's call without a verdict: try later, ask another judge, pause, or end the match."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.judges.errors import JudgeAnswerError, JudgePausedError
from bot.judges.interface import Judge
from bot.matches import assignment
from bot.matches.judge_calls import Task
from bot.spending.held_tournaments import hold_tournament
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.errors import BudgetError, JudgeBusyError, JudgeError
from storage.matches import match_rows
from storage.standings import counted_outcomes
from storage.tables import League, Match
from storage.tournaments import tournament_rows
from storage.work import leases, outbox
from storage.work.leases import FAR, Work

AGAIN_S = (10, 30, 120, 300)
"""Seconds that a match waits after its only judge's server failed, by number of attempts."""


async def handle_unanswered(
    session: Transaction, runtime: Runtime, task: Task, error: JudgeError | BudgetError
) -> None:
    """Handle a call without a verdict: retry, hand over, pause or fail; a verdict is never made up."""
    now, match = runtime.time.now(), task.match
    if not await leases.is_ours(session, Work.MATCH, match.id):
        return
    match error:
        case JudgeBusyError():
            later = now + timedelta(seconds=error.retry_after)
            await leases.give_back(
                session, Work.MATCH, match.id, reason=error.sentence, not_before=later, counts=False
            )
        case JudgePausedError():
            await stop_match(session, match, error.sentence, "judge", now)
        case BudgetError():
            await stop_match(session, match, error.sentence, "budget" if error.of_tournament else "cap", now)
        case _:
            reasons = {**match.tried, match.judge: error.sentence}
            await match_rows.store_failures(session, match.id, reasons)
            other = await _another(session, runtime, task, reasons)
            if other is not None:
                await match_rows.hand_over(session, match.id, other.name, other.pool)
                leases.due(session, Work.MATCH, match.id)
            elif isinstance(error, JudgeAnswerError) and error.again:
                later = now + timedelta(seconds=AGAIN_S[max(min(match.attempts, len(AGAIN_S)), 1) - 1])
                if await leases.give_back(
                    session, Work.MATCH, match.id, reason=error.sentence, not_before=later
                ):
                    await tell_ended(session, match)
            elif await match_rows.fail(session, match.id, " ".join(reasons.values())):
                await tell_ended(session, match)


async def _another(
    session: Transaction, runtime: Runtime, task: Task, reasons: dict[str, str]
) -> Judge | None:
    """Return one other judge for a match whose first judge gave no verdict, or None."""
    if len(reasons) > 1:
        return None
    if task.match.tournament_id is None:
        names: Sequence[str] = task.league.judges or runtime.settings.judges
    else:
        names = (await tournament_rows.get(session, task.match.tournament_id)).judges
    pauses = await spending.paused_judges(session)
    able = [name for name in names if name not in {*reasons, *pauses} and runtime.judge(name) is not None]
    return runtime.judge(await _draw(session, task.match, able)) if able else None


async def _draw(session: Transaction, match: Match, names: Sequence[str]) -> str:
    """Return one of the judges for a match, one that counts if there is any."""
    left_out = await counted_outcomes.judges_left_out(session, match.league_id)
    return assignment.draw_one(assignment.counting_judges(names, left_out), match.id)


async def replace_judge(
    session: Transaction, runtime: Runtime, match: Match, league: League, now: datetime
) -> None:
    """Give a match whose judge is no longer configured to another judge, and note that in its tournament.

    With no judge left, the match and its tournament end.
    """
    reason = f"{match.judge} isn't among this installation's judges any more"
    if match.tournament_id is None:
        names: Sequence[str] = league.judges or runtime.settings.judges
    else:
        names = (await tournament_rows.get(session, match.tournament_id)).judges
    pauses = await spending.paused_judges(session)
    candidates = [name for name in names if name not in match.tried and runtime.judge(name) is not None]
    able = [name for name in candidates if name not in pauses]
    other = runtime.judge(await _draw(session, match, able)) if able else None
    if other is not None:
        await match_rows.hand_over(session, match.id, other.name, other.pool)
        leases.due(session, Work.MATCH, match.id)
        if match.tournament_id is not None:
            sentence = f"{reason}; the other judges play on"
            await tournament_rows.change(
                session, match.tournament_id, from_statuses=("running",), reason=sentence
            )
            await outbox.bump(session, "tournament", match.tournament_id)
    elif candidates:
        await stop_match(session, match, pauses[candidates[0]], "judge", now)
    elif match.tournament_id is None:
        await stop_match(session, match, reason, "judge", now)
    elif await match_rows.cancel_held(session, match.id):
        await tell_ended(session, match)


async def stop_match(session: Transaction, match: Match, reason: str, held_for: str, now: datetime) -> None:
    """Stop a match that may not call a judge: its tournament is paused; a match without a tournament fails."""
    if match.tournament_id is None:
        if await match_rows.fail(session, match.id, reason):
            await tell_ended(session, match)
        return
    await leases.give_back(session, Work.MATCH, match.id, reason=reason, not_before=now, counts=False)
    until = spending.next_month(now) if held_for == "cap" else FAR
    await hold_tournament(session, match.tournament_id, reason, held_for, now, until)


async def tell_given_up(session: Transaction, match_id: int) -> None:
    """Update the messages of a match, and of its tournament, after the match failed for good."""
    await tell_ended(session, await match_rows.get(session, match_id))


async def tell_ended(session: Transaction, match: Match) -> bool:
    """After a match ended, let its tournament check whether the round is over, and update the match's message.

    Returns whether the tournament is still running.
    """
    goes_on = match.tournament_id is not None and await tournament_rows.wake(session, match.tournament_id)
    await outbox.bump(session, "match", match.id)
    return goes_on
