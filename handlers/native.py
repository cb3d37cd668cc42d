"""Which of Slack's newer block kinds a workspace takes, learned from what it refused."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from handlers.blocks.degrading import LEVELS, degrade
from handlers.blocks.parts import Message

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

REFUSALS = frozenset({"invalid_blocks", "invalid_blocks_format", "unsupported_block", "invalid_attachments"})


class BlocksRefusedError(Exception):
    """A response_url refused the blocks; the Web API's refusal is a `SlackApiError` of its own."""


def error_code(error: SlackApiError) -> str:
    """Slack's word for what went wrong, or `http_404` and the like where a server answered no JSON."""
    response = error.response
    known = getattr(response, "data", response)
    if isinstance(known, dict) and known.get("error"):
        return str(known["error"])
    return f"http_{getattr(response, 'status_code', None) or getattr(response, 'status', None)}"


class Levels:
    """The level (see `degrade`) at which each workspace took blocks last; a workspace starts at 0, native."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def of(self, workspace: str) -> int:
        """The level to begin with."""
        return self._levels.get(workspace, 0)

    def learn(self, workspace: str, level: int) -> None:
        """Remember that everything below this level was refused."""
        if level > self.of(workspace):
            log.info("blocks_refused", workspace=workspace, level=level)
            self._levels[workspace] = level

    async def send(
        self, workspace: str, message: Message, post: Callable[[Message], Awaitable[Answer]]
    ) -> Answer:
        """Post the message in the richest form that the workspace takes.

        `post` raises `SlackApiError` or `BlocksRefusedError` on a refusal; it is raised on when even
        plain text blocks are refused, for then the blocks are wrong and not merely new.
        """
        level = self.of(workspace)
        shown = degrade(message, level)
        while True:
            try:
                answer = await post(shown)
            except (SlackApiError, BlocksRefusedError) as error:
                if isinstance(error, SlackApiError) and error_code(error) not in REFUSALS:
                    raise
                simpler = shown
                while simpler == shown and level < LEVELS - 1:
                    level += 1
                    simpler = degrade(message, level)
                if simpler == shown:
                    raise
                shown = simpler
            else:
                self.learn(workspace, level)
                return answer
