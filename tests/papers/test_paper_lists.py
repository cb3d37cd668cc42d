"""Lists of papers at other sites: which addresses are lists, and how each site's public answer is read."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.reading.reference_files import read_file
from bot.papers.sources.paper_lists import PaperList, PaperLists, lists_in
from bot.papers.sources.zotero import ZoteroGroups
from handlers.entries.incoming.dropped_files import groups_of
from handlers.web.loopback_server import serve
from tests.papers.conftest import Site

BIB = """@inproceedings{a-2024, title = "{A} Title", doi = "10.18653/v1/2024.acl-long.1",
    url = "https://aclanthology.org/2024.acl-long.1/"}
@inproceedings{b-2024, title = "B", doi = "10.18653/v1/2024.acl-long.2"}
"""


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("https://huggingface.co/papers/date/2026-01-12", "day", "2026-01-12"),
        ("<https://huggingface.co/papers/week/2026-W03|this week>", "week", "2026-W03"),
        ("huggingface.co/papers/month/2026-01", "month", "2026-01"),
        ("https://huggingface.co/collections/ann/merging-65097893?x=1", "collection", "ann/merging-65097893"),
        ("https://openreview.net/group?id=ICLR.cc/2024/Conference#tab-accept-oral", "venue", "ICLR.cc/2024/Conference"),
        ("https://openreview.net/group?referrer=x&id=TMLR/2024/Journal", "venue", "TMLR/2024/Journal"),
        ("<https://aclanthology.org/volumes/2024.acl-long/>", "volume", "2024.acl-long"),
        ("https://aclanthology.org/volumes/2024.acl-long.bib", "volume", "2024.acl-long"),
        ("https://proceedings.mlr.press/v235/", "pmlr", "v235"),
        ("<https://proceedings.mlr.press/v139/assets/bib/bibliography.bib>", "pmlr", "v139"),
        ("https://papers.nips.cc/paper/2017", "neurips", "2017"),
        ("https://proceedings.neurips.cc/paper_files/paper/2024/", "neurips", "2024"),
        ("https://openaccess.thecvf.com/CVPR2024?day=all", "cvf", "CVPR2024"),
        ("https://proceedings.mlr.press/v235/abad-rocamora24a.html", "", ""),
        ("https://papers.nips.cc/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html", "", ""),
        ("https://huggingface.co/papers/1706.03762", "", ""),
        ("https://huggingface.co/ann/model", "", ""),
        ("https://openreview.net/forum?id=abc", "", ""),
        ("https://openreview.net/group?id=x", "", ""),
        ("https://aclanthology.org/2024.acl-long.1/", "", ""),
        ("https://evil.example/?huggingface.co", "", ""),
    ],
)  # fmt: skip
def test_addresses_of_lists_are_known_from_those_of_papers(address: str, kind: str, name: str) -> None:
    assert lists_in(f"see {address} please") == ([PaperList(kind, name)] if kind else [])


async def test_proceedings_are_read_from_their_file_or_page_and_a_large_volume_is_cut(
    site: Site, fetcher: Fetcher
) -> None:
    entry = "@InProceedings{{pmlr-v9-{0}, title = {{T {0}}}, abstract = {{{1}}}, url = {{{2}/v9/doe24{0}.html}}}}\n"
    volume = "@Proceedings{x, title={All}}\n" + "".join(
        entry.format(number, "word " * 4_000, "https://proceedings.mlr.press") for number in range(120)
    )
    hashes = [f"{number:032x}" for number in range(3)]
    path = "/paper_files/paper/2024"
    site.gives("/v9/assets/bib/bibliography.bib", volume, "text/plain")
    site.gives(
        path,
        "".join(
            f'<li><a title="paper title" href="{path}/hash/{each}-Abstract-Conference.html">T</a></li>' * 2
            for each in hashes
        )
        + '<a href="/paper_files/paper/2023">older</a>',
    )
    site.gives(
        "/CVPR2024",
        '<dt><a href="/content/CVPR2024/html/Lee_A_CVPR_2024_paper.html">A</a></dt>'
        '<dd>[<a href="/content/CVPR2024/papers/Lee_A_CVPR_2024_paper.pdf">pdf</a>]</dd>',
    )
    lists = PaperLists(fetcher, proceedings=site.address)

    async def read(kind: str, name: str) -> tuple[list[str], int]:
        file = await lists.read(PaperList(kind, name))
        return [paper.canonical for paper in read_file(file.name, file.content).papers], file.total

    papers, total = await read("pmlr", "v9")
    assert (papers[0], total) == ("page:https://proceedings.mlr.press/v9/doe240.html", 120)
    assert 90 < len(papers) < 100, "as many as a file may hold"
    assert await read("neurips", "2024") == (
        [f"page:https://proceedings.neurips.cc{path}/hash/{each}-Abstract-Conference.html" for each in hashes], 3,
    )  # fmt: skip
    assert await read("cvf", "CVPR2024") == (
        ["page:https://openaccess.thecvf.com/content/CVPR2024/html/Lee_A_CVPR_2024_paper.html"], 1,
    )  # fmt: skip


async def test_a_zotero_group_with_an_odd_count_of_items_is_read(site: Site, fetcher: Fetcher) -> None:
    for total in ("9" * 5_000, "many"):
        site.gives("/groups/7/items/top", "[]", "application/json", headers={"Total-Results": total})
        pages, _ = await ZoteroGroups(fetcher, site.address).group_pages(7)
        assert set(pages) == {b"[]"}


async def test_a_zotero_group_is_read_on_by_its_links_until_zotero_asks_for_a_pause() -> None:
    following = (
        '<https://api.zotero.org/groups/7/items/top?start=100>; rel="next", <https://x.org>; rel="alternate"'
    )
    headers: dict[str, list[dict[str, str]]] = {
        "1": [{"Link": following}, {"Link": '<https://x.org>; rel="first"'}],
        "2": [{"Total-Results": "400"}, {"Total-Results": "400", "Backoff": "60"}],
        "3": [{"Total-Results": "400"}],
        "4": [],
    }

    async def items(request: Request) -> Response:
        page = int(request.query_params["start"]) // 100
        pages = headers[request.path_params["group"]]
        if page >= len(pages):
            return Response("later", 429, headers={"Retry-After": "60"})
        return JSONResponse([], headers=pages[page])

    async with (
        serve(Starlette(routes=[Route("/groups/{group}/items/top", items)])) as port,
        Fetcher(frozenset({"127.0.0.1"})) as own,
    ):
        groups = ZoteroGroups(own, f"http://127.0.0.1:{port}")
        assert [len((await groups.group_pages(group))[0]) for group in (1, 2, 3)] == [2, 2, 1]
        with pytest.raises(SourceUnavailableError):
            await groups.group_pages(4)


async def test_a_link_to_a_collection_brings_in_that_collection_alone(site: Site, fetcher: Fetcher) -> None:
    link = "<https://www.zotero.org/groups/7/reading/collections/ABCD2345/items/X|ours> zotero.org/groups/8"
    assert groups_of({"text": link}) == [(7, "ABCD2345"), (8, "")]
    site.gives("/groups/7/collections/ABCD2345/items/top", '[{"DOI": "10.1/x"}]', "application/json")
    pages, _ = await ZoteroGroups(fetcher, site.address).group_pages(7, "ABCD2345")
    assert pages == [b'[{"DOI": "10.1/x"}]']


async def test_each_sites_answer_becomes_references_and_what_it_refuses_a_sentence() -> None:
    asked: list[dict[str, str]] = []

    async def daily(request: Request) -> Response:
        asked.append(dict(request.query_params))
        papers: list[Any] = [
            {"paper": {"id": "2601.00001"}},
            {"paper": {"id": "2601.00002"}},
            {"paper": {"id": "../x"}},
        ]
        return JSONResponse([*papers, papers[0], "odd", {"paper": None}])

    async def collection(request: Request) -> Response:
        items = [{"type": "paper", "id": "2601.00003"}, {"type": "model", "id": "ann/m"}, {"type": "paper"}]
        return JSONResponse({"items": items} if request.path_params["owner"] == "ann" else ["odd"])

    async def notes(request: Request) -> Response:
        asked.append(dict(request.query_params))
        if request.query_params["content.venueid"] == "Closed/Venue":
            return Response("no", 403)
        if request.query_params["content.venueid"] == "Odd/Venue":
            return PlainTextResponse("<html>")
        return JSONResponse({"notes": [{"forum": f"AbCdEfGh{n:03}"} for n in range(600)], "count": 2260})

    routes = [
        Route("/api/daily_papers", daily),
        Route("/api/collections/{owner}/{slug}", collection),
        Route("/notes", notes),
        Route("/volumes/{name}", lambda _: PlainTextResponse(BIB)),
    ]
    async with serve(Starlette(routes=routes)) as port, Fetcher(frozenset({"127.0.0.1"})) as fetcher:
        site = f"http://127.0.0.1:{port}"
        lists = PaperLists(fetcher, site, site, site)

        async def names(kind: str, name: str) -> list[str]:
            file = await lists.read(PaperList(kind, name))
            return [paper.canonical for paper in read_file(file.name, file.content).papers]

        assert await names("day", "2026-01-12") == ["arxiv:2601.00001", "arxiv:2601.00002"]
        assert await names("week", "2026-W03") == ["arxiv:2601.00001", "arxiv:2601.00002"]
        assert [(each.get("date"), each.get("week")) for each in asked] == [
            ("2026-01-12", None),
            (None, "2026-W03"),
        ]
        assert await names("collection", "ann/x-1") == ["arxiv:2601.00003"]
        assert (await lists.read(PaperList("collection", "bob/x-1"))).content == b""
        assert await names("volume", "2024.acl-long") == [
            "doi:10.18653/v1/2024.acl-long.1",
            "doi:10.18653/v1/2024.acl-long.2",
        ]
        venue = await lists.read(PaperList("venue", "ICLR.cc/2024/Conference"))
        assert (venue.total, len(venue.content.splitlines())) == (2260, 500)
        assert await names("venue", "ICLR.cc/2024/Conference") == [
            f"openreview:AbCdEfGh{n:03}" for n in range(500)
        ]
        for name, why in (("Closed/Venue", "doesn't let me read that list"), ("Odd/Venue", "can't read")):
            with pytest.raises(SourceError, match=why):
                await lists.read(PaperList("venue", name))
