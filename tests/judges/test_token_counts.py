"""The bound of a text's tokens: never below what public tokenizers make of it, and near it for English."""

import json
from pathlib import Path

import pytest

from bot.judges.llm.tokens.token_counts import tokens_at_most

ABSTRACTS: list[str] = json.loads(Path(__file__).with_name("abstracts.json").read_text(encoding="utf-8"))
COUNTED = (108, 168, 121, 129, 96, 119, 104, 92)
"""The greater of what cl100k_base and o200k_base make of each, counted with bpe-openai 0.1.4."""


@pytest.mark.parametrize(("abstract", "tokens"), list(zip(ABSTRACTS, COUNTED, strict=True)))
def test_the_bound_of_an_english_abstract_is_at_most_three_tenths_above_its_tokens(
    abstract: str, tokens: int
) -> None:
    assert tokens <= tokens_at_most(abstract) <= 1.3 * tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我们提出一种新的方法,用于在大规模图上学习表示,并在六个数据集上进行评估。" * 4, 140),
        (
            "Wir untersuchen, ob die Einführung kommunaler Schulordnungen das langfristige Wachstum deutscher Städte "
            "erklärt; die Wirkung verschwindet, wo Gutsherren den Stadtrat beherrschten. " * 2,
            111,
        ),
        ("🎉🚀🧬" * 30, 270),
        ("3.14 27.2 0.001 88 " * 20, 280),
    ],
)
def test_other_texts_are_never_below(text: str, tokens: int) -> None:
    assert tokens_at_most(text) >= tokens
