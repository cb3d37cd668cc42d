"""What listeners and renderers are given: the database, commands, people, time, settings and judges."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.judges.interface import Judge
from bot.leagues.viewers import roster_of, viewer_of
from bot.people import People, Roster, Viewer
from bot.questions.shelves import Shelves
from bot.settings import Settings
from bot.work.runtime import Runtime
from handlers.blocks.builders import Message
from handlers.commands import Commands
from storage.database.engine import Database, Transaction
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


@dataclass(frozen=True)
class Services:
    """Everything a feature's Slack side may use; made once by `handlers.app`.

    `forget_…` (workspace, id) ask Slack afresh.
    """

    database: Database
    settings: Settings
    commands: Commands
    now: Callable[[], datetime]
    people: Callable[[str], People]
    judges: Mapping[str, Judge]
    runtime: Runtime
    forget_channel: Callable[[str, str], None]
    forget_person: Callable[[str, str], None]
    forget_workspace: Callable[[str], None]
    permalink: Callable[[str, str, str], Awaitable[str | None]]
    """(workspace, channel, ts) → the address of a message, None where Slack doesn't say."""
    shelves: Shelves = field(default_factory=Shelves)
    """Every league's papers as people name them."""
    open_beside: dict[tuple[str, str], str] = field(default_factory=dict)
    """By workspace and person, the channel they look at beside the bot's direct message."""

    async def roster_of_owned(self, workspace: str, user: str) -> Roster:
        """What must be known of the leagues that a person owns when they leave them to the workspace's admins."""
        return await roster_of(
            self.database, self.people(workspace), workspace, About.OWNER, user, admins=True
        )

    async def viewer(
        self,
        workspace: str,
        user: str,
        about: About,
        row: int | str = 0,
        *,
        others: Collection[str] = (),
        members: bool = False,
    ) -> Viewer:
        """A person with what use cases must know of the leagues that a row is about; asks Slack, so before they begin."""
        return await viewer_of(
            self.database, self.people(workspace), workspace, user, about, row, others=others, members=members
        )


Renderer = Callable[[Transaction, MessageRequest, Services], Awaitable[Message | None]]
"""Renders the newest state of an outbox message from the tables; None: there is nothing to show (any more)."""
