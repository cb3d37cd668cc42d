"""Rows of leagues: find, create, change, own and follow them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from structlog.contextvars import bind_contextvars

from storage.database.engine import Transaction
from storage.database.statements import changed, insert_once
from storage.errors import NotFoundError
from storage.tables import AuditLine, FollowingChannel, League, LeagueRubric, Owner, Purpose

__all__ = ["League"]
"""Names that the floors above import from here, such as the row class `League`."""


GONE = "That league isn't here any more."
UNOWNED = "league.unowned"
"""Action in a league's log: the league was created by somebody who can't own it."""


async def get(session: Transaction, league: int) -> League:
    """Return the league with this id. Raises `NotFoundError` if the workspace has none."""
    row: League | None = await session.scalar(select(League).where(League.id == league))
    if row is None:
        raise NotFoundError(GONE)
    bind_contextvars(league=row.id)
    return row


async def of_home(session: Transaction, channel: str) -> League | None:
    """Return the league whose home is this channel, or None."""
    return await session.scalar(select(League).where(League.channel == channel, League.archived_at.is_(None)))


async def of_channel(session: Transaction, channel: str) -> League | None:
    """Return the league whose home is this channel, or else the league that the channel follows, or None."""
    league = await of_home(session, channel) or await session.scalar(
        select(League)
        .join(FollowingChannel, FollowingChannel.league_id == League.id)
        .where(FollowingChannel.channel == channel, League.archived_at.is_(None))
        .order_by(FollowingChannel.since)
        .limit(1)
    )
    if league is not None:
        bind_contextvars(league=league.id)
    return league


async def all_of(session: Transaction) -> Sequence[League]:
    """Return all leagues of the workspace that aren't archived, by name."""
    return (
        await session.scalars(select(League).where(League.archived_at.is_(None)).order_by(League.name))
    ).all()


async def league_named(session: Transaction, name: str) -> League | None:
    """Return the league with this name, ignoring case, or None."""
    return await session.scalar(
        select(League).where(func.lower(League.name) == name.lower(), League.archived_at.is_(None))
    )


async def create(
    session: Transaction,
    *,
    name: str,
    channel: str,
    is_private: bool,
    user: str,
    is_owned: bool = True,
    time_zone: str,
    monthly_cap: Decimal,
    now: datetime,
    models_seen: list[str] | None = None,
) -> tuple[League, bool]:
    """Create the league of a home channel, or return its existing one; also returns whether it was created.

    If the name is taken, a number is added. With `is_owned=False` the creator doesn't become owner, and the league
    waits for its first one.
    """
    free_name = await _free_name(session, name)
    is_new = await insert_once(
        session, League,
        name=free_name, channel=channel, is_private=is_private, created_by=user,
        created_at=now, time_zone=time_zone, monthly_cap=monthly_cap,
        announced=models_seen,
    )  # fmt: skip
    league = await of_home(session, channel)
    if league is None:
        raise NotFoundError(
            "The league of this channel was archived; an owner can bring it back in the settings."
        )
    if is_new:
        await note(session, league.id, user, "league.created", {"name": free_name}, now)
        if is_owned:
            await add_owner(session, league.id, user, now)
        else:
            await note(session, league.id, user, UNOWNED, {}, now)
    return league, is_new


async def _free_name(session: Transaction, name: str, own: int | None = None) -> str:
    """Return the name, with a number added if another league than `own` has it."""
    candidate, number = name, 1
    while (holder := await league_named(session, candidate)) is not None and holder.id != own:
        number += 1
        candidate = f"{name} {number}"
    return candidate


async def rename(session: Transaction, channel: str, name: str) -> None:
    """Rename the league of a home channel after the channel; a number is added if the name is taken."""
    league = await of_home(session, channel)
    if league is not None and league.name != name:
        league.name = await _free_name(session, name, league.id)


async def change(session: Transaction, league: int, user: str, now: datetime, **values: Any) -> None:
    """Change settings of a league, and log who did it with the values before and after."""
    row = await get(session, league)
    changes = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return
    before = {name: _plain(getattr(row, name)) for name in changes}
    await changed(session, update(League).where(League.id == league).values(**changes))
    for name, value in changes.items():
        session.expire(row, [name])
        before[name] = [before[name], _plain(value)]
    await session.refresh(row)
    await note(session, league, user, "league.changed", before, now)


async def set_purpose(session: Transaction, league: int, text: str, user: str, now: datetime) -> int:
    """Set the purpose of a league (what matters to it); return its version, from 1.

    The same text is no new version.
    """
    row = await get(session, league)
    if (row.purpose or "") == text:
        return row.purpose_version
    version = row.purpose_version + 1
    session.add(Purpose(league_id=league, version=version, text=text, by=user, at=now))
    row.purpose, row.purpose_version = text, version
    await note(session, league, user, "league.purpose", {"version": version, "text": text}, now)
    await session.flush()
    return version


async def set_rubric(session: Transaction, league: int, text: str, user: str, now: datetime) -> int:
    """Store a new text of a league's own rubric and return its version number, from 1.

    An empty text makes the league use the installation's rubric again. An unchanged text makes no new version.
    """
    row = await get(session, league)
    if (row.rubric or "") == text:
        return row.rubric_version
    version = row.rubric_version + 1
    session.add(LeagueRubric(league_id=league, version=version, text=text, by=user, at=now))
    row.rubric, row.rubric_version = text or None, version
    await note(session, league, user, "league.rubric", {"version": version, "own": bool(text)}, now)
    await session.flush()
    return version


async def owners(session: Transaction, league: int) -> list[str]:
    """Return the user ids of a league's owners, longest-standing first."""
    return list(
        await session.scalars(select(Owner.user).where(Owner.league_id == league).order_by(Owner.since))
    )


async def add_owner(session: Transaction, league: int, user: str, now: datetime) -> bool:
    """Make a person an owner of a league; return False if they were one."""
    return await insert_once(session, Owner, league_id=league, user=user, since=now)


async def drop_owner(session: Transaction, league: int, user: str) -> bool:
    """Remove an owner of a league; return False if they weren't one."""
    return await changed(session, delete(Owner).where(Owner.league_id == league, Owner.user == user)) == 1


async def awaits_owner(session: Transaction, league: int) -> bool:
    """Return whether a league has never had an owner, because the person who created it couldn't own it."""
    if await session.scalar(select(Owner.user).where(Owner.league_id == league).limit(1)) is not None:
        return False
    actions = select(AuditLine.action).where(
        AuditLine.league_id == league,
        or_(AuditLine.action == UNOWNED, AuditLine.action.startswith("owner.")),
    )
    return set(await session.scalars(actions.distinct())) == {UNOWNED}


async def owned_by(session: Transaction, user: str) -> Sequence[League]:
    """Return the leagues that a person owns."""
    return (
        await session.scalars(
            select(League).join(Owner, Owner.league_id == League.id).where(Owner.user == user)
        )
    ).all()


async def follow(session: Transaction, league: int, channel: str, now: datetime) -> bool:
    """Make a channel follow a league; return False if it did already."""
    return await insert_once(
        session,
        FollowingChannel,
        league_id=league,
        channel=channel,
        since=now,
    )


async def unfollow(session: Transaction, league: int, channel: str) -> bool:
    """Make a channel stop following a league; return False if it didn't follow."""
    return (
        await changed(
            session,
            delete(FollowingChannel).where(
                FollowingChannel.league_id == league, FollowingChannel.channel == channel
            ),
        )
        == 1
    )


async def channels_of(session: Transaction, league: int) -> list[str]:
    """Return the league's home channel and all channels that follow it."""
    home = (await get(session, league)).channel
    rest = await session.scalars(
        select(FollowingChannel.channel).where(
            FollowingChannel.league_id == league, or_(FollowingChannel.channel != home)
        )
    )
    return [home, *rest]


async def was_set_up(session: Transaction, league: int) -> bool:
    """Return whether anybody ever confirmed the window "Set up the league"."""
    line = select(AuditLine.id).where(AuditLine.league_id == league, AuditLine.action == "league.setup")
    return await session.scalar(line.limit(1)) is not None


async def lines_of(session: Transaction, league: int, action: str) -> Sequence[AuditLine]:
    """Return all lines of the league's log with this action, newest first."""
    lines = select(AuditLine).where(AuditLine.league_id == league, AuditLine.action == action)
    return (await session.scalars(lines.order_by(AuditLine.id.desc()))).all()


async def note(
    session: Transaction, league: int, user: str, action: str, detail: dict[str, Any], now: datetime
) -> None:
    """Add a line to the league's log: who did what, with details by name."""
    session.add(AuditLine(league_id=league, user=user, action=action, detail=detail, at=now))
    await session.flush()


async def log(session: Transaction, league: int, limit: int, offset: int = 0) -> Sequence[AuditLine]:
    """Return lines of the league's log, newest first."""
    return (
        await session.scalars(
            select(AuditLine)
            .where(AuditLine.league_id == league)
            .order_by(AuditLine.id.desc())
            .limit(limit)
            .offset(offset)
        )
    ).all()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (Decimal, datetime)) else value
