"""Workspaces: known from the first call on, removed with everything they hold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database import Database, Transaction
from storage.messages import upsert
from storage.tables import Workspace
from storage.work import changed


async def ensure(
    database: Database, workspace: str, now: datetime, *, name: str = "", bot_user: str | None = None
) -> None:
    """Know a workspace; one that was removed and comes back is known again."""
    async with database.transaction(None) as session:
        values = {"name": name, "bot_user": bot_user} if name or bot_user else {}
        insert = upsert(session, Workspace).values(
            id=workspace, installed_at=now, name=name, bot_user=bot_user, views={}
        )
        await session.execute(
            insert.on_conflict_do_update(index_elements=[Workspace.id], set_={"removed_at": None, **values})
        )


async def all_live(session: Transaction) -> Sequence[str]:
    """Ids of the workspaces that have the bot."""
    return (await session.scalars(select(Workspace.id).where(Workspace.removed_at.is_(None)))).all()


async def remove(session: Transaction, workspace: str, now: datetime) -> bool:
    """Note that a workspace removed the bot; its rows are purged later."""
    return (
        await changed(
            session,
            update(Workspace)
            .where(Workspace.id == workspace, Workspace.removed_at.is_(None))
            .values(removed_at=now),
        )
        == 1
    )


async def purge(session: Transaction, before: datetime) -> int:
    """Erase every workspace removed before a moment, with all it holds; returns how many."""
    return await changed(session, delete(Workspace).where(Workspace.removed_at <= before))


async def level(session: Transaction, workspace: str) -> tuple[int, datetime] | None:
    """The level of blocks a workspace took last, and since when; None where it never refused any."""
    views = await session.scalar(select(Workspace.views).where(Workspace.id == workspace))
    if not views or "level" not in views:
        return None
    return int(views["level"]), datetime.fromisoformat(views["since"])


async def learn_level(session: Transaction, workspace: str, level: int, now: datetime) -> None:
    """Remember that a workspace refused all blocks below a level."""
    row = await session.get(Workspace, workspace, with_for_update=True)
    if row is not None:
        row.views = {**row.views, "level": level, "since": now.isoformat()}
