"""Claims about what a team would want to read."""

from dataclasses import replace
from itertools import permutations

import pytest

from bot.entries import relevance
from bot.entries.relevance import Interests
from bot.papers.records import PaperRecord
from bot.papers.relevance.lexical import Lexicon, PaperText, words
from bot.papers.relevance.taste import Known, Liking, Preference, wanted
from storage.entries.taste_signs import SignedPaper

PROTEIN, CODE = PaperText("Protein folding with diffusion"), PaperText("Generating code with verified tests")
NEW = [
    PaperText("A benchmark for program and code synthesis"),
    PaperText("Designing a protein binder by folding"),
]


@pytest.mark.parametrize(
    "known",
    [
        Known("protein design"),
        Known("", [PROTEIN, CODE], [Liking(0, 1.0), Liking(1, -1.0)]),
        Known("", [PROTEIN, CODE], (), [Preference(0, 1)] * 3),
    ],
)
def test_what_reads_like_the_purpose_or_what_was_liked_or_chosen_is_wanted_more(known: Known) -> None:
    code, protein = wanted(known, NEW)
    assert protein.score > code.score
    assert protein.like in {None, 0}


def test_without_purpose_and_signs_nothing_is_wanted_more() -> None:
    assert {each.score for each in wanted(Known(), NEW)} == {0.0}
    assert wanted(Known("code"), []) == []


def test_forms_of_a_word_are_one_word_and_a_text_is_nearest_to_itself() -> None:
    titles = "Optimizing proteins", "protein optimize", "Graph kernels"
    texts = [words(PaperText(title)) for title in titles]
    alike = (rows := Lexicon.of(texts).vectors(texts)) @ rows.T
    assert alike[0, 1] > 0.3
    assert alike[0, 2] == 0
    assert alike[0, 0] == pytest.approx(1)


def record(title: str, *authors: str) -> PaperRecord:
    return PaperRecord(
        identifiers=(("arxiv", title),), title=title, authors=authors, abstract=None, categories=(),
        primary_category=None, published=None, updated=None, version=1, comment=None, withdrawn=False,
        licence=None, pdf_url=None, url=f"https://x.org/{title}", source="arXiv",
    )  # fmt: skip


async def test_the_reason_is_an_author_a_keyword_a_liked_paper_or_the_purpose() -> None:
    liked = SignedPaper(1, "Protein folding with diffusion", "", 3, by_hand=True, saved=2, read=1, followed=0)
    interests = Interests("sparse attention", ("MoE",), ("Ada Lovelace",), (liked,), ())
    records = [
        record("Weather and tides"),
        record("Phloemoes of trees"),
        record("Folding a protein"),
        record("An MoE router"),
        record("Engines", "Ada Lovelace"),
        record("Sparse attention kernels"),
    ]
    reasons = {each.record.title: each.reason for each in await relevance.ranked(interests, records)}
    assert reasons["Engines"] == "by Ada Lovelace"
    assert reasons["An MoE router"] == "keyword: MoE"
    assert reasons["Folding a protein"] == "like #3 Protein folding with diffusion"
    assert reasons["Sparse attention kernels"] == "fits the purpose"
    assert reasons["Weather and tides"] == ""
    assert reasons["Phloemoes of trees"] == "", "a keyword begins a word"
    without = await relevance.ranked(replace(interests, signs=False), records)
    assert {each.reason for each in without if each.record.title == "Folding a protein"} == {""}


def test_papers_that_share_no_word_are_alike_by_words_that_stand_together_elsewhere() -> None:
    fields = ("protein", "folding", "binder", "enzyme"), ("compiler", "program", "loop", "bytecode")
    others = [
        PaperText(f"{a} {b} study{n}")
        for words_of_field in fields
        for n, (a, b) in enumerate(permutations(words_of_field, 2))
        for _ in range(2)
    ]
    new = [PaperText("Loop invariants"), PaperText("Binder assays")]
    liked = Known("", [PaperText("Protein"), PaperText("Bytecode")], [Liking(0, 2.0), Liking(1, -2.0)])
    apart = wanted(liked, new)
    assert {each.score for each in apart} == {0.0}
    loop, binder = wanted(replace(liked, others=others), new)
    assert binder.score > 0.2 > -0.2 > loop.score
    assert binder.like == 0
