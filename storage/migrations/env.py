"""Alembic's environment: runs the migrations of our tables on the connection it is given."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from storage.tables import Base
from storage.tables.base import UtcDateTime


def _render(kind: str, item: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain SQLAlchemy types, so that old revisions don't depend on today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _include(_item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Return whether Alembic should compare an object; False for the tables of PgQueuer, which migrates them itself."""
    return not (kind == "table" and name is not None and name.startswith("pgqueuer"))


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=_render,
    include_object=_include,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
