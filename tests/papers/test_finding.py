"""Claims about papers in what people and programs write: texts, messages and the names of files."""

# ruff: noqa: E501 - texts as people write them

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.papers.links import find, of_message, parse
from tests.growth import MOST, growth, nested, repeated

WRITTEN = Path(__file__).with_name("written.jsonl")
"""[papers, text or message]: gateways, proxies, translators, glue of every script, BibTeX, RIS, ids in words, files."""
CASES = Path(__file__).parents[2].parent / "shared" / "cases"
TEXTS = [
    ("読みました https://arxiv.org/abs/1706.03762。", "arxiv:1706.03762"),
    ("论文 https://arxiv.org/abs/1706.03762，涵盖了四个方面", "arxiv:1706.03762"),
    ("这篇论文10.1038/nature14539，值得一读", "doi:10.1038/nature14539"),
    ("<https://arxiv.org/abs/1706.03762\u200b>", "arxiv:1706.03762"),
    ("10.1016/j.jﬁneco.2012.05.017", "doi:10.1016/j.jfineco.2012.05.017"),
    ("see <https://doi.org/10.1002/(SICI)1099-1727(199821)14:1>&lt;3::AID-SDR140&gt;3.0.CO;2-K", "doi:10.1002/(sici)1099-1727(199821)14:1<3::aid-sdr140>3.0.co;2-k"),
    ('eprint = {1510.07141}, archivePrefix = "arXiv"', "arxiv:1510.07141"),
    ("CoRR abs/1810.04805 (2018)", "arxiv:1810.04805"),
    ("https://arxiv.org/abs/1706.03762,https://arxiv.org/abs/1810.04805", "arxiv:1706.03762 arxiv:1810.04805"),
    ("https://doi.org/10/b6vnmd", "doi:10/b6vnmd"),
    ("https://arxiv.org/abs/cond-mat.mes-hall/0508657", "arxiv:cond-mat/0508657"),
    ("https://arxiv.org/abs/2405.12345V2", "arxiv:2405.12345"),
    ("https://papers.cool/venue/2024.acl-long.1@ACL", "acl:2024.acl-long.1"),
    ("https://shareyourpaper.org/10.1017/10.1080/17457289.2019.1697880", "doi:10.1080/17457289.2019.1697880"),
    ("https://www-sciencedirect-com.proxy.lib.example.edu/science/article/pii/S0924271619302837", "page:https://www.sciencedirect.com/science/article/pii/S0924271619302837"),
    ("https://doi-org.ezproxy.lib.example.edu/10.1016/j.fuel.2019.115905", "doi:10.1016/j.fuel.2019.115905"),
    ("https://login.ezproxy.lib.example.edu/login?url=https://doi.org/10.1038/nature14539", "doi:10.1038/nature14539"),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__arxiv.org_abs_2501.12948&d=DwMFaQ&c=x&r=y&m=z&s=w&e=", "arxiv:2501.12948"),
    ("https://example.com/10.1038/notadoi/page", ""),
    ("论文https://arxiv.org/abs/1706.03762涵盖了", "arxiv:1706.03762"),
    ("arXiv:1706.03762, 1810.04805 and 2005.14165", "arxiv:1706.03762 arxiv:1810.04805 arxiv:2005.14165"),
    ("PMID 20729678; PMID: 12345678, 23456789", "pmid:20729678 pmid:12345678 pmid:23456789"),
    ("10.1038/nature14539,10.1126/science.341", "doi:10.1038/nature14539 doi:10.1126/science.341"),
    ("@article{x, title={T}, journal={CoRR}, volume={abs/1706.03762}, url={https://arxiv.org/abs/1706.03762}, doi={10.1007/978-3-319-24574-4\\_28}}", "arxiv:1706.03762 doi:10.1007/978-3-319-24574-4_28"),
    ("```\n@inproceedings{a, doi = {10.1145/3292500.3330701}, url = {https://dl.acm.org/citation.cfm?id=3330701}}\n```", "doi:10.1145/3292500.3330701"),
    ("TY  - JOUR\nTI  - Deep\nDO  - 10.1038/nature14539\nUR  - https://doi.org/10.1038/nature14539\nER  - ", "doi:10.1038/nature14539"),
    ("`https://arxiv.org/abs/1706.03762` ```arXiv:1706.03762```", ""),
    ("https://arxiv-org.translate.goog/abs/1706.03762?_x_tr_sl=en&_x_tr_tl=de", "arxiv:1706.03762"),
    ("https://translate.google.com/translate?sl=en&tl=fr&u=https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762", "arxiv:1706.03762"),
    ("https://link.zhihu.com/?target=https%3A//arxiv.org/abs/1706.03762", "arxiv:1706.03762"),
    ("https://www.nature.com.ezproxy.library.example.ac.uk/articles/nature14539", "doi:10.1038/nature14539"),
    ("https://ieeexplore-ieee-org.proxy.library.uu.nl/document/7780459", "page:https://ieeexplore.ieee.org/document/7780459"),
    ("https://onlinelibrary-wiley-com.libproxy1.nus.edu.sg/doi/10.1002/anie.201000000", "doi:10.1002/anie.201000000"),
    ("https://urldefense.com/v3/__https://arxiv.org/abs/2501.12948__;!!abc", "arxiv:2501.12948"),
    ("https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762&data=05", "arxiv:1706.03762"),
    ("https://secure-web.cisco.com/1abcDEF/https%3A%2F%2Farxiv.org%2Fabs%2F1706.03762", "arxiv:1706.03762"),
    ("https://r.jina.ai/https://arxiv.org/abs/1706.03762", "arxiv:1706.03762"),
    ("<https://arxiv.org/abs/1706.03762。|https://arxiv.org/abs/1706.03762。>", "arxiv:1706.03762"),
    ("https://arxiv.org/abs/1706.03762https://arxiv.org/abs/1810.04805", "arxiv:1706.03762 arxiv:1810.04805"),
    ("https://dl-acm-org.proxy.net/doi/10.1145/2854146", ""),
    ("doi:10.1038/nature14539；https://doi.org/10.1126/science.1259855）", "doi:10.1038/nature14539 doi:10.1126/science.1259855"),
    ("（https://arxiv.org/abs/1706.03762）", "arxiv:1706.03762"),
    ("doi: 10/b6vnmd and https://doi.org/b6vnmd", "doi:10/b6vnmd"),
    ("[arXiv:1706.03762v5 [cs.CL]](https://arxiv.org/abs/1706.03762)", "arxiv:1706.03762"),
    ("“https://arxiv.org/abs/1706.03762”", "arxiv:1706.03762"),
    ("10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O", "doi:10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"),
    ("arxiv.org/abs/1706.03762", "arxiv:1706.03762"),
    ("PubMed ID: 20729678 / PMC4368415", "pmid:20729678 pmcid:PMC4368415"),
    ("PMID- 20729678\nLID - 10.1371/journal.pone.0011244 [doi]", "pmid:20729678 doi:10.1371/journal.pone.0011244"),
    ("https://arxiv.org/abs/1706.03762v7).", "arxiv:1706.03762"),
    ("10.1000/a_(b)_(c).", "doi:10.1000/a_(b)_(c)"),
    ("version 192.10.1234/24 and 1706.03762", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "papers"), TEXTS)
def test_a_text_names_its_papers_however_they_are_written(text: str, papers: str) -> None:
    assert " ".join(reference.canonical for reference in find(text)) == papers


def test_texts_and_messages_of_every_kind_name_their_papers() -> None:
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 380
    wrong = [
        (source, papers, names)
        for papers, source in rows
        if (names := " ".join(r.canonical for r in (find if isinstance(source, str) else of_message)(source)))
        != papers
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["forwarded.json", "app_message.json"])
def test_forwards_and_feeds_name_their_papers(name: str) -> None:
    if not CASES.exists():
        pytest.skip("the shared cases aren't here")
    message = json.loads((CASES / name).read_text())
    assert [reference.canonical for reference in of_message(message)] == ["arxiv:1706.03762"]


def rich(*elements: dict[str, object]) -> dict[str, object]:
    return {
        "blocks": [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}
        ]
    }


@pytest.mark.parametrize(
    ("message", "papers"),
    [
        (rich({"type": "link", "url": "https://arxiv.org/abs/1706.03762"}), "arxiv:1706.03762"),
        (rich({"type": "text", "text": "arXiv:1706.03762", "style": {"code": True}}), ""),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<https://doi.org/10.1038/nature14539|Deep>"}}]}, "doi:10.1038/nature14539"),
        ({"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "arXiv:1706.03762"}]}]}, "arxiv:1706.03762"),
        ({"blocks": [{"type": "actions", "elements": [{"type": "button", "url": "https://arxiv.org/abs/1706.03762"}]}]}, "arxiv:1706.03762"),
        ({"attachments": [{"from_url": "https://t.slack.com/archives/C1/p1", "message_blocks": [{"message": rich({"type": "link", "url": "https://arxiv.org/abs/1706.03762"})}]}]}, "arxiv:1706.03762"),
        ({"attachments": [{"fallback": "Deep learning doi:10.1038/nature14539"}]}, "doi:10.1038/nature14539"),
        ({"attachments": [{"fields": [{"title": "Paper", "value": "arXiv:1706.03762"}]}]}, "arxiv:1706.03762"),
        ({"files": [{"name": "1706.03762v5.pdf"}, {"name": "10.1038_nature14539 (1).pdf"}]}, "arxiv:1706.03762 doi:10.1038/nature14539"),
        ({"files": [{"name": "report-2024.pdf"}, {"name": "s41586-020-2649-2.pdf"}]}, "doi:10.1038/s41586-020-2649-2"),
        ({"text": "x", "blocks": None, "attachments": "odd", "files": [None, 3]}, ""),
    ],
)  # fmt: skip
def test_a_message_names_its_papers_wherever_they_stand(message: dict[str, object], papers: str) -> None:
    assert " ".join(reference.canonical for reference in of_message(message)) == papers


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "blocks", "elements", "url", "files", "name", "attachments", "style"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files", "message"]), JSON, max_size=4)
)
def test_no_message_breaks_the_reading_of_it(message: dict[str, object]) -> None:
    of_message(message)


HOSTILE = [
    *(repeated(p) for p in (
        "<", "<a|", "<https://a.b/", "https://", "https://a.b/10.1234/", "10.1234/", "10.1234/a)", ")", "((", "a.", "a-.", "`", "```", "`a", "arxiv:", "arxiv:1706.03762,",
        "CoRR abs/", "CoRR a ", "PMID 1,", "@a{", "@article{x, eprint={1706.03762},", "TY  - ", "\nTY  - ", "&lt;", "eprint = {", "volume={abs/", "doi:", "https://doi.org/10.1/(", "漢",
        "https://arxiv.org/abs/1706.03762", "https://a.b/?url=https://", "http://x.edu/login?url=", "%", "/", "-", "a-a.proxy.edu/", "\u200b", " ", "10.1234/10.1234/", "arxiv.org/abs/",
    )),
    nested("<", ">"), nested("(", ")"), nested("{", "}"),
]  # fmt: skip


@pytest.mark.slow
def test_no_text_makes_the_search_grow_faster_than_itself() -> None:
    assert [make(40) for make in HOSTILE if growth(find, make) > MOST] == []


def test_no_link_makes_the_parser_grow_faster_than_itself() -> None:
    assert [
        make(40) for make in HOSTILE if growth(lambda text: parse("https://arxiv.org/" + text), make) > MOST
    ] == []


def test_no_message_makes_the_reading_grow_faster_than_itself() -> None:
    def deep(text: str) -> object:
        node: dict[str, object] = {"text": "arXiv:1706.03762"}
        for _ in range(len(text) // 20):
            node = {"attachments": [node]}
        return of_message(node)

    assert growth(deep, repeated("x")) < MOST
