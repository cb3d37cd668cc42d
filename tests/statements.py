"""The statements that a piece of work sends to the database: each is a round trip."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.database.engine import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent while inside; on SQLite with those that begin a transaction."""
    sent: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", hear)
