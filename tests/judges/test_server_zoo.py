"""Replies of servers as people reported them: each ends in a verdict, a wait, or a judge paused with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.judges.errors import JudgeAnswerError, JudgeDownError, JudgePausedError
from bot.judges.factory import close_judges, open_judge
from bot.judges.interface import PaperText
from bot.judges.llm.replies.answers import ASSESSMENT, VERDICT, read_answer
from bot.judges.llm.stances import room_offered
from storage.errors import JudgeBusyError
from tests.judges.fault_server import GOOD, REVIEW, SECTION_KEYS
from tests.judges.test_providers import wire

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)


def chat(text: Any = None, **message: Any) -> dict[str, Any]:
    """A chat completion that says this."""
    said = {"role": "assistant", "content": text, **message}
    usage = {"prompt_tokens": 900, "completion_tokens": 90, "total_tokens": 990}
    return {"choices": [{"index": 0, "finish_reason": "stop", "message": said}], "usage": usage}


def changed(**values: Any) -> str:
    return json.dumps({**GOOD, **values})


GENEROUS = {
    "capitals": changed(winner="First"),
    "Paper 1": changed(winner="Paper 1"),
    "percent": changed(confidence="80%"),
    "extra keys": changed(thoughts="none", score=3),
    "wrapped": json.dumps({"verdict": GOOD}),
    "a call written out": json.dumps({"name": "verdict", "parameters": GOOD}),
    "a string in a call": json.dumps({"name": "verdict", "arguments": json.dumps(GOOD)}),
    "fenced": f"Sure:\n```json\n{json.dumps(GOOD)}\n```",
    "after thinking": f"<think>maybe {changed(winner='second')}</think>{json.dumps(GOOD)}",
    "harmony": f"<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|>{json.dumps(GOOD)}",
    "raw line ends": json.dumps(GOOD).replace("has the", "has\nthe"),
    "a trailing comma": json.dumps(GOOD)[:-1] + ",}",
    "words for criteria": changed(criteria={"novelty": "Tie", "rigor": "paper_1"}),
}


@pytest.mark.parametrize("name", GENEROUS)
def test_answers_are_read_as_they_come(name: str) -> None:
    found = read_answer(GENEROUS[name], VERDICT)
    assert (found.winner, found.confidence) == ("first", 0.8)
    assert "better evidence" in " ".join(found.rationale.split())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"\frac{a}{b} and \times", r"\frac{a}{b} and \times"),
        (
            r"\alpha, \(K_\beta\), \nabla f, \rho, \theta, \unit",
            r"\alpha, \(K_\beta\), \nabla f, \rho, \theta, \unit",
        ),
        (r"already \\frac escaped", r"already \frac escaped"),
        (r"a line\nThe next", "a line\nThe next"),
        (r"a quote: \"x\" and \u00e9", 'a quote: "x" and é'),
    ],
)
def test_latex_survives_as_it_was_written(written: str, kept: str) -> None:
    text = json.dumps(GOOD).replace("Paper 1 has the better evidence.", written)
    assert read_answer(text, VERDICT).rationale == kept


def test_scores_are_rounded_to_half_points_and_clamped_and_lists_become_lines() -> None:
    review = {
        **REVIEW,
        "rating": 7.3,
        "rigor": "8/10",
        "novelty": 11,
        "clarity": 0,
        "significance": {"score": 6},
    }
    review["sections"] = {**dict.fromkeys(SECTION_KEYS, "Said."), "strengths": ["Clear.", "Small sample."]}
    found = read_answer(json.dumps({"assessment": review}), ASSESSMENT)
    assert found.scores == {"rating": 7.5, "rigor": 8, "novelty": 10, "clarity": 1, "significance": 6}
    assert found.sections["strengths"] == "- Clear.\n- Small sample."


PAUSED: dict[str, tuple[int, dict[str, Any], str]] = {
    "OpenAI, billing": (429, {"error": {"message": "Your account is not active, please check your billing details on our website.", "code": "billing_not_active"}}, "billing details"),
    "OpenAI, too large": (429, {"error": {"message": "Request too large for gpt-4o in organization org-2itOgSdqw0DhUYp0QyLhttLL on tokens per min (TPM): Limit 30000, Requested 36278.", "code": "rate_limit_exceeded"}}, "Limit 30000"),
    "OpenAI, verification": (400, {"error": {"message": "Your organization must be verified to use the model `o3`.", "code": "unsupported_value"}}, "must be verified"),
    "OpenAI, region": (403, {"error": {"message": "Country, region, or territory not supported", "code": "unsupported_country_region_territory"}}, "territory"),
    "Groq, too large": (413, {"error": {"message": "Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7211, please reduce", "type": "tokens", "code": "rate_limit_exceeded"}}, "Limit 6000"),
    "Gemini, region": (400, {"error": {"code": 400, "message": "User location is not supported for the API use.", "status": "FAILED_PRECONDITION"}}, "location is not supported"),
    "OpenRouter, credits": (402, {"error": {"message": "This request requires more credits, or fewer max_tokens.", "code": 402}}, "more credits"),
    "OpenRouter, inside 200": (200, {"error": {"message": "No endpoints found that can handle this", "code": 404}}, "No endpoints"),
    "Azure, deployment": (404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}, "does not exist"),
    "Ollama, no model": (404, {"error": {"message": 'model "llama9" not found, try pulling it first', "type": "api_error"}}, "try pulling"),
    "an unknown parameter": (400, {"error": {"message": "Property foo is unknown here"}}, "foo"),
    "FastAPI": (422, {"detail": [{"loc": ["body", "messages"], "msg": "field required", "type": "value_error"}]}, "field required"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAUSED)
async def test_what_is_the_judges_own_pauses_it_at_once_in_the_servers_words(name: str) -> None:
    status, body, said = PAUSED[name]
    async with wire(body, status) as seen:
        judge = open_judge(f"openai:m@{seen.url}/v1", keys={seen.place: "sk-secret-key"}, deadline_s=5)
        with pytest.raises(JudgePausedError, match=said) as caught:
            await judge.compare(ONE, TWO, purpose=None, nonce="n")
        await close_judges([judge])
    assert seen.calls <= 4
    assert "org-2itOgSdqw0DhUYp0QyLhttLL" not in caught.value.sentence


WAITS: dict[str, tuple[int, dict[str, Any], str, int]] = {
    "Groq, a day's tokens": (429, {"error": {"message": "Rate limit reached on tokens per day (TPD): Limit 100000, Used 99900, Requested 900. Please try again in 7m12s.", "code": "rate_limit_exceeded"}}, "", 432),
    "Gemini, a minute's requests": (429, {"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details.", "status": "RESOURCE_EXHAUSTED", "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "74s"}]}}, "", 74),
    "a huge wait": (429, {"error": {"message": "slow down"}}, "Retry-After: 99999999\r\n", 3600),
    "a dated wait": (429, {"error": {"message": "slow down"}}, "Date: Sat, 28 Nov 2026 07:00:00 GMT\r\nRetry-After: Sat, 28 Nov 2026 07:05:00 GMT\r\n", 300),
}  # fmt: skip


@pytest.mark.parametrize("name", WAITS)
async def test_a_server_that_asks_to_wait_is_waited_for_an_hour_at_most(name: str) -> None:
    status, body, headers, seconds = WAITS[name]
    async with wire(body, status, headers) as seen:
        judge = open_judge(f"openai:m@{seen.url}/v1", keys={}, deadline_s=5)
        with pytest.raises(JudgeBusyError) as caught:
            await judge.compare(ONE, TWO, purpose=None, nonce="n")
        await close_judges([judge])
    assert (caught.value.retry_after, isinstance(caught.value, JudgeDownError), seen.calls) == (
        seconds,
        False,
        1,
    )


@pytest.mark.parametrize(
    ("words", "asked", "offered"),
    [
        ("max_tokens is too large: 24576. This model supports at most 16384 completion tokens", 24_576, 16_384),
        ("max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens", 64_000, 32_000),
        ("maximum context length is 8192 tokens. however, you requested 9000 tokens (5000 in the messages, 4000 in the completion)", 4_000, 3_176),
        ("`inputs` tokens + `max_new_tokens` must be <= 4096. given: 3000 `inputs` tokens and 4096 `max_new_tokens`", 4_096, 1_080),
        ("invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 16_384, 8_192),
        ("this model's maximum context length is 2048 tokens", 1_280, None),
    ],
)  # fmt: skip
def test_a_refusal_that_offers_less_room_is_taken_at_its_word(
    words: str, asked: int, offered: int | None
) -> None:
    assert room_offered(words, asked) == offered


@pytest.mark.parametrize("text", [None, json.dumps(GOOD)])
async def test_an_answer_in_a_tool_call_or_taken_for_thinking_is_an_answer(text: str | None) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "verdict", "arguments": GOOD}}
    message = {"tool_calls": [call]} if text is None else {"reasoning_content": text}
    async with wire(chat(**message)) as seen:
        judge = open_judge(f"openai:m@{seen.url}/v1", keys={})
        assert (await judge.compare(ONE, TWO, purpose=None, nonce="n")).winner == "first"
        await close_judges([judge])


async def test_the_room_grows_after_a_cut_and_follows_the_effort() -> None:
    cut = chat('{"rationale":')
    cut["choices"][0]["finish_reason"] = "length"
    async with wire(cut) as seen:
        judge = open_judge(f"openai:gpt-5.2:low@{seen.url}/v1?api-version=1", keys={})
        with pytest.raises(JudgeAnswerError, match="cut"):
            await judge.compare(ONE, TWO, purpose=None, nonce="n")
        await close_judges([judge])
    assert (seen.calls, seen.body["max_completion_tokens"], seen.body["reasoning_effort"]) == (
        2,
        8_192,
        "low",
    )
    assert (seen.path, seen.body["model"]) == ("/v1/chat/completions?api-version=1", "gpt-5.2")


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported cases are not on this machine")
@pytest.mark.parametrize(("name", "winner"), [("think_end_only.txt", "second"), ("json_latex.txt", "first")])
def test_reported_answers_are_read(name: str, winner: str) -> None:
    assert read_answer((CASES / name).read_text(encoding="utf-8"), VERDICT).winner == winner
