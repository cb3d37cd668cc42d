"""Claims about feeds of new preprints beside arXiv: bioRxiv, medRxiv and venues of OpenReview."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.papers.fetching.fetcher import Fetcher
from bot.papers.sources.arxiv_feed import ArxivFeeds
from bot.papers.sources.feeds.biorxiv_feed import BiorxivFeed
from bot.papers.sources.feeds.feed_names import feed_name, kind_of, shown_name
from bot.papers.sources.feeds.preprint_feeds import PreprintFeeds
from bot.papers.sources.openreview import OpenReviewSource
from handlers.entries.incoming.daily_preprints_view import preprints_message
from storage.errors import BadRequestError
from tests.papers.conftest import Site, Waits
from tests.papers.test_arxiv import RSS, item

TUESDAY = date(2026, 11, 24)


def preprint(number: int, **more: Any) -> dict[str, Any]:
    """An item as the API of bioRxiv gives it."""
    return {
        "title": f"Title {number}", "authors": "Doe, J.; Roe, R. R.", "author_corresponding": "Jane Doe",
        "author_corresponding_institution": "Somewhere", "doi": f"10.1101/2026.11.23.{number:06}",
        "date": "2026-11-23", "version": "1", "type": "new results", "license": "cc_by",
        "category": "cell biology", "jatsxml": "https://x.org", "abstract": "Words.", "published": "NA",
        "server": "bioRxiv", **more,
    }  # fmt: skip


def answer(items: list[dict[str, Any]], cursor: int = 0, total: int | None = None) -> str:
    message = {
        "status": "ok", "category": "all", "interval": "2026-11-23:2026-11-23", "cursor": cursor,
        "count": len(items), "count_new_papers": "1", "total": str(len(items) if total is None else total),
    }  # fmt: skip
    return json.dumps({"messages": [message], "collection": items})


def note(number: int, venueid: str = "ICLR.cc/2026/Conference") -> dict[str, Any]:
    """A note as version 2 of OpenReview's API gives it."""
    return {
        "id": f"note{number:06}", "forum": f"note{number:06}", "cdate": 1_764_000_000_000, "version": 2,
        "content": {
            "title": {"value": f"Note {number}"}, "authors": {"value": ["Jane Doe"]},
            "abstract": {"value": "Words."}, "venue": {"value": "ICLR 2026 Poster"}, "venueid": {"value": venueid},
        },
    }  # fmt: skip


@pytest.fixture
def feeds(site: Site, fetcher: Fetcher, waits: Waits) -> PreprintFeeds:
    at = site.address
    return PreprintFeeds(
        fetcher,
        ArxivFeeds(fetcher, waits.turn, f"{at}/rss"),
        BiorxivFeed(fetcher, waits.turn, f"{at}/bio"),
        OpenReviewSource(fetcher, f"{at}/review"),
    )


@pytest.mark.parametrize(
    ("word", "name", "kind", "shown"),
    [
        ("cs.cl", "cs.CL", "arxiv", "Computation and Language"),
        ("bioRxiv", "biorxiv", "biorxiv", "bioRxiv"),
        ("biorxiv:Cell-Biology", "biorxiv:cell_biology", "biorxiv", "bioRxiv Cell Biology"),
        ("medrxiv:hiv_aids", "medrxiv:hiv_aids", "biorxiv", "medRxiv Hiv Aids"),
        ("ICLR.cc/2026/Conference", "ICLR.cc/2026/Conference", "openreview", "ICLR.cc/2026/Conference"),
    ],
)
def test_a_feed_is_named_by_category_server_and_subject_or_venue(
    word: str, name: str, kind: str, shown: str
) -> None:
    assert (feed_name(word), kind_of(name), shown_name(name)) == (name, kind, shown)


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("cs.XX", "arXiv has no category cs.XX"),
        ("biorxiv:neuroscence", "Did you mean biorxiv:neuroscience?"),
        ("medrxiv:zoology", "medRxiv has no subject zoology"),
        ("https://x/y z", "arXiv has no category"),
    ],
)
def test_a_feed_that_is_none_is_refused_with_a_name_that_is(word: str, says: str) -> None:
    with pytest.raises(BadRequestError, match=says.replace("?", ".")):
        feed_name(word)


async def test_first_versions_of_a_subject_come_page_by_page_once_a_day(
    site: Site, feeds: PreprintFeeds, waits: Waits
) -> None:
    pages = {
        "0": answer(
            [
                preprint(1),
                preprint(2, version="2"),
                preprint(3, category="zoology"),
                preprint(4, type="WITHDRAWN"),
            ],
            total=5,
        ),
        "4": answer([preprint(5)], 4, 5),
    }
    for cursor, page in pages.items():
        site.gives(f"/bio/details/biorxiv/2026-11-23/2026-11-23/{cursor}", page, "application/json")
    skip = {"doi:10.1101/2026.11.23.000099"}
    day = await feeds.of_day(["biorxiv:cell_biology"], TUESDAY, skip=skip)
    await feeds.of_day(["biorxiv:cell_biology"], TUESDAY)
    assert [record.title for record in day.records] == ["Title 1", "Title 5"]
    first = day.records[0]
    assert (first.authors, first.abstract, first.source) == (("J. Doe", "R. R. Roe"), "Words.", "bioRxiv")
    assert first.identifiers == (("doi", "10.1101/2026.11.23.000001"),)
    assert len(site.asked) == 2
    assert all(request.query["category"] == "cell_biology" for request in site.asked)
    assert waits.turns == [("127.0.0.1", 1.0)] * 2


async def test_a_monday_asks_for_the_weekend_too_and_pages_are_bounded(
    site: Site, feeds: PreprintFeeds
) -> None:
    monday = TUESDAY - timedelta(days=1)
    for cursor in range(6):
        page = answer([preprint(cursor)], cursor, 1_000)
        site.gives(f"/bio/details/medrxiv/2026-11-20/2026-11-22/{cursor}", page, "application/json")
    day = await feeds.of_day(["medrxiv"], monday)
    assert len(day.records) == len(site.asked) == 4
    assert day.records[0].source == "medRxiv"


async def test_all_places_take_turns_what_is_known_is_skipped_and_who_refuses_is_told(
    site: Site, feeds: PreprintFeeds
) -> None:
    site.gives(
        "/rss/cs.AI", RSS.format(item("2402.00001", "new") + item("2402.00002", "new")), "application/rss+xml"
    )
    page = answer([preprint(1), preprint(2)])
    site.gives("/bio/details/biorxiv/2026-11-23/2026-11-23/0", page, "application/json")
    notes = json.dumps({"notes": [note(1), note(2), note(3, "ICLR.cc/2026/Conference/Withdrawn_Submission")]})
    site.gives("/review/notes", notes, "application/json")
    names = ["cs.AI", "biorxiv", "ICLR.cc/2026/Conference"]
    day = await feeds.of_day(names, TUESDAY, skip={"openreview:note000001"}, most=4)
    assert [record.title for record in day.records] == [
        "Title 2402.00001",
        "Title 1",
        "Note 2",
        "Title 2402.00002",
    ]
    asked = next(request for request in site.asked if request.path == "/review/notes")
    assert dict(asked.query) == {
        "content.venueid": "ICLR.cc/2026/Conference",
        "sort": "cdate:desc",
        "limit": "400",
    }
    site.gives("/review/notes", '{"name": "ForbiddenError"}', "application/json", 403)
    day = await feeds.of_day([names[0], names[2]], TUESDAY + timedelta(days=7))
    assert [record.title for record in day.records][:1] == ["Title 2402.00001"]
    assert "guests may not list" in day.failures[0]
    shown = str(preprints_message([(1, "T", "https://x.org", "")], names, day.failures))
    assert "came in (Artificial Intelligence, bioRxiv, ICLR.cc/2026/Conference)" in shown
    assert "guests may not list" in shown
    assert "No new preprints came in" in preprints_message([], names, day.failures).text


async def test_a_server_that_is_down_may_answer_later_and_holds_up_no_other(
    site: Site, feeds: PreprintFeeds
) -> None:
    site.gives("/rss/cs.AI", RSS.format(item("2402.00001", "new")), "application/rss+xml")
    for body, kind, status in (("", "text/plain", 503), ("<html>", "text/html", 200)):
        site.gives("/bio/details/biorxiv/2026-11-23/2026-11-23/0", body, kind, status)
        day = await feeds.of_day(["biorxiv", "cs.AI"], TUESDAY)
        assert [record.title for record in day.records] == ["Title 2402.00001"]
        assert (list(day.late), day.failures) == (["biorxiv"], ())
