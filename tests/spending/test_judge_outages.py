"""A server that doesn't answer costs no match: its judge is held, probed, and let go; its league is told twice."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.judges.errors import JudgeDownError
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import PaperText
from bot.judges.llm.retries.breaker import FAILURES_IN_A_ROW, Breaker
from bot.matches.judging import judge_match
from tests.judges.fault_server import serving
from tests.judges.room import a_room
from tests.leagues.world import TEAM

ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)


def test_a_breaker_holds_after_failures_in_a_row_lets_one_probe_through_and_waits_longer_each_time() -> None:
    clock = [0.0]
    breaker = Breaker(now=lambda: clock[0])
    for _ in range(FAILURES_IN_A_ROW):
        assert breaker.seconds_left() == 0
        breaker.failed("HTTP 503")
    assert breaker.seconds_left() == 15
    clock[0] = 15
    assert (breaker.seconds_left(), breaker.seconds_left()) == (0, 15)  # one goes, the next waits for it
    breaker.failed("HTTP 503")
    assert breaker.seconds_left() == 30
    for wait in (60, 120, 240, 300, 300):
        clock[0] = breaker.probe_at
        assert breaker.seconds_left() == 0
        breaker.failed("HTTP 503")
        assert breaker.seconds_left() == wait
    breaker.answered()
    assert (breaker.is_held, breaker.seconds_left(), breaker.failures) == (False, 0, 0)


def test_an_answer_between_failures_holds_nobody() -> None:
    breaker = Breaker(now=lambda: 0.0)
    for _ in range(3 * FAILURES_IN_A_ROW):
        breaker.failed("HTTP 503")
        breaker.answered()
    assert not breaker.is_held


@pytest.mark.slow
async def test_forty_eight_minutes_of_overloaded_are_no_match_and_no_attempt_and_are_told_twice(
    tmp_path: Path,
) -> None:
    is_down = True

    def script(_body: object, _number: int) -> str:
        return "status 529" if is_down else "good"

    async with serving(script) as server:
        name = f"openai:opus@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(1))
        clock = [0.0]
        judge.breaker.now = lambda: clock[0]  # type: ignore[attr-defined]  # a model's judge has one
        async with a_room(tmp_path, judge) as room:
            tournament = await room.tournament(name, number=6)
            await room.plan_many([(name, n % 4, (n + 1) % 4) for n in range(6)], tournament)
            ids = [match.id for match in await room.matches()]
            for _ in range(16):
                for match in ids:
                    await judge_match(room.runtime, TEAM, match)
                room.later(seconds=180)
                clock[0] += 180
            rows = await room.matches()
            assert {(row.status, row.attempts) for row in rows} == {("planned", 0)}
            assert len(server.requests) <= 4 + 16
            is_down = False
            clock[0] += 300
            room.later(seconds=300)
            for match in ids:
                await judge_match(room.runtime, TEAM, match)
            assert {row.status for row in await room.matches()} == {"decided"}
            assert len(await room.world.messages("judge_outage")) == 1
            (over,) = await room.world.messages("judge_answers")
            assert over.options["minutes"] == 53
        await close_judges([judge])


@pytest.mark.parametrize("words", ["Your account is not active, please check your billing details", "region"])
async def test_what_only_people_can_mend_is_no_outage(words: str) -> None:
    async with serving(f"reject {words}") as server:
        judge = open_judge(f"openai:m@{server.url}", keys={})
        with pytest.raises(Exception, match=words) as caught:
            await judge.compare(ONE, TWO, purpose=None, nonce="n")
        assert not isinstance(caught.value, JudgeDownError)
        assert len(server.requests) <= 4
        await close_judges([judge])
