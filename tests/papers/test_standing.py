"""Claims about what became of a paper, by its title's marks, comments, types and registrars' updates."""

# ruff: noqa: E501 - comments and titles as they are written

import json
from pathlib import Path

import pytest

from bot.papers.standing import OUT, gravest, of_comment, of_title, of_types, of_update
from tests.growth import MOST, growth, repeated

COMMENTS = [
    ("Accepted at TMLR; an earlier version was withdrawn from ICML", False),
    ("Retracted by the authors, see note", True),
    (
        "arXiv admin note: This version has been removed by arXiv administrators as the submitter did not have the right to agree to the license",
        True,
    ),
    ("This paper has been withdrawn by the author due to a crucial error in equation 3", True),
    ("Withdrawn", True),
    ("This submission has been withdrawn by arXiv administrators because of disputed authorship", True),
    ("Paper withdrawn", True),
    ("withdrawn due to an error in the proof", True),
    ("The paper is withdrawn.", True),
    ("This manuscript has been retracted", True),
    ("submission to ICML withdrawn", False),
    ("This paper was withdrawn from ICLR 2023 and is resubmitted", False),
    ("Section 4 was removed", False),
    ("the previous version has been withdrawn", False),
    ("10 pages. arXiv admin note: text overlap with arXiv:1234.5678", False),
    ("This article has been removed by arXiv administrators due to copyright", True),
    ("We withdraw this paper because of an error", True),
    ("The authors have withdrawn this paper", True),
    ("12 pages, 3 figures; withdrawn by authors", True),
    ("Withdrawn from publication at NeurIPS", False),
    ("Added proof; removed typos", False),
    ("v2: removed an appendix", False),
    ("An appendix has been withdrawn", False),
    ("This paper has been superseded by arXiv:2001.00001", False),
    ("Paper has been withdrawn due to errors.", True),
    ("This work was withdrawn as it needs major revision", True),
    ("Has been temporarily withdrawn pending review", True),
    ("The first author has withdrawn consent; withdrawn", True),
    (
        "arXiv admin note: submission has been withdrawn by arXiv administrators due to inappropriate text reuse from external sources",
        True,
    ),
    ("arXiv admin note: This submission has been removed due to violation of arXiv policy", True),
    ("Accepted to CVPR 2024. Code at https://x", False),
    ("This version withdrawn by arXiv administrators", True),
    ("The theorem 3.1 was withdrawn", False),
    ("Published in ABC; retracted there", False),
    ("Withdrawn by author", True),
    ("This paper is being withdrawn", True),
    ("Submitted to JHEP, later withdrawn", False),
    ("Theorem 2 removed, since it is false", False),
    ("12 pages; replaces the withdrawn draft", False),
    ("44 pages, about cash withdrawn at machines", False),
    (None, False),
]
TITLES = [
    ("[Retracted] Deep Learning Approach for Detection", "retracted"),
    ("Retraction: Fatty acid synthase is a novel", "notice"),
    ("RETRACTED ARTICLE: X", "retracted"),
    ("RETRACTED: X", "retracted"),
    ("Retracted: X", "retracted"),
    ("WITHDRAWN: X", "withdrawn"),
    ("Retraction Note: X", "notice"),
    ("Retraction note to: X", "notice"),
    ("Correction to: X", "notice"),
    ("Corrigendum to “X”", "notice"),
    ("Erratum: X", "notice"),
    ("Publisher Correction: X", "notice"),
    ("Author Correction: X", "notice"),
    ("Expression of Concern: X", "notice"),
    ("Retracted papers in cancer research: a survey", None),
    ("Retraction of DNA by optical tweezers", None),
    ("Removal of heavy metals from water", None),
    ("Corrections to scaling at two loops", None),
    ("Withdrawal of life support", None),
    ("Correction for attenuation", None),
    ("Retracted Publication Analysis", None),
    ("RETRACTED X study of Y", "retracted"),
    ("WITHDRAWAL OF CARE IN ICU", None),
    ("REMOVED: X", "removed"),
    ("Notice of Retraction: X", "notice"),
    ("[RETRACTED ARTICLE] X", "retracted"),
    ("Statement of Retraction: X", "notice"),
    ("A study of foo (Retracted)", "retracted"),
    ("(Withdrawn) Foo", "withdrawn"),
    ("TEMPORARY REMOVAL: Foo", "removed"),
    ("Removal: foo", "removed"),
    ("Withdrawn drugs: a review", None),
    ("Retracted article: X", "retracted"),
    ("Addendum: X", "notice"),
    ("Correction: X", "notice"),
    ("Retraction-aware search", None),
    ("Error Correction: codes", None),
    ("Withdrawal: X", "notice"),
    ("Erratum", "notice"),
]


@pytest.mark.parametrize(("comment", "out"), COMMENTS)
def test_a_comment_says_of_this_very_paper_that_it_is_out(comment: str | None, out: bool) -> None:
    assert (of_comment(comment) in OUT) is out


@pytest.mark.parametrize(("title", "standing"), TITLES)
def test_a_mark_in_front_of_a_title_is_told_from_the_title_s_words(title: str, standing: str | None) -> None:
    assert of_title(title) == standing


def test_comments_and_titles_of_every_kind_are_read() -> None:
    lines = Path(__file__).with_name("standings.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) > 160
    wrong = [
        (kind, text)
        for kind, text, right in rows
        if (of_title(text) if kind == "title" else of_comment(text) in OUT) != right
    ]
    assert wrong == []


def test_types_and_updates_are_read_and_the_gravest_counts() -> None:
    assert of_types(["Journal Article", "Retracted Publication"]) == "retracted"
    assert of_types(["Retraction of Publication"]) == "notice"
    assert of_types(["Published Erratum"]) == "notice"
    assert of_types(["Journal Article", "Review"]) is None
    assert [
        of_update(kind) for kind in ("retraction", "erratum", "new_version", "expression-of-concern")
    ] == ["retracted", "corrected", None, "concern"]
    assert [of_update(kind) for kind in ("retracts", "IsCorrectedBy")] == ["notice", "corrected"]
    assert gravest([None, "corrected", "retracted"]) == "retracted"


HOSTILE = [
    repeated(p)
    for p in (
        "withdrawn ",
        "this paper has been ",
        "the authors ",
        "retracted ",
        "; ",
        ". ",
        "from ",
        "(",
        "[",
        "retraction ",
        "section ",
        "arxiv admin note: ",
        "(((",
        "\n",
    )
]


def test_comments_and_titles_are_read_in_linear_time() -> None:
    for function in (of_comment, of_title):
        assert [make(30) for make in HOSTILE if growth(function, make) > MOST] == []
