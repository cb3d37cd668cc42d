"""References go out as independent parsers read them, and come in from what reference managers write."""

import contextlib
import json
import re
import shutil
import string
import subprocess
from typing import Any

import pytest
import rispy
from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string as parse_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from bot.exchange.references import Citation, keys_of, split_name, write
from bot.papers.reading.reference_files import UnreadableFileError, read_file

ATTENTION = Citation(
    "arxiv:1706.03762",
    "Attention Is All You Need",
    ("Ashish Vaswani", "Noam Shazeer"),
    "preprint",
    year=2017,
    month=6,
    day=12,
    arxiv="1706.03762",
    category="cs.CL",
    url="https://arxiv.org/abs/1706.03762",
    abstract="The dominant models\nare {recurrent} & 50% convolutional.",
)
ARTICLE = Citation(
    "doi:10.1000/x_y",
    "BERT & LoRA: 100% of C# costs $5 — naïve “Ångström” {sets}",
    (
        "Jan van der Berg",
        "Ludwig von Mises",
        "Martin Luther King, Jr.",
        "José Ortega y Gasset",
        "The OpenAI_Team",
    ),
    "article",
    year=2019,
    month=3,
    venue="Journal of A & B",
    volume="12",
    issue="3",
    pages="1–10",
    doi="10.1000/x_y",
    url="https://example.org/a_b?c=d%20e",
)
CONFERENCE = Citation(
    "acl:N19-1423", "BERT", ("Müller",), "conference", year=2019, venue="NAACL", pages="4171-4186"
)
EVERYTHING = (ATTENTION, ARTICLE, CONFERENCE)


def pandoc(text: str, form: str) -> list[dict[str, Any]]:
    program = shutil.which("pandoc")
    if program is None:
        pytest.skip("pandoc isn't installed here; .ci/run installs it")
    done = subprocess.run(
        [program, "-f", form, "-t", "csljson"], input=text, capture_output=True, text=True, check=True
    )
    items: list[dict[str, Any]] = json.loads(done.stdout)
    return items


def names(author: dict[str, str]) -> tuple[str, ...]:
    particle = author.get("dropping-particle", author.get("non-dropping-particle", ""))
    return author.get("literal", ""), author.get("given", ""), particle, author.get("family", "")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ashish Vaswani", ("Vaswani", "Ashish", "", "")),
        ("Jan van der Berg", ("Berg", "Jan", "van der", "")),
        ("van der Berg, Jan", ("Berg", "Jan", "van der", "")),
        ("Martin Luther King, Jr.", ("King", "Martin Luther", "", "Jr.")),
        ("Sammy Davis Jr.", ("Davis", "Sammy", "", "Jr.")),
        ("Madonna", ("Madonna", "", "", "")),
        ("Leonardo da Vinci", ("Vinci", "Leonardo", "da", "")),
        ("Aäron van den Oord", ("Oord", "Aäron", "van den", "")),
        ("Yann LeCun", ("LeCun", "Yann", "", "")),
        ("The LIGO Scientific Collaboration", ("The LIGO Scientific Collaboration", "", "", "")),
        ("Ann Lee and Bo Li", ("Ann Lee and Bo Li", "", "", "")),
        ("Luc Van Gool", ("Van Gool", "Luc", "", "")),
        ("Hung Van Đặng", ("Đặng", "Hung Van", "", "")),
        ("Juan De La Cruz", ("De La Cruz", "Juan", "", "")),
        ("Van Nguyen", ("Nguyen", "Van", "", "")),
        ("Nguyễn Văn An", ("An", "Nguyễn Văn", "", "")),
        ("Tran Van Hung", ("Hung", "Tran Van", "", "")),
        ("山田 太郎", ("山田", "太郎", "", "")),
        ("김 민수", ("김", "민수", "", "")),
    ],
)
def test_a_printed_name_is_parted_as_libraries_file_it(name: str, parts: tuple[str, str, str, str]) -> None:
    split = split_name(name)
    assert (split.family, split.given, split.particle, split.suffix) == parts


def test_bibtex_is_read_by_another_parser_as_it_was_meant() -> None:
    entries = parse_string(write(EVERYTHING, "bib"), "bibtex").entries
    assert {key: entry.type for key, entry in entries.items()} == {
        "vaswani2017attention": "misc",
        "berg2019bert": "article",
        "muller2019bert": "inproceedings",
    }
    attention, article = entries["vaswani2017attention"], entries["berg2019bert"]
    assert (attention.fields["eprint"], attention.fields["archiveprefix"]) == ("1706.03762", "arXiv")
    assert [str(person) for person in attention.persons["author"]] == ["Vaswani, Ashish", "Shazeer, Noam"]
    first, mises, king, gasset, team = article.persons["author"]
    assert (first.prelast_names, first.last_names, first.first_names) == (["van", "der"], ["Berg"], ["Jan"])
    assert (mises.prelast_names, king.lineage_names, king.last_names) == (["von"], ["Jr."], ["King"])
    assert gasset.last_names[-1] == "Gasset"
    assert len(team.last_names) == 1
    assert (article.fields["pages"], article.fields["doi"]) == ("1--10", "10.1000/x_y")
    assert article.fields["journal"] == r"Journal of A \& B"


def test_bibtex_decodes_to_the_very_title_in_a_third_parser() -> None:
    decode = [middlewares.LatexDecodingMiddleware()]
    library = parse_bibtex(write(EVERYTHING, "bib"), append_middleware=decode)
    assert library.failed_blocks == []
    titles = [entry["title"].replace("{", "").replace("}", "") for entry in library.entries]
    assert titles == [c.title.replace("{", "").replace("}", "") for c in EVERYTHING]


def test_groups_several_people_and_other_scripts_are_read_as_they_were_meant() -> None:
    authors = (
        "The LIGO Scientific Collaboration",
        "Ann Lee and Bo Li",
        "Luc Van Gool",
        "山田 太郎",
        "Łukasz Kaiser",
    )
    waves = Citation("arxiv:1602.03837", "Observation of Waves", authors, "preprint", year=2016)
    kaiser = Citation("arxiv:1706.05137", "One Model", authors[-1:], "preprint", year=2017)
    entries = parse_string(write([waves, kaiser], "bib"), "bibtex").entries
    assert list(entries) == ["ligo2016observation", "kaiser2017one"]
    people = entries["ligo2016observation"].persons["author"]
    assert [(person.first_names, person.last_names) for person in people] == [
        ([], ["{The LIGO Scientific Collaboration}"]), ([], ["{Ann Lee and Bo Li}"]), (["Luc"], ["Van", "Gool"]),
        (["太郎"], ["山田"]), (["Łukasz"], ["Kaiser"]),
    ]  # fmt: skip
    [ris, _] = rispy.loads(write([waves, kaiser], "ris").replace("\r\n", "\n"))
    assert ris["authors"] == [
        "The LIGO Scientific Collaboration", "Ann Lee and Bo Li", "Van Gool, Luc", "山田, 太郎", "Kaiser, Łukasz",
    ]  # fmt: skip
    [csl, _] = json.loads(write([waves, kaiser], "csl"))
    assert csl["author"][:3] == [
        {"literal": "The LIGO Scientific Collaboration"}, {"literal": "Ann Lee and Bo Li"},
        {"family": "Van Gool", "given": "Luc"},
    ]  # fmt: skip


def test_ris_is_read_by_another_parser_as_it_was_meant() -> None:
    attention, article, conference = rispy.loads(write(EVERYTHING, "ris").replace("\r\n", "\n"))
    assert attention["authors"] == ["Vaswani, Ashish", "Shazeer, Noam"]
    assert (attention["type_of_reference"], attention["date"]) == ("UNPB", "2017/06/12/")
    assert article["authors"][:3] == ["van der Berg, Jan", "von Mises, Ludwig", "King, Martin Luther, Jr."]
    assert (article["start_page"], article["end_page"], article["number"]) == ("1", "10", "3")
    assert (article["title"], article["doi"]) == (ARTICLE.title, ARTICLE.doi)
    assert conference["authors"] == ["Müller"]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_pandoc_reads_in_bibtex_what_csl_says(form: str) -> None:
    theirs = pandoc(write(EVERYTHING, "bib"), form)
    ours = json.loads(write(EVERYTHING, "csl"))
    for read, meant in zip(theirs, ours, strict=True):
        assert [names(author) for author in read["author"]] == [names(author) for author in meant["author"]]
        assert read["issued"]["date-parts"][0][0] == meant["issued"]["date-parts"][0][0]
        assert read.get("DOI") == meant.get("DOI")
        assert (
            re.sub("<[^>]*>", "", read["title"]).casefold() == meant["title"].casefold()
        )  # its sentence case


def test_a_key_stays_when_papers_are_added_behind_it_and_two_never_share_one() -> None:
    twin = Citation("doi:10.1000/2", "Attention and more", ("Ann Vaswani",), year=2017)
    assert keys_of([ATTENTION]) == ("vaswani2017attention",)
    assert keys_of([ATTENTION, twin]) == ("vaswani2017attention", "vaswani2017attention-1010002")


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Co", "Cn")),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() and text.split())


@settings(deadline=None)
@given(TEXT)
def test_any_title_leaves_bibtex_whole_and_comes_back(title: str) -> None:
    citation = Citation("doi:10.1000/1", title, ("Ann Lee",), "article", 2020, doi="10.1000/1")
    text = write([citation], "bib")
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert entry.fields["year"] == "2020"
    assert [paper.canonical for paper in read_file("x.bib", text.encode()).papers] == ["doi:10.1000/1"]


@settings(deadline=None)
@given(st.text(string.printable, max_size=300), st.sampled_from(["a.bib", "a.ris", "a.json", "a.txt"]))
def test_any_file_is_read_or_refused_with_a_sentence(text: str, name: str) -> None:
    with contextlib.suppress(UnreadableFileError):
        references = read_file(name, text.encode())
        assert len({paper.canonical for paper in references.papers}) == len(references.papers)


@pytest.mark.parametrize("form", ["bib", "ris", "csl"])
def test_what_goes_out_comes_in_as_the_same_papers(form: Any) -> None:
    written = write((ATTENTION, ARTICLE), form).encode()
    names = {"bib": "x.bib", "ris": "x.ris", "csl": "x.json"}
    papers = read_file(names[form], written).papers
    assert [paper.canonical for paper in papers] == ["arxiv:1706.03762", "doi:10.1000/x_y"]


@pytest.mark.parametrize(
    ("name", "text", "papers", "without"),
    [
        (
            "z.bib",
            '@misc{a, title="{An} entry", eprint={1810.04805v2}, archivePrefix = "arXiv"}',
            ["arxiv:1810.04805"],
            [],
        ),
        (
            "z.bib",
            r"@article{a, doi={10.1000/a\_b}}" + "\n@book{b, title={No Link}}",
            ["doi:10.1000/a_b"],
            ["No Link"],
        ),
        (
            "z.bib",
            "@misc{a, howpublished={\\url{https://arxiv.org/abs/1706.03762}}}",
            ["arxiv:1706.03762"],
            [],
        ),
        (
            "z.ris",
            "TY  - JOUR\nTI  - T\nUR  - https://arxiv.org/abs/1706.03762\nER  - \n",
            ["arxiv:1706.03762"],
            [],
        ),
        ("z.json", '[{"title": "T", "DOI": "10.1000/1"}, {"title": "U"}]', ["doi:10.1000/1"], ["U"]),
        (
            "z.txt",
            "https://arxiv.org/abs/1706.03762\nhttps://arxiv.org/abs/1706.03762v2",
            ["arxiv:1706.03762"],
            [],
        ),
    ],
)
def test_a_file_names_its_papers_once_and_tells_entries_without_a_link(
    name: str, text: str, papers: list[str], without: list[str]
) -> None:
    references = read_file(name, text.encode())
    assert [paper.canonical for paper in references.papers] == papers
    assert list(references.without_link) == without


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.bib", b"x" * 2_000_001, "larger than 2\u00a0MB"),
        ("a.bib", b"\x00\x01\x02", "no text file"),
        ("a.json", b"[{", "isn't whole JSON"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFileError, match=says):
        read_file(name, content)
