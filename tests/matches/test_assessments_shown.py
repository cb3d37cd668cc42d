"""Whose assessments a judge is shown."""

from collections import Counter

import pytest

from bot.matches.assessments_shown import choose_assessors

FAMILIES = {"gpt": "openai", "claude": "anthropic", "gemini": "google"}


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (["gpt", "claude"], ["gpt", "claude"], ("claude", "claude")),
        (["gpt", "claude"], ["gpt", "gemini"], ("claude", "gemini")),
        (["gpt"], ["gpt"], ("gpt", "gpt")),
        (["gpt", "claude"], ["gpt"], ("gpt", "gpt")),
        (["claude"], [], ("claude", None)),
        (["gpt"], [], ("gpt", None)),
        ([], [], (None, None)),
    ],
)
def test_other_families_come_first_and_one_author_for_both(
    first: list[str], second: list[str], shown: tuple[str | None, str | None]
) -> None:
    assert choose_assessors("openai", first, second, FAMILIES, 0) == shown


def test_authors_take_turns() -> None:
    names = ["gpt", "claude", "gemini"]
    turns = Counter(choose_assessors("openai", names, names, FAMILIES, turn)[0] for turn in range(10))
    assert turns == {"claude": 5, "gemini": 5}
