"""Rows of what people chose about themselves."""

from sqlalchemy import delete, select

from storage.database.engine import Transaction
from storage.database.statements import changed, upsert
from storage.tables import PersonChoice


async def takes_duels(session: Transaction, user: str) -> bool:
    """Return whether pairs of papers are put to a person on Home and by direct message."""
    choice = await session.scalar(select(PersonChoice.duels).where(PersonChoice.user == user))
    return choice is not False


async def set_duels(session: Transaction, user: str, *, on: bool) -> None:
    """Store whether pairs of papers are put to a person."""
    statement = upsert(session, PersonChoice).values(workspace_id=session.workspace, user=user, duels=on)
    await changed(
        session,
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "user"], set_={"duels": statement.excluded.duels}
        ),
    )


async def forget(session: Transaction, user: str) -> None:
    """Delete a person's choices."""
    await changed(session, delete(PersonChoice).where(PersonChoice.user == user))
