"""Rows of installations: encrypted tokens, and OAuth states already used."""

from collections import Counter
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.tables import SlackBot, SlackInstallation, SlackState
from storage.workspaces.token_sealing import Keyring

_SEALED = {
    SlackBot: ("bot_token", "bot_refresh_token"),
    SlackInstallation: ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"),
}


def _belongs(table: type[SlackBot | SlackInstallation], workspace: str) -> ColumnElement[bool]:
    """Return a condition: the installation is the team's own, or the organisation's if the workspace is one."""
    org = and_(table.enterprise_id == workspace, table.team_id.is_(None))
    return or_(table.team_id == workspace, org)


async def erase(session: Transaction, workspace: str) -> int:
    """Delete a workspace's tokens; return the number of bots deleted."""
    await changed(session, delete(SlackInstallation).where(_belongs(SlackInstallation, workspace)))
    return await changed(session, delete(SlackBot).where(_belongs(SlackBot, workspace)))


async def keep_newest(session: Transaction, workspace: str) -> None:
    """Delete all tokens of a workspace except those of its newest installation."""
    tables: tuple[type[SlackBot | SlackInstallation], ...] = (SlackBot, SlackInstallation)
    for table in tables:
        ours = _belongs(table, workspace)
        newest = await session.scalar(select(func.max(table.id)).where(ours))
        await changed(session, delete(table).where(ours, table.id != newest))


async def reseal(session: Transaction, keyring: Keyring) -> int:
    """Encrypt every stored Slack token again with the newest key; return how many. Changes all or none."""
    number = 0
    for table, columns in _SEALED.items():
        for row in (await session.scalars(select(table).with_for_update())).all():
            for column in columns:
                token = getattr(row, column)
                if token is not None:
                    setattr(row, column, keyring.seal(keyring.unseal(token)))
                    number += 1
    await session.flush()
    return number


async def by_key(session: Transaction, keyring: Keyring) -> Counter[int | None]:
    """Return how many stored tokens each key can decrypt, by key position (0 is first; None: no key can)."""
    counts: Counter[int | None] = Counter()
    for table, columns in _SEALED.items():
        for row in (await session.scalars(select(table))).all():
            tokens = (getattr(row, column) for column in columns)
            counts.update(keyring.place_of(token) for token in tokens if token is not None)
    return counts


async def take_state(session: Transaction, digest: str, now: datetime, expires: datetime) -> bool:
    """Record that an OAuth state was used; return False if it was used before. Deletes expired states."""
    await changed(session, delete(SlackState).where(SlackState.expire_at <= now.replace(tzinfo=None)))
    return await insert_once(session, SlackState, state=digest, expire_at=expires.replace(tzinfo=None))
