"""Statements that every feature writes: insert or update, count the rows touched, and read many numbers as one text."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, CursorResult, Insert, String, func
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import Executable

from storage.database.engine import Transaction
from storage.tables import Base

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Row = TypeVar("Row")


def upsert(session: Transaction, table: type[Base]) -> Any:
    """The dialect's INSERT, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    build = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    return build(table)


async def insert_once(session: Transaction, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same unique key is there; returns whether it was inserted."""
    statement: Insert = upsert(session, table).values(**values).on_conflict_do_nothing()
    return await changed(session, statement) == 1


async def changed(session: Transaction, statement: Executable) -> int:
    """Execute an update or delete and return how many rows it touched."""
    result = await session.execute(
        statement, execution_options={"synchronize_session": False, "preserve_rowcount": True}
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def batched(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Ids or rows in runs of at most `size`: databases take only so many parameters."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def gathered(*columns: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """The numbers of a group's rows in one text, for `numbers`: a tenth of the time of a row each."""
    texts: list[ColumnElement[Any]] = [sql_cast(column, String) for column in columns]
    return func.aggregate_strings(reduce(lambda before, text: before + " " + text, texts), " ")


def numbers(text: str, width: int) -> Ints:
    """What `gathered` wrote of `width` columns: a row each, in no particular order."""
    return np.fromstring(text, dtype=np.int64, sep=" ").reshape(-1, width)
