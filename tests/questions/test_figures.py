"""The pure parts of the answers: chances, shares, agreement, and what people write for a time."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.past_moments import parse_moment, parse_since, parse_span
from handlers.questions.board_words import BoardWords, parse_board
from storage.errors import BadRequestError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("last week", NOW - timedelta(days=7)),
        ("3 days ago", NOW - timedelta(days=3)),
        ("yesterday", datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC)),
        ("2026-11-01 14:00", datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        ("1 Nov 2026", datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC)),
        ("today", NOW),
        ("monday", datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)),
        ("last tuesday", datetime(2026, 11, 17, 22, 59, 59, tzinfo=UTC)),
        ("on october 3", datetime(2026, 10, 3, 21, 59, 59, tzinfo=UTC)),
        ("the 3rd of december", datetime(2025, 12, 3, 22, 59, 59, tzinfo=UTC)),
        ("in october", datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)),
        ("november", NOW),
    ],
)
def test_moments_are_read_in_the_leagues_zone(words: str, moment: datetime) -> None:
    assert parse_moment(words, "Europe/Berlin", NOW) == moment


@given(
    st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,4} (d|days|years) ago|[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True)
)
def test_any_words_are_a_past_moment_or_a_sentence(words: str) -> None:
    with contextlib.suppress(BadRequestError):
        assert parse_moment(words, "Europe/Berlin", NOW) <= NOW
    with contextlib.suppress(BadRequestError):
        assert parse_span(words) >= timedelta(0)


@given(st.text(max_size=100))
def test_any_words_after_board_are_understood_or_answered(words: str) -> None:
    with contextlib.suppress(BadRequestError):
        assert parse_board(words).page >= 1


def test_the_words_of_a_board_survive_a_button() -> None:
    asked = parse_board("sort by rating in cs.CL from <@U123|ana> since 30 d page 3")
    assert asked == BoardWords("rating", "cs.CL", "U123", "30d", 3)
    assert parse_board(asked.filters()) == BoardWords("", "cs.CL", "U123", "30d")


@pytest.mark.parametrize(
    ("words", "category", "since"),
    [
        ("in Computation and Language", "cmp-lg,cs.CL", ""),
        ("in machine learning since yesterday", "cs.LG,stat.ML", "yesterday"),
        ("in Machine Learning (cs.LG) page 2", "cs.LG", ""),
        ("in cs.CL since last week uncertain", "cs.CL", "last week"),
        ("since 3 days ago in cs", "cs", "3days ago"),
    ],
)
def test_categories_are_known_by_name_and_times_in_words(words: str, category: str, since: str) -> None:
    board = parse_board(words)
    assert (board.category, board.since) == (category, since)
    assert parse_board(board.filters()) == replace(board, page=1, sort="")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("30d", NOW - timedelta(days=30)),
        ("yesterday", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("0001-01-01", datetime(1970, 1, 1, tzinfo=UTC)),
        ("3days ago", NOW - timedelta(days=3)),
        ("monday", datetime(2026, 11, 23, tzinfo=UTC)),
        ("tuesday", datetime(2026, 11, 24, tzinfo=UTC)),
        ("this week", datetime(2026, 11, 23, tzinfo=UTC)),
        ("this month", datetime(2026, 11, 1, tzinfo=UTC)),
        ("oct 3rd", datetime(2026, 10, 3, tzinfo=UTC)),
        ("september", datetime(2026, 9, 1, tzinfo=UTC)),
    ],
)
def test_since_begins_with_the_day(words: str, moment: datetime) -> None:
    assert parse_since(words, "UTC", NOW) == moment


@pytest.mark.parametrize(
    "words", ["9999y", "9999 years ago", "51y", "soon", "2999-01-01", "february 30", "march 0", "monda y"]
)
def test_what_is_no_time_is_said(words: str) -> None:
    with pytest.raises(BadRequestError):
        parse_since(words, "UTC", NOW)
