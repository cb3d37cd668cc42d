"""Keywords are whole words, and authors whole names."""

import pytest

from bot.papers.relevance.keywords import author_named, holds


@pytest.mark.parametrize(
    ("text", "keyword", "there"),
    [
        ("A world of curls", "RL", False),
        ("RLHF for all", "RL", False),
        ("Offline RL works", "rl", True),
        ("Mixture-of-Experts at scale", "mixture of experts", True),
        ("Mixture of many experts", "mixture of experts", False),
        ("Transformers that remember", "transformer", True),
        ("Transformative work", "transform", False),
        ("Schrödinger bridges", "schrodinger", True),
        ("C++ and C", "c++", True),
        ("Accepted at ICML 2024 (oral)", "ICML", True),
        ("PreICML notes", "ICML", False),
        ("anything", "--", False),
    ],
)
def test_a_keyword_is_found_as_whole_words_only(text: str, keyword: str, there: bool) -> None:
    assert holds(text, keyword) is there


@pytest.mark.parametrize(
    ("author", "name", "fits"),
    [
        ("Jane Q. Doe", "jane doe", True),
        ("Jane Doe", "Doe", True),
        ("Jane Doe", "J. Doe", True),
        ("Jane Doe", "Doe, Jane", True),
        ("J. Doe", "Jane Doe", False),
        ("Janet Doe", "Jane Doe", False),
        ("Jane Doering", "Jane Doe", False),
        ("José Núñez", "Jose Nunez", True),
        ("Jane Doe", "", False),
    ],
)
def test_an_author_is_named_by_whole_words_and_initials(author: str, name: str, fits: bool) -> None:
    assert (author_named(["Ada Lovelace", author], name) == author) is fits
