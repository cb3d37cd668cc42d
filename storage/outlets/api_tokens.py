"""Rows of the tokens with which programs read leagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.tables import ApiToken, League, Workspace

__all__ = ["ApiToken"]


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token that exists: the hash of its secret, and the league that it opens."""

    secret_hash: str
    workspace: str
    league: int
    is_readable: bool
    """Whether the league is public, or private with its owners' consent to publishing."""


async def add(
    session: Transaction, league: int, name: str, secret_hash: str, user: str, now: datetime
) -> int:
    """Store a token of a league; return its id."""
    row = ApiToken(
        league_id=league, name=name, secret_hash=secret_hash, made_by=user, made_at=now,
        minute=now.replace(second=0, microsecond=0),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row.id


async def of_league(session: Transaction, league: int) -> Sequence[ApiToken]:
    """Return a league's tokens, oldest first."""
    return (
        await session.scalars(select(ApiToken).where(ApiToken.league_id == league).order_by(ApiToken.id))
    ).all()


async def revoke(session: Transaction, league: int, token_id: int) -> bool:
    """Delete a token of a league; return False if the league has none with this id."""
    gone = delete(ApiToken).where(ApiToken.league_id == league, ApiToken.id == token_id)
    return bool(await changed(session, gone))


async def known(session: Transaction, token_id: int) -> KnownToken | None:
    """Return the token with this id in any workspace, or None if it was revoked or its league is gone."""
    row = (
        await session.execute(
            select(
                ApiToken.secret_hash, ApiToken.workspace_id, ApiToken.league_id, League.is_private, League.may_publish
            )
            .join(League, League.id == ApiToken.league_id)
            .join(Workspace, Workspace.id == ApiToken.workspace_id)
            .where(ApiToken.id == token_id, League.archived_at.is_(None), Workspace.removed_at.is_(None))
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    return KnownToken(row.secret_hash, row.workspace_id, row.league_id, not row.is_private or row.may_publish)


async def take_turn(session: Transaction, token_id: int, now: datetime, most: int) -> bool:
    """Count a request of a token; return False, counting nothing, if it had `most` in this minute of the clock."""
    minute = now.replace(second=0, microsecond=0)
    count = await changed(
        session,
        update(ApiToken)
        .where(ApiToken.id == token_id, or_(ApiToken.minute != minute, ApiToken.used < most))
        .values(used=case((ApiToken.minute == minute, ApiToken.used + 1), else_=1), minute=minute),
    )
    return count == 1
