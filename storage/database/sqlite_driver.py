"""SQLite driver that runs a whole statement in one call to the connection's thread.

Aiosqlite's cursors need four to six.
"""

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
    """Cursor that opens, runs, reads all rows and closes in one call to the connection's thread."""

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
        """Columns of the rows, or None for a statement that returns no rows."""
        return self._columns

    @property
    def rowcount(self) -> int:
        """Number of rows that the statement changed."""
        return self._touched

    @property
    def lastrowid(self) -> int:
        """Id of the row that was inserted last."""
        return self._last_id

    def close(self) -> None:
        """Discard the rows that weren't read."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Do nothing: the cursor was closed when its statement ended."""

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
    """Connection that uses `OneVisitCursor`, and rolls back in its thread only if a transaction is open."""

    __slots__ = ()

    _cursor_cls = OneVisitCursor  # type: ignore[assignment]  # its connection is always ours

    def rollback(self) -> None:
        """Roll back an open transaction; the pool calls this for every connection that is returned to it."""
        connection: Any = self._connection
        if connection._connection and connection.in_transaction:  # noqa: SLF001 - as the class it replaces does
            super().rollback()


class OneVisitDriver(AsyncAdapt_aiosqlite_dbapi):
    """SQLAlchemy's adapter of aiosqlite, changed to open a `OneVisitConnection`."""

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """Connect to a database file."""
        return OneVisitConnection(self, super().connect(*arg, **kw)._connection)  # noqa: SLF001 - it is wrapped anew


def driver() -> ModuleType | OneVisitDriver:
    """Return the SQLite driver to pass to `create_async_engine(module=…)`."""
    return OneVisitDriver(__import__("aiosqlite"), sqlite3)
