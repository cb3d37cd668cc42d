"""The database engine, sessions and transactions. A session belongs to one workspace and sees no rows of another."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import psycopg
import structlog
from sqlalchemy import BindParameter, Insert, Select, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from storage.database.bounded_cache import BoundedCache
from storage.database.connections import create_engine
from storage.database.network_guard import writing
from storage.errors import SettingsError, StorageError
from storage.tables import Base, InWorkspace

PATIENCE_S = (0.1, 0.3, 0.6, 1.0, 2.0, 3.0)
"""Seconds to wait between attempts to begin a transaction while PostgreSQL restarts."""

log = structlog.get_logger(__name__)


REMEMBERED_BYTES = 64 * 1024 * 1024
"""Most bytes that a process caches about its leagues between transactions."""
LOCK_FAMILY = 0x5042
"""First key of this program's PostgreSQL advisory locks; the writer of a workspace holds the lock of that workspace."""

IN_WORDS = {
    "database or disk is full": "The disk is full, so nothing can be kept. Free some space for the bot, then try again.",
    "attempt to write a readonly database": "The bot's database is read-only. Its operator must make it writable.",
    "unable to open database file": "The bot's database can't be opened. Its operator should look at DATABASE_URL.",
    "file is not a database": "The file that DATABASE_URL names isn't a SQLite database. "
    "Its operator should correct the setting, or put a backup back with `paperbout restore`.",
    "database disk image is malformed": "The bot's database is damaged. "
    "Its operator should put a backup back with `paperbout restore`.",
    "database is locked": "The bot's database is busy. Please try again in a moment.",
    "disk I/O error": "The bot's disk doesn't take what is written (full or broken). Its operator should look at it.",
    "No space left on device": "The database server's disk is full. Its operator must free some space.",
    "read-only transaction": "The database server takes no changes now (it may be a standby). Please try again later.",
}
"""Sentences for people, by the database's own error text, for failures that are not the request's fault."""


class Job(NamedTuple):
    """A hint for the queue that a row has work to do: the kind of work, the row's id and its workspace."""

    kind: str
    id: int
    workspace: str


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        message = str(error.orig)
        for words, sentence in IN_WORDS.items():
            if words in message:
                raise StorageError(sentence) from error
        if error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError):
            raise StorageError("The bot's database doesn't answer. Please try again in a moment.") from error
        raise


class WorkspaceSession(Session):
    """The synchronous session below `AsyncSession`; the filter by workspace is attached to this class."""


class Transaction(AsyncSession):
    """Database session that use cases receive.

    `info["workspace"]` is None only for maintenance over all workspaces.
    """

    sync_session_class = WorkspaceSession

    @property
    def workspace(self) -> str:
        """Workspace id of this session. Raises `RuntimeError` if the session has none."""
        workspace = self.info.get("workspace")
        if not isinstance(workspace, str):
            raise RuntimeError("this session belongs to no workspace")  # noqa: TRY004 - not about a caller's type
        return workspace

    def recall(self, what: str, about: int) -> Any:
        """Return what this process remembered about a row by `remember`, or None.

        It may be outdated: check it against the database before use.
        """
        memory, news = self.info["memory"], self.info["news"]
        key = (self.workspace, what, about)
        return news[key] if key in news else memory.get(key)

    def remember(self, what: str, about: int, value: object) -> None:
        """Cache a value about a row in this process once the transaction is committed; the oldest values are dropped."""
        self.info["news"][self.workspace, what, about] = value


@event.listens_for(WorkspaceSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    """Restrict every statement to the session's workspace.

    Raise `RuntimeError` for statements that can't be restricted.
    """
    workspace = state.session.info.get("workspace")
    if workspace is None or state.is_column_load or state.is_relationship_load:
        return
    if not state.is_orm_statement:
        raise RuntimeError(
            "a workspace's session takes statements over mapped classes only, for those it can narrow"
        )
    if state.is_insert:
        _check_inserted(state, workspace)
    elif state.is_update and state.parameters:
        raise RuntimeError("an update by primary keys isn't narrowed to the workspace: write a where clause")
    state.statement = state.statement.options(_own_rows(workspace))


@lru_cache(maxsize=1_024)
def _own_rows(workspace: str) -> ExecutableOption:
    return with_loader_criteria(InWorkspace, lambda cls: cls.workspace_id == workspace, include_aliases=True)


def _check_inserted(state: ORMExecuteState, workspace: str) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, InWorkspace):
        return
    if state.parameters is None:
        assert isinstance(state.statement, Insert)
        if state.statement.select is not None:
            _check_selected(state.statement, workspace)
        rows: Sequence[Any] = [_inserted(state, state.statement)]
    else:
        rows = state.parameters if isinstance(state.parameters, Sequence) else [state.parameters]
    for row in rows:
        for name, owner in row.items():
            if name.startswith("workspace_id") and owner != workspace:
                raise RuntimeError(f"a row of {owner} in a session of {workspace}")


def _inserted(state: ORMExecuteState, statement: Insert) -> Mapping[str, Any]:
    """Return the values of an INSERT by column; compiles the statement only if its values aren't plain."""
    values = statement._values  # noqa: SLF001 - the values have no public name
    if values is None or not all(isinstance(value, BindParameter) for value in values.values()):
        compiled: Mapping[str, Any] = statement.compile(dialect=state.session.get_bind().dialect).params
        return compiled
    return {
        column if isinstance(column, str) else column.key: value.value for column, value in values.items()
    }


def _check_selected(statement: Insert, workspace: str) -> None:
    """Check that an INSERT … SELECT takes its workspace id from a literal or from a table filtered by workspace."""
    assert isinstance(statement.select, Select)
    names = statement._select_names or []  # noqa: SLF001 - the columns have no public name
    owner = list(statement.select.selected_columns)[names.index("workspace_id")]
    if isinstance(owner, BindParameter) and owner.value != workspace:
        raise RuntimeError(f"a row of {owner.value} in a session of {workspace}")


@event.listens_for(WorkspaceSession, "before_flush")
def _own_new_rows(session: Session, _context: UOWTransaction, _instances: object) -> None:
    workspace = session.info.get("workspace")
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, InWorkspace):
            owner: str | None = row.workspace_id  # unset until here, whatever its annotation says
            if owner is None and workspace is not None:
                row.workspace_id = workspace
            elif workspace is not None and owner != workspace:
                raise RuntimeError(f"a row of {owner} in a session of {workspace}")


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Lock a SQLite database for this process; raise `SettingsError` if another process has the lock.

    The lock file stands beside the real file, even if `database_url` names a symbolic link, and is released when the
    process ends. On PostgreSQL nothing is locked.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    real = Path(url.database).resolve()
    try:
        file = real.with_name(f"{real.name}.lock").open("w")
    except OSError as error:
        raise SettingsError(
            f"{url.database} can't be used ({error.strerror}). Set DATABASE_URL to a file that can be written."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise SettingsError(
            f"Another Paperbout runs on {url.database}. Stop it first, or use PostgreSQL for several processes."
        ) from error
    try:
        yield
    finally:
        file.close()


class Database:
    """Owner of the connections to the database; opens transactions.

    After each commit it awaits `told` with the jobs that became due.
    """

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.engine = create_engine(database_url)
        self.reading_engine = self.engine.execution_options(writing=False)
        self.on_sqlite = self.engine.dialect.name == "sqlite"
        self.told: Callable[[Sequence[Job]], Awaitable[None]] | None = None
        self._writers: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._reading: dict[str, Any] = {"writing": False}
        self._memory: BoundedCache[tuple[str, str, int], object] = BoundedCache(REMEMBERED_BYTES)
        if not self.on_sqlite:
            self._reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @asynccontextmanager
    async def transaction(self, workspace: str | None, *, alone: bool = True) -> AsyncIterator[Transaction]:
        """Open a transaction that may write in one workspace and commits at the end (None: maintenance over all).

        Writers of one workspace take turns, also across processes: SQLite has one writer, PostgreSQL takes an
        advisory lock. Within a process only one transaction waits for that lock; the others wait without a
        connection. With `alone=False` PostgreSQL takes no lock, which is safe only for a single guarded statement.
        Raises `StorageError` if the database can't be written.
        """
        alone_in = workspace if alone and not self.on_sqlite else None
        async with self._turn(workspace, alone=alone):
            async with Transaction(self.engine, expire_on_commit=False) as session:
                session.info.update(workspace=workspace, due=[], memory=self._memory, news={})
                with _in_words():
                    await self._begin(session, {}, alone_in)
                    with writing():
                        yield session
                        await session.commit()
            due = session.info["due"]
            self._note(session.info["news"])
        if due and self.told is not None:
            await self.told(due)

    @asynccontextmanager
    async def reading(self, workspace: str | None) -> AsyncIterator[Transaction]:
        """Open a read-only transaction that sees the database as of one moment."""
        async with Transaction(self.engine, expire_on_commit=False, autoflush=False) as session:
            session.info.update(workspace=workspace, due=[], memory=self._memory, news={})
            with _in_words():
                await self._begin(session, self._reading)
                yield session
                session.expunge_all()  # rows stay readable after the block
                await session.rollback()
        self._note(session.info["news"])

    def _note(self, news: Mapping[tuple[str, str, int], object]) -> None:
        """Add what a committed transaction learned to this process's cache; drops the oldest if it grows too large."""
        for key, value in news.items():
            self._memory.put(key, value)

    def _turn(self, workspace: str | None, *, alone: bool) -> AbstractAsyncContextManager[object]:
        """Return the lock by which this process's writers take turns: per workspace, or one for all on SQLite."""
        if not self.on_sqlite and (workspace is None or not alone):
            return nullcontext()
        return self._writers.setdefault("" if self.on_sqlite else workspace or "", asyncio.Lock())

    async def _begin(
        self, session: Transaction, options: dict[str, Any], alone_in: str | None = None
    ) -> None:
        """Begin a transaction, retrying while PostgreSQL restarts.

        With `alone_in`, as the only writer of that workspace.
        """
        for wait in (*PATIENCE_S, None):
            try:
                connection = await session.connection(execution_options=options)
                if alone_in is not None:
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:family, hashtext(:workspace))"),
                        {"family": LOCK_FAMILY, "workspace": alone_in},
                    )
            except DBAPIError as error:
                if self.on_sqlite or wait is None or isinstance(error.orig, psycopg.errors.LockNotAvailable):
                    raise
                log.warning("database_away", error=str(error.orig))
                await session.rollback()
                await asyncio.sleep(wait)
            else:
                return

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a raw connection in a transaction, for migrations and backups."""
        with _in_words():
            async with self.engine.begin() as connection:
                yield connection

    async def answers(self) -> bool:
        """Check that the database can be reached; always returns True. Raises `StorageError` if it can't."""
        async with self.reading(None) as session:
            return bool((await session.execute(text("SELECT 1"))).scalar_one() == 1)

    async def analyze(self) -> None:
        """Update the database's statistics, so that queries are planned well after a bulk load."""
        async with self.connection() as connection:
            await connection.execute(text("ANALYZE"))

    async def create_tables(self) -> None:
        """Create all tables from the classes, for tests; installations use the migrations."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def close(self) -> None:
        """Close all connections to the database."""
        await self.engine.dispose()
