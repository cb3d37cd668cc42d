"""Claims about how several judges' choices are told in one sentence."""

import pytest

from handlers.blocks.phrases import opinions


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([("x:one", "chose A")], "x:one chose A"),
        ([("x:one", "chose A"), ("y:two", "chose A")], "x:one and y:two chose A"),
        ([("x:one", "chose A"), ("y:two", "chose B")], "x:one chose A, and y:two chose B"),
        ([("r (e)", "chose A"), ("r (i)", "chose B")], "r: e chose A, and i chose B"),
        ([("r (e)", "chose A"), ("r (i)", "chose A")], "r: e and i chose A"),
        ([("r (e)", "chose A"), ("q (i)", "chose A")], "r (e) and q (i) chose A"),
        ([("r (e)", "chose A")], "r (e) chose A"),
    ],
)
def test_judges_of_one_choice_or_one_name_are_told_together(
    said: list[tuple[str, str]], sentence: str
) -> None:
    assert opinions(said) == sentence
