"""Remembers which of Slack's newer block kinds a workspace accepts, learned from its refusals."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from handlers.blocks.builders import Message
from handlers.blocks.degrading import LEVELS, degrade
from storage.database.engine import Database
from storage.workspaces import workspace_rows

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

REFUSALS = frozenset({"invalid_blocks", "invalid_blocks_format", "unsupported_block", "invalid_attachments"})

RETRIED_AFTER = timedelta(days=30)
"""After this time refused blocks are tried again, because workspaces get new features."""


class BlocksRefusedError(Exception):
    """A response_url refused the blocks of a message; the Web API raises `SlackApiError` instead."""


def error_code(error: SlackApiError) -> str:
    """Return Slack's error code, or `http_404` and the like if the server's answer wasn't JSON."""
    response = error.response
    answer = getattr(response, "data", response)
    if isinstance(answer, dict) and answer.get("error"):
        return str(answer["error"])
    return f"http_{getattr(response, 'status_code', None) or getattr(response, 'status', None)}"


class Levels:
    """Remembers how much messages must be simplified (see `degrade`) for each workspace, at first not at all.

    With a database, that survives restarts and richer messages are tried again after `RETRIED_AFTER`.
    """

    def __init__(self) -> None:
        self._levels: dict[str, tuple[int, datetime | None]] = {}
        self._database: Database | None = None
        self._now: Callable[[], datetime] | None = None

    def remember_in(self, database: Database, now: Callable[[], datetime]) -> None:
        """Store learned levels in this database."""
        self._database, self._now = database, now

    async def of(self, workspace: str) -> int:
        """Return the level of simplification for messages to a workspace: 0 as is, 1 without charts, 2 text only."""
        entry = self._levels.get(workspace)
        if entry is None:
            entry = (0, None)
            if self._database is not None:
                async with self._database.reading(None) as session:
                    entry = await workspace_rows.level(session, workspace) or entry
            self._levels[workspace] = entry
        level, since = entry
        if since is not None and self._now is not None and self._now() - since > RETRIED_AFTER:
            return 0
        return level

    async def learn(self, workspace: str, level: int) -> None:
        """Record that a workspace refused all levels below this one."""
        if level <= await self.of(workspace):
            return
        log.info("blocks_refused", workspace=workspace, level=level)
        since = None if self._now is None else self._now()
        self._levels[workspace] = (level, since)
        if self._database is not None and since is not None:
            async with self._database.transaction(None) as session:
                await workspace_rows.learn_level(session, workspace, level, since)

    async def send(
        self, workspace: str, message: Message, post: Callable[[Message], Awaitable[Result]]
    ) -> Result:
        """Post a message in the richest form that the workspace accepts.

        `post` raises `SlackApiError` or `BlocksRefusedError` on a refusal. The refusal is raised on if even plain text
        blocks are refused, because then the blocks are invalid.
        """
        level = await self.of(workspace)
        content = degrade(message, level)
        while True:
            try:
                answer = await post(content)
            except (SlackApiError, BlocksRefusedError) as error:
                if isinstance(error, SlackApiError) and error_code(error) not in REFUSALS:
                    raise
                simpler = content
                while simpler == content and level < LEVELS - 1:
                    level += 1
                    simpler = degrade(message, level)
                if simpler == content:
                    raise
                content = simpler
            else:
                await self.learn(workspace, level)
                return answer
