"""A match: a judge decides between two entries, sometimes twice in swapped order, and the league hears of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.judges.interface import Judge, Winner
from bot.matches import assignment
from bot.matches.verdicts import Asking, Task, asking, judge
from bot.spending.judge_pauses import FAR, pause_judge
from bot.spending.paid_calls import reserve
from bot.standings import card_refresh, refit
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import (
    BadRequestError,
    BudgetError,
    JudgeAnswerError,
    JudgeBusyError,
    JudgeError,
    JudgePausedError,
)
from storage.leagues import league_rows
from storage.matches import match_rows
from storage.matches.match_rows import Pairing
from storage.tables import League, Match
from storage.work import leases, outbox
from storage.work.leases import Work

AGAIN_S = (10, 30, 120, 300)
"""How long a match waits, by its attempts, where the only judge's server failed or wasn't reached."""

log = structlog.get_logger(__name__)


async def judge_match(runtime: Runtime, workspace: str, match_id: int) -> None:
    """Decide a planned match: take its row, ask its judge, keep the verdict; a second run finds nothing to do."""
    taken = await _take(runtime, workspace, match_id)
    if taken is None:
        return
    task, first = taken
    wanted = task.match.wants_swap or assignment.wants_swap(match_id, task.league.swap_share, task.league.id)
    again = wanted and "swap" not in task.done
    try:
        if first is not None:
            is_all = not again and not task.match.panel
            await _ask(runtime, *first, partial(_decide, runtime, task) if is_all else None)
            if is_all:
                return
        if again:
            await _ask_again(runtime, workspace, task)
        if task.match.panel:
            await _ask_panel(runtime, workspace, task)
    except (JudgeError, BudgetError) as error:
        async with runtime.database.transaction(workspace) as session:
            await _undecided(session, runtime, task, error)
        return
    async with runtime.database.transaction(workspace) as session:
        await _decide(runtime, task, session)


async def _decide(runtime: Runtime, task: Task, session: Transaction) -> None:
    """End a match that has all the verdicts it wants; whoever has it instead finds them and decides."""
    match, now = task.match, runtime.time.now()
    if not await leases.is_ours(session, Work.MATCH, match.id):
        return
    rows = await match_rows.verdicts(session, match.id)
    opinions = [
        assignment.Opinion(row.judge, _winner(row.winner)) for kind, row in rows.items() if kind != "evidence"
    ]
    if await match_rows.decide(session, match.id, assignment.combine(opinions), now):
        await _decided(session, match, now)


def _winner(word: str) -> Winner:
    match word:
        case "first" | "second" | "draw":
            return word
        case _:
            raise ValueError(f"no winner is called {word!r}")


async def _take(
    runtime: Runtime, workspace: str, match_id: int
) -> tuple[Task, tuple[Asking, int] | None] | None:
    """Take a match with what judging it needs, and the first call with its money reserved, unless it was made."""
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.MATCH, match_id, now, runtime.settings.judging_lease_s):
            return None
        match = await match_rows.get(session, match_id)
        if not await _may_go_on(session, match, now):
            return None
        league = await league_rows.get(session, match.league_id)
        found = runtime.judge(match.judge)
        paused = (await spending.paused_judges(session)).get(match.judge)
        if found is None or paused is not None:
            reason = paused or f"{match.judge} isn't among this installation's judges any more"
            await _stop(session, match, reason, "judge", now)
            return None
        readable = await entry_rows.readable(session, [match.first_id, match.second_id])
        done = frozenset(await match_rows.verdicts(session, match_id))
        task = Task(match, league, found, readable[match.first_id], readable[match.second_id], done)
        if "verdict" in done:
            return task, None
        ask = asking(workspace, task, "verdict", swapped=False, tournament=match.tournament_id)
        try:
            return task, (ask, await reserve(session, ask.bill, ask.worst(), now))
        except BudgetError as error:
            await _undecided(session, runtime, task, error)
            return None


async def _may_go_on(session: Transaction, match: Match, now: datetime) -> bool:
    """Whether the match's tournament isn't paused, or goes on: the month whose cap it waited for is over."""
    if match.tournament_id is None:
        return True
    tournament = await match_rows.tournament(session, match.tournament_id)
    if tournament.status != "paused":
        return True
    until = tournament.not_before or FAR
    if tournament.held_for == "cap" and until <= now:
        return await go_on(session, tournament.id, "It went on by itself: a new month began.")
    reason = tournament.reason or "the tournament is paused"
    await leases.give_back(session, Work.MATCH, match.id, reason=reason, not_before=until, counts=False)
    return False


async def _ask_again(runtime: Runtime, workspace: str, task: Task) -> None:
    """The swapped order, unless an earlier match had it; a judge who can't answer leaves the first verdict standing."""
    match = task.match
    async with runtime.database.reading(workspace) as session:
        shown = await match_rows.shown(session, match.league_id, (match.first_id, match.second_id))
    if shown[match.second_id, match.first_id, match.judge]:
        return
    if not await _hold(runtime, workspace, task):
        return
    try:
        await _ask(runtime, asking(workspace, task, "swap", swapped=True, tournament=match.tournament_id))
    except JudgeBusyError:
        raise
    except (JudgeError, BudgetError) as error:
        log.warning("swap_not_judged", match=task.match.id, reason=error.sentence)


async def _ask_panel(runtime: Runtime, workspace: str, task: Task) -> None:
    """The other judges of the tournament, half of all in swapped order; one without an answer has no vote."""
    assert task.match.tournament_id is not None
    async with runtime.database.reading(workspace) as session:
        tournament = await match_rows.tournament(session, task.match.tournament_id)
        pair = task.match.first_id, task.match.second_id
        shown = await match_rows.shown(session, task.match.league_id, pair)
    saw = {(name, (first, second) != pair): times for (first, second, name), times in shown.items()}
    for name, swapped in assignment.others_orders(tournament.judges, task.match.judge, task.match.id, saw):
        asked, kind = runtime.judge(name), assignment.PANEL_KIND + name
        if asked is None or kind in task.done or name in task.match.tried:
            continue
        if not await _hold(runtime, workspace, task):
            return
        other = replace(task, judge=asked)
        try:
            await _ask(runtime, asking(workspace, other, kind, swapped=swapped, tournament=tournament.id))
        except JudgeAnswerError as error:
            task.match.tried = {**task.match.tried, name: error.sentence}
            async with runtime.database.transaction(workspace) as session:
                await match_rows.note_tried(session, task.match.id, task.match.tried)


async def _ask(
    runtime: Runtime,
    ask: Asking,
    reservation: int | None = None,
    then: Callable[[Transaction], Awaitable[None]] | None = None,
) -> None:
    """One judgement; a judge whose key or quota is refused is paused at once."""
    try:
        await judge(runtime, ask, reservation=reservation, then=then)
    except JudgePausedError as error:
        bill = ask.bill
        await pause_judge(runtime, bill.workspace, bill.league, bill.judge, error.sentence)
        raise


async def _hold(runtime: Runtime, workspace: str, task: Task) -> bool:
    """Hold the row anew, as another long call begins; False when somebody else has it by now."""
    async with runtime.database.transaction(workspace) as session:
        lease_s = runtime.settings.judging_lease_s
        return await leases.renew(session, Work.MATCH, task.match.id, runtime.time.now(), lease_s)


async def _undecided(
    session: Transaction, runtime: Runtime, task: Task, error: JudgeError | BudgetError
) -> None:
    """What a call that gave no verdict means for its match; nothing is invented in the verdict's place."""
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
            await _stop(session, match, error.sentence, "judge", now)
        case BudgetError():
            await _stop(session, match, error.sentence, "budget" if error.of_tournament else "cap", now)
        case _:
            tried = {**match.tried, match.judge: error.sentence}
            await match_rows.note_tried(session, match.id, tried)
            other = await _another(session, runtime, task, tried)
            if other is not None:
                await match_rows.hand_over(session, match.id, other.name, other.pool)
                leases.due(session, Work.MATCH, match.id)
            elif isinstance(error, JudgeAnswerError) and error.again:
                later = now + timedelta(seconds=AGAIN_S[min(match.attempts, len(AGAIN_S)) - 1])
                if await leases.give_back(
                    session, Work.MATCH, match.id, reason=error.sentence, not_before=later
                ):
                    await _ended(session, match)
            elif await match_rows.fail(session, match.id, " ".join(tried.values())):
                await _ended(session, match)


async def _another(session: Transaction, runtime: Runtime, task: Task, tried: dict[str, str]) -> Judge | None:
    """The one other judge who may try a match that the first gave no verdict on."""
    if len(tried) > 1:
        return None
    if task.match.tournament_id is None:
        names: Sequence[str] = task.league.judges or runtime.settings.judges
    else:
        names = (await match_rows.tournament(session, task.match.tournament_id)).judges
    paused = await spending.paused_judges(session)
    able = [name for name in names if name not in {*tried, *paused} and runtime.judge(name) is not None]
    return runtime.judge(assignment.draw_one(able, task.match.id)) if able else None


async def _stop(session: Transaction, match: Match, reason: str, held_for: str, now: datetime) -> None:
    """No call may be made: a tournament pauses with the reason and keeps its matches; a match of its own fails."""
    if match.tournament_id is None:
        if await match_rows.fail(session, match.id, reason):
            await _ended(session, match)
        return
    await leases.give_back(session, Work.MATCH, match.id, reason=reason, not_before=now, counts=False)
    until = spending.next_month(now) if held_for == "cap" else FAR
    await pause(session, match.tournament_id, reason, held_for, until)


async def pause(
    session: Transaction, tournament_id: int, reason: str, held_for: str, until: datetime = FAR
) -> bool:
    """Pause a running tournament, held for a person, cap, budget or judge; planned matches wait until it is resumed.

    At `until` they come due by themselves: for the cap of a month that is over, this resumes it.
    """
    paused = await match_rows.move_tournament(
        session,
        tournament_id,
        leaving=("planned", "running"),
        status="paused",
        reason=reason,
        held_for=held_for,
        not_before=until,
    )
    if not paused:  # what it waits for already decides until when
        until = await match_rows.held_until(session, tournament_id) or FAR
    await match_rows.hold(session, tournament_id, until)
    await outbox.bump(session, "tournament", tournament_id)
    if paused:
        await card_refresh.refresh(session, (await match_rows.tournament(session, tournament_id)).league_id)
    return paused


async def go_on(session: Transaction, tournament_id: int, why: str | None, **values: Any) -> bool:
    """Let a paused tournament play again with all that waits; its message says `why`. False when it isn't paused."""
    if not await match_rows.move_tournament(
        session, tournament_id, leaving=("paused",), status="running", reason=why, held_for=None,
        leased_until=None, not_before=None, **values,
    ):  # fmt: skip
        return False
    await match_rows.hold(session, tournament_id, None)
    leases.due(session, Work.TOURNAMENT, tournament_id)
    await outbox.bump(session, "tournament", tournament_id)
    await card_refresh.refresh(session, (await match_rows.tournament(session, tournament_id)).league_id)
    return True


async def _decided(session: Transaction, match: Match, now: datetime) -> None:
    if match.tournament_id is None:
        await refit.refit(session, match.league_id, cause="match", about_id=match.id, now=now)
        for entry in (match.first_id, match.second_id):
            await outbox.bump(session, "card", entry)
    await _ended(session, match)


async def ended(session: Transaction, match_id: int) -> None:
    """Let a match's tournament and message know that it was given up."""
    await _ended(session, await match_rows.get(session, match_id))


async def _ended(session: Transaction, match: Match) -> None:
    if match.tournament_id is not None:
        # A tournament with a deadline waits for it, unless its round is over before.
        await match_rows.move_tournament(session, match.tournament_id, leaving=("running",), not_before=None)
        leases.due(session, Work.TOURNAMENT, match.tournament_id)
    await outbox.bump(session, "match", match.id)


async def play_now(
    session: Transaction,
    runtime: Runtime,
    *,
    league: int,
    a: int,
    b: int,
    user: str,
    channel: str,
    now: datetime,
) -> int:
    """Plan one match between two entries outside any tournament, its message in the channel; returns its id.

    Raises `BadRequestError` for the same entry twice, one that isn't playable, or a league with no judge to ask.
    """
    able = set(await entry_rows.playable(session, league))
    if a == b or not {a, b} <= able:
        raise BadRequestError(
            "A match needs two different papers of the league that are neither removed nor withdrawn."
        )
    row = await league_rows.get(session, league)
    (match_id,) = await plan_pairs(session, runtime, row, [(a, b)], user, now)
    await outbox.want(
        session, channel=channel, key=f"match:{match_id}", kind="match", about_id=match_id, now=now
    )
    return match_id


async def plan_pairs(
    session: Transaction,
    runtime: Runtime,
    row: League,
    pairs: Sequence[tuple[int, int]],
    user: str,
    now: datetime,
) -> list[int]:
    """Plan a match for each pair of a league's entries outside any tournament; returns their ids.

    Raises `BadRequestError` for a league with no judge to ask.
    """
    paused = await spending.paused_judges(session)
    names = [name for name in row.judges or runtime.settings.judges if name not in paused]
    judges = [judge for judge in map(runtime.judge, names) if judge is not None]
    if not judges:
        raise BadRequestError(
            "No judge can play now: each is paused or no longer configured. "
            f"Ask an owner to look at {runtime.settings.rank_command} judges."
        )
    met, shown_first = await match_rows.judged(session, row.id)
    shown = await match_rows.shown(session, row.id)
    pools = {judge.name: judge.pool for judge in judges}
    assigned = assignment.assign(pairs, [*pools], met, shown_first, row.id, shown)
    pairings = [Pairing(one.first, one.second, one.judge, pools[one.judge]) for one in assigned]
    return await match_rows.plan(
        session,
        league=row.id,
        tournament=None,
        round_number=0,
        pairings=pairings,
        now=now,
        requested_by=user,
    )
