"""Replies that people reported in public issue threads, from servers nobody here wrote: each ends as it should."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.judges.errors import JudgeAnswerError, JudgePausedError
from bot.judges.factory import open_judge
from bot.judges.interface import PaperText
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.model_judge import ModelJudge
from bot.judges.llm.replies.answers import ASSESSMENT, VERDICT, UnusableAnswerError, read_answer
from bot.judges.llm.replies.reply_bodies import parse_body
from bot.judges.llm.retries.retry_policy import Policy
from storage.errors import JudgeBusyError, JudgeError
from tests.judges.fault_server import GOOD, REVIEW, SECTION_KEYS

Body = dict[str, Any]
Server = Callable[[Body], tuple[int, Any]]
ONE, TWO = PaperText("one", "A first title", "An abstract."), PaperText("two", "A second title", None)
KEYS = {"h.test": "sk-secret-key", "ANTHROPIC_API_KEY": "k" * 20, "GEMINI_API_KEY": "k" * 20}
HERE = "openai:m@http://h.test/v1"
CLAUDE, GEMINI = "anthropic:claude-sonnet-4-5", "google:gemini-2.5-flash"
USAGE = {"prompt_tokens": 900, "completion_tokens": 90, "total_tokens": 990}


def good(body: Body) -> Body:
    """A correct answer in the way asked for, by the wire format of the request."""
    text = json.dumps(GOOD)
    if "generationConfig" in body:
        part = {"functionCall": {"name": "verdict", "args": GOOD}} if "tools" in body else {"text": text}
        return {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}]}
    if "system" in body:
        block = (
            {"type": "tool_use", "name": "verdict", "input": GOOD}
            if "tools" in body
            else {"type": "text", "text": text}
        )
        return {
            "content": [block],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 900, "output_tokens": 90},
        }
    call = {"function": {"name": "verdict", "arguments": text}}
    message: Body = {"content": None, "tool_calls": [call]} if "tools" in body else {"content": text}
    return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": USAGE}


def always(_body: Body) -> bool:
    return True


def wants_form(body: Body) -> bool:
    return "response_format" in body


def wants_any(body: Body) -> bool:
    return "response_format" in body or "tools" in body


def wants_both_forms(body: Body) -> bool:
    return "format" in body.get("output_config", {}) or (
        "thinking" in body and "name" in body.get("tool_choice", {})
    )


def refuses(what: Callable[[Body], bool], status: int, reply: Any) -> Server:
    return lambda body: (status, reply) if what(body) else (200, good(body))


def error(message: str, **more: Any) -> Body:
    return {"error": {"message": message, **more}}


def anthropic(kind: str, message: str) -> Body:
    return {"type": "error", "error": {"type": kind, "message": message}}


def google(code: int, message: str, status: str, **more: Any) -> Body:
    return {"error": {"code": code, "message": message, "status": status, **more}}


def chunks(*deltas: Body) -> str:
    events = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": USAGE}
    return (
        ": PROCESSING\n\n"
        + "".join(f"data: {json.dumps(event)}\n\n" for event in [*events, last])
        + "data: [DONE]\n"
    )


RAW = {"error": {"message": "json_schema not supported", "type": "invalid_request_error"}}
VERDICTS: dict[str, tuple[Server, str]] = {
    "xAI knows no form": (refuses(wants_form, 400, {"code": "Client specified an invalid argument", "error": "The response_format parameter is unsupported at the moment. Leave it unset."}), HERE),
    "LM Studio": (refuses(wants_form, 400, {"error": "'response_format.json_schema.schema' must be an object"}), HERE),
    "DeepSeek": (refuses(wants_form, 400, error("This response_format type is unavailable now", type="invalid_request_error", code="invalid_request_error")), HERE),
    "vLLM": (refuses(wants_any, 400, {"object": "error", "message": "The provided JSON schema contains features not supported by xgrammar.", "type": "BadRequestError", "code": 400}), HERE),
    "Mistral": (refuses(lambda body: "max_completion_tokens" in body, 422, {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}]}, "type": "invalid_request_error"}), "openai:gpt-5-x@http://h.test/v1"),
    "OpenRouter, an object inside": (refuses(wants_form, 400, error("Provider returned error", code=400, metadata={"raw": RAW})), HERE),
    "OpenRouter, parameters": (refuses(wants_any, 404, error("No endpoints found that can handle the requested parameters. To learn more about provider routing, visit https://openrouter.ai/docs", code=404)), HERE),
    "OpenRouter, tools": (refuses(wants_any, 404, error("No endpoints found that support tool use. To learn more about provider routing, visit https://openrouter.ai/docs", code=404)), HERE),
    "Groq makes no JSON": (refuses(wants_form, 400, error("Failed to generate JSON. Please adjust your prompt.", code="json_validate_failed", failed_generation='{"rat')), HERE),
    "OpenAI, no room": (refuses(lambda body: body["max_tokens"] < 2_000, 400, error("Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.", type="invalid_request_error")), HERE),
    "llama.cpp, samplers": (refuses(wants_any, 500, {"error": {"code": 500, "message": "Failed to initialize samplers: std::exception", "type": "server_error"}}), HERE),
    "Ollama, vocabulary": (refuses(wants_form, 500, error("failed to load model vocabulary required for format", type="api_error")), HERE),
    "LiteLLM": (refuses(lambda body: "reasoning_effort" in body, 400, error("litellm.UnsupportedParamsError: openai does not support parameters: ['reasoning_effort'], for model=gpt-4o.", code="400")), "openai:gpt-4o:low@http://h.test/v1"),
    "a stream": (lambda _body: (200, chunks({"content": json.dumps(GOOD)[:40]}, {"content": json.dumps(GOOD)[40:]})), HERE),
    "a stream with a call": (lambda _body: (200, chunks({"tool_calls": [{"function": {"arguments": json.dumps(GOOD)[:40]}}]}, {"tool_calls": [{"function": {"arguments": json.dumps(GOOD)[40:]}}]})), HERE),
    "comments before it": (lambda body: (200, f": OPENROUTER PROCESSING\n\n{json.dumps(good(body))}"), HERE),
    "Claude, thinking": (refuses(wants_both_forms, 400, anthropic("invalid_request_error", "Thinking may not be enabled when tool_choice forces tool use.")), "anthropic:claude-opus-4-5:low"),
    "Claude, grammar": (refuses(lambda body: "format" in body.get("output_config", {}), 400, anthropic("invalid_request_error", "The compiled grammar is too large, which would cause performance issues.")), CLAUDE),
    "Gemini in a list": (lambda body: (200, [good(body)]), GEMINI),
    "Gemini, states": (refuses(lambda body: "responseJsonSchema" in body["generationConfig"], 400, google(400, "The specified schema produces a constraint that has too many states for serving.", "INVALID_ARGUMENT")), GEMINI),
    "Gemini, no budget of 0": (refuses(lambda body: body["generationConfig"].get("thinkingConfig") == {"thinkingBudget": 0}, 400, google(400, "Budget 0 is invalid. This model only works in thinking mode.", "INVALID_ARGUMENT")), "google:gemini-2.5-pro:none"),
}  # fmt: skip

NO_FREE_TIER = google(
    429,
    "You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: "
    "generate_content_free_tier_requests, limit: 0, model: gemini-3-pro\nPlease retry in 3.98361248s.",
    "RESOURCE_EXHAUSTED",
    details=[{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}],
)
FAILURES: dict[str, tuple[int, Any, str, type[JudgeError], str]] = {
    "DeepSeek, balance": (402, error("Insufficient Balance", type="unknown_error"), HERE, JudgePausedError, "Balance"),
    "OpenRouter, inside": (404, error("Provider returned error", code=500, metadata={"raw": error("The model `gpt-4` does not exist", code="model_not_found")}), HERE, JudgePausedError, "`gpt-4` does not exist"),
    "Groq, spend": (400, error("Project spend limit reached. blocked_api_access", code="blocked_api_access"), HERE, JudgePausedError, "spend limit"),
    "LiteLLM, budget": (429, error("ExceededBudget: Crossed spend within team. Budget has been exceeded!", type="budget_exceeded", code="429"), HERE, JudgePausedError, "Budget has been exceeded"),
    "Zhipu, balance": (429, error("余额不足或无可用资源包,请充值。", code="1113"), HERE, JudgePausedError, "余额不足"),
    "MiniMax, balance": (200, {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, HERE, JudgePausedError, "insufficient balance"),
    "Gemini, no free tier": (429, NO_FREE_TIER, GEMINI, JudgePausedError, "limit: 0"),
    "Claude, a month's limit": (400, anthropic("invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."), CLAUDE, JudgePausedError, "usage limits"),
    "Bedrock, use case": (404, {"message": "Model use case details have not been submitted for this account."}, HERE, JudgePausedError, "use case"),
    "Groq, capacity": (498, error("over capacity"), HERE, JudgeBusyError, "slow down"),
    "Mistral, capacity": (429, {"object": "error", "message": "Service tier capacity exceeded for this model.", "code": "3505"}, HERE, JudgeBusyError, "slow down"),
    "LiteLLM, no deployment": (429, error("No deployments available for selected model, Try again in 60 seconds. Passed model=m.", code="429"), HERE, JudgeBusyError, "slow down"),
    "Zhipu, at once": (429, error("您当前使用该API的并发数过高，请降低并发，或联系客服增加限额。", code="1302"), HERE, JudgeBusyError, "slow down"),
    "OpenRouter, upstream": (429, error("Provider returned error", code=429, metadata={"raw": "z-ai/glm-5.3-flash is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits"}), HERE, JudgeBusyError, "slow down"),
    "Azure, filter": (400, error("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", code="content_filter"), HERE, JudgeAnswerError, "refused"),
}  # fmt: skip

DEAD: dict[str, tuple[int, Any]] = {
    "a captive page": (200, "<html><title>Just a moment...</title></html>"),
    "LM Studio": (400, {"error": "Channel Error"}),
    "Groq": (503, error("m is currently over capacity. Please try again and back off exponentially.")),
    "TGI": (424, {"error": "Request failed during generation: CUDA out of memory", "error_type": "generation"}),
    "Claude": (500, error('litellm.InternalServerError: AnthropicException - {"type":"overloaded_error","message":"Overloaded"}', code="500")),
}  # fmt: skip


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Ask a judge whose server is the given function; returns the winner and the number of requests of a second call."""

    async def ask(server: Server, spec: str) -> tuple[str, int]:
        requests = []

        async def send(
            _self: ModelClient, _method: str, _address: str, content: bytes, **_more: object
        ) -> tuple[int, bytes, dict[str, str]]:
            requests.append(json.loads(content))
            status, reply = server(requests[-1])
            text = reply if isinstance(reply, str) else json.dumps(reply)
            return status, text.encode(), {}

        monkeypatch.setattr(ModelClient, "send", send)
        judge = open_judge(spec, keys=KEYS, deadline_s=5)
        assert isinstance(judge, ModelJudge)
        monkeypatch.setattr(judge, "_policy", Policy(total=1, calls=3, base=0.001, longest_backoff=0.001))
        winner = (await judge.compare(ONE, TWO, purpose=None, nonce="n")).winner
        requests.clear()
        await judge.compare(ONE, TWO, purpose=None, nonce="n2")
        return winner, len(requests)

    return ask


async def test_a_server_that_can_be_asked_otherwise_gives_a_verdict(ask: Callable[..., Any]) -> None:
    said = {name: await ask(*case) for name, case in VERDICTS.items()}
    assert {name: winner for name, (winner, _) in said.items() if winner != "first"} == {}
    # What was learned is kept: only where the room was too small, or prose was a matter of luck, is asked twice again.
    assert {name for name, (_, calls) in said.items() if calls > 1} <= {
        "OpenAI, no room",
        "Groq makes no JSON",
    }


async def test_a_server_that_can_not_ends_in_a_wait_or_a_pause_with_its_words(
    ask: Callable[..., Any],
) -> None:
    for name, (status, reply, spec, kind, words) in FAILURES.items():
        with pytest.raises(kind) as raised:
            await ask(refuses(always, status, reply), spec)
        assert words in raised.value.sentence, name


async def test_a_dead_server_loses_no_match(ask: Callable[..., Any]) -> None:
    for name, (status, reply) in DEAD.items():
        with pytest.raises(JudgeAnswerError) as raised:
            await ask(refuses(always, status, reply), HERE)
        assert raised.value.again, name


DRAFT = json.dumps({**GOOD, "winner": "second"})
TEXTS = {
    "Seed": f"<seed:think>{DRAFT}</seed:think>{json.dumps(GOOD)}",
    "Magistral": f"[THINK]{DRAFT}[/THINK]{json.dumps(GOOD)}",
    "Gemma": f"<|channel>thought\n{DRAFT}<channel|>{json.dumps(GOOD)}",
    "harmony": f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{json.dumps(GOOD)}",
    "Hermes": f"<scratch_pad>{DRAFT}</scratch_pad><tool_call>{json.dumps({'name': 'verdict', 'arguments': GOOD})}</tool_call>",
    "a string": json.dumps(json.dumps(GOOD)),
    "Python": str({**GOOD, "extra": None}),
    "comments": json.dumps(GOOD, indent=1).replace('"winner": "first",', '"winner": "first", // the better one'),
    **{f"winner {word}": json.dumps({**GOOD, "winner": word}) for word in ("P1", "option 1", "<first>", "Winner: Paper 1", "the former", ["first"])},
    **{f"confidence {word}": json.dumps({**GOOD, "confidence": word}) for word in (".8", "8/10", "80 %")},
}  # fmt: skip


def test_answers_of_many_models_are_read() -> None:
    answers = {name: read_answer(text, VERDICT) for name, text in TEXTS.items()}
    assert {
        name for name, answer in answers.items() if (answer.winner, answer.confidence) != ("first", 0.8)
    } == set()


@pytest.mark.parametrize(
    ("given", "strengths"),
    [
        (
            {"weaknesses": "Few baselines.", "strengths": "Clear."},
            "Strengths:\nClear.\n\nWeaknesses:\nFew baselines.",
        ),
        ({"strengths": "Clear.", "weaknesses": ""}, "Clear."),
        (
            {"limitations": "One data set.", "weaknesses": "Few baselines."},
            "Limitations:\nOne data set.\n\nWeaknesses:\nFew baselines.",
        ),
    ],
)
def test_strengths_and_weaknesses_stand_under_their_own_names_in_any_order(
    given: dict[str, str], strengths: str
) -> None:
    others = {name: "Said." for name in SECTION_KEYS if name != "strengths"}
    answer = read_answer(json.dumps({**REVIEW, "sections": {**others, **given}}), ASSESSMENT)
    assert answer.sections["strengths"] == strengths


def test_empty_limitations_are_no_section() -> None:
    sections = {**{name: "Said." for name in SECTION_KEYS if name != "strengths"}, "limitations": ""}
    with pytest.raises(UnusableAnswerError, match="strengths missing"):
        read_answer(json.dumps({**REVIEW, "sections": sections}), ASSESSMENT)


def test_a_stream_of_odd_shapes_is_read_as_far_as_it_goes() -> None:
    body = b'data: {"choices":[{"delta":{"tool_calls":5,"content":"hi"}}]}\n\ndata: [DONE]\n'
    assert parse_body(body) == {"choices": [{"message": {"content": "hi"}, "finish_reason": None}]}


def test_limitations_stay_apart_from_strengths_and_scores_are_read_through_their_markup() -> None:
    sections = {
        **dict.fromkeys(SECTION_KEYS, "Said."),
        "strengths": ["Clear."],
        "weaknesses": ["Small sample."],
    }
    answer = read_answer(
        json.dumps({**REVIEW, "sections": sections, "rating": "**7**", "rigor": "Rigor: 6"}), ASSESSMENT
    )
    assert answer.sections["strengths"] == "Strengths:\n- Clear.\n\nWeaknesses:\n- Small sample."
    assert (answer.scores["rating"], answer.scores["rigor"]) == (7, 6)
