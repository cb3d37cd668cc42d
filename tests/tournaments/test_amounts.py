"""Amounts of money as people type them, in commands and windows alike."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spending.amounts import read_amount
from bot.tournaments.tournament_words import parse_tournament_words
from storage.errors import BadRequestError
from tests.leagues.world import MONDAY


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("25", "25"), ("$25", "25"), ("25 USD", "25"), ("25usd", "25"), ("US$ 12.50", "12.50"), ("5 dollars", "5"),
        ("12,50", "12.50"), ("12,5 $", "12.5"), ("0,01", "0.01"), ("0.005", "0.005"), (".5", "0.5"), ("0", "0"),
        ("1000", "1000"), ("1,000.50", "1000.50"), ("1.000,50", "1000.50"), ("1,234,567", "1234567"),
        ("1 000", "1000"), ("1'000.50", "1000.50"), ("1\u00a0000", "1000"), ("$1 000 000", "1000000"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_was_meant(typed: str, amount: str) -> None:
    assert read_amount(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,000", "$1,000", "1.000", "12,500 USD", "999.999"])
def test_thousands_or_decimals_is_asked(typed: str) -> None:
    with pytest.raises(BadRequestError, match="may be") as asked:
        read_amount(typed)
    assert str(asked.value.sentence).count(typed.strip("$ USD").replace(",", "").replace(".", "")) == 2


@pytest.mark.parametrize("typed", ["25 €", "€25", "25 eur", "£5", "5 CHF", "100 yen"])
def test_another_currency_is_refused_by_name(typed: str) -> None:
    with pytest.raises(BadRequestError, match="US dollars"):
        read_amount(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "much", "-5", "+5", "1e5", "inf", "nan", "1,00,000", "1,000,00", "1.2.3", "5%", "1k", "٢٥", "5 5", "9" * 400],
)  # fmt: skip
def test_what_is_no_amount_is_said(typed: str) -> None:
    with pytest.raises(BadRequestError):
        read_amount(typed)


@given(st.text(max_size=30))
def test_any_words_are_an_amount_or_a_sentence(typed: str) -> None:
    with suppress(BadRequestError):
        assert Decimal(0) <= read_amount(typed) < Decimal(10) ** 12


@pytest.mark.parametrize(
    ("words", "money"),
    [
        ("60 matches 2 usd", "2"),
        ("$5", "5"),
        ("12,50 usd", "12.50"),
        ("$1,000.50", "1000.50"),
        ("3 dollars", "3"),
    ],
)
def test_a_tournaments_budget_is_read_alike(words: str, money: str) -> None:
    assert parse_tournament_words(words, MONDAY).money == Decimal(money)


@pytest.mark.parametrize("words", ["$1,000", "1,000 usd", "5 €", "€5", "5 euros"])
def test_a_tournaments_budget_is_asked_about_alike(words: str) -> None:
    with pytest.raises(BadRequestError, match=r"may be|US dollars"):
        parse_tournament_words(words, MONDAY)
