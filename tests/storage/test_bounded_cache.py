"""Caches are bounded by the bytes of what they hold, whatever that is."""

import sys
from dataclasses import dataclass

import numpy as np
import pytest

from bot.judges.injections import injection_flags
from storage.database import engine
from storage.database.bounded_cache import BoundedCache, weight_of
from storage.database.engine import Database


@dataclass(frozen=True, slots=True)
class Figures:
    name: str
    rows: dict[int, tuple[str, ...]]


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("x" * 10_000, 10_000, 10_100),
        (np.zeros(10_000), 80_000, 80_200),
        ([str(n) + "x" * 1_000 for n in range(1_000)], 1_000_000, 1_200_000),
        (Figures("a", dict.fromkeys(range(1000), ("y" * 500,))), 500_000, 800_000),
        (None, 0, 100),
    ],
)
def test_a_value_is_weighed_with_all_it_holds(value: object, least: int, most: int) -> None:
    assert least <= weight_of(value) <= most


def test_the_least_recently_used_goes_and_what_is_too_large_is_not_kept() -> None:
    cache: BoundedCache[int, str] = BoundedCache(100_000)
    for n in range(14):
        cache.put(n, "x" * 8_000)
        assert cache.get(0) is not None, "used again and again"
        assert cache.bytes <= 100_000
    assert cache.get(1) is None
    assert cache.get(13) is not None
    cache.put(0, "y" * 20_000)
    assert cache.get(0) is None, "over an eighth; the former is gone too"
    cache.clear()
    assert (len(cache), cache.bytes) == (0, 0)


async def test_what_a_process_remembers_of_leagues_is_bounded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "REMEMBERED_BYTES", 1_000_000)
    small = Database(database.url)
    for league in range(100):
        async with small.reading("T1") as session:
            session.remember("fit", league, np.zeros(10_000))
    async with small.reading("T1") as session:
        held = [league for league in range(100) if session.recall("fit", league) is not None]
    assert held == list(range(held[0], 100))
    assert 5 < len(held) <= 12
    await small.close()


def test_flags_of_texts_are_remembered_without_the_texts() -> None:
    injection_flags._flags_by_digest.clear()
    for n in range(50):
        injection_flags._cached_flags(f"{n} " + "word " * 4_000)
    assert len(injection_flags._flags_by_digest) == 50
    assert injection_flags._flags_by_digest.bytes < 50 * 1_000
    assert sys.getsizeof("word " * 4_000) > 20_000
