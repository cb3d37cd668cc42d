"""The pure parts of the answers: chances, shares, agreement, and what people write for a time."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.comparisons import win_probability
from bot.questions.past_moments import parse_moment, parse_span
from handlers.questions.board_words import BoardWords, parse_board
from storage.errors import BadRequestError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
THETA = st.floats(-8, 8)
STDERR = st.floats(0, 4)


@given(THETA, STDERR, THETA, STDERR)
def test_the_chances_of_both_sides_add_up(a: float, sa: float, b: float, sb: float) -> None:
    assert win_probability(a, sa, b, sb) + win_probability(b, sb, a, sa) == pytest.approx(1)


@given(THETA, THETA, STDERR)
def test_uncertainty_pulls_the_chance_towards_even(a: float, b: float, stderr: float) -> None:
    sure, unsure = win_probability(a, 0, b, 0), win_probability(a, stderr, b, stderr)
    assert abs(unsure - 0.5) <= abs(sure - 0.5) + 1e-12


def test_the_chance_is_the_mean_logistic_over_both_uncertainties() -> None:
    import numpy as np

    draws = np.random.default_rng(0).normal(0.8, np.hypot(0.7, 0.5), 200_000)
    assert win_probability(1.0, 0.7, 0.2, 0.5) == pytest.approx(
        float(np.mean(1 / (1 + np.exp(-draws)))), abs=0.005
    )


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
