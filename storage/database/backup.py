"""Copies of the SQLite database: taken while the bot runs, put back while it doesn't."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.errors import BadRequestError


def file_of(database_url: str) -> Path:
    """The SQLite file; raises `BadRequestError` for another database."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BadRequestError("This copies SQLite only. On PostgreSQL use pg_dump and pg_restore.")
    return Path(url.database)


def backup(database_url: str, target: Path) -> None:
    """Copy with SQLite's online backup; the copy is checked before it takes the target's name."""
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


def restore(database_url: str, source: Path) -> None:
    """Put a copy in the database's place; the one there is kept beside it as `.before-restore`."""
    target = file_of(database_url)
    if not source.exists():
        raise BadRequestError(f"There is no file {source}.")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        _check(copy, source)
    try:
        _set_aside(target, database_url)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(target)) as live:
            copy.backup(live)
    except (OSError, sqlite3.DatabaseError) as error:
        raise BadRequestError(f"{target} can't be written: {error}.") from error


def _set_aside(target: Path, database_url: str) -> None:
    """Keep what is there: as a copy where it can be read, else the file itself, damaged as it is."""
    copy = target.with_name(target.name + ".before-restore")
    if not target.exists():
        return
    try:
        backup(database_url, copy)
    except BadRequestError:
        for ending in ("", "-wal", "-shm"):
            file = target.with_name(target.name + ending)
            if file.exists():
                file.replace(copy.with_name(copy.name + ending))


def _check(connection: sqlite3.Connection, file: Path) -> None:
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BadRequestError(f"{file} isn't a SQLite database.") from error
    if answer != "ok":
        raise BadRequestError(f"{file} is damaged: {answer}")
