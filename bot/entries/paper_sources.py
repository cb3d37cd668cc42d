"""Opens the paper sources of an installation (metadata, full texts, feeds) from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.reading.fulltext import FullTexts
from bot.papers.resolving import Resolver
from bot.papers.sources import Keys
from bot.papers.sources.arxiv_feed import ArxivFeeds
from bot.papers.sources.zotero import ZoteroGroups
from bot.settings import Settings
from bot.work.host_turns import SharedTurns
from bot.work.timing import Time
from storage.database.engine import Database


@asynccontextmanager
async def real_sources(
    settings: Settings, database: Database, time: Time
) -> AsyncIterator[tuple[Resolver, FullTexts, ArxivFeeds, ZoteroGroups]]:
    """Open all real sources on one HTTP client that refuses private addresses; turns are shared by all processes."""
    turn = SharedTurns(database, time)
    async with Fetcher(settings.fetchable_hosts, settings.contact) as fetcher:
        yield (
            Resolver(fetcher, addresses={"arxiv": settings.arxiv_url}, keys=keys_of(settings), turn=turn),
            FullTexts(fetcher, turn, settings.arxiv_site),
            ArxivFeeds(fetcher, turn, settings.arxiv_feeds),
            ZoteroGroups(fetcher, settings.zotero_url),
        )


def keys_of(settings: Settings) -> Keys:
    """Return the API keys and passwords of paper sources that the settings contain."""
    return Keys(
        openalex=_secret(settings.openalex_key),
        semantic_scholar=_secret(settings.semantic_scholar_key),
        openreview_user=settings.openreview_user,
        openreview_password=_secret(settings.openreview_password),
    )


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
