"""Opens the paper sources of an installation (metadata, full texts, feeds) from its settings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Turn
from bot.papers.reading.fulltext import FullTexts
from bot.papers.resolving import Resolver
from bot.papers.sources import Keys
from bot.papers.sources.arxiv_feed import ArxivFeeds
from bot.papers.sources.biorxiv import API_URL as BIORXIV_API
from bot.papers.sources.feeds.biorxiv_feed import BiorxivFeed
from bot.papers.sources.feeds.preprint_feeds import PreprintFeeds
from bot.papers.sources.openreview import API_URL as OPENREVIEW_API
from bot.papers.sources.openreview import OpenReviewSource
from bot.papers.sources.paper_lists import PaperLists
from bot.papers.sources.zotero import ZoteroGroups
from bot.settings import Settings
from bot.work.host_turns import SharedTurns
from bot.work.timing import Time
from storage.database.engine import Database

HOOK_S = 15.0
"""Seconds that another program may take to take an event."""


@asynccontextmanager
async def real_sources(
    settings: Settings, database: Database, time: Time
) -> AsyncIterator[tuple[Resolver, FullTexts, PreprintFeeds, ZoteroGroups, PaperLists, Fetcher]]:
    """Open all real sources on one HTTP client that refuses private addresses; turns are shared by all processes.

    The last is a client of its own for events to other programs.
    """
    turn = SharedTurns(database, time)
    async with (
        Fetcher(settings.fetchable_hosts, settings.contact) as fetcher,
        Fetcher(settings.allowed_hosts, settings.contact, total_s=HOOK_S) as hooks,
    ):
        yield (
            Resolver(fetcher, addresses={"arxiv": settings.arxiv_url}, keys=keys_of(settings), turn=turn),
            FullTexts(fetcher, turn, settings.arxiv_site),
            preprint_feeds(fetcher, turn, settings),
            ZoteroGroups(fetcher, settings.zotero_url),
            PaperLists(fetcher),
            hooks,
        )


def preprint_feeds(
    fetcher: Fetcher, turn: Turn, settings: Settings, addresses: Mapping[str, str] | None = None
) -> PreprintFeeds:
    """Open the feeds of daily preprints; `addresses` replaces the base URLs of biorxiv and openreview."""
    at = addresses or {}
    keys = keys_of(settings)
    return PreprintFeeds(
        fetcher,
        ArxivFeeds(fetcher, turn, settings.arxiv_feeds),
        BiorxivFeed(fetcher, turn, at.get("biorxiv", BIORXIV_API)),
        OpenReviewSource(
            fetcher,
            at.get("openreview", OPENREVIEW_API),
            user=keys.openreview_user,
            password=keys.openreview_password,
        ),
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
