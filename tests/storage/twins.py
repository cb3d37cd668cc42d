"""Two workspaces that hold the same papers, channels and people, told apart only by what is written in them."""

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    CompoundSelect,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    exists,
    literal,
    make_url,
    select,
    text,
    union_all,
)
from sqlalchemy.types import JSON, BigInteger, Boolean

from storage.database.engine import Database
from storage.tables import Base, Workspace
from storage.tables.base import UtcDateTime

OWN, OTHER = "T1", "T2"
SECRET = {OWN: "meadow", OTHER: "quarry"}
"""A word that stands in every text of the one workspace and in none of the other."""
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TABLES = [table for table in Base.metadata.sorted_tables if "workspace_id" in table.c]

_TEXTS = {
    ("papers", "title"), ("papers", "title_raw"), ("papers", "abstract"), ("leagues", "purpose"),
    ("purposes", "text"), ("verdicts", "rationale"), ("votes", "reason"), ("assessments", "contribution"),
    ("judge_pauses", "reason"), ("tournaments", "reason"), ("overrides", "revert_reason"),
}  # fmt: skip

_CHOSEN: dict[tuple[str, str], tuple[Any, Any]] = {
    ("papers", "status"): ("known", "known"),
    ("papers", "search_text"): ("attention paper 1", "attention paper 2"),
    ("papers", "category"): ("cs.CL", "cs.LG"),
    ("papers", "withdrawn"): (False, False),
    ("identifiers", "scheme"): ("arxiv", "arxiv"),
    ("identifiers", "value"): ("1706.03761", "1706.03762"),
    ("entries", "removed_at"): (None, None),
    ("entries", "removed_by"): (None, None),
    ("entries", "merged_into"): (None, None),
    ("papers", "merged_into"): (None, None),
    ("entries", "channel"): ("C1", "C1"),
    ("entries", "message_ts"): ("1.000001", "1.000002"),
    ("entries", "submitted_by"): ("U1", "U2"),
    ("entries", "league_id"): (1, 1),
    ("matches", "league_id"): (1, 1),
    ("ratings", "league_id"): (1, 1),
    ("leagues", "archived_at"): (None, None),
    ("leagues", "channel"): ("C1", "C2"),
    ("leagues", "judges"): (None, None),
    ("leagues", "time_zone"): ("UTC", "UTC"),
    ("leagues", "is_private"): (False, False),
    ("schedules", "kind"): ("digest", "tournament"),
    ("schedules", "channel"): ("C1", "C1"),
    ("schedules", "league_id"): (1, 1),
    ("schedules", "cron"): ("0 9 * * mon-fri", "0 19 * * mon-fri"),
    ("schedules", "time_zone"): ("UTC", "UTC"),
    ("schedules", "active"): (True, True),
    ("tournaments", "status"): ("running", "paused"),
    ("tournaments", "judges"): (["offline"], ["offline"]),
    ("tournaments", "league_id"): (1, 1),
    ("tournaments", "channel"): ("C1", "C1"),
    ("tournaments", "budget_matches"): (30, 30),
    ("matches", "status"): ("decided", "decided"),
    ("matches", "verdict"): ("first", "second"),
    ("matches", "outcome"): ("first", "second"),
    ("matches", "judge"): ("offline", "offline"),
    ("matches", "pool"): ("real", "real"),
    ("verdicts", "kind"): ("verdict", "verdict"),
    ("verdicts", "winner"): ("first", "second"),
    ("polls", "status"): ("open", "closed"),
    ("polls", "result"): (None, "stands"),
    ("polls", "closed_at"): (None, NOW),
    ("polls", "closed_by"): (None, "U1"),
    ("polls", "reminded_at"): (None, None),
    ("polls", "quorum"): (3, 3),
    ("polls", "closes_at"): (NOW + timedelta(days=2), NOW),
    ("votes", "choice"): ("first", "second"),
    ("overrides", "outcome"): ("second", "second"),
    ("overrides", "reverted_at"): (None, None),
    ("assessments", "status"): ("done", "done"),
    ("assessments", "assessor"): ("offline", "offline"),
    ("messages", "status"): ("due", "posted"),
    ("messages", "channel"): ("C1", "C1"),
    ("messages", "kind"): ("card", "match"),
    ("messages", "thread_key"): (None, None),
    ("occurrences", "status"): ("planned", "done"),
    ("seen_links", "channel"): ("C1", "C1"),
    ("seen_links", "message_ts"): ("1.000001", "1.000002"),
    ("spendings", "league_id"): (1, 1),
    ("judge_pauses", "judge"): ("other:judge", "third:judge"),
    ("standings", "league_id"): (1, 1),
    ("standings", "cause"): ("tournament", "tournament"),
}  # fmt: skip
"""Values that the code gives a meaning to, first and second row; for references which row is meant."""

Ids = Mapping[str, tuple[int, int]]


_settled: list[tuple[bytes, Ids, Ids]] = []


async def settle_twins(database: Database) -> tuple[Ids, Ids]:
    """Put a file with both workspaces, two rows in every table, where the database will be; returns each one's ids."""
    file = Path(str(make_url(database.url).database))
    if not _settled:
        first = file.with_name("settled.db")
        ids = await _settle(Database(f"sqlite:///{first}"))
        _settled.append((first.read_bytes(), *ids))
    content, own, other = _settled[0]
    file.write_bytes(content)  # noqa: ASYNC240 - same
    return own, other


async def _settle(database: Database) -> tuple[Ids, Ids]:
    await database.create_tables()
    async with database.transaction(None) as session:
        session.add_all(Workspace(id=name, installed_at=NOW) for name in (OWN, OTHER))
    async with database.connection() as connection:
        own = await connection.run_sync(_fill, OWN)
        other = await connection.run_sync(_fill, OTHER)
    await database.close()
    return own, other


def _fill(connection: Connection, workspace: str) -> dict[str, tuple[int, int]]:
    ids: dict[str, tuple[int, int]] = {}
    for table in TABLES:
        made: list[int] = []
        for place in (0, 1):
            row = {column.name: _value(workspace, table, column, place, ids) for column in table.c}
            key = connection.execute(table.insert().values(**{k: v for k, v in row.items() if v is not ...}))
            assert key.inserted_primary_key is not None
            made.append(key.inserted_primary_key[0])
        ids[table.name] = (made[0], made[1])
    return ids


def _value(workspace: str, table: Table, column: Column[Any], place: int, ids: Ids) -> Any:  # noqa: C901, PLR0912 - a kind of column a line
    chosen = _CHOSEN.get((table.name, column.name))
    if column.name == "workspace_id":
        return workspace
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column.table.name
        if target not in ids:
            return None  # a row of the same table, or of one that refers back
        which = place if chosen is None else chosen[place] - 1
        return ids[target][1 - which if column.name == "second_id" else which]
    if chosen is not None:
        return chosen[place]
    if (table.name, column.name) in _TEXTS:
        return f"{SECRET[workspace]} {column.name} {place + 1}"
    if table.name == "standings" and column.name == "figures":
        return _figures(ids["entries"])
    kind = column.type
    if column.primary_key and isinstance(kind, (Integer, BigInteger)):
        return ...
    if isinstance(kind, (UtcDateTime, DateTime)):
        return None if column.name in {"leased_until", "not_before"} else NOW - timedelta(hours=2 - place)
    if isinstance(kind, JSON):
        return {"text": SECRET[workspace]} if table.name == "audit" else column_default(column)
    if isinstance(kind, LargeBinary):
        return b""
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, (Numeric, Float)):
        return Decimal(1) if isinstance(kind, Numeric) and kind.asdecimal else 1.5
    if isinstance(kind, (Integer, BigInteger)):
        return place + 1
    if column.name in {"user", "by", "created_by", "opened_by", "started_by"}:
        return f"U{place + 1}"
    return f"{column.name}{place + 1}"


def column_default(column: Column[Any]) -> Any:
    """An empty list or object, as the class has it."""
    default: Any = column.default
    return default.arg(None) if default is not None and default.is_callable else {}


def _figures(entries: tuple[int, int]) -> bytes:
    rows = [[entry, 1500.0, 40.0, place, place, place, 2] for place, entry in enumerate(entries, start=1)]
    return zlib.compress(json.dumps(rows).encode())


TOUCHED = "a row of the other workspace"


def guard_other(connection: Connection) -> None:
    """Let SQLite refuse every write to a row of the other workspace with `TOUCHED`."""
    for table in TABLES:
        for kind, side in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            connection.execute(
                text(
                    f"CREATE TRIGGER guard_{table.name}_{kind}_{side} BEFORE {kind} ON {table.name} "
                    f"WHEN {side}.workspace_id = '{OTHER}' BEGIN SELECT RAISE(ABORT, '{TOUCHED}'); END"
                )
            )


def rows_of(connection: Connection, workspace: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a workspace, by table, as the database has it."""
    return {
        table.name: [
            tuple(map(repr, row))
            for row in connection.execute(
                select(table).where(table.c.workspace_id == workspace).order_by(*table.primary_key)
            )
        ]
        for table in TABLES
    }


def crossings(connection: Connection) -> list[str]:
    """References from a row of one workspace to a row of another."""
    return list(connection.scalars(_crossing()))


@cache
def _crossing() -> CompoundSelect[str]:
    """The names of columns that hold such a reference, in one statement: it is asked hundreds of times."""
    crossing = []
    for table in TABLES:
        for column in table.c:
            for key in column.foreign_keys:
                target = key.column.table
                if "workspace_id" in target.c:
                    there = target.alias("there")
                    is_other = table.c.workspace_id != there.c.workspace_id
                    tied = exists().where(column == there.c[key.column.name], is_other)
                    crossing.append(select(literal(f"{table.name}.{column.name}")).where(tied))
    return union_all(*crossing)
