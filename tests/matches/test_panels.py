"""A panel: every judge is asked, the majority decides, the dissent is shown."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import questions
from bot.judges.interface import Usage
from bot.judges.llm.judge_faults import CostlyAnswerError, CostlyBusyError
from bot.matches.assignment import others_orders
from bot.standings import refit
from bot.tournaments import rounds
from bot.tournaments.match_contents import PanelVote, match_contents
from bot.tournaments.starting import TournamentPlan, start
from bot.tournaments.tournament_words import parse_tournament_words
from bot.voting import challenging
from bot.voting.poll_contents import poll_contents
from handlers.blocks import ids
from handlers.questions.answer_views.head_to_head_view import duel_answer, history_answer
from handlers.tournaments import tournament_view
from handlers.voting.poll_view import poll_message
from storage.errors import BadRequestError
from storage.tables import Match
from storage.work.leases import Work
from tests.judges.room import COST, Room, ScriptedJudge, a_room
from tests.leagues.world import HOME, TEAM

NAMES = ("openai:one", "anthropic:two", "google:three")


def chooses(title: str) -> ScriptedJudge:
    """A judge that prefers the paper of this title, wherever it is shown."""
    judge = ScriptedJudge(NAMES[len(made)], cost=COST)
    judge.script = lambda first, _second: "first" if first.title == title else "second"
    made.append(judge)
    return judge


made: list[ScriptedJudge] = []


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    made.clear()
    async with a_room(tmp_path, chooses("A"), chooses("B"), chooses("A"), papers="AB") as opened:
        yield opened


async def started(room: Room) -> tuple[int, int]:
    """A tournament of one match by a panel, planned; returns both ids."""
    async with room.world.writing() as session:
        row = await start(
            session, room.runtime, league=room.league, plan=TournamentPlan(1, panel=True), user="alice",
            channel=HOME, now=room.time.now(),
        )  # fmt: skip
    await rounds.advance(room.runtime, TEAM, row.id)
    return row.id, (await room.rows(Match))[0].id


async def test_all_judges_are_asked_in_both_orders_and_the_majority_wins_with_its_dissent_shown(
    room: Room,
) -> None:
    _tournament, match = await started(room)
    await room.works(Work.MATCH)
    row = await room.row(match)
    titles = {room.entries[0]: "A", room.entries[1]: "B"}
    assert titles[row.first_id if row.outcome == "first" else row.second_id] == "A"
    assert [len(judge.seen) for judge in made] == [1, 1, 1]
    shown_first = sorted(judge.seen[0][0].title for judge in made)
    assert shown_first in (["A", "A", "B"], ["A", "B", "B"])
    assert len(await room.spendings()) == 3
    async with room.world.database.reading(TEAM) as session:
        shown = str(tournament_view.match(await match_contents(session, match)).blocks)
    assert shown.count(" chose A") == 1, "those who said the same are told together"
    assert "anthropic:two chose B" in shown


async def test_a_panel_that_differs_is_told_with_both_choices_and_nobodys_reasons_alone(
    tmp_path: Path,
) -> None:
    made.clear()
    async with a_room(tmp_path, chooses("A"), chooses("B"), papers="AB") as room:
        _tournament, match = await started(room)
        await room.works(Work.MATCH)
        assert (await room.row(match)).outcome == "draw"
        async with room.world.database.reading(TEAM) as session:
            contents = await match_contents(session, match)
            row = await questions.history(session, room.entries[0])
            pair = await questions.head_to_head(session, *room.entries[:2])
    shown = str(tournament_view.match(contents).blocks)
    assert contents.rationale is None
    assert "The judges disagreed: " in shown
    assert "The judges disagreed" in shown
    history = str(history_answer(row, ids.Page("history", room.league, 0), 10).blocks)
    duel = str(duel_answer(pair, ids.Page("vs", room.league, 0), 5).blocks)
    for told in (history, duel):
        assert "the judges disagreed: " in told
        assert "\\n>" not in told, "neither judge's reasons stand for both"
    assert "openai:one said it won" in history
    assert "anthropic:two said it lost" in history


async def test_a_panels_reasons_are_those_of_a_judge_who_chose_as_it_did(tmp_path: Path) -> None:
    made.clear()
    async with a_room(tmp_path, chooses("B"), chooses("A"), chooses("A"), papers="AB") as room:
        _tournament, match = await started(room)
        await room.works(Work.MATCH)
        async with room.world.database.reading(TEAM) as session:
            contents = await match_contents(session, match)
            row = await questions.history(session, room.entries[0])
    agreed = replace(contents, outcome="draw", panel=tuple(PanelVote(name, "draw") for name in NAMES))
    assert "openai:one, anthropic:two and google:three agree" in str(tournament_view.match(agreed).blocks)
    overridden = str(tournament_view.match(replace(agreed, overridden=True)).blocks)
    assert "The team's vote replaced the verdict for" in overridden
    drawn = replace(agreed, overridden=True, verdict="draw")
    assert "The team's vote replaced a draw." in str(tournament_view.match(drawn).blocks)
    assert "agree" not in overridden, "with the team they don't"
    [told] = row.matches
    assert (contents.rationale is None, told.rationale is None) == (False, False)
    assert dict(told.panel) == {NAMES[0]: "lost", NAMES[1]: "won", NAMES[2]: "won"}


async def test_a_panel_judge_without_an_answer_has_no_vote_and_is_named(room: Room) -> None:
    _tournament, match = await started(room)
    turn = (await room.row(match)).judge
    absent = next(judge for judge in (made[0], made[2]) if judge.name != turn)
    absent.error = CostlyAnswerError(f"{absent.name} gave no answer: the model refused.", Usage())
    await room.works(Work.MATCH)
    row = await room.row(match)
    assert row.tried == {absent.name: f"{absent.name} gave no answer: the model refused."}
    assert (row.status, row.outcome) == ("decided", "draw"), "one against one is no majority"


async def test_what_panel_judges_said_is_not_asked_again_after_a_wait(room: Room) -> None:
    _tournament, match = await started(room)
    turn = (await room.row(match)).judge
    waiting = next(judge for judge in made if judge.name != turn)
    waiting.error = CostlyBusyError("It asked us to wait.", 120, Usage())
    await room.works(Work.MATCH)
    assert (await room.row(match)).status == "planned"
    waiting.error = None
    room.later(seconds=120)
    await room.works(Work.MATCH)
    assert (await room.row(match)).status == "decided"
    assert len(await room.verdicts(match)) == 3
    asked = sorted(len(judge.seen) for judge in made)
    assert asked[0] == 1
    assert sum(asked) == 4


async def test_voters_see_every_judge_of_the_panel_and_figures_count_each(room: Room) -> None:
    _tournament, match = await started(room)
    await room.works(Work.MATCH)
    async with room.world.writing() as session:
        poll = await challenging.challenge(
            session, match, room.world.people.viewer("bob"), {"alice", "bob", "carol"}, now=room.time.now()
        )
    async with room.world.database.reading(TEAM) as session:
        shown = str(poll_message(await poll_contents(session, poll.poll), {}).blocks)
        report = await questions.judges(session, room.league)
        board = await refit.fit_input(session, room.league)
    assert all(judge.name in shown for judge in made)
    assert "Together: *A*." in shown
    assert "papers swapped" not in shown
    assert sorted((judge.judge, judge.verdicts) for judge in report.judges) == sorted((n, 1) for n in NAMES)
    assert len(report.agreements) == 3
    assert board.judges == ("panel",)


async def test_one_judge_is_no_panel(tmp_path: Path) -> None:
    made.clear()
    async with a_room(tmp_path, chooses("A")) as room:
        with pytest.raises(BadRequestError, match="at least two judges"):
            await started(room)


def test_a_panel_is_asked_for_in_words() -> None:
    said = parse_tournament_words("20 matches by a panel", datetime(2026, 1, 1, tzinfo=UTC))
    assert (said.matches, said.panel, said.batch) == (20, True, False)
    said = parse_tournament_words("20 matches batch", datetime(2026, 1, 1, tzinfo=UTC))
    assert (said.matches, said.panel, said.batch) == (20, False, True)


def test_half_of_a_panel_sees_the_swapped_order_and_places_rotate() -> None:
    orders = others_orders(["a", "b", "c", "d"], "b", 7)
    assert sorted(name for name, _ in orders) == ["a", "c", "d"]
    assert [swapped for _, swapped in orders] == [True, False, True]
    assert others_orders(["a"], "a", 3) == []
    assert others_orders(["a", "b", "c"], "a", 1) != others_orders(["a", "b", "c"], "a", 2)
