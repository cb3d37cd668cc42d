from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.leagues.settings import (
    LEAGUE_SETTINGS,
    Control,
    league_settings_table,
    read_cap,
    read_number,
    settings_of,
)
from bot.settings import settings_table
from handlers.leagues.settings_windows_view import LeagueForm, settings_modal
from handlers.questions.answer_views.audit_log_view import SETTINGS
from storage.errors import BadRequestError
from storage.tables import League
from tests.leagues.world import World

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_of_settings_is_made_from_the_declarations() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert league_settings_table() in page
    assert settings_table() in page


async def test_every_declared_setting_is_a_column_with_a_control_in_the_window_and_words_in_the_log(
    world: World,
) -> None:
    league = await world.league()
    view: Any = settings_modal(LeagueForm(channel="C1", settings=settings_of(league)), "")
    fields = {name for block in view["blocks"] for name in _fields(block)}
    for name, setting in LEAGUE_SETTINGS.items():
        assert name in League.__table__.columns
        assert setting.field in fields
        assert SETTINGS[name][0] == setting.log_words


def _fields(block: Any) -> set[str]:
    if block["type"] != "input":
        return set()
    return {block["block_id"], *(option["value"] for option in block["element"].get("options", ()))}


@pytest.mark.parametrize(
    "name", [name for name, setting in LEAGUE_SETTINGS.items() if setting.control is Control.NUMBER]
)
def test_numbers_are_taken_up_to_their_bounds_and_not_beyond(name: str) -> None:
    setting = LEAGUE_SETTINGS[name]
    assert read_number(f"{setting.low:g}", name) == setting.low
    assert read_number(f"{setting.high:g}", name) == setting.high
    for wrong in (f"{setting.low - 1:g}", f"{setting.high + 1:g}", "nan", "inf", "many"):
        with pytest.raises(BadRequestError) as refused:
            read_number(wrong, name)
        assert (refused.value.sentence, refused.value.about) == (setting.refusal, name)


@pytest.mark.parametrize(
    "typed", ["1,000", "1.000", "1e2", "inf", "nan", "1_0", "+3", "-3", "3 hours", "", "9" * 20]
)
def test_what_may_be_a_thousand_is_no_number_of_hours_or_votes(typed: str) -> None:
    for name in ("vote_hours", "quorum", "target_interval"):
        with pytest.raises(BadRequestError):
            read_number(typed, name)


def test_a_cap_below_a_cent_is_refused_and_none_at_all_is_not() -> None:
    assert read_cap(Decimal(0)) == 0
    assert read_cap(Decimal("0.01")) == Decimal("0.01")
    with pytest.raises(BadRequestError, match="for example 10"):
        read_cap(Decimal("0.004"))
