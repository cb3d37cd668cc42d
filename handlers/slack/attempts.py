"""Slack calls whose failure doesn't stop the flow."""

import asyncio
from collections.abc import Awaitable, Collection
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.slack.workspaces.block_support import error_code

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

LACKING = frozenset(
    {
        "unknown_method",
        "not_allowed",
        "method_not_supported",
        "method_deprecated",
        "http_404",
        "http_405",
        "http_501",
    }
)
"""Error codes of servers that lack a method, including `not_allowed…` and `http_…`."""

GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "thread_not_found"})
"""Slack's error codes for a message or channel that no longer exists."""


async def attempt(call: Awaitable[Result], *, besides: Collection[str] = ()) -> Result | None:
    """Await a call to Slack that may fail harmlessly; returns its result, or None if the server lacks the method.

    `besides` are further error codes to ignore; other errors are raised.
    """
    try:
        return await call
    except SlackApiError as error:
        code = error_code(error)
        if code not in LACKING and code not in besides and not code.startswith("not_allowed"):
            raise
        log.warning("done_without", error=code, url=getattr(error.response, "api_url", None))
        return None


async def decorate(call: Awaitable[object], *, within_s: float | None = None) -> None:
    """Await a call that only decorates, such as a status or an emoji; whatever goes wrong with it is logged.

    After `within_s` seconds it is given up, because the answer that it decorates would wait.
    """
    try:
        async with asyncio.timeout(within_s):
            await call
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
        code = error_code(error) if isinstance(error, SlackApiError) else repr(error)
        log.info("decoration_left_out", error=code)
