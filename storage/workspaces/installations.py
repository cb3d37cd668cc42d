"""What an installation leaves as rows: sealed tokens, and the states that came back."""

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
    """A team's own installation, or the organisation's where the workspace is one."""
    org = and_(table.enterprise_id == workspace, table.team_id.is_(None))
    return or_(table.team_id == workspace, org)


async def erase(session: Transaction, workspace: str) -> int:
    """Erase a workspace's tokens; returns how many bots."""
    await changed(session, delete(SlackInstallation).where(_belongs(SlackInstallation, workspace)))
    return await changed(session, delete(SlackBot).where(_belongs(SlackBot, workspace)))


async def keep_newest(session: Transaction, workspace: str) -> None:
    """Erase all but the tokens that a workspace's newest installation brought: those before it are of no use."""
    tables: tuple[type[SlackBot | SlackInstallation], ...] = (SlackBot, SlackInstallation)
    for table in tables:
        ours = _belongs(table, workspace)
        newest = await session.scalar(select(func.max(table.id)).where(ours))
        await changed(session, delete(table).where(ours, table.id != newest))


async def reseal(session: Transaction, keyring: Keyring) -> int:
    """Seal every kept token anew with the first key; returns how many there are. All or nothing."""
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
    """How many kept tokens each key (0 is the first) opens; None counts those that no key does."""
    counts: Counter[int | None] = Counter()
    for table, columns in _SEALED.items():
        for row in (await session.scalars(select(table))).all():
            tokens = (getattr(row, column) for column in columns)
            counts.update(keyring.place_of(token) for token in tokens if token is not None)
    return counts


async def take_state(session: Transaction, digest: str, now: datetime, expires: datetime) -> bool:
    """Note that a state came back; False when it did before. States that are over by `now` are forgotten."""
    await changed(session, delete(SlackState).where(SlackState.expire_at <= now.replace(tzinfo=None)))
    return await insert_once(session, SlackState, state=digest, expire_at=expires.replace(tzinfo=None))
