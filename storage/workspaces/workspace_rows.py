"""Rows of workspaces: added at the first event, marked as removed, and later deleted with all their data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from storage.database.engine import Database, Transaction
from storage.database.statements import changed, insert_once, upsert
from storage.leagues import closed_leagues
from storage.tables import HostTurn, JudgePause, Workspace
from storage.work.outbox import reopen_after
from storage.workspaces import installations


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """A workspace's organisation, whether it removed the bot, and which scopes its installation lacks."""

    id: str
    name: str
    enterprise: str | None
    is_removed: bool
    missing_scopes: str

    @property
    def is_organisation(self) -> bool:
        """Whether the workspace is an organisation that installed the bot for all its teams."""
        return self.id == self.enterprise


async def ensure(
    database: Database,
    workspace: str,
    now: datetime,
    *,
    name: str = "",
    bot_user: str | None = None,
    enterprise: str | None = None,
    token_reasons: Collection[str] = (),
) -> None:
    """Add a workspace whose token works, or un-remove it.

    Messages that ended for one of `token_reasons` become due again, and leagues closed for one reopen.
    """
    async with database.transaction(None) as session:
        values = {"name": name, "bot_user": bot_user} if name or bot_user else {}
        if enterprise is not None:
            values["enterprise"] = enterprise
        insert = upsert(session, Workspace).values(
            id=workspace, installed_at=now, name=name, bot_user=bot_user, enterprise=enterprise, views={}
        )
        await session.execute(
            insert.on_conflict_do_update(index_elements=[Workspace.id], set_={"removed_at": None, **values})
        )
    async with database.transaction(workspace) as session:
        await reopen_after(session, token_reasons)
        await closed_leagues.reopen_after(session, token_reasons)


async def meet(session: Transaction, workspace: str, now: datetime) -> WorkspaceState:
    """Return the state of the workspace that sent an event, storing the workspace if it is new.

    A removed workspace stays removed: late events don't bring it back.
    """
    await insert_once(session, Workspace, id=workspace, installed_at=now, views={})
    row = await state_of(session, workspace)
    assert row is not None
    return row


async def state_of(session: Transaction, workspace: str) -> WorkspaceState | None:
    """Return the state of a workspace, or None if it is unknown."""
    row = await session.get(Workspace, workspace)
    if row is None:
        return None
    return WorkspaceState(row.id, row.name, row.enterprise, row.removed_at is not None, row.missing_scopes)


async def all_live(session: Transaction) -> Sequence[str]:
    """Return the ids of the workspaces that haven't removed the bot."""
    return (await session.scalars(select(Workspace.id).where(Workspace.removed_at.is_(None)))).all()


async def with_other_judges_paused(database: Database, configured: Collection[str]) -> Sequence[str]:
    """Return the workspaces in which a judge is paused that isn't one of the configured judges."""
    async with database.reading(None) as session:
        paused = select(JudgePause.workspace_id).where(JudgePause.judge.not_in(configured))
        return (await session.scalars(paused.distinct())).all()


async def remove(session: Transaction, workspace: str, now: datetime) -> bool:
    """Mark a workspace as having removed the bot; return False if it was marked.

    Its tokens are deleted at once and its work stops; its data is deleted later by `purge`.
    """
    await installations.erase(session, workspace)
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
    """Delete all data of workspaces removed before a moment; return how many workspaces."""
    workspaces = (await session.scalars(select(Workspace.id).where(Workspace.removed_at <= before))).all()
    for workspace in workspaces:
        await installations.erase(session, workspace)
        await changed(session, delete(HostTurn).where(HostTurn.host.startswith(f"slack:{workspace}:")))
        await changed(session, delete(Workspace).where(Workspace.id == workspace))
    return len(workspaces)


LONGEST_AHEAD = timedelta(hours=1)
"""By how much clocks may differ; a lease that ends later still was noted by a clock that was ahead."""


async def take_refreshing(session: Transaction, workspace: str, now: datetime, until: datetime) -> bool:
    """Take the lease for refreshing a workspace's token until a moment; return False if another process has it."""
    held = Workspace.refreshing_until
    free = or_(held.is_(None), held <= now, held > until + LONGEST_AHEAD)
    statement = update(Workspace).where(Workspace.id == workspace, free).values(refreshing_until=until)
    return await changed(session, statement) == 1


async def end_refreshing(session: Transaction, workspace: str) -> None:
    """End the lease for refreshing a workspace's token."""
    await changed(session, update(Workspace).where(Workspace.id == workspace).values(refreshing_until=None))


async def note_missing_scopes(session: Transaction, workspace: str, scopes: str) -> bool:
    """Record which missing scopes the owners are being told about; return False if they were told the same before."""
    statement = update(Workspace).where(Workspace.id == workspace, Workspace.missing_scopes != scopes)
    return await changed(session, statement.values(missing_scopes=scopes)) == 1


async def level(session: Transaction, workspace: str) -> tuple[int, datetime] | None:
    """Return how much messages must be simplified for a workspace: (level, since when); None if it never refused any.

    Levels: 0 as is, 1 without charts, 2 text only.
    """
    views = await session.scalar(select(Workspace.views).where(Workspace.id == workspace))
    if not views or "level" not in views:
        return None
    return int(views["level"]), datetime.fromisoformat(views["since"])


async def learn_level(session: Transaction, workspace: str, level: int, now: datetime) -> None:
    """Store how much blocks must be simplified for a workspace: it refused all levels below `level`.

    Levels: 0 as is, 1 without charts, 2 text only.
    """
    row = await session.get(Workspace, workspace, with_for_update=True)
    if row is not None:
        row.views = {**row.views, "level": level, "since": now.isoformat()}


async def unfolds_everywhere(session: Transaction, workspace: str) -> bool:
    """Return whether paper links in channels without a league get previews of papers in public leagues."""
    return bool(await session.scalar(select(Workspace.unfurls).where(Workspace.id == workspace)))


async def unfold_everywhere(session: Transaction, workspace: str, *, on: bool) -> None:
    """Turn previews of paper links in channels without a league on or off."""
    await changed(session, update(Workspace).where(Workspace.id == workspace).values(unfurls=on))
