"""SQLite's driver: each statement is one visit to its connection's thread, where aiosqlite's cursors take four to six."""

import sqlite3
from collections import deque
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import immutabledict


class OneVisitCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that opens, runs, reads to the end and closes in one go; it holds nothing of the connection after."""

    __slots__ = ("_columns", "_last_id", "_touched")

    def __init__(self, adapt_connection: "OneVisitConnection") -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the class it replaces does
        self._soft_closed_memoized = immutabledict()
        self._rows = deque()
        self._columns: Any = None
        self._touched, self._last_id = -1, 0

    @property
    def description(self) -> Any:
        """Columns of the rows; None for a statement without any."""
        return self._columns

    @property
    def rowcount(self) -> int:
        """Rows touched by the statement."""
        return self._touched

    @property
    def lastrowid(self) -> int:
        """Id of the row inserted last."""
        return self._last_id

    def close(self) -> None:
        """Forget the rows that weren't read."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is open by now."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._visit(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._visit(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _visit(self, run: Callable[[sqlite3.Cursor], object]) -> None:
        connection: Any = self._connection

        def whole() -> tuple[Any, int, int | None, list[Any]]:
            cursor = connection._conn.cursor()  # noqa: SLF001 - aiosqlite names its sqlite3 connection so
            try:
                run(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:  # noqa: SLF001 - as the class it replaces does
            self._columns, self._touched, last_id, rows = await connection._execute(whole)  # noqa: SLF001 - same
        self._last_id = last_id or 0
        self._rows = deque(rows)


class OneVisitConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with such cursors; it visits its thread for a rollback only where there is something to roll back."""

    __slots__ = ()

    _cursor_cls = OneVisitCursor  # type: ignore[assignment]  # its connection is always ours

    def rollback(self) -> None:
        """Roll back, as the pool does with every connection that comes back."""
        connection: Any = self._connection
        if connection._connection and connection.in_transaction:  # noqa: SLF001 - as the class it replaces does
            super().rollback()


class OneVisitDriver(AsyncAdapt_aiosqlite_dbapi):
    """SQLAlchemy's adapter of aiosqlite, with connections of ours."""

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Connect to a file."""
        return OneVisitConnection(self, super().connect(*arg, **kw)._connection)  # noqa: SLF001 - it is wrapped anew


def driver() -> ModuleType | OneVisitDriver:
    """Return the driver for `create_async_engine(module=…)`."""
    return OneVisitDriver(__import__("aiosqlite"), sqlite3)
