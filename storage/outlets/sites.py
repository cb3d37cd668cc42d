"""Rows of sites served under a secret path, and their files."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from storage.database.engine import Transaction
from storage.database.statements import batched, changed, upsert
from storage.tables import Assessment, Entry, League, PublishedFile, PublishedSite, Standings, Workspace
from storage.work.leases import Work, due, is_ours

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file to store: its compressed content, and the digest of its content."""

    path: str
    body: bytes
    digest: str
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A stored file as it is served; `content` is decompressed."""

    content: bytes
    digest: str


async def of_league(session: Transaction, league: int) -> PublishedSite | None:
    """Return the site of a league, or None if its pages aren't served."""
    return await session.scalar(select(PublishedSite).where(PublishedSite.league_id == league))


async def get(session: Transaction, site_id: int) -> PublishedSite | None:
    """Return the site with this id, or None if it was turned off."""
    return await session.scalar(select(PublishedSite).where(PublishedSite.id == site_id))


async def turn_on(session: Transaction, league: int, token_hash: str, user: str, now: datetime) -> None:
    """Serve a league's pages, or serve them under another token from now on; they are built at once.

    Does nothing for a league of another workspace.
    """
    values = {"token_hash": token_hash, "made_by": user, "made_at": now}
    if not await changed(
        session, update(PublishedSite).where(PublishedSite.league_id == league).values(**values)
    ):
        if await session.scalar(select(League.id).where(League.id == league)) is None:
            return
        session.add(PublishedSite(league_id=league, **values))
        await session.flush()
    site = await of_league(session, league)
    assert site is not None
    due(session, Work.SITE, site.id)


async def turn_off(session: Transaction, league: int) -> bool:
    """Serve a league's pages no longer and delete them; return whether they were served."""
    return bool(await changed(session, delete(PublishedSite).where(PublishedSite.league_id == league)))


async def state_of(session: Transaction, league: League, now: datetime) -> str:
    """Return a text that changes whenever the league's pages would, apart from the date in their footer."""
    standings = await session.scalar(select(func.max(Standings.id)).where(Standings.league_id == league.id))
    assessments = await session.scalar(
        select(func.max(Assessment.id))
        .join(Entry, Entry.id == Assessment.entry_id)
        .where(Entry.league_id == league.id, Assessment.done_at.is_not(None))
    )
    return (
        f"{now:%G-%V-%m} {standings} {assessments} {league.purpose_version} {league.publishes_names} {league.is_private} "
        f"{league.may_publish} {league.name}"
    )


async def digests(session: Transaction, site_id: int) -> Mapping[str, tuple[str, bool]]:
    """Return the digest of each stored file and whether it is frozen, by path."""
    rows = await session.execute(
        select(PublishedFile.path, PublishedFile.digest, PublishedFile.is_frozen).where(
            PublishedFile.site_id == site_id
        )
    )
    return {row.path: (row.digest, row.is_frozen) for row in rows}


async def put(session: Transaction, site_id: int, files: Sequence[SiteFile]) -> bool:
    """Store files of a site in place of those with the same paths; return False if the lease on the site was lost."""
    if not await is_ours(session, Work.SITE, site_id):
        return False
    for some in batched(files, AT_ONCE):
        insert = upsert(session, PublishedFile).values(
            [
                {
                    "workspace_id": session.workspace, "site_id": site_id, "path": file.path, "body": file.body,
                    "digest": file.digest, "is_frozen": file.is_frozen,
                }
                for file in some
            ]
        )  # fmt: skip
        await session.execute(
            insert.on_conflict_do_update(
                index_elements=[PublishedFile.site_id, PublishedFile.path],
                set_={name: insert.excluded[name] for name in ("body", "digest", "is_frozen")},
            )
        )
    return True


async def finish(
    session: Transaction,
    site_id: int,
    gone: Sequence[str],
    *,
    state: str,
    failure: str | None,
    now: datetime,
    next_at: datetime,
) -> None:
    """Delete the files in `gone`, and plan the next look at a site; does nothing if the lease was lost."""
    if not await is_ours(session, Work.SITE, site_id):
        return
    for some in batched(gone, AT_ONCE):
        await changed(
            session,
            delete(PublishedFile).where(PublishedFile.site_id == site_id, PublishedFile.path.in_(some)),
        )
    values = {"status": "due", "state": state, "failure": failure, "attempts": 0, "lapses": 0}
    await changed(
        session,
        update(PublishedSite)
        .where(PublishedSite.id == site_id)
        .values(**values, leased_until=None, not_before=next_at, built_at=now),
    )


async def file_at(session: Transaction, token_hash: str, path: str) -> ServedFile | None:
    """Return a file of the site with this token; None if there is none, or the league may not be published now."""
    row = (
        await session.execute(
            select(PublishedFile.body, PublishedFile.digest)
            .join(PublishedSite, PublishedSite.id == PublishedFile.site_id)
            .join(League, League.id == PublishedSite.league_id)
            .join(Workspace, Workspace.id == PublishedSite.workspace_id)
            .where(
                PublishedSite.token_hash == token_hash,
                PublishedFile.path == path,
                League.archived_at.is_(None),
                or_(League.is_private.is_(False), League.may_publish.is_(True)),
                Workspace.removed_at.is_(None),
            )
        )
    ).one_or_none()
    return None if row is None else ServedFile(zlib.decompress(row.body), row.digest)
