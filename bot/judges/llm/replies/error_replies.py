"""Classifies a server's error by status, code and text, for all providers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Meaning = Literal["account", "limited", "failed", "refused", "large", "cut", "unusable", "request"]
"""Class of an error, by its cause.

account: the judge's key, money, region or model. limited: wait. failed: the server. refused: by the model. large: the
prompt is too long. cut: the answer's tokens were used up. unusable: a broken answer. request: our request is wrong.
"""

_MOST_WORDS = 240
_SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """A parsed error: HTTP status (or the code inside), code in small letters, and the server's words."""

    status: int
    code: str
    words: str
    error: Mapping[str, Any] = field(default_factory=dict)

    @property
    def everything(self) -> str:
        """Code and words in small letters, for searching."""
        return f"{self.code} {self.words}".casefold()


def read_error(status: int, body: object) -> ErrorReply:
    """Parse an error of any server: OpenAI, Anthropic, Google, FastAPI, TGI, Ollama, or a proxy's error page."""
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, str):
        return ErrorReply(status, "", _plain_page(body))
    if not isinstance(body, Mapping):
        return ErrorReply(status, "", "")
    inner = body.get("error") or body.get("base_resp") or body
    error: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {**body, "message": inner}
    words = next(
        (
            error[key]
            for key in ("message", "detail", "error_message", "msg", "status_msg", "title")
            if error.get(key)
        ),
        "",
    )
    words = words if isinstance(words, str) else json.dumps(words)
    metadata = error.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("raw"):
        words = f"{words}: {_inner_words(metadata['raw'])}"
    codes = [
        str(error[key])
        for key in ("code", "type", "status", "param", "error_type", "reason")
        if error.get(key) is not None
    ]
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping):
            codes += [str(detail["reason"])] if detail.get("reason") else []
            codes += [
                str(violation.get("quotaId"))
                for violation in detail.get("violations") or ()
                if isinstance(violation, Mapping) and violation.get("quotaId")
            ]
    inside = error.get("code")
    if not isinstance(inside, int) or isinstance(inside, bool):
        inside = int(inside) if isinstance(inside, str) and re.fullmatch(r"[45]\d\d", inside) else 0
    return ErrorReply(inside if status < 400 and inside else status, " ".join(codes).casefold(), words, error)  # noqa: PLR2004 - HTTP


def _inner_words(raw: object) -> str:
    """Return the error text of the server behind a router, which passes it on as JSON or as a text."""
    try:
        inner = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        inner = raw
    return read_error(0, inner).words or str(raw)


def _plain_page(text: str) -> str:
    if "<" in text[:200]:
        title = re.search(r"<title[^<>]{0,100}>([^<]{1,200})", text[:5_000], re.IGNORECASE)
        return " ".join(title[1].split()) if title else ""
    return text


_LARGE = re.compile(
    r"context[ _](?:length|window|size)|maximum context|n_ctx|too many (?:input )?tokens|prompt is too long"
    r"|input is too long|(?:input|prompt|inputs?) tokens? (?:\w+ ){0,3}exceed|exceeds? the (?:maximum|available|model)"
    r"|maximum (?:number of )?(?:input |prompt )?tokens|exceed_context_size|context_length|string_above_max"
    r"|tokens? \+ `?max_new_tokens|input token count|max_model_len|longer than the (?:model|maximum)"
    r"|reduce the length|prompt too long"
)
_TOO_LARGE_FOR_ACCOUNT = re.compile(
    r"request too large|request_too_large|payload too large|entity too large|body too large"
)
_ACCOUNT = re.compile(
    r"insufficient_quota|insufficient[ _](?:quota|balance|credits?|funds)|billing|payment|credit balance|out of credits?"
    r"|more credits|purchase|subscription|no (?:active )?plan|spend(?:ing)? limit|hard limit|exceeded your current quota"
    r"|invalid[ _]api[ _]key|incorrect api key|api[ _]key[ _](?:invalid|not valid|not found|expired)|api key (?:not valid|expired|is)"
    r"|x-api-key|invalid (?:key|token|credentials)|unauthori[sz]ed|authenti(?:cation|cate)|permission|forbidden|access denied"
    r"|not (?:have|granted) access|no access|access_terminated|account|deactivated|disabled|suspended"
    r"|organi[sz]ation (?:must|has|is|not)|must be verified|verify (?:your )?organi[sz]ation|verification"
    r"|unsupported_country|country|region|territory|location is not supported|geograph"
    r"|model[ _]not[ _]found|no such model|unknown model|invalid model|does not exist|not found|no models? loaded"
    r"|is not a valid model|deploymentnotfound|no endpoints found|deprecated|decommissioned|retired"
    r"|usage limits?|budget(?: has been |_)exceeded|restricted"
    r"|terms (?:of|and)|data policy|privacy|not enabled|has not been used in project|service_disabled|whitelist|allow ?list"
)
_SURELY_ACCOUNT = re.compile(
    r"must be verified|organi[sz]ation (?:has been|is) (?:disabled|restricted|suspended)"
    r"|spend(?:ing)? limit|blocked_api_access"
)
"""Words about the account, whatever parameter the server names beside them."""
_MONEY = re.compile(r"quota|billing|credit|balance|budget|\bplan\b|fund|payment|余额不足|欠费|充值")
_NOTHING_ALLOWED = re.compile(r"\blimit: ?0\b(?![.,]\d)")
"""Words of a quota that allows no call at all, such as Google's for models without a free tier."""
_CUT = re.compile(r"could not finish the message|max_tokens or model output limit was reached")
_NO_SUCH_WAY = re.compile(
    r"no endpoints found that (?:support|can handle)[^.]{0,40}(?:parameters|tool|response_format|structured)"
)
"""Words of OpenRouter if the model's servers take neither schema nor tool, or another of the request's settings."""
_WAIT_DESPITE_QUOTA = re.compile(
    r"resource has been exhausted|per ?minute|per ?day|perminute|perday|per ?second|rate[ _]limit|\brpm\b|\btpm\b|\brpd\b|\btpd\b"
)
_LIMITED = re.compile(
    r"rate[ _-]?limit|too many requests|slow down|throttl|resource_exhausted|overloaded|capacity|busy|concurren"
    r"|quota|try again (?:later|in)|queue is full"
)
_REFUSED = re.compile(
    r"content[ _](?:filter|policy|management)|responsibleai|moderation|flagged|usage polic|safety|prohibited|blocked"
    r"|invalid_prompt|harmful"
)
_FAILED = re.compile(
    r"overloaded|unavailable|timed? ?out|timeout|internal(?: server)? error|server_error|bad gateway|gateway"
    r"|loading model|model (?:is )?(?:currently )?loading|unloaded|crashed|terminated|out of memory|cuda|upstream"
    r"|temporar|connection (?:reset|refused|error)|provider returned error|no healthy"
)
_UNUSABLE = re.compile(
    r"failed_generation|json_validate_failed|failed to generate json|tool_use_failed|failed to (?:parse|call) (?:the )?(?:tool|function)"
    r"|output_parse_failed|model (?:output|produced|generated) (?:invalid|malformed)|malformed_function_call|could not parse model"
)
_NOT_LOADED = re.compile(r"unloaded|crashed|loading model|overloaded|model is loading|channel error")
_HTTP_FAILED = {408, 409, 424, 425}
"""HTTP statuses of time-outs and failed generation (424 of TGI)."""
_HTTP_LIMITED = {429, 498}
"""HTTP statuses of a server that asks to wait (498: Groq has no room left for calls of lower priority)."""
_TOO_LARGE, _SERVER = 413, 500
_KEY_REFUSED = {401, 402, 403, 404, 405, 407, 410, 451}


def meaning_of(reply: ErrorReply) -> Meaning:
    """Return the class of an error; an unexplained refusal is `request`, which may be asked in another way."""
    words, status = reply.everything, reply.status
    if "failed_generation" in reply.error or _UNUSABLE.search(words):
        return "unusable"
    if _TOO_LARGE_FOR_ACCOUNT.search(words) or _asks_more_than_its_limit(words):
        return "large"
    if _CUT.search(words):
        return "cut"
    if status in _HTTP_LIMITED:
        return "account" if _needs_money(reply) else "limited"
    if status >= _SERVER or status in _HTTP_FAILED:
        return "request" if _is_about_request(words) else "failed"
    if status < 400:  # noqa: PLR2004 - an error inside a success, without a code
        return _from_words(words)
    return _of_refusal(status, words)


def _needs_money(reply: ErrorReply) -> bool:
    """Return whether "too many requests" is about money, so that waiting doesn't help."""
    words = reply.everything
    if _NOTHING_ALLOWED.search(words) and _MONEY.search(words):
        return True
    waits = _WAIT_DESPITE_QUOTA.search(words) or "retryinfo" in _details(reply)
    return not waits and _MONEY.search(words) is not None


def _of_refusal(status: int, words: str) -> Meaning:
    """Return the class of any other status from 400 to 499."""
    if _LARGE.search(words) or status == _TOO_LARGE:
        return "large"
    if _NO_SUCH_WAY.search(words):
        return "request"
    if _SURELY_ACCOUNT.search(words):
        return "account"
    if _REFUSED.search(words) and not re.search(r"country|region|data policy|parameter", words):
        return "refused"
    if status in _KEY_REFUSED:
        return "failed" if _NOT_LOADED.search(words) else "account"
    if _ACCOUNT.search(words) and not _is_about_request(words):
        return "account"
    return "failed" if _NOT_LOADED.search(words) else "request"


def _from_words(words: str) -> Meaning:
    if _NO_SUCH_WAY.search(words):
        return "request"
    if _FAILED.search(words):
        return "failed"
    if _LARGE.search(words):
        return "large"
    if _LIMITED.search(words) and not re.search(r"insufficient|billing|credit", words):
        return "limited"
    if _ACCOUNT.search(words):
        return "account"
    return "request" if _is_about_request(words) else "failed"


def _asks_more_than_its_limit(words: str) -> bool:
    """Return whether a token limit is smaller than this one request, so that waiting never helps."""
    match = re.search(
        r"limit:? (\d[\d,]*)[^\d]{1,40}(?:used:? \d[\d,]*[^\d]{1,20})?requested:? (\d[\d,]*)", words
    )
    return match is not None and int(match[2].replace(",", "")) > int(match[1].replace(",", ""))


def _details(reply: ErrorReply) -> str:
    return json.dumps(reply.error.get("details", "")).casefold()


_REQUEST_WORDS = re.compile(
    r"grammar|schema|response_format|response format|structured output|output_format|output_config|json mode|json_object"
    r"|\btools?\b|tool_choice|function[ _]call|parameter|unsupported_value|extra inputs|unrecognized|unknown (?:name|field)"
    r"|thinking|reasoning_effort|max_tokens|max_completion_tokens|unsupported param|sampler|required for format"
)


def _is_about_request(words: str) -> bool:
    return _REQUEST_WORDS.search(words) is not None


def is_about_mode(reply: ErrorReply) -> bool:
    """Return whether a server's error complains about how the form was requested: as a schema, a tool or JSON mode."""
    return (
        re.search(
            r"grammar|schema|response[ _]format|structured[ _]output|output_format|output_config\.format|json[ _]mode"
            r"|json_object|\btools?\b|tool_choice|function[ _]call|responsemimetype|response_mime_type",
            reply.everything,
        )
        is not None
    )


_SECRET = re.compile(
    r"\b(?:sk|pk|rk|gsk|hf|xai|key|org|proj|req|user|acct)[-_][A-Za-z0-9*_.-]{4,}|AIza[\w-]{10,}|\b[A-Za-z0-9_-]{32,}\b"
    r"|[\w.+-]+@[\w-]+\.[\w.]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{20,}"
)


def masked(words: str, *secrets: str) -> str:
    """Return a provider's error text as one short line for people, without keys, accounts or URLs."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            words = words.replace(secret, "…")
    line = " ".join(_SECRET.sub("…", "".join(c if c.isprintable() else " " for c in words)).split())
    return line if len(line) <= _MOST_WORDS else line[:_MOST_WORDS].rsplit(" ", 1)[0] + " …"
