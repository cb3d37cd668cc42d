"""Lists all people of a workspace by `users.list`, within Slack's rate limit; one listing at a time."""

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
"""Accounts per page, Slack's maximum for users.list; 20,000 people take 20 calls."""
CALLS_A_MINUTE = 18
"""Calls of users.list per minute; Slack allows 20, and two are left for other uses."""
MINUTE = timedelta(minutes=1)
MOST_WAITS = 30
"""How many times in a row a listing waits when Slack limits the calls; then it fails."""

log = structlog.get_logger(__name__)

Account = dict[str, Any]


class UserListing:
    """Lists accounts page by page within Slack's rate limit; a second caller waits until the first has finished."""

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
        """Yield pages of accounts of a workspace, or of one of its teams, each with whether more pages follow."""
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
    """Return the cursor of the next page, or "" at the end; also "" if the server repeats the previous cursor."""
    cursor = str((metadata or {}).get("next_cursor") or "")
    return "" if cursor == previous else cursor
