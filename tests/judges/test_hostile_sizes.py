"""No text makes the judging room slow: each of these once took seconds, or could."""

from time import process_time

import pytest

from bot.judges.injection import find_flags, harmless
from bot.judges.llm.replies.answers import VERDICT, UnusableAnswerError, read_answer
from bot.judges.prompts import readable

HOSTILE = (
    "<" * 30_000 + " " * 30_000,
    "\n " * 30_000,
    " " * 60_000,
    "\n" * 60_000,
    "a " * 30_000,
    "ignore " * 9_000,
    "winner   " * 7_000,
    "system  " * 7_000,
    "\u00e9 " * 30_000,
    "1." * 30_000,
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_text_is_read_in_under_a_second(number: int) -> None:
    text = HOSTILE[number]
    began = process_time()
    find_flags(text)
    harmless(text)
    readable(text)
    assert process_time() - began < 1


@pytest.mark.parametrize("text", ["{" * 20_000, '{"a":' * 20_000, "{ " * 20_000])
def test_a_hostile_answer_is_refused_in_under_a_second(text: str) -> None:
    began = process_time()
    with pytest.raises(UnusableAnswerError):
        read_answer(text, VERDICT)
    assert process_time() - began < 1
