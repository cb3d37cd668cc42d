"""What listeners and renderers are given: the database, commands, people, time, settings and judges."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.judges.interface import Judge
from bot.people import People
from bot.settings import Settings
from bot.work.runtime import Runtime
from handlers.blocks.builders import Message
from handlers.commands import Commands
from storage.database.engine import Database, Transaction
from storage.work.outbox import Wanted


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


Renderer = Callable[[Transaction, Wanted, Services], Awaitable[Message | None]]
"""Renders the newest state of an outbox message from the tables; None: there is nothing to show (any more)."""
