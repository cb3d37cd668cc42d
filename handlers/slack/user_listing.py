"""Lists everybody of a workspace by `users.list`, at the pace of its tier; one listing at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.outages import seconds_to_wait

PAGE = 1_000
"""Slack's most for users.list: 20,000 people are 20 calls."""
CALLS_A_MINUTE = 18
"""Tier 2 allows 20; two are left to others."""
MINUTE = timedelta(minutes=1)
MOST_WAITS = 30
"""So often in a row a listing waits as Slack asks before it gives up."""

log = structlog.get_logger(__name__)

Account = dict[str, Any]


class UserListing:
    """Pages of accounts, paced; whoever lists meanwhile waits for the turn of the other."""

    def __init__(
        self,
        client: AsyncWebClient,
        workspace: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._now = now
        self._sleep = sleep
        self._calls: deque[datetime] = deque(maxlen=CALLS_A_MINUTE)
        self.turn = asyncio.Lock()

    async def pages(self, team: str | None) -> AsyncIterator[tuple[list[Account], bool]]:
        """Yield the accounts of a workspace, or of one team of an organisation, by page, and whether more follow."""
        cursor = ""
        while True:
            answer = await self._page(team, cursor)
            cursor = next_cursor(answer.get("response_metadata"), cursor)
            yield list(answer.get("members") or ()), bool(cursor)
            if not cursor:
                return

    async def _page(self, team: str | None, cursor: str) -> Any:
        for _ in range(MOST_WAITS):
            await self._pace()
            try:
                return await self._client.users_list(limit=PAGE, cursor=cursor or None, team_id=team)
            except SlackApiError as error:
                if error_code(error) != "ratelimited":
                    raise
                seconds = seconds_to_wait(getattr(error.response, "headers", None))
                log.info("listing_waits", workspace=self._workspace, seconds=seconds)
                await self._sleep(seconds)
        return await self._client.users_list(limit=PAGE, cursor=cursor or None, team_id=team)

    async def _pace(self) -> None:
        if len(self._calls) == CALLS_A_MINUTE:
            wait = (self._calls[0] + MINUTE - self._now()).total_seconds()
            if wait > 0:
                await self._sleep(wait)
        self._calls.append(self._now())


def next_cursor(metadata: Any, previous: str) -> str:
    """Return the next page's cursor; empty at the end, also where a server repeats the cursor it was given."""
    cursor = str((metadata or {}).get("next_cursor") or "")
    return "" if cursor == previous else cursor
