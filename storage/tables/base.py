"""Declarative base of all tables, and the column by which workspaces are kept apart."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.tables.storable import storable

# SQLite numbers rows by themselves only in an INTEGER primary key.
Id = BigInteger().with_variant(Integer, "sqlite")


FORGOTTEN = "forgotten-"
"""Prefix of the ids that replace the user id of a person whose data was deleted."""


class UtcDateTime(TypeDecorator[datetime]):
    """Column type for times: timezone-aware, stored and returned in UTC; naive times raise `ValueError`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """Convert a time to UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time can't be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """Convert a time from the database to an aware one in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StorableText(TypeDecorator[str]):
    """Column type for text; removes characters that a database refuses, so that no row is refused because of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class names it
        """Return the text without the characters that the database refuses."""
        return None if value is None else storable(value)


class Base(DeclarativeBase):
    """Base class of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        str: StorableText(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


class InWorkspace:
    """Base of rows that belong to one workspace; `storage.database.engine` filters every query by the workspace."""

    workspace_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("workspaces.id", ondelete="CASCADE"), index=True
    )


class Leased:
    """Base of rows that a process leases while it works on them.

    `leased_until` ends the lease, `attempts` counts tries, `not_before` is when the work is due. `lapses` counts leases
    that expired because the process stopped or crashed.
    """

    attempts: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0, server_default="0")
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    failure: Mapped[str | None] = mapped_column(default=None)
