"""Reads the replies that threads got after a moment, for links that a restored backup lacks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import seconds_to_wait

PAGE = 200
MOST_PAGES = 10
"""Pages of one thread that are read; a longer one is left there."""
MOST_WAITS = 30

log = structlog.get_logger(__name__)


async def replies_since(
    client: AsyncWebClient,
    channel: str,
    messages: Sequence[dict[str, Any]],
    since: float,
    sleep: Callable[[float], Awaitable[None]],
) -> list[dict[str, Any]]:
    """Return the replies after `since` (seconds since 1970) in the threads of these messages, oldest first."""
    replies: list[dict[str, Any]] = []
    for message in messages:
        if _seconds(message.get("latest_reply")) > since:
            replies += await _thread(client, channel, str(message["ts"]), since, sleep)
    return replies


async def _thread(
    client: AsyncWebClient,
    channel: str,
    thread: str,
    since: float,
    sleep: Callable[[float], Awaitable[None]],
) -> list[dict[str, Any]]:
    """Return a thread's replies after `since`; what Slack refuses to show is left out, with a word in the log."""
    replies: list[dict[str, Any]] = []
    cursor, waits, pages = "", 0, 0
    while pages < MOST_PAGES:
        try:
            answer = await client.conversations_replies(
                channel=channel, ts=thread, oldest=f"{since:.6f}", limit=PAGE, cursor=cursor or None
            )
        except SlackApiError as error:
            if error_code(error) != "ratelimited" or waits >= MOST_WAITS:
                log.warning("thread_not_read", channel=channel, error=error_code(error))
                break
            waits += 1
            await sleep(seconds_to_wait(getattr(error.response, "headers", None)) + 1)
            continue
        pages += 1
        page: list[dict[str, Any]] = answer.get("messages") or []
        replies += [each for each in page if each.get("ts") != thread and _seconds(each.get("ts")) > since]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return replies


def _seconds(ts: object) -> float:
    """Return a message's time as seconds since 1970; 0 for what is none."""
    try:
        return float(str(ts))
    except ValueError:
        return 0.0
