"""Claims about arXiv's API, against a server that answers in its format, faults included."""

# ruff: noqa: E501 - recorded formats stay on one line

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web

from bot.papers.errors import PaperNotFoundError, SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.fetching.pacing import Pacer
from bot.papers.links import Reference, parse
from bot.papers.records import PaperRecord
from bot.papers.resolving import Resolver
from bot.papers.sources.arxiv import query_url, read_feed
from bot.papers.sources.arxiv_feed import ArxivFeeds
from tests.papers.conftest import SHARED, Site, Waits

MONDAY = date(2024, 2, 5)
HEAD = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'


def entry(value: str, version: int = 1, comment: str = "8 pages") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{value}v{version}</id><title>Title of\n {value}</title><updated>2020-02-02T00:00:00Z</updated>"
        f"<published>2020-01-01T12:00:00Z</published><summary>  Words &amp; more. </summary><arxiv:comment>{comment}</arxiv:comment>"
        f"<category term='cs.AI'/><category term='cs.LG'/><arxiv:primary_category term='cs.AI'/><arxiv:doi>10.1000/ABC</arxiv:doi>"
        f"<author><name>Ada Ä.</name></author></entry>"
    )


def error_entry(value: str) -> str:
    return (
        f"{HEAD}<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
        f"<summary>incorrect id format for {value}</summary></entry></feed>"
    )


def references(*values: str) -> list[Reference]:
    return [Reference("arxiv", value, None, "") for value in values]


def stands_in_for_arxiv(site: Site, known: dict[str, str], malformed: str = "") -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        ids = request.query["id_list"].split(",")
        if malformed in ids:
            return web.Response(status=400, text=error_entry(malformed), content_type="application/atom+xml")
        most = int(request.query.get("max_results", "10"))
        body = HEAD + "".join([known[i] for i in ids if i in known][:most]) + "</feed>"
        return web.Response(text=body, content_type="application/atom+xml")

    site.routes["/api/query"] = answer


async def test_an_entry_becomes_a_record(site: Site, resolver: Resolver) -> None:
    stands_in_for_arxiv(site, {"2001.00001": entry("2001.00001", 3)})
    (record,) = (await resolver.resolve(references("2001.00001"))).values()
    assert isinstance(record, PaperRecord)
    assert record.identifiers == (("arxiv", "2001.00001"), ("doi", "10.1000/abc"))
    assert (record.title, record.abstract, record.authors) == (
        "Title of 2001.00001",
        "Words & more.",
        ("Ada Ä.",),
    )
    assert (record.categories, record.primary_category, record.version) == (("cs.AI", "cs.LG"), "cs.AI", 3)
    assert record.published == datetime(2020, 1, 1, 12, tzinfo=UTC)


def of_arxiv(site: Site) -> int:
    """How many requests went to arXiv; OpenAlex is asked beside it."""
    return sum(request.path == "/api/query" for request in site.asked)


async def test_a_hundred_ids_take_one_request(site: Site, resolver: Resolver, waits: Waits) -> None:
    ids = [f"2001.{n:05}" for n in range(1, 101)]
    stands_in_for_arxiv(site, {value: entry(value) for value in ids})
    answers = await resolver.resolve(references(*ids))
    assert all(isinstance(answer, PaperRecord) for answer in answers.values())
    assert (len(answers), of_arxiv(site)) == (100, 1)
    assert waits.turns == [("127.0.0.1", 3.0)]


async def test_what_a_mixed_batch_drops_is_reported_as_unknown(site: Site, resolver: Resolver) -> None:
    stands_in_for_arxiv(site, {"2001.00001": entry("2001.00001")})
    answers = await resolver.resolve(references("2001.00001", "2001.99999"))
    assert isinstance(answers["arxiv:2001.00001"], PaperRecord)
    assert isinstance(answers["arxiv:2001.99999"], PaperNotFoundError)
    assert str(answers["arxiv:2001.99999"]) == "arXiv has no paper with the id 2001.99999."


async def test_a_malformed_id_spoils_only_itself(site: Site, resolver: Resolver) -> None:
    stands_in_for_arxiv(site, {"2001.00001": entry("2001.00001")}, malformed="abc")
    answers = await resolver.resolve(references("2001.00001", "abc"))
    assert isinstance(answers["arxiv:2001.00001"], PaperRecord)
    assert isinstance(answers["arxiv:abc"], PaperNotFoundError)


async def test_a_busy_arxiv_is_asked_again_after_a_while(
    site: Site, resolver: Resolver, waits: Waits
) -> None:
    good = (HEAD + entry("2001.00001") + "</feed>").encode()
    site.gives_in_turn("/api/query", (503, b""), (429, b""), (200, good))
    (answer,) = (await resolver.resolve(references("2001.00001"))).values()
    assert isinstance(answer, PaperRecord)
    assert of_arxiv(site) == 3
    assert len(waits.turns) == 3
    assert min(waits.slept) >= 3


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ((HEAD + entry("2001.00001"))[:-20], "application/atom+xml"),
        ("<html><body>Rate exceeded.</body></html>", "text/html"),
        ("Rate exceeded.", "text/plain"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><feed>&a;</feed>', "application/atom+xml"),
    ],
)
async def test_a_broken_answer_is_an_error_that_later_may_mend(
    site: Site, resolver: Resolver, body: str, kind: str
) -> None:
    site.gives("/api/query", body, kind)
    (answer,) = (await resolver.resolve(references("2001.00001"))).values()
    assert isinstance(answer, SourceUnavailableError)


async def test_when_arxiv_stays_busy_datacite_answers(site: Site, resolver: Resolver) -> None:
    site.gives("/api/query", "", status=429)
    site.gives(
        "/doi/10.48550/arxiv.2001.00001",
        '{"title": "From DataCite", "abstract": "Words."}',
        "application/json",
    )
    (answer,) = (await resolver.resolve(references("2001.00001"))).values()
    assert isinstance(answer, PaperRecord)
    assert (answer.title, answer.identifiers[0]) == ("From DataCite", ("arxiv", "2001.00001"))


async def test_turns_in_one_process_are_three_seconds_apart(waits: Waits) -> None:
    pacer = Pacer(waits.now, waits.sleep)
    for _ in range(3):
        async with pacer("arxiv", 3.0):
            pass
    assert waits.slept == [3.0, 3.0]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/api/query"]
)
def test_a_mirror_may_be_named_by_its_base_or_in_full(address: str) -> None:
    assert query_url(address) == "http://127.0.0.1:1/api/query"


def test_recorded_answers_of_arxiv_are_read() -> None:
    folder = SHARED / "arxiv_api"
    if not folder.exists():
        pytest.skip("the shared answers aren't here")
    read = {path.stem: read_feed(ET.fromstring(path.read_bytes())) for path in folder.glob("*.xml")}
    assert read["id_abc"] == ([], "abc")
    assert read["id_0000.0000"] == ([], None)
    assert [r.identifiers[0][1] for r in read["id_0808.05394_1707.08567"][0]] == ["1707.08567"]
    assert read["id_quant-ph_0201082v1"][0][0].identifiers == (("arxiv", "quant-ph/0201082"),)
    assert len(read["q_testing"][0]) > 10


RSS = """<?xml version='1.0'?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
{}</channel></rss>"""


def item(value: str, announced: str) -> str:
    return (
        f"<item><title>Title {value}</title><link>https://arxiv.org/abs/{value}</link><guid>oai:arXiv.org:{value}v1</guid>"
        f"<description>arXiv:{value}v1 Announce Type: {announced} \nAbstract: Words.</description><category>cs.AI</category>"
        f"<pubDate>Mon, 05 Feb 2024 00:00:00 -0500</pubDate><arxiv:announce_type>{announced}</arxiv:announce_type>"
        f"<dc:creator>Ada A., Bo B.</dc:creator></item>"
    )


async def test_the_feed_gives_new_preprints_and_never_replacements(
    site: Site, fetcher: Fetcher, waits: Waits
) -> None:
    items = (
        item("2402.00001", "new")
        + item("2402.00002", "cross")
        + item("2402.00003", "replace")
        + item("2402.00004", "new")
    )
    site.gives("/rss/cs.AI", RSS.format(items), "application/rss+xml")
    site.gives("/rss/cs.LG", RSS.format(""), "application/rss+xml")
    feeds = ArxivFeeds(fetcher, waits.turn, f"{site.address}/rss")
    plain = await feeds.new_preprints(["cs.AI", "cs.LG"], MONDAY, skip={"arxiv:2402.00004"})
    crossed = await feeds.new_preprints(["cs.AI"], MONDAY, cross=True)
    assert [r.identifiers[0][1] for r in plain] == ["2402.00001"]
    assert [r.identifiers[0][1] for r in crossed] == ["2402.00001", "2402.00002", "2402.00004"]
    assert waits.turns == [("127.0.0.1", 3.0)] * 2  # each feed once a day
    await feeds.new_preprints(["cs.AI"], MONDAY + timedelta(days=1))
    assert len(site.asked) == 3
    assert (plain[0].abstract, plain[0].authors, plain[0].version) == ("Words.", ("Ada A.", "Bo B."), 1)


async def test_a_broken_feed_is_an_error(site: Site, fetcher: Fetcher, waits: Waits) -> None:
    site.gives("/rss/cs.AI", "<rss><channel>", "application/rss+xml")
    with pytest.raises(SourceError):
        await ArxivFeeds(fetcher, waits.turn, f"{site.address}/rss").new_preprints(["cs.AI"], MONDAY)


def test_a_written_id_and_its_link_are_one_paper() -> None:
    assert parse("arXiv:2001.00001v2") == Reference("arxiv", "2001.00001", 2, "arXiv:2001.00001v2")


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "application/atom+xml", HEAD + entry("2001.00001")[:120]),  # cut off
        (200, "text/html", "<html><body>Welcome to our hotel's network</body></html>"),
        (200, "application/atom+xml", ""),
        (200, "application/json", "{}"),
        (429, "text/plain", "Rate exceeded."),
        (503, "text/plain", ""),
    ],
)
async def test_whatever_arxiv_sends_instead_of_its_feed_is_tried_again_and_said(
    site: Site, resolver: Resolver, waits: Waits, status: int, kind: str, body: str
) -> None:
    site.gives("/api/query", body, kind, status)
    (answer,) = (await resolver.resolve(references("2001.00001"))).values()
    assert isinstance(answer, SourceUnavailableError)
    assert answer.sentence.endswith(".")
    assert len(waits.turns) == 3
