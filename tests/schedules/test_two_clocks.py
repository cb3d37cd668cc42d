"""Two clocks, restarts, an hour away, days of 25 and 23 hours: one firing a local slot, on both databases."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.schedules.clock import Clock
from storage.database.engine import Database
from storage.leagues import league_rows
from storage.tournaments import schedules
from tests.leagues.world import HOME, TEAM, World, a_world, firings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'clocks.db'}"
    return str(request.getfixturevalue("postgres_url"))


async def _schedules(world: World, *crons: str) -> list[int]:
    made = []
    async with world.writing() as session:
        for number, cron in enumerate(crons):
            league, _ = await league_rows.create(
                session, name=f"papers {number}", channel=f"{HOME}{number}", is_private=False, user="alice",
                time_zone="Europe/Berlin", monthly_cap=world.settings.monthly_cap_usd, now=world.now,
            )  # fmt: skip
            made.append(
                await schedules.put(
                    session, league=league.id, kind="tournament", channel=HOME, cron=cron,
                    time_zone="Europe/Berlin", options={}, user="alice", now=world.now,
                )
            )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("start", "hours", "daily", "hourly"),
    [
        ("2026-10-24T18:00:00+00:00", 26, 1, 25),  # a day of 25 hours: 02:15 comes twice and fires once
        (
            "2027-03-27T18:00:00+00:00",
            26,
            1,
            27,
        ),  # a day of 23 hours: what 02:15 and 02:30 were to do comes at 03:00
    ],
)
async def test_two_clocks_fire_each_local_slot_once_through_restarts_and_an_hour_away(
    tmp_path: Path, url: str, start: str, hours: int, daily: int, hourly: int
) -> None:
    async with a_world(tmp_path, url) as world:
        world.now = datetime.fromisoformat(start)
        night, often = await _schedules(world, "30 2 * * *", "15 * * * *")
        other = Database(url)
        clocks = [Clock(world.database, lambda: world.now), Clock(other, lambda: world.now)]
        fired = 0
        for minutes in range(0, hours * 60, 20):
            world.now = datetime.fromisoformat(start) + timedelta(minutes=minutes)
            if 12 * 60 <= minutes < 13 * 60:
                continue  # nobody is there for an hour
            if minutes % 120 == 0:  # both start again
                clocks = [Clock(world.database, lambda: world.now), Clock(other, lambda: world.now)]
            fired += sum(await asyncio.gather(*(clock.tick() for clock in clocks)))
        await other.close()
        async with world.database.reading(TEAM) as session:
            nights = await firings(session, night)
            hourlies = await firings(session, often)
        assert [status for _slot, status in nights] == ["planned"] * daily
        slots = [slot for slot, _status in hourlies]
        assert len(slots) == len(set(slots)) == hourly
        assert {status for _slot, status in hourlies} == {"planned"}
        assert fired == daily + hourly
