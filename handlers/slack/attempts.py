"""Slack calls that a flow can do without."""

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
"""What servers say of methods they don't have; `not_allowed…` and `http_…` included."""

GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "thread_not_found"})
"""What Slack says of a message that was there a moment ago."""


async def attempt(call: Awaitable[Result], *, besides: Collection[str] = ()) -> Result | None:
    """Await a Slack call that the flow can do without; None, and a log line, where the method is lacking.

    `besides` names further answers that leave the flow as it is.
    """
    try:
        return await call
    except SlackApiError as error:
        code = error_code(error)
        if code not in LACKING and code not in besides and not code.startswith("not_allowed"):
            raise
        log.warning("done_without", error=code, url=getattr(error.response, "api_url", None))
        return None
