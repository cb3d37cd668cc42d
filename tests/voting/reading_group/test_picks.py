"""Claims about a reading group's proposal: what is proposed, and who presents it."""

from datetime import UTC, datetime

import pytest

from bot.voting.reading_group.picks import day_in_words
from handlers.blocks import ids
from tests.leagues.slack import Desk
from tests.voting.test_daily_duels import desk

__all__ = ["desk"]


async def test_three_papers_are_proposed_and_one_is_presented_by_a_click(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    assert "No ranked paper is left" in await desk.runs("bob", "pick", "friday")
    entries = await world.enters(league, "Alpha", "Beta", "Gamma", "Delta")
    await world.ranks(league, entries)
    assert "guests and others" in await desk.runs("gus", "pick", "friday")
    assert "in the channel" in await desk.runs("bob", "pick", "friday")
    assert "already" in await desk.runs("carol", "pick")
    shown = str(await desk.renders("pick"))
    assert f"What do we discuss on {day_in_words('friday', world.now, 'UTC')}?" in shown
    assert "Gamma" in shown
    assert "Delta" not in shown
    offer = ids.PRESENT.carry(ids.Presenting(league, f"pick:{league}:{world.now:%Y-%m-%d}", entries[0]))
    assert "guests and others" in await desk.clicks("gus", offer)
    assert "You present it" in await desk.clicks("bob", offer)
    assert "<@bob> presents it." in str(await desk.renders("pick"))
    assert "presents it already" in await desk.clicks("carol", offer)
    world.later(days=7)
    await desk.runs("bob", "pick")
    assert "Alpha" not in str(await desk.renders("pick")), "what was presented isn't proposed again"
    assert "no longer present" in await desk.clicks("bob", offer)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("friday", "Friday, 16 January"),
        ("next Fri", "Friday, 16 January"),
        ("monday", "Monday, 19 January"),
        ("tomorrow", "Tuesday, 13 January"),
        ("our retreat", "our retreat"),
        ("", ""),
    ],
)
def test_a_named_day_of_a_proposal_has_its_date(words: str, day: str) -> None:
    monday = datetime(2026, 1, 12, 7, 30, tzinfo=UTC)
    assert day_in_words(words, monday, "UTC") == day
    assert (
        day_in_words("today", datetime(2026, 1, 12, 23, 30, tzinfo=UTC), "Europe/Berlin")
        == "Tuesday, 13 January"
    )
