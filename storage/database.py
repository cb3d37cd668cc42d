"""The engine, sessions and transactions; a session belongs to one workspace and sees nothing of another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.pool import ConnectionPoolEntry

from storage.tables import Base, InWorkspace

BUSY_TIMEOUT_MS = 15_000


class Job(NamedTuple):
    """A hint that a row has work: its kind, its id, and the workspace it belongs to."""

    kind: str
    id: int
    workspace: str


class WorkspaceSession(Session):
    """The synchronous session below `AsyncSession`; carries the workspace filter."""


class Transaction(AsyncSession):
    """What use cases are given. `info["workspace"]` is None only for the program's own sweeps."""

    sync_session_class = WorkspaceSession

    @property
    def workspace(self) -> str:
        """The workspace this session belongs to; raises when it belongs to none."""
        workspace = self.info.get("workspace")
        if not isinstance(workspace, str):
            raise RuntimeError("this session belongs to no workspace")  # noqa: TRY004 - not about a caller's type
        return workspace


@event.listens_for(WorkspaceSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    """Narrow every statement to the session's workspace; refuse those that can't be narrowed."""
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
    state.statement = state.statement.options(
        with_loader_criteria(InWorkspace, lambda cls: cls.workspace_id == workspace, include_aliases=True)
    )


def _check_inserted(state: ORMExecuteState, workspace: str) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, InWorkspace):
        return
    if state.parameters is None:
        assert isinstance(state.statement, ClauseElement)
        rows: Sequence[Any] = [state.statement.compile(dialect=state.session.get_bind().dialect).params]
    else:
        rows = state.parameters if isinstance(state.parameters, Sequence) else [state.parameters]
    for row in rows:
        for name, owner in row.items():
            if name.startswith("workspace_id") and owner != workspace:
                raise RuntimeError(f"a row of {owner} in a session of {workspace}")


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


def engine_url(database_url: str) -> str:
    """The settings' URL with the driver we use for it."""
    url = make_url(database_url.replace("postgres://", "postgresql://", 1))
    driver = "sqlite+aiosqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return url.set(drivername=driver).render_as_string(hide_password=False)


def create_engine(database_url: str) -> AsyncEngine:
    """An engine with SQLite's pragmas, or PostgreSQL's pool."""
    url = engine_url(database_url)
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = create_async_engine(
        url, pool_size=8, max_overflow=8, pool_timeout=60, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "cache_size=-32000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


class Database:
    """The one holder of the engine. `told` is awaited after each commit with the jobs that became due in it."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.engine = create_engine(database_url)
        self.on_sqlite = self.engine.dialect.name == "sqlite"
        self.told: Callable[[Sequence[Job]], Awaitable[None]] | None = None
        self._writer = asyncio.Lock() if self.on_sqlite else None

    @asynccontextmanager
    async def transaction(self, workspace: str | None) -> AsyncIterator[Transaction]:
        """A writing transaction of one workspace (None: the program's own sweep over all); commits at the end."""
        async with self._writer or nullcontext():
            async with Transaction(self.engine, expire_on_commit=False) as session:
                session.info["workspace"] = workspace
                session.info["due"] = []
                async with session.begin():
                    yield session
            due = session.info["due"]
        if due and self.told is not None:
            await self.told(due)

    @asynccontextmanager
    async def reading(self, workspace: str | None) -> AsyncIterator[Transaction]:
        """A transaction that only reads."""
        async with Transaction(self.engine, expire_on_commit=False, autoflush=False) as session:
            session.info["workspace"] = workspace
            session.info["due"] = []
            await session.connection(execution_options={"writing": False})
            yield session
            session.expunge_all()  # rows stay readable after the block
            await session.rollback()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A raw connection in a transaction, for migrations and backups."""
        async with self.engine.begin() as connection:
            yield connection

    async def answers(self) -> bool:
        """Whether the database can be asked at all."""
        async with self.reading(None) as session:
            return bool((await session.execute(text("SELECT 1"))).scalar_one() == 1)

    async def create_tables(self) -> None:
        """Create every table as the classes say; tests use it, everything else migrates."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
