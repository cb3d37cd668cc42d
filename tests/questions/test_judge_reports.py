"""What a league learns of its judges, and when it is warned of one."""

import json
import math
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot import questions
from bot.judges.interface import Usage
from bot.judges.llm.judge_faults import CostlyAnswerError
from bot.matches.order_effects import warn
from bot.questions.judge_reports import Judges
from bot.standings import refit
from handlers.blocks import ids
from handlers.cli import doctor
from handlers.cli.judges import judge_report
from handlers.cli.main import cli
from handlers.judges.judges_view import bias_warning, judges_answer
from storage.tables import DuelVote, Paper
from storage.work.leases import Work
from tests.judges.room import COST, Room, ScriptedJudge, a_room
from tests.leagues.world import HOME


@pytest.fixture
def one() -> ScriptedJudge:
    return ScriptedJudge("openai:one", cost=COST)


@pytest.fixture
def two() -> ScriptedJudge:
    return ScriptedJudge("anthropic:two", cost=COST)


@pytest.fixture
async def room(tmp_path: Path, one: ScriptedJudge, two: ScriptedJudge) -> AsyncIterator[Room]:
    async with a_room(tmp_path, one, two) as made:
        yield made


async def report(room: Room) -> Judges:
    async with room.world.database.reading("T1") as session:
        return await questions.judges(session, room.league)


def honest(first: object, second: object) -> str:
    return "first" if first.title < second.title else "second"  # type: ignore[attr-defined]  # papers A, B, C


async def test_a_judge_is_shown_with_calls_failures_cost_time_and_rates(
    room: Room, one: ScriptedJudge, two: ScriptedJudge
) -> None:
    async with room.world.writing() as session:
        for paper in await session.scalars(select(Paper)):
            paper.abstract = "x" * {"A": 30, "B": 10}.get(paper.title or "", 20)
    one.script = honest  # type: ignore[assignment]  # a winner by title
    two.script = lambda first, _second: "first" if first.title == "A" else "draw"
    for first, second in ((0, 1), (1, 2), (2, 0)):
        await room.plan("openai:one", first, second, swap=True)
        await room.plan("anthropic:two", second, first)
    await room.works(Work.MATCH)
    one.error = CostlyAnswerError("openai:one refused.", Usage(cost_usd=Decimal("0.05")))
    two.error = CostlyAnswerError("anthropic:two refused.", Usage())
    await room.plan("openai:one")
    await room.works(Work.MATCH)
    found = await report(room)
    mine = next(judge for judge in found.judges if judge.judge == "openai:one")
    assert (mine.calls, mine.failures, mine.verdicts) == (7, 1, 3)
    assert (mine.cost, mine.latency_ms) == (COST * 6 + Decimal("0.05"), 1_200)
    assert (round(mine.first_shown.value, 3), mine.first_shown.of) == (0.667, 3)
    assert (mine.consistent.value, mine.consistent.of) == (1, 3)
    assert (round(mine.longer.value, 3), mine.longer.of) == (0.667, 3)
    assert (found.longer.value, found.longer.of) == (0.75, 4)
    [pair] = found.agreements
    assert (round(pair.same.value, 3), pair.same.of) == (0.333, 3)
    assert found.alpha is not None
    assert (found.cycles.triads, found.cycles.cyclic) == (1, 0)
    narrow = judges_answer(found, ids.Page("judges", room.league, 0))
    assert "data_table" not in str(narrow.blocks), "a table of fifteen columns is no answer on a phone"
    assert "openai:one*: 3 verdicts" in str(narrow.blocks)
    assert r"said the same in 33\xa0% of 3 matches" in str(narrow.blocks)
    assert "Krippendorff" not in str(narrow.blocks)
    assert "All figures" in str(narrow.buttons)
    shown = judges_answer(found, ids.Page("judges", room.league, 0, words="figures"))
    assert "Krippendorff" in str(shown.blocks)
    for words in ("First shown wins", "Longer text wins", "the longer abstract won 75"):
        assert words in str(shown.blocks)


async def test_a_judge_that_goes_by_the_order_raises_each_warning_in_the_league_once(room: Room) -> None:
    for number in range(20):
        await room.decided("openai:one", number % 4, (number + 1) % 4, "first", swap="second")
    for _ in range(2):
        async with room.world.writing() as session:
            await warn(session, room.league, room.time.now())
    told = await room.world.messages("judge_warning")
    assert [message.options["warning"] for message in told] == [
        "prefers the paper shown first in 100% of 20 decisions",
        "contradicts itself in 100% of 20 swapped matches",
    ]
    assert {message.channel for message in told} == {HOME}


async def test_the_estimates_of_a_fit_are_kept_for_the_report(room: Room) -> None:
    for number in range(130):
        judge = "openai:one" if number % 2 else "anthropic:two"
        await room.decided(judge, number % 4, (number + 1 + number % 3) % 4, "first")
    async with room.world.writing() as session:
        await refit.refit(session, room.league, cause="test", now=room.time.now())
    estimates = {judge.judge: judge.estimate for judge in (await report(room)).judges}
    assert all(one is not None and one.bias > 0 for one in estimates.values()), "both always say first"


async def test_a_judge_is_told_whom_it_misjudges_from_duels_and_the_papers_categories(tmp_path: Path) -> None:
    async with a_room(tmp_path, ScriptedJudge("openai:one"), papers="ABCDEFGH") as room:
        for first, second in ((0, 1), (2, 3), (4, 5), (7, 6)):
            await room.decided("openai:one", second, first, "second")
        async with room.world.writing() as session:
            kinds = {title: ["q-bio.BM", "cs.LG"] if title in "BDF" else ["cs.LG"] for title in "ABCDEFGH"}
            for paper in await session.scalars(select(Paper)):
                paper.categories = kinds[paper.title or ""]
            session.add_all(
                DuelVote(
                    first_id=room.entries[first], second_id=room.entries[first + 1], user=user,
                    league_id=room.league, choice="second", at=room.time.now(),
                )
                for first in (0, 2, 4, 6)
                for user in ("alice", "bob")
            )  # fmt: skip
        [kind] = (await report(room)).misjudged
        assert (kind.judge, kind.kind, kind.pairs, kind.votes) == ("openai:one", "Biomolecules", 3, 6)
        assert sorted(kind.differing) == [("A", "B"), ("C", "D"), ("E", "F")]


def test_a_warning_names_judge_and_figure() -> None:
    shown = bias_warning(
        "papers", "openai:one", "prefers the paper shown first in 70% of 40 decisions", "/rank"
    )
    assert "openai:one prefers the paper shown first in 70% of 40 decisions" in str(shown.blocks)


def test_paperbout_judges_prints_json_of_an_imported_league(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "papers.csv").write_text(
        "id,title,rating,significance,rigor,novelty,clarity\na,A,,,,,\nb,B,,,,,\nc,C,,,,,\n"
    )
    lines = ["first,second,winner,judge"]
    lines += [f"a,b,a,gpt\nb,c,b,gpt\nc,a,{'c' if number % 2 else 'a'},claude" for number in range(12)]
    (tmp_path / "matches.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/league.db")
    run = CliRunner().invoke
    where = ["--league", "recorded"]
    loaded = run(cli, ["import", *where, "--papers", "papers.csv", "--matches", "matches.csv"])
    assert loaded.exit_code == 0, loaded.output
    [found] = json.loads(run(cli, ["judges", *where, "--json"]).stdout)
    gpt = next(judge for judge in found["judges"] if judge["judge"] == "gpt")
    assert gpt["verdicts"] == gpt["calls"] > 0
    assert gpt["first_shown"]["value"] == 1
    assert gpt["consistent"] is None
    assert gpt["warnings"] == [f"prefers the paper shown first in 100% of {gpt['verdicts']} decisions"]
    assert "prefers the paper shown first" in run(cli, ["judges"]).stdout


async def test_the_doctor_tells_of_every_judge_that_goes_by_the_order(room: Room) -> None:
    for number in range(20):
        await room.decided("openai:one", number % 4, (number + 1) % 4, "first")
    [found] = await judge_report.warnings(room.world.database)
    assert (found.judge, found.league) == ("openai:one", "papers")
    assert "first in 100% of 20" in found.sentence


async def test_a_judge_without_key_or_package_is_what_the_doctor_finds(room: Room) -> None:
    settings = room.world.settings.model_copy(update={"judges": ("anthropic:claude-opus-4-6", "offline")})
    found = await doctor.judges(settings)
    assert [(one.check, one.ok) for one in found[:2]] == [
        ("judge anthropic:claude-opus-4-6", False),
        ("judge offline", True),
    ]
    assert "ANTHROPIC_API_KEY" in found[0].detail


def test_an_undefined_figure_is_null_in_json() -> None:
    from bot.judges.agreement import Cycles
    from bot.judges.order_statistics import wilson

    empty = Judges("papers", (), (), (), None, Cycles(0, 0, math.nan), wilson(0, 0))
    assert empty.as_json() == {
        "name": "papers", "judges": [], "agreements": [], "correlations": [], "alpha": None,
        "cycles": {"triads": 0, "cyclic": 0, "expected": None, "share": None}, "longer": None,
        "with_team": [], "among_people": None, "marks": [], "at_chance": [], "misjudged": [],
    }  # fmt: skip
