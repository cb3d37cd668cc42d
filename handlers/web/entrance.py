"""HTTP entrance for requests from Slack: checks size, signature and form before anything is parsed."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.work.timing import Time

MOST_BYTES: Final = 1_000_000
"""Most bytes of a request; Slack's largest have some hundred kilobytes."""
BODY_S: Final = 10.0
"""Seconds that a request's body may take to arrive."""
MOST_AGE_S: Final = 300
"""Seconds that a signature's time may differ from now, as Slack advises against replays."""

log = structlog.get_logger(__name__)


class RefusedRequestError(Exception):
    """Raised for a request that isn't answered; its HTTP `status` and sentence go to the sender."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class HttpEntrance:
    """Passes requests signed by Slack to `handle`, and refuses others."""

    def __init__(
        self, handle: Callable[[Request], Awaitable[Response]], signing_secret: str, time: Time
    ) -> None:
        self._handle = handle
        self._secret = signing_secret.encode()
        self._time = time

    async def answer(self, request: Request) -> Response:
        """Answer one request: 413 for a body too large (unread), 401 if unsigned, 400 if signed but malformed."""
        try:
            body = await _body(request)
            self._check_signature(request, body)
            _check_form(request, body)
        except RefusedRequestError as refusal:
            log.warning("request_refused", status=refusal.status.value, reason=str(refusal))
            return PlainTextResponse(str(refusal), refusal.status, headers={"Connection": "close"})
        except ClientDisconnect:
            return PlainTextResponse("The body never came.", HTTPStatus.BAD_REQUEST)
        return await self._handle(request)

    def _check_signature(self, request: Request, body: bytes) -> None:
        moment = request.headers.get("x-slack-request-timestamp", "")
        refusal = RefusedRequestError(HTTPStatus.UNAUTHORIZED, "This request isn't signed by Slack.")
        if (
            not re.fullmatch(r"[0-9]{1,12}", moment)
            or abs(self._time.now().timestamp() - int(moment)) > MOST_AGE_S
        ):
            raise refusal
        digest = hmac.new(self._secret, b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
        signature = request.headers.get("x-slack-signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(f"v0={digest}".encode(), signature):
            raise refusal


async def _body(request: Request) -> bytes:
    """Return the body. Raises `RefusedRequestError` if it is too large or takes too long."""
    too_large = RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This body is larger than 1 MB.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MOST_BYTES:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise too_large
    except TimeoutError as error:
        raise RefusedRequestError(HTTPStatus.REQUEST_TIMEOUT, "The body took too long to arrive.") from error
    request._body = bytes(body)  # noqa: SLF001 - what `Request.body()` keeps once it has read the stream itself
    return request._body  # noqa: SLF001 - same


def _check_form(request: Request, body: bytes) -> None:
    """Raise `RefusedRequestError` for a body that is neither a JSON object nor a form as Slack sends it."""
    refusal = RefusedRequestError(HTTPStatus.BAD_REQUEST, "This body is no delivery of Slack's.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        text = body.decode()
        if kind == "application/json":
            payload: Any = json.loads(text)
        else:
            fields = parse_qs(text, keep_blank_values=True, max_num_fields=100)
            payload = json.loads(fields["payload"][0]) if "payload" in fields else fields
    except (ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(payload, dict) or not payload:
        raise refusal
