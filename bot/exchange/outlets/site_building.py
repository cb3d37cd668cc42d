"""Builds the pages of a league that are served: looks every ten minutes whether the league changed, and then anew."""

import asyncio
import hashlib
import zlib
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from bot.exchange.published_league import PublishedLeague, read_published, with_names
from bot.work.runtime import Runtime
from storage.errors import NotAllowedError
from storage.leagues import league_rows
from storage.outlets import sites
from storage.outlets.sites import SiteFile
from storage.work import leases
from storage.work.leases import Work

LOOK_AGAIN = timedelta(minutes=10)
LEASE_S = 600
"""Seconds that a build may take; a league of 1,000 papers takes 12 s of one core."""
MOST_BYTES = 64 * 1024 * 1024
"""Most bytes of a site's files, compressed."""
AT_ONCE = 100
TOO_LARGE = "its pages have become too large to serve"
Draw = Callable[[PublishedLeague], Iterable[tuple[str, bytes, bool]]]
"""Function that makes the files of a site: (path, content, whether it never changes again)."""

log = structlog.get_logger(__name__)


async def build(runtime: Runtime, workspace: str, site_id: int, draw: Draw) -> None:
    """Build the pages of a site if its league changed since; files that stayed the same are not written again."""
    database, now = runtime.database, runtime.time.now()
    async with database.transaction(workspace) as session:
        if not await leases.take(session, Work.SITE, site_id, now, LEASE_S):
            return
    async with database.reading(workspace) as session:
        site = await sites.get(session, site_id)
        if site is None:
            return
        league = await league_rows.get(session, site.league_id)
        state = await sites.state_of(session, league, now)
        stored = await sites.digests(session, site_id)
        try:
            published = None if site.state == state else await read_published(session, league, now)
        except NotAllowedError:  # its channel became private: nothing is served until an owner allows it
            published = None
    gone: list[str] = []
    failure = None if published is not None else site.failure
    if published is not None:
        published = await with_names(published, runtime.people(workspace))
        files, paths = await asyncio.to_thread(_packed, published, draw, dict(stored))
        if sum(len(file.body) for file in files) > MOST_BYTES:
            failure = TOO_LARGE
        else:
            for start in range(0, len(files), AT_ONCE):
                async with database.transaction(workspace) as session:
                    if not await sites.put(session, site_id, files[start : start + AT_ONCE]):
                        return
            gone = [
                path for path, (_digest, is_frozen) in stored.items() if path not in paths and not is_frozen
            ]
            log.info("site_built", site=site_id, written=len(files), dropped=len(gone))
    async with database.transaction(workspace) as session:
        now = runtime.time.now()
        await sites.finish(
            session, site_id, gone, state=state, failure=failure, now=now, next_at=now + LOOK_AGAIN
        )


def _packed(
    league: PublishedLeague, draw: Draw, stored: dict[str, tuple[str, bool]]
) -> tuple[list[SiteFile], frozenset[str]]:
    """Return the files that differ from those stored, compressed, and the paths of all."""
    files: list[SiteFile] = []
    paths: set[str] = set()
    size = 0
    for path, content, is_frozen in draw(league):
        paths.add(path)
        digest, was_frozen = stored.get(path, ("", False))
        new = hashlib.sha256(content).hexdigest()
        if was_frozen or (new == digest and is_frozen == was_frozen):
            continue
        files.append(SiteFile(path, zlib.compress(content), new, is_frozen))
        size += len(files[-1].body)
        if size > MOST_BYTES:
            break
    return files, frozenset(paths)
