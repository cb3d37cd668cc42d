"""New judges sit an exam of pairs with a known answer; the verdicts of one that fails count once an owner says so."""

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import questions
from bot.judges.errors import JudgeAnswerError
from bot.judges.exams.exam_questions import exam_questions
from bot.judges.exams.exam_results import ExamResult, exam_result
from bot.judges.interface import PaperText, Winner
from bot.leagues.visibility import visible_leagues
from bot.matches.judge_exams import plan_exams
from bot.questions.judge_reports import Judges
from bot.settings import read_settings
from bot.standings import refit
from bot.tournaments.judge_admission import admit_judge
from bot.tournaments.starting import TournamentPlan, start
from handlers.blocks import ids
from handlers.cli import doctor
from handlers.cli.main import cli
from handlers.judges.judges_view import judges_answer
from storage.errors import JudgeBusyError, NotAllowedError
from storage.leagues import league_rows
from storage.tables import JudgeExam, Spending
from storage.work.leases import Work
from tests.judges.fault_server import serving
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import HOME

CENT = Decimal("0.001")
Script = Callable[[PaperText, PaperText], Winner | Exception]


def honest(first: PaperText, second: PaperText) -> Winner:
    """Right on every question."""
    for question in exam_questions():
        if (question.first.key, question.second.key) == (first.key, second.key):
            return min(question.right - {"draw"} or question.right)
    return "first"


def longest(first: PaperText, second: PaperText) -> Winner:
    one, other = len(first.abstract or ""), len(second.abstract or "")
    return "draw" if one == other else "first" if one > other else "second"


def examined(script: Script, **more: Any) -> ScriptedJudge:
    return ScriptedJudge("openai:new", script, cost=CENT, is_examined=True, **more)


def marked(script: Callable[[PaperText, PaperText], Winner]) -> ExamResult:
    return exam_result(
        {place: script(question.first, question.second) for place, question in enumerate(exam_questions())}
    )


async def starts(room: Room, *judges: str) -> None:
    async with room.world.writing() as session:
        plan = TournamentPlan(2, judges=judges or ("openai:new",))
        await start(
            session,
            room.runtime,
            league=room.league,
            plan=plan,
            user="alice",
            channel=HOME,
            now=room.time.now(),
        )


async def plans(room: Room) -> None:
    async with room.world.writing() as session:
        league = await league_rows.get(session, room.league)
        await plan_exams(session, room.runtime, league, ["openai:new"], room.time.now())


async def the_exam(room: Room) -> JudgeExam:
    (row,) = await room.rows(JudgeExam)
    return row


async def report(room: Room) -> Judges:
    async with room.world.database.reading("T1") as session:
        return await questions.judges(session, room.league)


def test_forty_questions_show_the_better_text_first_about_as_often_as_second() -> None:
    asked = exam_questions()
    assert len(asked) == 40
    sides = Counter(winner for question in asked for winner in question.right - {"draw"})
    assert abs(sides["first"] - sides["second"]) <= 2
    assert all(
        (question.first.abstract != question.second.abstract)
        is ("draw" not in question.right or len(question.right) > 1)
        for question in asked
    )


def test_whoever_knows_the_answers_passes_and_whoever_goes_by_length_order_or_draws_does_not() -> None:
    assert marked(honest).right == 40
    assert marked(honest).passes
    by_length = marked(longest)
    assert not by_length.passes
    assert (by_length.padded_won, by_length.padded) == (5, 5)
    assert (by_length.praised_won, by_length.praised) == (5, 5)
    by_order = marked(lambda _first, _second: "first")
    assert not by_order.passes
    assert (by_order.same, by_order.twice) == (0, 8)
    assert not marked(lambda _first, _second: "draw").passes


async def test_a_new_judge_sits_its_exam_at_the_leagues_expense_once(tmp_path: Path) -> None:
    judge = examined(honest)
    async with a_room(tmp_path, judge) as room:
        await starts(room)
        await room.works(Work.EXAM)
        row = await the_exam(room)
        assert (row.status, row.passed, row.cost) == ("done", True, 40 * CENT)
        spent = await room.rows(Spending)
        assert {(one.kind, one.result) for one in spent} == {("exam", "ok")}
        assert sum(one.cost or 0 for one in spent) == 40 * CENT
        assert [message.channel for message in await room.world.messages("judge_exam")] == []
        (shown,) = (await report(room)).judges
        assert shown.exam is not None
        assert shown.exam.counts


async def test_no_exam_by_itself_where_a_tenth_of_the_cap_may_not_pay_or_nothing_is_paid_or_the_judge_has_judged(
    tmp_path: Path,
) -> None:
    dear = examined(honest, worst=Decimal("0.026"))
    async with a_room(tmp_path, dear) as room:
        await starts(room)
        assert await room.rows(JudgeExam) == []
        dear.worst = Decimal(0)
        await plans(room)
        assert await room.rows(JudgeExam) == []
        dear.worst = Decimal("0.025")
        await room.decided("openai:new", 0, 1, "first")
        await plans(room)
        assert await room.rows(JudgeExam) == []


async def test_what_a_judge_that_did_not_pass_says_counts_once_an_owner_says_so(tmp_path: Path) -> None:
    async with a_room(tmp_path, examined(lambda _first, _second: "first")) as room:
        await starts(room)
        await room.works(Work.EXAM)
        await room.decided("openai:new", 0, 1, "first")

        async def counted() -> int:
            async with room.world.writing() as session:
                return len((await refit.fit_input(session, room.league)).outcomes)

        assert await counted() == 0
        assert [message.channel for message in await room.world.messages("judge_exam")] == ["alice"]
        async with room.world.writing() as session:
            viewer = room.world.people.viewer
            seen = await visible_leagues(session, viewer("alice"))
            with pytest.raises(NotAllowedError):
                await admit_judge(session, "openai:new", seen, viewer("bob"), room.time.now())
            await admit_judge(session, "openai:new", seen, viewer("alice"), room.time.now())
        assert await counted() == 1
        assert (await the_exam(room)).admitted_by == "alice"


async def test_a_busy_judge_goes_on_where_it_was_and_an_unusable_answer_is_a_wrong_one(
    tmp_path: Path,
) -> None:
    judge = examined(honest)
    async with a_room(tmp_path, judge) as room:

        def script(first: PaperText, second: PaperText) -> Winner | Exception:
            if len(judge.seen) == 13:
                return JudgeBusyError("Busy.", 30)
            if first.key == "exam:cache:whole" and second.key == "exam:cache:identical":
                return JudgeAnswerError("It gave no usable answer.")
            return honest(first, second)

        judge.script = script
        await starts(room)
        await room.works(Work.EXAM)
        row = await the_exam(room)
        assert (row.status, len(row.answers)) == ("planned", 15)
        room.later(seconds=31)
        await room.works(Work.EXAM)
        row = await the_exam(room)
        assert (row.status, row.result["unanswered"], row.result["right"]) == ("done", 1, 39)
        assert len(judge.seen) == 41


async def test_an_exam_that_the_cap_forbids_waits_a_day_and_spends_nothing(tmp_path: Path) -> None:
    judge = examined(honest)
    async with a_room(tmp_path, judge) as room:
        await starts(room)
        await room.sets(monthly_cap=Decimal(0))
        await room.works(Work.EXAM)
        row = await the_exam(room)
        assert row.status == "planned"
        assert "monthly cap" in (row.failure or "")
        assert judge.seen == []


async def test_rank_judges_shows_the_exam_and_how_alike_judges_rank_that_share_no_pair(
    tmp_path: Path,
) -> None:
    two = ScriptedJudge("anthropic:two")
    async with a_room(tmp_path, examined(longest), two, papers="ABCDEF") as room:
        await starts(room)
        await room.works(Work.EXAM)
        for place in range(5):
            await room.decided("openai:new", place, place + 1, "first")
        for place in range(4):
            await room.decided("anthropic:two", place, place + 2, "first")
        found = await report(room)
        (pair,) = found.correlations
        assert (pair.papers, found.agreements) == (6, ())
        assert pair.rho > 0.8
        shown = json.dumps(
            judges_answer(found, ids.Page("judges", room.league, 0, words="figures")).blocks,
            ensure_ascii=False,
        )
        assert "plays, but doesn't count" in shown
        assert "A text won for being padded 5 of 5 times." in shown
        assert "their orders of 6 papers agree by ρ = " in shown


@pytest.mark.slow
async def test_the_exam_from_a_terminal_says_its_cost_and_the_result_reaches_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async with a_room(tmp_path) as room, serving(lambda _body, _number: "good") as server:
        judge = f"openai:gpt-5-mini@{server.url}"
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/world.db")
        monkeypatch.setenv("PAPERBOUT_PRICE_PER_MTOK_USD", "1")
        monkeypatch.setattr("storage.migrations.running.check", _agrees)
        asked = await asyncio.to_thread(CliRunner().invoke, cli, ["exam", judge])
        assert asked.exit_code == 1
        assert "40 questions, for at most" in asked.output
        assert server.requests == []
        held = await asyncio.to_thread(CliRunner().invoke, cli, ["exam", judge, "--yes"])
        assert held.exit_code == 0, held.output
        assert f"{judge} did not pass" in held.output
        assert "The result is kept." in held.output
        assert len(server.requests) == 40
        row = await the_exam(room)
        assert (row.judge, row.passed, row.league_id) == (judge, False, None)
        found = {finding.check: finding for finding in await doctor._database(read_settings())}
        assert not found[f"exam of {judge}"].ok


async def _agrees(_database: object) -> None:
    return None


def test_what_reads_no_texts_has_no_exam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = CliRunner().invoke(cli, ["exam", "rubric"])
    assert "so it has no exam" in str(outcome.exception)
