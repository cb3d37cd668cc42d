"""Keeps how a judge's server wants to be asked, so that a restart doesn't learn it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol, cast
from zlib import crc32

from bot.judges.interface import Judge
from bot.work.runtime import Runtime
from storage import spending
from storage.database.engine import Transaction

FORM: Final = "form of request"
"""Name under which this process remembers what a workspace's row of a judge holds."""


class Habits(Protocol):
    """What a judge has learned about its server; `bot.judges.llm.model_client.ModelClient` is the real one."""

    has_recalled: bool

    def recall(self, values: Mapping[str, Any] | None) -> None:
        """Begin with the form of request in these values; None if nothing was stored."""
        ...

    def news(self) -> Mapping[str, Any] | None:
        """Return the form of request if it isn't the one that was recalled, else None."""
        ...


async def recall_form(runtime: Runtime, workspace: str, name: str) -> None:
    """Let a judge begin with the form of request that the workspace's row holds, until it has one or an answer."""
    habits = _habits_of(runtime.judge(name))
    if habits is None or habits.has_recalled:
        return
    async with runtime.database.reading(workspace) as session:
        habits.recall(await spending.request_form(session, name))


async def note_form(session: Transaction, runtime: Runtime, name: str, now: datetime) -> None:
    """Store a judge's form of request if its server taught it another one than this workspace's row holds."""
    habits = _habits_of(runtime.judge(name))
    form = None if habits is None else habits.news()
    key = crc32(name.encode())
    if form is None or session.recall(FORM, key) == form:
        return
    await spending.store_request_form(session, name, form, now)
    session.remember(FORM, key, form)  # once the transaction is committed, not before


def _habits_of(judge: Judge | None) -> Habits | None:
    return cast("Habits | None", getattr(judge, "habits", None))
