"""References go out as independent parsers read them, and come in from what reference managers write."""

import contextlib
import json
import re
import shutil
import string
import subprocess
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string as parse_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string
from sqlalchemy import select

from bot.exchange.references import Citation, keys_of, split_name, write
from bot.exchange.references.league_references import citation_of, citations_of, references
from bot.papers.reading.reference_files import UnreadableFileError, read_file
from storage.entries import version_checks
from storage.exchange.cited_papers import CitedPaper
from storage.tables import Paper
from tests.leagues.world import TEAM, a_world

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


NASTY = (
    "100 % of C# & R_code cost $5 ~ {brace} \\backslash", "{unbalanced", "}{", "ends with a backslash\\", "a -- b --- c",
    '“curly” and "straight" quotes', "``TeX's'' quotes", "BERT: GPT-4, LoRA and iPhone", "深層学習 für Ångström ½",
    "x" * 3_000, "TY - JOUR", "@article{fake, title={x}}", "% no comment", "H₂O → ∞",
)  # fmt: skip


@pytest.mark.parametrize("title", NASTY)
def test_a_nasty_title_comes_back_from_three_parsers(title: str) -> None:
    citation = Citation("doi:10.1000/1", title, ("Ann Lee",), "article", doi="10.1000/1")
    bib = write([citation], "bib")
    [entry] = parse_bibtex(bib, append_middleware=[middlewares.LatexDecodingMiddleware()]).entries
    bare = str.maketrans("", "", "{}")
    assert entry["title"].translate(bare) == title.translate(bare)
    assert next(iter(parse_string(bib, "bibtex").entries)) == keys_of([citation])[0]
    [ris] = rispy.loads(write([citation], "ris").replace("\r\n", "\n"))
    assert (ris["title"], "year" in ris) == (title, False)
    [csl] = json.loads(write([citation], "csl"))
    assert csl["title"] == title


def test_a_formula_that_stayed_latex_goes_out_as_latex() -> None:
    title = r"The $\mathfrak{sl}_2$-action costs $5 and $10"
    text = write([Citation("doi:10.1000/1", title)], "bib")
    assert r"The $\mathfrak{sl}_2$-action costs \$5 and \$10" in text


def test_an_address_ends_no_field_and_others_are_no_person() -> None:
    citation = Citation(
        "doi:10.1000/1", "T", ("Ann Lee", "", "et al."), url="https://e.org/a}b{c\\", doi="10.1000/1"
    )
    [entry] = parse_string(write([citation], "bib"), "bibtex").entries.values()
    assert entry.fields["url"] == "https://e.org/a%7Db%7Bc%5C"
    assert [str(person) for person in entry.persons["author"]] == ["Lee, Ann", "others"]
    [ris] = rispy.loads(write([citation], "ris").replace("\r\n", "\n"))
    assert ris["authors"] == ["Lee, Ann"]
    [csl] = json.loads(write([citation], "csl"))
    assert csl["author"] == [{"family": "Lee", "given": "Ann"}, {"literal": "others"}]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Meta AI", "meta2024x"), ("Team GLM", "team2024x"), ("Google DeepMind", "google2024x"),
        ("van der Berg", "berg2024x"), ("王小明", "2024x"), ("Weiwei Ai", "ai2024x"),
    ],
)  # fmt: skip
def test_groups_and_lone_family_names_give_keys(name: str, key: str) -> None:
    assert keys_of([Citation("doi:10.1000/1", "X", (name,), year=2024)]) == (key,)


def test_a_key_is_short_and_never_a_bare_year() -> None:
    long = Citation("doi:10.1000/1", "x" * 3_000, ("y" * 300,), year=2024)
    assert keys_of([long, Citation("doi:10.1000/2", "深層学習", ("王小明",), year=2024)]) == (
        f"{'y' * 30}2024{'x' * 30}", "paperdoi10100" + "02",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("canonical", "identifiers", "venue", "kind", "shown"),
    [
        ("arxiv:2401.00001", (("arxiv", "2401.00001"),), None, "preprint", None),
        ("arxiv:2401.00001", (("arxiv", "2401.00001"),), "arXiv (Cornell University)", "preprint", None),
        ("arxiv:2401.00001", (("arxiv", "2401.00001"), ("doi", "10.1103/x.1")), "Phys. Rev.", "article", "Phys. Rev."),
        ("doi:10.1101/2020.01", (("doi", "10.1101/2020.01"),), "bioRxiv", "preprint", None),
        ("doi:10.1038/1", (("doi", "10.1038/1"),), "Nature", "article", "Nature"),
        ("doi:10.1073/1", (("doi", "10.1073/1"),), "Proceedings of the National Academy of Sciences", "article",
         "Proceedings of the National Academy of Sciences"),
        ("doi:10.1109/1", (("doi", "10.1109/1"),), "2016 IEEE Conference on Computer Vision", "conference",
         "2016 IEEE Conference on Computer Vision"),
        ("openreview:abc", (("openreview", "abc"),), "ICLR 2024 poster", "conference", "ICLR 2024 poster"),
        ("openreview:abc", (("openreview", "abc"),), "Submitted to ICLR 2024", "preprint", None),
        ("page:https://x.org/1", (), None, "other", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_publication_follows_from_its_ids_and_its_venue(
    canonical: str, identifiers: tuple[tuple[str, str], ...], venue: str | None, kind: str, shown: str | None
) -> None:
    paper = CitedPaper(
        canonical, "T", ("Ann Lee",), None, None, None, venue, "https://x.org/", withdrawn=False, identifiers=identifiers
    )  # fmt: skip
    citation = citation_of(paper, {})
    assert (citation.kind, citation.venue) == (kind, shown)


async def test_keys_stay_in_every_export_whatever_is_added_or_renamed(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        league = (await world.league()).id
        first, second = await world.enters(league, "Attention one", "Attention two")

        async def keys(*entries: int) -> list[str | None]:
            async with world.database.reading(TEAM) as session:
                return [each.key for each in await citations_of(session, entries)]

        before = await keys(second, first)
        assert before == ["attention-attentiontwo", "attention"]
        async with world.writing() as session:
            paper = await session.scalar(select(Paper.id).where(Paper.title == "Attention two"))
            assert paper is not None
            await version_checks.renew(session, paper, {"title": "Another title now"})
            await version_checks.renew(session, paper, {"title": "And a third one"})
        await world.enters(league, "Attention three")
        assert [*await keys(second), *await keys(first)] == before
        async with world.database.reading(TEAM) as session:
            text, _count = await references(session, [second], "bib")
        assert "{attention-attentiontwo," in text
        assert "And a third one" in text
