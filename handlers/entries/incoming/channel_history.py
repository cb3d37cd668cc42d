"""Reads a channel's history for links: newest first, within Slack's rate limits, and says so if it can't."""

import asyncio
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.entries import channel_history
from bot.entries.channel_history import PastLinks
from bot.papers import links
from handlers.entries.incoming import channel_history_view
from handlers.slack.calls import Call
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import seconds_to_wait

PAGE = 200
MOST_MESSAGES = 5_000
PAUSE_S = 1.5
FEW = 15
"""Messages per call for apps distributed outside Slack's Marketplace, which get one call per minute."""
SLOW_PAUSE_S = 61
MOST_WAITS = 30
"""How many times in a row an import waits when Slack limits the calls; then it ends."""
FORBIDDEN = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "not_allowed_token_type"})

log = structlog.get_logger(__name__)
_running: set[asyncio.Task[None]] = set()


def in_background(call: Call, league: int, channel: str) -> None:
    """Start reading a channel's history without waiting; an interrupted reading continues when requested again."""
    task = asyncio.create_task(bring_in(call, league, channel))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def bring_in(call: Call, league: int, channel: str) -> None:
    """Read a channel's old messages, add the papers they link to, and tell the person how many."""
    new, messages, cursor, ending = 0, 0, "", ""
    is_slow, waits = False, 0
    while messages < MOST_MESSAGES:
        if messages:
            await call.services.runtime.time.sleep(SLOW_PAUSE_S if is_slow else PAUSE_S)
        try:
            answer = await call.client.conversations_history(
                channel=channel, limit=PAGE, cursor=cursor or None
            )
        except SlackApiError as error:
            if (
                error_code(error) == "ratelimited" and waits < MOST_WAITS
            ):  # two imports share the minute's one call
                waits += 1
                is_slow = await _say_slow(call, channel, said=is_slow)
                await call.services.runtime.time.sleep(
                    seconds_to_wait(getattr(error.response, "headers", None)) + 1
                )
                continue
            ending = _why(error)
            log.warning("import_stopped", channel=channel, error=error_code(error))
            break
        waits = 0
        batch: list[dict[str, Any]] = answer.get("messages") or []
        messages += len(batch)
        past_links = [link for message in batch if (link := _found(message, call.bot_user)) is not None]
        async with call.services.database.transaction(call.workspace) as session:
            new += await channel_history.take_in(
                session,
                league,
                channel,
                past_links,
                assessors=call.services.settings.assessors,
                now=call.services.now(),
            )
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor or not batch:
            break
        if len(batch) == FEW:
            is_slow = await _say_slow(call, channel, said=is_slow)
    await call.answer(f"{channel_history_view.brought_in(new, messages, channel)}{ending}")


async def _say_slow(call: Call, channel: str, *, said: bool) -> bool:
    """Tell the person, unless `said`, that Slack slows the import down; always returns True."""
    if not said:
        log.info("history_is_limited", channel=channel)
        await call.answer(channel_history_view.import_is_slow(channel))
    return True


def _why(error: SlackApiError) -> str:
    code = error_code(error)
    if code in FORBIDDEN:
        return f" {channel_history_view.FORBIDDEN}"
    if code == "ratelimited":
        return f" {channel_history_view.LIMITED}"
    return f" {channel_history_view.broken_off(code)}"


def _found(message: dict[str, Any], bot_user: str) -> PastLinks | None:
    user, ts = str(message.get("user") or ""), str(message.get("ts") or "")
    references = links.of_message(message)
    if not user or user == bot_user or message.get("bot_id") or not ts or not references:
        return None
    return PastLinks(user, ts, tuple(references))
