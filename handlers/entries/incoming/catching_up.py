"""Takes in links that were posted between a backup and its restore, from the history of the leagues' channels."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.entries import intake
from bot.papers import links
from handlers.entries.incoming.channel_history import FEW, PAGE, PAUSE_S, SLOW_PAUSE_S
from handlers.slack.services import Services
from handlers.slack.words.mentions import is_persons
from handlers.slack.workspaces.block_support import error_code
from storage.leagues import league_rows
from storage.workspaces import restored_copies

log = structlog.get_logger(__name__)


async def catch_up(
    services: Services, client: AsyncWebClient, workspace: str, bot_user: str | None, since: datetime
) -> None:
    """Take in the links posted in the channels of a workspace's leagues since a moment; known links are skipped.

    A channel whose history can't be read is skipped and logged. Replies in threads aren't read.
    """
    async with services.database.reading(workspace) as session:
        leagues = [(league.id, league.channel) for league in await league_rows.all_of(session)]
    for league, channel in leagues:
        try:
            messages = [
                message
                async for message in _since(services, client, channel, since)
                if is_persons(message) and message.get("user") not in {None, bot_user}
            ]
        except SlackApiError as error:
            log.warning("not_caught_up", workspace=workspace, channel=channel, answer=error_code(error))
            continue
        for message in reversed(messages):
            await _take_in(services, workspace, league, channel, message)
    async with services.database.transaction(workspace) as session:
        await restored_copies.mark_caught_up(session, workspace)
    log.info("caught_up", workspace=workspace, leagues=len(leagues))


async def _since(
    services: Services, client: AsyncWebClient, channel: str, since: datetime
) -> AsyncIterator[Mapping[str, Any]]:
    """Yield a channel's messages since a moment, newest first, as fast as Slack allows."""
    cursor = ""
    while True:
        answer = await client.conversations_history(
            channel=channel, oldest=f"{since.timestamp():.6f}", limit=PAGE, cursor=cursor or None
        )
        messages: list[dict[str, Any]] = answer.get("messages") or []
        for message in messages:
            yield message
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor or not messages:
            return
        await services.runtime.time.sleep(SLOW_PAUSE_S if len(messages) == FEW else PAUSE_S)


async def _take_in(
    services: Services, workspace: str, league: int, channel: str, message: Mapping[str, Any]
) -> None:
    references = links.of_message(message)
    if not references:
        return
    async with services.database.transaction(workspace) as session:
        await intake.take_in(
            session, league=league, references=references, user=str(message["user"]), channel=channel,
            ts=str(message["ts"]), thread_ts=message.get("thread_ts"), assessors=services.settings.assessors,
            now=services.now(), handed=False,
        )  # fmt: skip
