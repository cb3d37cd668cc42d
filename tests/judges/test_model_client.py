"""Real judges against a server that fails in every way servers do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.judges.errors import JudgeAnswerError, JudgeDownError, JudgePausedError
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import Judge, PaperText, typical_costs_of
from bot.judges.llm.judge_faults import usage_of
from bot.judges.llm.model_judge import ModelJudge
from bot.judges.llm.retries.retry_policy import CallError
from bot.judges.rubric import rubric_of
from storage import assessments
from storage.errors import JudgeBusyError, SettingsError
from storage.work.leases import Work
from tests.judges.fault_server import READ, REVIEW, WROTE, FaultServer, serving
from tests.judges.room import a_room

ONE = PaperText("key-one", "A first title", "An abstract.")
TWO = PaperText("key-two", "A second title", None)
PRICE = Decimal(10)
PATIENCE_S = 15.0
"""Far more than the deadline, on a busy machine; the server's drip takes longer."""


@asynccontextmanager
async def judging(
    script: Any, *, latency: float = 0, **choices: Any
) -> AsyncIterator[tuple[Judge, FaultServer]]:
    async with serving(script, latency) as server:
        judge = open_judge(f"openai:fake@{server.url}", keys={}, price_per_mtok=PRICE, **choices)
        try:
            yield judge, server
        finally:
            await close_judges([judge])


async def verdict(judge: Judge, nonce: str = "n") -> str:
    return (await judge.compare(ONE, TWO, purpose="robots", nonce=nonce)).winner


async def test_a_verdict_carries_winner_criteria_tokens_cost_and_model() -> None:
    async with judging("good") as (judge, server):
        answer = await judge.compare(ONE, TWO, purpose="robots", nonce="n")
    assert (answer.winner, answer.confidence, answer.model) == ("first", 0.8, "fake-1")
    assert answer.criteria["rigor"] == "first"
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (READ, WROTE)
    assert answer.usage.cost_usd == PRICE * (READ + WROTE) / 1_000_000
    said = str(server.requests[0]["messages"])
    assert "robots" in said
    assert "A first title" in said
    assert "key-one" not in said


async def test_an_assessment_carries_scores_sections_and_the_rubric_version() -> None:
    async with judging("good") as (judge, server):
        server.answer = REVIEW
        answer = await judge.assess(ONE, purpose=None, nonce="n")
    assert (answer.rating, answer.basis, len(answer.rubric_version)) == (6.5, "abstract", 8)
    assert set(answer.sections) == {
        "contribution",
        "rigor",
        "impact",
        "timeliness",
        "strengths",
        "observations",
    }


@pytest.mark.parametrize("fault", ["status 500", "status 503", "limit 0", "broken", "empty", "html", "long"])
async def test_one_fault_is_got_over_and_its_cost_counted(fault: str) -> None:
    async with judging([fault, "good"]) as (judge, server):
        answer = await judge.compare(ONE, TWO, purpose=None, nonce="n")
    assert len(server.requests) == 2
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (server.tokens_in, server.tokens_out)


@pytest.mark.parametrize("fault", ["broken", "empty", "html", "long", "says {}", "says "])
async def test_a_second_unusable_answer_is_the_end_and_nothing_is_invented(fault: str) -> None:
    async with judging(fault) as (judge, server):
        with pytest.raises(JudgeAnswerError) as caught:
            await verdict(judge)
    assert len(server.requests) == 2
    assert usage_of(caught.value).tokens_in == server.tokens_in


async def test_what_a_lost_answer_may_have_cost_is_counted_at_the_estimate() -> None:
    async with judging(["cut", "good"]) as (judge, server):
        answer = await judge.compare(ONE, TWO, purpose=None, nonce="n")
    worst = judge.worst_compare(ONE, TWO, None)
    assert worst is not None
    assert PRICE * (server.tokens_in + server.tokens_out) / 1_000_000 < answer.usage.cost_usd < worst


async def test_the_second_asking_says_what_was_wrong() -> None:
    async with judging(['says {"winner": "both"}', "good"]) as (judge, server):
        await verdict(judge)
    assert "rationale: it is missing" in str(server.requests[1]["messages"])


async def test_prose_around_the_json_is_no_fault() -> None:
    async with judging("prose") as (judge, _):
        assert await verdict(judge) == "first"


async def test_a_refusal_is_no_verdict_and_is_not_asked_again() -> None:
    async with judging("refusal") as (judge, server):
        with pytest.raises(JudgeAnswerError, match="refused"):
            await verdict(judge)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["quota", "status 401", "status 403", "status 402", "status 404"])
async def test_a_refused_key_or_quota_pauses_the_judge_at_once(fault: str) -> None:
    async with judging(fault) as (judge, server):
        with pytest.raises(JudgePausedError):
            await verdict(judge)
    assert len(server.requests) == 1


async def test_a_long_retry_after_puts_the_match_back_and_frees_the_slot() -> None:
    async with judging("limit 3600", concurrency=1) as (judge, server):
        for _ in range(2):
            with pytest.raises(JudgeBusyError) as caught:
                await verdict(judge)
            assert caught.value.retry_after == 3600
    assert len(server.requests) == 2


async def test_a_slow_drip_ends_at_the_deadline() -> None:
    async with judging("drip", deadline_s=0.3) as (judge, _):
        async with asyncio.timeout(PATIENCE_S):  # the drip would go on for minutes
            with pytest.raises(JudgeAnswerError, match=r"within 0.3\ss"):
                await verdict(judge)


async def test_a_server_without_json_schema_is_asked_with_tools_and_one_without_tools_in_words() -> None:
    def script(body: dict[str, Any], _: int) -> str:
        if "response_format" in body:
            return "reject response_format json_schema is not supported"
        return "reject tools are not supported by this model" if "tools" in body else "good"

    async with judging(script) as (judge, server):
        assert await verdict(judge) == "first"
        assert await verdict(judge) == "first"
    assert len(server.requests) == 4


@pytest.mark.parametrize("fault", ["reject maximum context length is 2048 tokens", "read 2048", "read 4095"])
async def test_a_context_shorter_than_the_prompt_is_said_and_never_a_silent_truncation(fault: str) -> None:
    long = PaperText("k", "Title", "a word " * 800, assessment="many words " * 2_500)
    async with judging(fault) as (judge, _):
        with pytest.raises(JudgePausedError, match="context"):
            await judge.compare(long, long, purpose=None, nonce="n")


async def test_an_address_where_nobody_listens_is_an_outage() -> None:
    judge = open_judge("openai:m@http://127.0.0.1:9/v1", keys={}, deadline_s=1)
    with pytest.raises(JudgeDownError, match="couldn't be reached"):
        await verdict(judge)
    await close_judges([judge])


async def test_calls_at_once_stay_under_the_concurrency() -> None:
    async with judging("good", latency=0.01, concurrency=3) as (judge, server):
        await asyncio.gather(*(verdict(judge, str(n)) for n in range(12)))
    assert server.most_at_once == 3


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("openai:gpt-5.2", "OPENAI_API_KEY"),
        ("anthropic:claude-opus-4-6", "ANTHROPIC_API_KEY"),
        ("google:gemini-3.1-pro-preview", "GEMINI_API_KEY"),
    ],
)
def test_a_missing_key_is_named(spec: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        open_judge(spec, keys={})


async def test_the_worst_case_is_known_for_public_prices_and_unknown_without() -> None:
    known = open_judge("openai:gpt-5.2", keys={"OPENAI_API_KEY": "k"})
    unknown = open_judge("openai:nobodys-model@http://127.0.0.1:9/v1", keys={})
    worst = known.worst_compare(ONE, TWO, None)
    assert worst is not None
    assert Decimal("0.05") < worst < Decimal("0.5")
    assert unknown.worst_compare(ONE, TWO, None) is None
    costs, unpriced = typical_costs_of(known), typical_costs_of(unknown)
    assert costs is not None
    assert unpriced is not None
    usual = costs.usual_compare(ONE, TWO, None)
    assert usual is not None
    assert worst / 50 < usual < worst / 3
    assert unpriced.usual_compare(ONE, TWO, None) is None
    usual_review, worst_review = costs.usual_assess(ONE, None), known.worst_assess(ONE, None)
    assert usual_review is not None
    assert worst_review is not None
    assert worst_review / 50 < usual_review < worst_review / 3
    await close_judges([known, unknown])


async def test_a_leagues_own_rubric_is_what_assessors_read_and_its_version_is_kept(tmp_path: Path) -> None:
    mine = "rating: 10 changes how we build agents; 1 changes nothing for us."
    async with serving("good") as server:
        server.answer = REVIEW
        name = f"openai:fake@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(1))
        async with a_room(tmp_path, judge, papers="AB") as room:
            await room.sets(rubric=mine)
            async with room.world.writing() as session:
                await assessments.plan(session, room.entries[0], name, room.time.now())
            await room.works(Work.ASSESSMENT)
            (row,) = await room.assessments()
        await close_judges([judge])
    own = rubric_of(mine)
    assert own is not None
    assert (row.status, row.rubric_version) == ("done", own.version)
    system = server.requests[0]["messages"][0]["content"]
    assert mine in system
    assert "Write six sections" in system


@pytest.mark.parametrize("body", [b"<html>502</html>", b"", b"null", b"[1, 2, 3]", b'{"ok": false}', b"{}"])
async def test_what_no_model_answers_counts_as_a_server_that_is_away(body: bytes) -> None:
    async with judging("good") as (judge, _server):
        assert isinstance(judge, ModelJudge)
        with pytest.raises(CallError, match="no answer of a model") as failure:
            judge._client._read(200, body, {})
    assert failure.value.is_dead
