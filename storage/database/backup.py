"""Back up the SQLite database while the bot runs, and restore a backup while it is stopped."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.database.engine import alone
from storage.errors import BadRequestError

UNKNOWN = 100_000
"""How many ids to skip after a restore when the replaced database can't be read, so that no id is used twice."""


def file_of(database_url: str) -> Path:
    """Return the path of the SQLite file in a database URL. Raises `BadRequestError` for other databases."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BadRequestError("This copies SQLite only. On PostgreSQL use pg_dump and pg_restore.")
    return Path(url.database)


def backup(database_url: str, target: Path) -> None:
    """Copy the SQLite database to `target` with SQLite's online backup.

    `target` appears only after the copy was checked.
    """
    source = file_of(database_url)
    if not source.exists():
        raise BadRequestError(f"There is no database at {source}.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
            live.backup(copy)
            _check(copy, source)
        partial.replace(target)
    except sqlite3.OperationalError as error:
        partial.unlink(missing_ok=True)
        raise BadRequestError(f"{source} can't be copied to {target}: {error}.") from error
    except sqlite3.DatabaseError as error:
        partial.unlink(missing_ok=True)
        raise BadRequestError(f"{source} isn't a SQLite database, or is damaged: {error}.") from error
    except OSError as error:
        raise BadRequestError(f"{target} can't be written: {error.strerror}.") from error


def restore(database_url: str, source: Path, now: datetime) -> Path | None:
    """Replace the database with a backup; return the path of the saved old database, or None if there was none.

    Each old database is saved under a name with the time of the restore. New rows get ids above the highest of both
    databases, so that no id is used twice. Raises `SettingsError` while the bot runs.
    """
    target = file_of(database_url).resolve()
    if not source.exists():
        raise BadRequestError(f"There is no file {source}.")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        _check(copy, source)
    with alone(database_url):
        try:
            newest = _newest_ids(target)
            earlier = _set_aside(target, now)
            with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(target)) as live:
                copy.backup(live)
                _number_on(live, newest)
        except (OSError, sqlite3.DatabaseError) as error:
            raise BadRequestError(f"{target} can't be written: {error}.") from error
    return earlier


def _set_aside(target: Path, now: datetime) -> Path | None:
    """Save the current database beside itself: a copy if it is readable, otherwise the damaged file; return the path."""
    if not target.exists():
        return None
    stamp = f"{target.name}.before-restore-{now:%Y%m%dT%H%M%SZ}"
    copy = target.with_name(stamp)
    number = 1
    while copy.exists():
        number += 1
        copy = target.with_name(f"{stamp}-{number}")
    try:
        backup(f"sqlite:///{target}", copy)
    except BadRequestError:
        for ending in ("", "-wal", "-shm"):
            file = target.with_name(target.name + ending)
            if file.exists():
                file.replace(copy.with_name(copy.name + ending))
    return copy


def _newest_ids(file: Path) -> dict[str, int] | None:
    """Return the highest id of each table in a database file, or None if the file can't be read."""
    if not file.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as live:
            ids = {
                name: live.execute(f'SELECT max(id) FROM "{name}"').fetchone()[0] or 0  # noqa: S608 - names of tables
                for name in _numbered(live)
            }
            has_counters = live.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
            ).fetchone()
            for name, number in live.execute("SELECT name, seq FROM sqlite_sequence") if has_counters else ():
                ids[name] = max(ids.get(name, 0), number)
            return ids
    except sqlite3.DatabaseError:
        return None


def _numbered(connection: sqlite3.Connection) -> list[str]:
    """Return the tables whose ids SQLite assigns: their only key is an integer `id` that isn't a foreign key."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    names = []
    for (name,) in tables.fetchall():
        keys = [column for column in connection.execute(f'PRAGMA table_info("{name}")') if column[5]]
        foreign = {key[3] for key in connection.execute(f'PRAGMA foreign_key_list("{name}")')}
        if [(key[1], key[2].upper()) for key in keys] == [("id", "INTEGER")] and "id" not in foreign:
            names.append(name)
    return names


def _number_on(live: sqlite3.Connection, newest: Mapping[str, int] | None) -> None:
    """Make SQLite assign only new ids: above `newest` (by table), or `UNKNOWN` higher if `newest` is None.

    The tables are declared AUTOINCREMENT in place, which avoids copying them.
    """
    names = _numbered(live)
    live.execute("CREATE TABLE numbering_begins (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    live.execute("DROP TABLE numbering_begins")
    live.commit()
    live.execute("PRAGMA writable_schema = ON")
    live.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'PRIMARY KEY (id)', 'PRIMARY KEY (id AUTOINCREMENT)') "
        "WHERE type = 'table' AND sql NOT LIKE '%AUTOINCREMENT%' AND name IN (SELECT value FROM json_each(?))",
        (json.dumps(names),),
    )
    live.commit()
    live.execute("PRAGMA writable_schema = RESET")
    for name in names:
        own = live.execute(f'SELECT max(id) FROM "{name}"').fetchone()[0] or 0  # noqa: S608 - names of tables
        number = own + UNKNOWN if newest is None else max(own, newest.get(name, 0))
        live.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        live.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))
    live.commit()
    if (answer := live.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(answer)


def _check(connection: sqlite3.Connection, file: Path) -> None:
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadRequestError(f"{file} isn't a SQLite database.") from error
    if answer != "ok":
        raise BadRequestError(f"{file} is damaged: {answer}")
