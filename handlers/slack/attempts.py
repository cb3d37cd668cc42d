"""Slack calls whose failure doesn't stop the flow."""

from collections.abc import Awaitable, Collection
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

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
