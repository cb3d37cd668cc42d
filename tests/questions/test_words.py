"""Words after a command, from the plainest to the strangest."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.features import COMMANDS
from handlers.slack.words.commands import BOARD, PAPER, Command, Commands, Request
from handlers.slack.words.paper_names import two_papers, unquoted
from storage.errors import BadRequestError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Request(BOARD, "")),
        ("   \n", Request(BOARD, "")),
        ("help", Request("help", "")),
        ("HISTORY  #3 ", Request("history", "#3")),
        ("add: https://arxiv.org/abs/1706.03762", Request("add", "https://arxiv.org/abs/1706.03762")),
        ("attention is all you need", Request(PAPER, "attention is all you need")),
        ('"new ideas in inference"', Request(PAPER, "new ideas in inference")),
        ("#12", Request(PAPER, "#12")),
        ("أنظمة 🙂", Request(PAPER, "أنظمة 🙂")),
    ],
)
def test_words_lead_to_a_command_a_paper_or_the_board(text: str, wanted: Request) -> None:
    assert COMMANDS.parse(text) == wanted


@given(st.text(max_size=4_000))
@example("history" + " " * 50)
@example("\u2028help")
def test_any_text_is_understood_as_something(text: str) -> None:
    request = COMMANDS.parse(text)
    assert request.command in COMMANDS
    assert request.words == request.words.strip()


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
    assert two_papers(words) == ("attention", "bert")


def test_the_bar_in_a_slack_link_separates_nothing() -> None:
    link = "<https://arxiv.org/abs/1706.03762|arxiv.org/abs/1706.03762>"
    assert two_papers(f"{link} | #2") == (link, "#2")
    assert two_papers(f"{link} #2") == (link, "#2")


def test_a_bar_outranks_the_word_vs_in_a_title() -> None:
    assert two_papers("nature vs nurture | bert") == ("nature vs nurture", "bert")


@pytest.mark.parametrize("words", ["", "attention", "a | b | c", "a |", "one two"])
def test_anything_but_two_papers_is_answered_with_a_sentence(words: str) -> None:
    with pytest.raises(BadRequestError):
        two_papers(words)


@given(st.text(max_size=300))
def test_two_papers_or_a_sentence_whatever_the_text(text: str) -> None:
    try:
        first, second = two_papers(text)
    except BadRequestError:
        return
    assert isinstance(first, str)
    assert isinstance(second, str)


@given(st.text(max_size=200))
def test_unquoting_never_adds(text: str) -> None:
    assert len(unquoted(text)) <= len(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("histroy", "history"),
        ("unfolow", "unfollow"),
        ("mrege", "merge"),
        ("leaderbord", "leaderboard"),
        ("chalenge", "challenge"),
        ("transformers", None),
        ("attention", None),
    ],
)
def test_a_mistyped_command_is_recognised(typed: str, meant: str | None) -> None:
    assert COMMANDS.nearest(typed) == meant


def test_every_word_that_ever_worked_is_a_command() -> None:
    words = """
        add all at board budget cancel cap challenge changes compare cost delete digest export follow gap help history how
        import judges leaderboard log merge mine movers mute new next owner owners paper pause purpose reading remove
        restore resume rubric schedule settings start status stop tournament tournaments unfollow unmerge unmute
        unschedule vote votes vs
    """
    assert [word for word in words.split() if word not in COMMANDS] == []


def test_no_word_means_two_things() -> None:
    first = Command(name="a", run=_nothing, usage="a", help="", group="Do", aliases=("b",))
    with pytest.raises(ValueError, match="two commands are called b"):
        Commands([first, replace(first, name="c")])
    with pytest.raises(ValueError, match="stands beside nobody"):
        Commands([replace(first, beside="nobody")])


async def _nothing(_call: object, _words: str) -> None:
    """What a command does that does nothing."""
