"""Services that listeners and renderers receive: database, commands, people, time, settings, judges."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.judges.interface import Judge
from bot.leagues.viewers import roster_of, viewer_of
from bot.people import People, Roster, Viewer
from bot.questions.search.shelves import Shelves
from bot.settings import Settings
from bot.work.runtime import Runtime
from handlers.blocks.builders import Message
from handlers.slack.words.commands import Commands
from storage.database.engine import Database, Transaction
from storage.leagues.homes import About
from storage.work.delivery import MessageRequest


@dataclass(frozen=True)
class Services:
    """Everything that listeners and renderers may use, created once by `handlers.app`.

    The `forget_…` functions take (workspace, id) and make the next look-up ask Slack again.
    """

    database: Database
    settings: Settings
    commands: Commands
    now: Callable[[], datetime]
    people: Callable[[str], People]
    judges: Mapping[str, Judge]
    runtime: Runtime
    forget_channel: Callable[[str, str], None]
    forget_person: Callable[[str, str, bool | None], None]
    """Forget the cached record of a person, given the workspace id and user id.

    The third argument is whether the person is an admin now, None if unknown.
    """
    forget_workspace: Callable[[str], None]
    permalink: Callable[[str, str, str], Awaitable[str | None]]
    """Function from (workspace, channel, ts) to a message's permalink; None if Slack doesn't give one."""
    shelves: Shelves = field(default_factory=Shelves)
    """Papers of each league, by the words with which people may name them."""
    open_beside: dict[tuple[str, str], str] = field(default_factory=dict)
    """Channel that a person has open beside the bot's direct message, by (workspace, user)."""
    outsiders: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Guests and people who left whose leagues and Home tab follow that already, with what makes them so."""

    async def roster_of_owned(self, workspace: str, user: str) -> Roster:
        """Return the people and channels needed when a person's leagues pass to the workspace's admins."""
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
        """Return a person with their rights in the leagues of a row.

        Asks Slack, so call it before the transaction. `others` are further people whom the use case names.
        """
        return await viewer_of(
            self.database, self.people(workspace), workspace, user, about, row, others=others, members=members
        )


Renderer = Callable[[Transaction, MessageRequest, Services], Awaitable[Message | None]]
"""Function that renders the current state of an outbox message; None if there is nothing to show (any more)."""
