"""A cascade: assessments decide what is clear, cheap judges the rest, the strong one contested and top places."""

from pathlib import Path
from typing import Any

import pytest

from bot.matches.assignment import RankPlace
from bot.matches.cascade import CascadePair, assign_cascade, is_top_pair
from bot.tournaments.rounds import advance
from storage.tables import Assessment
from storage.work.leases import Work
from tests.judges.room import Room, ScriptedJudge, a_room
from tests.leagues.world import TEAM

JUDGES = ("rubric", "openai:mini", "anthropic:opus")


def judge_of(
    lead: float | None,
    *,
    contested: bool = False,
    judges: tuple[str, ...] = JUDGES,
    shown: dict[tuple[int, int, str], int] | None = None,
) -> str:
    (turn,) = assign_cascade([CascadePair(1, 2, lead, contested)], judges, {}, {}, 7, shown or {})
    return turn.judge


@pytest.mark.parametrize(
    ("lead", "contested", "judge"),
    [
        (1.5, False, "rubric"),
        (-2.0, False, "rubric"),
        (1.49, False, "openai:mini"),
        (None, False, "openai:mini"),
        (0.0, True, "anthropic:opus"),
        (4.0, True, "anthropic:opus"),
    ],
)
def test_a_pair_goes_to_the_judge_of_its_stage(lead: float | None, contested: bool, judge: str) -> None:
    assert judge_of(lead, contested=contested) == judge


def test_whoever_has_nothing_new_to_say_leaves_the_pair_to_the_next_stage() -> None:
    assert judge_of(3.0, shown={(2, 1, "rubric"): 1}) == "openai:mini"
    both = {(1, 2, "openai:mini"): 1, (2, 1, "openai:mini"): 1}
    assert judge_of(3.0, shown={(2, 1, "rubric"): 1, **both}) == "anthropic:opus"
    assert judge_of(0.0, shown={(1, 2, "openai:mini"): 1}) == "openai:mini"


def test_judges_of_one_stage_take_turns_and_the_order_evens_out() -> None:
    pairs = [CascadePair(one, other, 0.0, contested=False) for one in range(5) for other in range(one)]
    turns = assign_cascade(pairs, ("openai:a", "openai:b", "anthropic:opus"), {}, {}, 3, {})
    judges = [turn.judge for turn in turns]
    assert {judges.count("openai:a"), judges.count("openai:b")} == {4, 6}
    assert {sum(turn.first == entry for turn in turns) for entry in range(5)} == {2}


def test_one_model_beside_rubric_takes_all_that_is_not_clear() -> None:
    assert judge_of(0.0, judges=("openai:mini", "rubric")) == "openai:mini"
    assert judge_of(2.0, judges=("openai:mini", "rubric")) == "rubric"
    assert judge_of(0.0, judges=("rubric",)) == "rubric"


def test_the_top_is_a_tenth_and_at_least_three() -> None:
    assert is_top_pair(RankPlace(1, 1, 4), RankPlace(3, 1, 9), 12)
    assert not is_top_pair(RankPlace(1, 1, 4), RankPlace(4, 1, 9), 12)
    assert is_top_pair(RankPlace(8, 1, 9), RankPlace(10, 1, 20), 100)


async def rates(room: Room, *ratings: float) -> None:
    async with room.world.writing() as session:
        for entry, rating in zip(room.entries, ratings, strict=True):
            session.add(
                Assessment(
                    entry_id=entry, assessor="openai:mini", status="done", rating=rating,
                    created_at=room.time.now(), done_at=room.time.now(),
                )
            )  # fmt: skip


async def test_a_tournament_in_a_cascade_asks_models_only_what_assessments_leave_open(tmp_path: Path) -> None:
    from bot.judges.rubric_judge import RubricJudge

    mini, opus = ScriptedJudge("openai:mini"), ScriptedJudge("anthropic:opus")
    settings: dict[str, Any] = {"cascade": True, "concurrency": 8}
    async with a_room(tmp_path, RubricJudge(), mini, opus, papers="ABCDEFGH", **settings) as room:
        await rates(room, 9, 9, 7, 7, 5, 5, 3, 3)
        tournament = await room.tournament(*JUDGES, number=40)
        for _ in range(10):
            await advance(room.runtime, TEAM, tournament)
            await room.works(Work.MATCH)
        leads = dict(zip(room.entries, (9, 9, 7, 7, 5, 5, 3, 3), strict=True))
        matches = await room.matches()
        by_rubric = [match for match in matches if match.judge == "rubric"]
        assert by_rubric
        assert all(abs(leads[match.first_id] - leads[match.second_id]) >= 1.5 for match in by_rubric)
        assert len({frozenset((match.first_id, match.second_id)) for match in by_rubric}) == len(by_rubric)
        assert {match.judge for match in matches} >= {"rubric", "openai:mini"}
        assert {match.status for match in matches} == {"decided"}
