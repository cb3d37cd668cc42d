"""Claims about which links are papers and which ids they give."""

# ruff: noqa: E501 - lists of links

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.links import Reference, find, impossible_arxiv_ids, parse
from tests.papers.conftest import SHARED

LINKS = SHARED / "links" / "links.jsonl"


TABLE = Path(__file__).with_name("links.txt")


def written_links() -> list[tuple[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def canonical(url: str) -> str | None:
    reference = parse(url)
    return reference.canonical if reference else None


@pytest.fixture(scope="module")
def real_links() -> list[dict[str, object]]:
    if not LINKS.exists():
        pytest.skip("the shared links aren't here")
    return [json.loads(line) for line in LINKS.read_text().splitlines()]


def test_real_links_are_told_from_listings_and_give_their_ids(real_links: list[dict[str, object]]) -> None:
    taken = [link["url"] for link in real_links if not link["paper"] and parse(str(link["url"]))]
    missed = [link["url"] for link in real_links if link["paper"] and not parse(str(link["url"]))]
    wrong = [link["url"] for link in real_links if link["id"] and canonical(str(link["url"])) != link["id"]]
    assert (taken, missed, wrong) == ([], [], [])


def test_links_of_two_hundred_sites_are_told_from_listings_and_give_their_ids() -> None:
    links = written_links()
    assert len(links) > 1700
    taken = [url for expected, url in links if expected == "-" and parse(url)]
    missed = [url for expected, url in links if expected != "-" and not parse(url)]
    wrong = [url for expected, url in links if ":" in expected and canonical(url) != expected]
    assert (taken, missed, wrong) == ([], [], [])


def test_every_link_of_the_table_is_its_own_canonical_link() -> None:
    for _, url in written_links():
        reference = parse(url)
        if reference is not None:
            assert canonical(reference.link) == reference.canonical


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("arXiv:2413.01234 and arXiv:2401.01234", ("2413.01234",)),
        ("<https://arxiv.org/abs/2300.12345v2|this>, arXiv:2199.0001", ("2300.12345", "2199.0001")),
        ("version 2413.01234 of `arXiv:2413.01234`", ()),
        ("https://evil-arxiv.org/abs/2413.01234 https://arxiv.org/abs/1706.03762", ()),
    ],
)
def test_arxiv_ids_with_impossible_months_are_recognised(text: str, ids: tuple[str, ...]) -> None:
    assert impossible_arxiv_ids(text) == ids


def test_every_real_link_is_its_own_canonical_link(real_links: list[dict[str, object]]) -> None:
    for link in real_links:
        reference = parse(str(link["url"]))
        if reference is not None:
            assert canonical(reference.link) == reference.canonical


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/1706.03762v5", "arxiv:1706.03762"),
        ("http://www.arxiv.org/pdf/1706.03762v7.pdf", "arxiv:1706.03762"),
        ("https://export.arxiv.org/abs/math.GT/0309136", "arxiv:math/0309136"),
        ("https://arxiv.org/html/2401.00001v1", "arxiv:2401.00001"),
        ("https://ar5iv.labs.arxiv.org/html/1706.03762", "arxiv:1706.03762"),
        ("https://www.alphaxiv.org/overview/1706.03762v2", "arxiv:1706.03762"),
        ("https://huggingface.co/papers/1706.03762", "arxiv:1706.03762"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "arxiv:1706.03762"),
        ("https://www.nature.com/articles/nature14539.pdf?utm_source=x", "doi:10.1038/nature14539"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", "doi:10.1101/2020.01.01.123456"),
        ("https://link.springer.com/chapter/10.1007/978-3-319-24574-4_28", "doi:10.1007/978-3-319-24574-4_28"),
        ("https://papers.ssrn.com/sol3/papers.cfm?abstract_id=1450387", "doi:10.2139/ssrn.1450387"),
        ("https://zenodo.org/records/569323", "doi:10.5281/zenodo.569323"),
        ("https://osf.io/preprints/psyarxiv/7eb4g_v2", "doi:10.31234/osf.io/7eb4g"),
        ("https://openreview.net/pdf?id=rJl-b3RcF7", "openreview:rJl-b3RcF7"),
        ("https://aclanthology.org/2020.acl-main.1.pdf", "acl:2020.acl-main.1"),
        ("https://eprint.iacr.org/2022/1039.pdf", "iacr:2022/1039"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC4368415/", "pmcid:PMC4368415"),
        ("https://europepmc.org/article/MED/32923700", "pmid:32923700"),
        ("arXiv:2005.14165v2", "arxiv:2005.14165"),
        ("10.1038/Nature14539", "doi:10.1038/nature14539"),
        ("https://ojs.aaai.org/index.php/AAAI/article/view/5432/6789",
         "page:https://ojs.aaai.org/index.php/AAAI/article/view/5432"),
        ("https://papers.nips.cc/paper_files/paper/2017/file/3f5ee243547dee91fbd053c1c4a845aa-Paper.pdf",
         "page:https://papers.nips.cc/paper_files/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html"),
        ("https://openaccess.thecvf.com/content_cvpr_2016/papers/He_Deep_Residual_Learning_CVPR_2016_paper.pdf",
         "page:https://openaccess.thecvf.com/content_cvpr_2016/html/He_Deep_Residual_Learning_CVPR_2016_paper.html"),
    ],
)  # fmt: skip
def test_doors_to_one_paper_give_one_id(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org.evil.example/abs/1706.03762",
        "https://arxiv.org@evil.example/abs/1706.03762",
        "https://evil.example/arxiv.org/abs/1706.03762",
        "https://arxlv.org/abs/1706.03762",
        "https://аrxiv.org/abs/1706.03762",
        "https://dl.acm.org.papers.net/doi/10.1145/2854146",
        "https://dl-acm-org.proxy.net/doi/10.1145/2854146",
        "https://www.sciencedirectt.com/doi/10.1016/j.cell.2011.05.020",
        "https://arxiv.org:8080/abs/1706.03762",
        "https://arxiv.org/list/cs.AI/recent",
        "https://arxiv.org/a/hinton_g_1",
        "https://www.nature.com/nature/volumes/481",
        "https://aclanthology.org/N18-1000/",
        "https://openreview.net/group?id=ICLR.cc/2025/Conference",
        "https://github.com/someone/something",
        "javascript:alert(1)",
        "ftp://arxiv.org/abs/1706.03762",
        "attention is all you need",
        "",
    ],
)
def test_look_alikes_and_listings_are_no_papers(url: str) -> None:
    assert parse(url) is None


def test_a_version_is_an_attribute_and_not_an_identity() -> None:
    first, second = parse("https://arxiv.org/abs/1706.03762v1"), parse("https://arxiv.org/abs/1706.03762v5")
    assert first is not None
    assert second is not None
    assert (first.version, second.version) == (1, 5)
    assert first.canonical == second.canonical


def test_a_message_gives_each_paper_once_in_order_and_code_is_left_alone() -> None:
    text = (
        "See <https://arxiv.org/abs/1706.03762v5|the arXiv:1810.04805 one>, also arXiv:2005.14165v2, "
        "(doi:10.1038/nature14539). `https://arxiv.org/abs/1111.11111` and\n```\narXiv:2222.22222 10.1000/182\n```\n"
        "again https://arxiv.org/pdf/1706.03762.pdf! <@U123> <#C1|general> <mailto:a@arxiv.org|a@arxiv.org> "
        "<https://doi.org/10.1002/(SICI)1521-3773(20000103)39:1&lt;165::AID-ANIE165&gt;3.0.CO;2-B>"
    )
    assert [reference.canonical for reference in find(text)] == [
        "arxiv:1706.03762",
        "arxiv:2005.14165",
        "doi:10.1038/nature14539",
        "doi:10.1002/(sici)1521-3773(20000103)39:1<165::aid-anie165>3.0.co;2-b",
    ]


def test_brackets_and_full_stops_round_a_link_are_not_part_of_it() -> None:
    assert [
        r.canonical for r in find("(https://doi.org/10.1016/S0140-6736(21)01431-8). _10.1038/nature14539_.")
    ] == [
        "doi:10.1016/s0140-6736(21)01431-8",
        "doi:10.1038/nature14539",
    ]


def test_the_command_prints_an_id_or_not_a_paper_for_each_link() -> None:
    links = ["https://arxiv.org/abs/1706.03762v5", "https://arxiv.org/list/cs.AI/new"]
    ran = subprocess.run(
        [sys.executable, "-m", "bot.papers.links", *links],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert ran.stdout == "arxiv:1706.03762\nnot a paper\n"


PIECES = st.sampled_from([
    "https://", "http://", "arxiv.org", "doi.org", "www.nature.com", "/abs/", "/articles/", "1706.03762", "v2", "10.1038/",
    "nature14539", ".evil.example", "@", ":", "%2F", "%", "?id=", "#", "//", "dl.acm.org/doi/", "10.1145/1.2", ".pdf", "[", "]",
    "jstor.org/stable/", "123456", "content/12/3/45", "<", ">", ";", "é", "\\", "openreview.net/forum?id=", "abcdefgh1",
])  # fmt: skip
URLS = st.one_of(st.text(max_size=60), st.lists(PIECES | st.text(max_size=4), max_size=10).map("".join))


@given(URLS)
def test_parse_never_raises_and_knows_its_own_canonical_link(url: str) -> None:
    reference = parse(url)
    if reference is not None:
        again = parse(reference.link)
        assert isinstance(again, Reference)
        assert again.canonical == reference.canonical


@given(st.text(max_size=200) | st.lists(PIECES | st.text(max_size=4), max_size=20).map(" ".join))
def test_find_never_raises(text: str) -> None:
    find(text)


@given(
    st.sampled_from(["arxiv.org", "nature.com", "openreview.net", "wiley.com", "biorxiv.org"]),
    st.sampled_from(
        ["{}.evil.example", "{}.evil.com", "{}@evil.com", "evil-{}", "x{}", "{}x", "evil.com/{}"]
    ),
    st.sampled_from(
        ["/abs/1706.03762", "/doi/10.1145/2854146", "/articles/nature14539", "/forum?id=rJl-b3RcF7"]
    ),
)
def test_a_look_alike_host_never_matches(host: str, disguise: str, path: str) -> None:
    disguised = disguise.format(host)
    reference = parse(f"https://{disguised}{path}")
    if disguise == "evil.com/{}":
        assert reference is None or reference.scheme == "doi"
    else:
        assert reference is None
