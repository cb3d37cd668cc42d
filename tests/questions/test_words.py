"""Words after a command, from the plainest to the strangest."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.slack.words.command_words import BOARD, PAPER, Asked, nearest, parse, two, unquoted
from storage.errors import BadRequestError

COMMANDS = {"history", "vs", "help", "new", "at", "add"}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked(BOARD, "")),
        ("   \n", Asked(BOARD, "")),
        ("help", Asked("help", "")),
        ("HISTORY  #3 ", Asked("history", "#3")),
        ("add: https://arxiv.org/abs/1706.03762", Asked("add", "https://arxiv.org/abs/1706.03762")),
        ("attention is all you need", Asked(PAPER, "attention is all you need")),
        ('"new ideas in inference"', Asked(PAPER, "new ideas in inference")),
        ("#12", Asked(PAPER, "#12")),
        ("أنظمة 🙂", Asked(PAPER, "أنظمة 🙂")),
    ],
)
def test_words_lead_to_a_command_a_paper_or_the_board(text: str, asked: Asked) -> None:
    assert parse(text, COMMANDS) == asked


@given(st.text(max_size=4_000))
@example("history" + " " * 50)
@example("\u2028help")
def test_any_text_is_understood_as_something(text: str) -> None:
    asked = parse(text, COMMANDS)
    assert asked.command in COMMANDS | {BOARD, PAPER}
    assert asked.words == asked.words.strip()


@pytest.mark.parametrize(
    "words",
    [
        "attention | bert",
        "attention vs bert",
        "attention VS. bert",
        "attention versus bert",
        "attention\nbert",
        '"attention" | "bert"',
        "| attention | bert |",
    ],
)
def test_two_papers_may_be_separated_in_many_ways(words: str) -> None:
    assert two(words) == ("attention", "bert")


def test_the_bar_in_a_slack_link_separates_nothing() -> None:
    link = "<https://arxiv.org/abs/1706.03762|arxiv.org/abs/1706.03762>"
    assert two(f"{link} | #2") == (link, "#2")
    assert two(f"{link} #2") == (link, "#2")


def test_a_bar_outranks_the_word_vs_in_a_title() -> None:
    assert two("nature vs nurture | bert") == ("nature vs nurture", "bert")


@pytest.mark.parametrize("words", ["", "attention", "a | b | c", "a |", "one two"])
def test_anything_but_two_papers_is_answered_with_a_sentence(words: str) -> None:
    with pytest.raises(BadRequestError):
        two(words)


@given(st.text(max_size=300))
def test_two_papers_or_a_sentence_whatever_the_text(text: str) -> None:
    try:
        first, second = two(text)
    except BadRequestError:
        return
    assert isinstance(first, str)
    assert isinstance(second, str)


@given(st.text(max_size=200))
def test_unquoting_never_adds(text: str) -> None:
    assert len(unquoted(text)) <= len(text)


def test_a_mistyped_command_is_recognised() -> None:
    assert nearest("histroy", COMMANDS) == "history"
    assert nearest("transformers", COMMANDS) is None
