"""What the menu of time zones offers for the letters typed."""

import pytest

from bot.schedules.zones import zones_like


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "UTC"),
        ("berl", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("tok", "Asia/Tokyo"),
        ("münch", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("cambridge", "Europe/London"),
        ("GMT+2", "Etc/GMT-2"),
        ("uk", "Europe/London"),
        ("new y", "America/New_York"),
        ("erlin", "Europe/Berlin"),
        ("bul", "Europe/Sofia"),
        ("ath", "Europe/Athens"),
    ],
)
def test_letters_lead_to_the_zone_meant(typed: str, first: str) -> None:
    assert zones_like(typed)[0] == first


def test_what_fits_nothing_offers_nothing_and_never_more_than_twenty() -> None:
    assert zones_like("qqqq") == []
    assert len(zones_like("a")) == 20
