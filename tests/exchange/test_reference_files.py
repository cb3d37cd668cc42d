"""Files of references as managers, sites and people write them: every paper once, the rest by its title."""

import string
from pathlib import Path

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Entry

from bot.entries.intake import take_in
from bot.papers.links import Reference
from bot.papers.reading.bibtex_reading import bibtex_entries
from bot.papers.reading.reference_files import UnreadableFileError, read_file
from bot.papers.reading.tagged_reading import tagged_records
from tests.leagues.world import World, a_world

VALUES = st.text(string.ascii_letters + string.digits + " .,:;()/-=@'éüß字", max_size=60).map(
    lambda text: " ".join(text.split())
)


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["title", "note", "doi", "url"]), VALUES, min_size=1), max_size=6
    )
)
def test_what_another_program_writes_as_bibtex_is_read_back(papers: list[dict[str, str]]) -> None:
    data = BibliographyData({f"k{at}": Entry("article", fields) for at, fields in enumerate(papers)})
    assert list(bibtex_entries(data.to_string("bibtex"))) == papers


@settings(deadline=None)
@given(st.lists(VALUES.filter(bool), min_size=1, max_size=6))
def test_what_another_program_writes_as_ris_is_read_back(titles: list[str]) -> None:
    text = rispy.dumps([{"type_of_reference": "JOUR", "title": title, "doi": "10.1/x"} for title in titles])
    assert [(each["title"], each["doi"]) for each in tagged_records(text, "ris")] == [
        (title, "10.1/x") for title in titles
    ]


def read(name: str, text: str, encoding: str = "utf-8") -> tuple[list[str], list[str]]:
    """The papers of a file and the titles of entries without an id."""
    file = read_file(name, text.encode(encoding))
    return [paper.canonical for paper in file.papers], list(file.without_link)


@pytest.mark.parametrize(
    "text",
    [
        "@article{k, title={T}, doi={10.1000/1}}\n@article{k, title={Same key}, doi={10.1000/2}}",
        "@misc{a, title={T}, title={Twice}, doi={10.1000/1}}\n@misc{b, doi={10.1000/2}}",
        "@misc{title={No key}, doi={10.1000/1}}\n@misc{, doi={10.1000/2}}",
        "@misc{a, title={No comma} doi={10.1000/1}}\n@misc{b, doi={10.1000/2} % a remark\n}",
        "@misc{a, title={Never {closed}, doi={10.1000/9},\n  doi={10.1000/1}\n\n@misc{b, doi={10.1000/2}}",
        "@misc{a, doi={10.1000/1}} @misc{b, doi={10.1000/2}}",
        '@misc(a, doi={10.1000/1})\n@MISC {b, DOI = "10.1000/2"}',
        '@string{p = "10.1000/"}\n@misc{a, doi = p # {1}}\n@misc{b, month = 1 # "~" # jan, doi = p # 2}',
        "% @misc{z, doi={10.1000/9}}\n@comment{x, doi={10.1000/9}}\n@misc{a, doi={10.1000/1}}\n@misc{b, doi={10.1000/2}}",
        "Exported by a manager.\r\n\r\n@misc{a,\r\n  doi={10.1000/1}\r\n}\r\n@misc{b, doi={10.1000/2}}\r\n",
        "@misc{a,\r  doi={10.1000/1}\r}\r@misc{b, doi={10.1000/2}}\r",
        "@inproceedings{a, crossref={p}, doi={DOI: 10.1000/1}}\n@misc{b, url={10.1000/2}}\n@set{s, entryset={a,b}}",
        "@misc{a, bdsk-url-1={https://doi.org/10.1000/1}}\n@misc{b, ee={https://doi.org/10.1000/2}}",
    ],
)  # fmt: skip
def test_bibtex_that_people_or_programs_broke_loses_no_entry(text: str) -> None:
    papers, without = read("x.bib", text)
    assert (papers, without) == (["doi:10.1000/1", "doi:10.1000/2"], [])


@pytest.mark.parametrize(
    ("fields", "paper"),
    [
        ("journal={arXiv preprint arXiv:1810.04805}", "arxiv:1810.04805"),
        ("journal={CoRR}, volume={abs/2005.14165}", "arxiv:2005.14165"),
        ("eprint={arXiv:1512.03385}", "arxiv:1512.03385"),
        ("arxivId={1412.6980}", "arxiv:1412.6980"),
        ("eprint={0211159}, archiveprefix={arXiv}, primaryclass={math.DG}", "arxiv:math/0211159"),
        ("eprint={23193287}, eprinttype={pubmed}", "pmid:23193287"),
        ("eprint={hal-01591463}, eprinttype={hal}", "page:https://hal.science/hal-01591463"),
        ("eprint={https://arxiv.org/pdf/1409.1556.pdf}", "arxiv:1409.1556"),
        ("number={arXiv:1409.0473}", "arxiv:1409.0473"),
        ("pmcid={PMC3159421}", "pmcid:PMC3159421"),
        ("note={arXiv:1706.03762 [cs]}", "arxiv:1706.03762"),
        ("eprint={2346178}, eprinttype={jstor}", None),
        ("doi={10.1016/S0140-6736(97)11096-0}", "doi:10.1016/s0140-6736(97)11096-0"),
        (
            "doi={10.1002/(SICI)1099-1727(199821)14:1<3::AID-SDR140>3.0.CO;2-K}",
            "doi:10.1002/(sici)1099-1727(199821)14:1<3::aid-sdr140>3.0.co;2-k",
        ),
    ],
)
def test_an_id_is_found_in_whichever_field_programs_write_it(fields: str, paper: str | None) -> None:
    papers, without = read("x.bib", f"@misc{{a, title={{T}}, {fields}}}")
    assert (papers, without) == (([paper], []) if paper else ([], ["T"]))


def test_titles_of_entries_without_an_id_are_told_as_people_read_them() -> None:
    bib = r"""@book{a, title={{\"U}ber die $\alpha$-Zerf{\"a}lle: {\O}rsted's \emph{law} \& {\ss}}}
@book{b, title={深度学习
    方法综述}}
@book{c, author={A}}"""
    assert read("x.bib", bib)[1] == [
        "Über die α-Zerfälle: Ørsted's law & ß", "深度学习 方法综述", "an entry without title",
    ]  # fmt: skip
    assert read("x.bib", "@book{b, title={Maß und Größe}}", "latin-1")[1] == ["Maß und Größe"]
    assert read("x.bib", "@book{b, title={Größe}}", "utf-16")[1] == ["Größe"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ris", "TY  - JOUR\nTI  - A\nDO  - 10.1000/1\nTY  - JOUR\nTI  - B\nDO  - 10.1000/2\n"),
        (
            "x.ris",
            ("Provider: X\nContent: text\n\nTY - JOUR\nDO - doi:10.1000/1\nER -\n\n"
            "TY - BOOK\nL2 - https://doi.org/10.1000/2\nER -\n"),
        ),
        (
            "x.txt",
            ("TY  - JOUR\r\nN1  - doi: 10.1000/1\r\nER  - \r\nTY  - JOUR\r\n"
            "UR  - https://doi.org/10.1000/2\r\nER  - \r\n"),
        ),
        (
            "x.enw",
            ("%0 Journal Article\n%T A\n%R 10.1000/1\n\n"
            "%0 Journal Article\n%T B\n%U https://doi.org/10.1000/2\n"),
        ),
        (
            "x.nbib",
            ("PMID- 26017442\nTI  - A title over\n      two lines.\nLID - 10.1000/1 [doi]\nAID - S0140 [pii]\n\n"
            "PMID- 2601\nAID - 10.1000/2 [doi]\n"),
        ),
        (
            "x.txt",
            ("1: A B. One. J. 2015. doi: 10.1000/1. PMID: 26017442.\n\n"
            "2: C D. Two. doi:\n10.1000/2. PMID: 30606248; PMCID: PMC6320000.\n"),
        ),
        ("x.json", '[{"data": {"title": "A", "DOI": "10.1000/1"}}, {"data": {"title": "B", "extra": "DOI: 10.1000/2"}}]'),
        ("x.json", '{"items": [{"DOI": "10.1000/1"}, {"title": "B", "note": "DOI: 10.1000/2"}]}'),
    ],
)  # fmt: skip
def test_other_managers_files_are_read_and_a_paper_with_three_ids_is_one(name: str, text: str) -> None:
    assert read(name, text) == (["doi:10.1000/1", "doi:10.1000/2"], [])


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("TY  - CONF\nM3  - arXiv:1810.04805\nER  - \n", "arxiv:1810.04805"),
        ("TY  - JOUR\nAN  - 26017442\nDB  - PubMed\nER  - \n", "pmid:26017442"),
    ],
)
def test_ris_gives_ids_in_more_than_one_tag(text: str, paper: str) -> None:
    assert read("x.ris", text)[0] == [paper]


@pytest.mark.parametrize("name", ["x.bib", "x.ris", "x.nbib", "x.enw"])
@pytest.mark.parametrize("text", ["", "% nothing\n", "<!doctype html><p>Sign in</p>"])
def test_a_file_without_entries_says_so(name: str, text: str) -> None:
    with pytest.raises(UnreadableFileError, match=f"{name} has no entries as reference managers write them"):
        read(name, text)


def test_entries_that_share_an_id_are_one_paper() -> None:
    bib = (
        "@misc{a, doi={10.1000/1}, eprint={1706.03762}}\n@misc{b, eprint={1706.03762}}\n"
        "@misc{c, doi={https://doi.org/10.1000/1}}\n@misc{d, doi={10.48550/arXiv.1706.03762}}"
    )
    [paper] = read_file("x.bib", bib.encode()).papers
    assert (paper.canonical, paper.also) == ("doi:10.1000/1", ("arxiv:1706.03762",))


async def test_a_paper_that_is_here_under_its_other_id_enters_no_second_time(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        known = await entered(world, "1", Reference("arxiv", "1706.03762", None, ""))
        both = Reference("doi", "10.1000/1", None, "", ("arxiv:1706.03762",))
        assert await entered(world, "2", both) == known
        assert await entered(world, "3", Reference("doi", "10.1000/1", None, "")) != known
        other = Reference("doi", "10.1000/1", None, "", ("arxiv:1706.03762", "pmid:7"))
        assert await entered(world, "4", other) != known, "its own id comes first"


async def entered(world: World, ts: str, reference: Reference) -> int:
    """The entry that a reference is in the league."""
    league = (await world.league()).id
    async with world.writing() as session:
        intake = await take_in(
            session, league=league, references=[reference], user="alice", channel="C1", ts=ts, thread_ts=None,
            assessors=(), now=world.now,
        )  # fmt: skip
    [entry] = [*intake.new, *intake.old]
    return entry
