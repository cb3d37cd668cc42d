"""A match: a judge decides between two entries, sometimes twice in swapped order, and the league hears of it."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import standings
from bot.calls import Bill, paid
from bot.errors import BadRequestError, BudgetError, JudgeBusyError, JudgeError, JudgePausedError
from bot.judging import panel
from bot.judging.records import Judge, PaperText, VerdictAnswer, Winner
from bot.workshop import Workshop
from storage import leagues, matches, messages, papers, spending, work
from storage.database import Transaction
from storage.matches import Pairing
from storage.tables import League, Match
from storage.work import Work

FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""When a paused tournament's matches would come due by themselves: never."""


@dataclass(frozen=True, slots=True)
class _Task:
    match: Match
    league: League
    judge: Judge
    first: papers.Readable
    second: papers.Readable
    done: frozenset[str]


def text_for(judge: Judge, of: papers.Readable) -> PaperText:
    """An entry's paper as this judge sees it: with an assessment, one by another family of models if there is one."""
    ordered = sorted(of.assessments, key=lambda pair: pair[0].split(":", 1)[0] == judge.family)
    real = [text for assessor, text in ordered if assessor != "offline"]
    return PaperText(of.canonical, of.title, of.abstract, assessment=real[0] if real else None)


async def judge_match(workshop: Workshop, workspace: str, match_id: int) -> None:
    """Decide a planned match: take its row, ask its judge, keep the verdict; a second run finds nothing to do."""
    task = await _take(workshop, workspace, match_id)
    if task is None:
        return
    try:
        if "verdict" not in task.done:
            await _ask(workshop, workspace, task, "verdict", swapped=False)
        wanted = task.match.wants_swap or panel.wants_swap(match_id, task.league.swap_share, task.league.id)
        if wanted and "swap" not in task.done:
            await _ask_again(workshop, workspace, task)
    except (JudgeError, BudgetError) as error:
        async with workshop.database.transaction(workspace) as session:
            await _undecided(session, workshop, task, error)
        return
    async with workshop.database.transaction(workspace) as session:
        rows = await matches.verdicts(session, match_id)
        opinions = [
            panel.Opinion(row.judge, _winner(row.winner)) for kind, row in rows.items() if kind != "evidence"
        ]
        if await matches.decide(session, match_id, panel.combine(opinions), workshop.time.now()):
            await _decided(session, task.match, workshop.time.now())


def _winner(word: str) -> Winner:
    match word:
        case "first" | "second" | "draw":
            return word
        case _:
            raise ValueError(f"no winner is called {word!r}")


async def _take(workshop: Workshop, workspace: str, match_id: int) -> _Task | None:
    async with workshop.database.transaction(workspace) as session:
        now = workshop.time.now()
        if not await work.take(session, Work.MATCH, match_id, now, workshop.settings.lease_s):
            return None
        match = await matches.get(session, match_id)
        league = await leagues.get(session, match.league_id)
        judge = workshop.judge(match.judge)
        paused = (await spending.paused_judges(session)).get(match.judge)
        if judge is None or paused is not None:
            reason = paused or f"{match.judge} isn't among this installation's judges any more"
            await _stop(session, match, reason, now)
            return None
        readable = await papers.readable(session, [match.first_id, match.second_id])
        done = frozenset(await matches.verdicts(session, match_id))
    return _Task(match, league, judge, readable[match.first_id], readable[match.second_id], done)


async def _ask(workshop: Workshop, workspace: str, task: _Task, kind: str, *, swapped: bool) -> None:
    match, league, judge = task.match, task.league, task.judge
    shown = (task.second, task.first) if swapped else (task.first, task.second)
    first, second = (text_for(judge, readable) for readable in shown)
    bill = Bill(workspace, league.id, match.tournament_id, "match", match.id, match.judge)

    def call() -> Awaitable[VerdictAnswer]:
        return judge.compare(first, second, purpose=league.purpose, nonce=f"match:{match.id}:{kind}")

    answer, settle = await paid(workshop, bill, judge.worst_compare(first, second, league.purpose), call)
    async with workshop.database.transaction(workspace) as session:
        await settle(session)
        await matches.add_verdict(
            session, match.id, kind, _values(answer, task, swapped, workshop.time.now())
        )


async def _ask_again(workshop: Workshop, workspace: str, task: _Task) -> None:
    """The swapped order; a judge who can't answer it leaves the first verdict standing."""
    try:
        await _ask(workshop, workspace, task, "swap", swapped=True)
    except (JudgeBusyError, JudgePausedError):
        raise
    except (JudgeError, BudgetError):
        return


def _values(answer: VerdictAnswer, task: _Task, swapped: bool, now: datetime) -> dict[str, object]:
    criteria = {
        name: better if better == "even" else panel.in_match_order(better, swapped=swapped)
        for name, better in answer.criteria.items()
    }
    return {
        "judge": task.match.judge,
        "model": answer.model,
        "swapped": swapped,
        "winner": panel.in_match_order(answer.winner, swapped=swapped),
        "confidence": answer.confidence,
        "rationale": answer.rationale,
        "criteria": criteria,
        "purpose_version": task.league.purpose_version,
        "first_version": task.first.version,
        "second_version": task.second.version,
        "tokens_in": answer.usage.tokens_in,
        "tokens_out": answer.usage.tokens_out,
        "cost": answer.usage.cost_usd,
        "price_version": answer.usage.price_version,
        "latency_ms": answer.usage.latency_ms,
        "at": now,
    }


async def _undecided(
    session: Transaction, workshop: Workshop, task: _Task, error: JudgeError | BudgetError
) -> None:
    """What a call that gave no verdict means for its match; nothing is invented in the verdict's place."""
    now, match = workshop.time.now(), task.match
    if isinstance(error, JudgeBusyError):
        later = now + timedelta(seconds=error.retry_after)
        await work.give_back(
            session, Work.MATCH, match.id, reason=error.sentence, not_before=later, counts=False
        )
    elif isinstance(error, (JudgePausedError, BudgetError)):
        if isinstance(error, JudgePausedError):
            await spending.pause_judge(session, match.judge, error.sentence, now)
        await _stop(session, match, error.sentence, now)
    else:
        others = await _others(session, workshop, task)
        if others and match.attempts == 1:
            await matches.hand_over(session, match.id, others[0].name, others[0].pool)
            work.due(session, Work.MATCH, match.id)
        elif await matches.fail(session, match.id, error.sentence):
            await _ended(session, match)


async def _others(session: Transaction, workshop: Workshop, task: _Task) -> list[Judge]:
    if task.match.tournament_id is None:
        names: Sequence[str] = task.league.judges or workshop.settings.judges
    else:
        names = (await matches.tournament(session, task.match.tournament_id)).judges
    paused = await spending.paused_judges(session)
    found = [workshop.judge(name) for name in names if name != task.match.judge and name not in paused]
    return [judge for judge in found if judge is not None]


async def _stop(session: Transaction, match: Match, reason: str, now: datetime) -> None:
    """No call may be made: a tournament pauses with the reason and keeps its matches; a match of its own fails."""
    if match.tournament_id is None:
        if await matches.fail(session, match.id, reason):
            await _ended(session, match)
        return
    await work.give_back(session, Work.MATCH, match.id, reason=reason, not_before=now, counts=False)
    await pause(session, match.tournament_id, reason)


async def pause(session: Transaction, tournament_id: int, reason: str) -> bool:
    """Pause a running tournament; its planned matches wait until it is resumed."""
    paused = await matches.move_tournament(
        session, tournament_id, leaving=("planned", "running"), status="paused", reason=reason
    )
    await matches.hold(session, tournament_id, FAR)
    await messages.bump(session, "tournament", tournament_id)
    return paused


async def _decided(session: Transaction, match: Match, now: datetime) -> None:
    if match.tournament_id is None:
        await standings.refit(session, match.league_id, cause="match", about_id=match.id, now=now)
        for entry in (match.first_id, match.second_id):
            await messages.bump(session, "card", entry)
    await _ended(session, match)


async def _ended(session: Transaction, match: Match) -> None:
    if match.tournament_id is not None:
        work.due(session, Work.TOURNAMENT, match.tournament_id)
    await messages.bump(session, "match", match.id)


async def play_now(
    session: Transaction,
    workshop: Workshop,
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
    row = await leagues.get(session, league)
    able = set(await papers.playable(session, league))
    if a == b or not {a, b} <= able:
        raise BadRequestError(
            "A match needs two different papers of the league that are neither removed nor withdrawn."
        )
    paused = await spending.paused_judges(session)
    names = [name for name in row.judges or workshop.settings.judges if name not in paused]
    judges = [judge for judge in map(workshop.judge, names) if judge is not None]
    if not judges:
        raise BadRequestError(
            "No judge can play now: each is paused or no longer configured. Ask an owner to look at /rank judges."
        )
    met, shown_first = await matches.judged(session, league)
    assignment = panel.assign([(a, b)], [judge.name for judge in judges], met, shown_first, seed=league)[0]
    pool = next(judge.pool for judge in judges if judge.name == assignment.judge)
    pairing = Pairing(assignment.first, assignment.second, assignment.judge, pool)
    (match_id,) = await matches.plan(
        session,
        league=league,
        tournament=None,
        round_number=0,
        pairings=[pairing],
        now=now,
        requested_by=user,
    )
    await messages.want(
        session, channel=channel, key=f"match:{match_id}", kind="match", about_id=match_id, now=now
    )
    return match_id
