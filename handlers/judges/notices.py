"""Messages about judges (paused, unreachable, biased, exam failed), and the buttons in them."""

from bot.judges.exams.exam_results import ExamResult
from bot.leagues import upkeep
from bot.leagues.rights import require_owner
from bot.leagues.visibility import visible_league, visible_leagues
from bot.standings import judges_at_chance
from bot.tournaments import judge_admission
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.judges import chance_view, judges_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from storage import spending
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.matches import exam_rows
from storage.standings import chance_rows
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners of buttons about judges: resume, admit after an exam, count at chance or not."""
    on.action(ids.RESUME_JUDGE, _resume)
    on.action(ids.ADMIT_JUDGE, _admit)
    on.action(ids.CHOOSE_JUDGE, _choose)


async def _resume(call: Call, payload: ids.OfJudge) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        await upkeep.resume_judge(session, payload.judge, leagues, viewer, call.services.now())
    if not await call.refresh_home():
        await call.answer(judges_view.ASKED_AGAIN)


async def _admit(call: Call, payload: ids.OfJudge) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.transaction(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
        await judge_admission.admit_judge(session, payload.judge, leagues, viewer, call.services.now())
    await call.answer(judges_view.ADMITTED)


async def _choose(call: Call, payload: ids.JudgeChoice) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, payload.league, viewer)
        await require_owner(session, league, viewer, "say whether a judge's verdicts count")
        await judges_at_chance.choose(
            session, league.id, payload.judge, viewer.user, call.services.now(), counts=payload.counts
        )
    await call.answer(chance_view.choice(payload.judge, counts=payload.counts))


async def render_chance(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a judge is at chance, with the figures at the time and whether it counts now."""
    judge, league_id = str(request.options["judge"]), int(request.options["league"])
    league = (await league_rows.get(session, league_id)).name
    row = await chance_rows.get(session, league_id, judge)
    if row is None or row.id != request.about_id:
        return chance_view.recovery(judge, league)
    is_out = row.left_out_at is not None and row.kept_by is None
    figures = (row.share, row.low, row.high, row.votes)
    content = chance_view.ChanceNotice(
        judge, league_id, league, *figures, row.counts_until, is_out, row.kept_by
    )
    return chance_view.notice(content, services.settings.rank_command)


async def render_exam(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a judge failed its exam, as things stand now; None if it no longer applies."""
    row = await exam_rows.exam_of(session, str(request.options["judge"]))
    if row is None or row.id != request.about_id or not row.result:
        return None
    result = ExamResult.from_json(row.result)
    return judges_view.exam_failed(
        row.judge, result, services.settings.rank_command, admitted_by=row.admitted_by
    )


async def render_paused(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a judge is paused, as things stand now."""
    judge = str(request.options["judge"])
    pause = await spending.pause_of(session, judge)
    lasts = pause is not None and pause.at.isoformat() == request.options["at"]
    return judges_view.pause_notice(
        judge, str(request.options["reason"]), services.settings.rank_command, lasts=lasts
    )


async def render_warning(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the warning that a judge prefers the paper shown first or second, with the figures at the time."""
    league = (await league_rows.get(session, request.about)).name
    judge, sentence = str(request.options["judge"]), str(request.options["warning"])
    return judges_view.bias_warning(league, judge, sentence, services.settings.rank_command)


async def render_outage(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a judge's server doesn't answer, with the reason at that time."""
    del session, services
    return judges_view.outage_notice(str(request.options["judge"]), str(request.options["reason"]))


async def render_answers(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the notice that a judge's server answers again, and after how long."""
    del session, services
    return judges_view.recovery_notice(str(request.options["judge"]), int(request.options["minutes"]))


MESSAGES: dict[str, Renderer] = {
    "judge_at_chance": render_chance,
    "judge_exam": render_exam,
    "judge_paused": render_paused,
    "judge_warning": render_warning,
    "judge_outage": render_outage,
    "judge_answers": render_answers,
}
