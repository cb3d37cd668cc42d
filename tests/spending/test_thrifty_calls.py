"""The end of a budget: a cheaper call is asked where a usual one no longer fits, and no cap is passed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from bot.judges.errors import JudgeAnswerError
from bot.judges.factory import open_judge
from bot.judges.interface import PaperText, Usage
from bot.judges.llm.judge_faults import CostlyAnswerError
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.model_judge import ModelJudge
from bot.tournaments.estimates import check_affordable
from storage.errors import BudgetError
from tests.judges.fault_server import GOOD
from tests.judges.room import Room, ScriptedJudge, a_room

COST = Decimal("0.02")
ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)


class WithThrift(ScriptedJudge):
    """A judge whose worst case is ten times its cost, and twice its cost in its thrifty form."""

    def __init__(self, answer: str | Exception = "first") -> None:
        super().__init__("openai:one", cost=COST, worst=10 * COST)
        self.thrifty = ScriptedJudge("openai:one", lambda *_: answer, cost=COST, worst=2 * COST)  # type: ignore[arg-type]


async def spent(room: Room) -> Decimal:
    return sum((row.cost or Decimal(0) for row in await room.spendings()), Decimal(0))


async def test_a_budget_is_played_to_the_end_by_cheaper_calls(tmp_path: Path) -> None:
    judge = WithThrift()
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament("openai:one", budget=12 * COST)
        await room.plan_many([("openai:one", n % 4, (n + 1 + n % 3) % 4) for n in range(14)], tournament)
        await room.works()
        assert await spent(room) == 11 * COST  # the last cent pays for no worst case
        assert (len(judge.seen), len(judge.thrifty.seen)) == (3, 8)
        row = await room.tournament_row(tournament)
        assert (row.status, row.held_for) == ("paused", "budget")


async def test_a_budget_that_only_the_cheaper_call_fits_is_not_refused(tmp_path: Path) -> None:
    async with a_room(tmp_path, WithThrift()) as room, room.world.writing() as session:
        judges, now = ["openai:one"], room.time.now()
        for budget in (3 * COST, 2 * COST):
            await check_affordable(session, room.runtime, room.league, now, judges=judges, budget=budget)
        with pytest.raises(BudgetError, match=r"may cost \$0\.0400"):
            await check_affordable(session, room.runtime, room.league, now, judges=judges, budget=COST)


async def test_a_cheaper_call_that_had_too_little_room_is_not_repeated_and_fails_no_match(
    tmp_path: Path,
) -> None:
    cut = CostlyAnswerError("openai:one gave no usable answer: it was cut.", Usage(cost_usd=COST), again=True)
    judge = WithThrift(cut)
    async with a_room(tmp_path, judge) as room:
        tournament = await room.tournament("openai:one", budget=8 * COST)
        match = await room.plan("openai:one", 0, 1, tournament)
        await room.works()
        assert ((await room.row(match)).status, len(judge.thrifty.seen)) == ("planned", 1)


@pytest.fixture
def wrote(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tokens that a model's answers take, by call: the last of the list goes on; the rooms asked for are appended."""
    lengths = [400]

    async def send(
        _self: ModelClient, _method: str, _address: str, content: bytes, **_more: object
    ) -> tuple[int, bytes, dict[str, str]]:
        room, length = json.loads(content)["max_tokens"], lengths[0]
        lengths.append(room)
        choice = {
            "message": {"content": json.dumps(GOOD)}, "finish_reason": "length" if length > room else "stop",
        }  # fmt: skip
        usage = {"prompt_tokens": 1_000, "completion_tokens": min(length, room)}
        return 200, json.dumps({"choices": [choice], "usage": usage}).encode(), {}

    monkeypatch.setattr(ModelClient, "send", send)
    return lengths


async def test_the_thrifty_form_pays_for_one_call_with_the_room_that_answers_have_needed(
    wrote: list[int],
) -> None:
    judge = open_judge("openai:m@http://h.test/v1", keys={}, price_per_mtok=Decimal(10))
    assert isinstance(judge, ModelJudge)
    usual, few = judge.worst_compare(ONE, TWO, None), judge.thrifty.worst_compare(ONE, TWO, None)
    for number in range(8):
        await judge.compare(ONE, TWO, purpose=None, nonce=str(number))
    known = judge.thrifty.worst_compare(ONE, TWO, None)
    assert usual is not None and few is not None and known is not None  # noqa: PT018 - for the types
    assert known < few < usual / 2
    assert judge.worst_compare(ONE, TWO, None) == usual
    answer = await judge.thrifty.compare(ONE, TWO, purpose=None, nonce="thrifty")
    assert (wrote[-1], answer.usage.cost_usd <= known) == (600, True)
    wrote[0] = 2_000
    calls = len(wrote)
    with pytest.raises(JudgeAnswerError, match="cut") as cut:
        await judge.thrifty.compare(ONE, TWO, purpose=None, nonce="cut")
    assert (cut.value.again, len(wrote) - calls) == (True, 1)
    with pytest.raises(JudgeAnswerError):
        await judge.thrifty.compare(ONE, TWO, purpose=None, nonce="wider")
    assert wrote[-1] == 900  # never the same room again
