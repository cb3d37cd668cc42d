"""No text makes the judging room slow: each of these once took seconds, or could. Growth is measured, not seconds."""

from collections.abc import Callable

import pytest

from bot.judges.injections.hidden_text import harmless
from bot.judges.injections.injection_flags import find_flags
from bot.judges.llm.replies.answers import VERDICT, UnusableAnswerError, read_answer
from bot.judges.prompts import readable
from tests.growth import repeated
from tests.test_growth import grows

HOSTILE: tuple[Callable[[int], str], ...] = (
    lambda size: "<" * (size // 2) + " " * (size // 2),
    *map(
        repeated,
        ("\n ", " ", "\n", "a ", "ignore ", "winner   ", "system  ", "\u00e9 ", "1."),
    ),
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_the_time_for_a_hostile_text_grows_like_the_text(number: int) -> None:
    for function in (find_flags, harmless, readable):
        assert not grows(function, HOSTILE[number])


@pytest.mark.parametrize("piece", ["{", '{"a":', "{ "])
def test_a_hostile_answer_is_refused_in_a_time_that_grows_like_it(piece: str) -> None:
    def read(text: str) -> None:
        with pytest.raises(UnusableAnswerError):
            read_answer(text, VERDICT)

    assert not grows(read, repeated(piece))
