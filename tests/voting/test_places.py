"""Claims about finding entries' places among a league's sorted ids."""

import numpy as np
import pytest

from bot.standings.league_outcomes import SPARSE, places_among


@pytest.mark.parametrize(
    "entries",
    [[7], [3, 4, 9], [1, 2, 3, 4], [5, 5 + 2 * SPARSE - 1], [5, 5 + 2 * SPARSE], [1, 10**9], []],
    ids=["one", "gaps", "whole", "just close enough", "just too far", "far", "none"],
)
def test_an_id_has_its_place_and_a_stranger_none(entries: list[int]) -> None:
    ids = [[-1, 0], [1, 2], [3, 4], [5, 7], [9, 10**9], [5 + 2 * SPARSE - 1, 5 + 2 * SPARSE], [10**10, 8]]
    expected = [[entries.index(one) if one in entries else -1 for one in row] for row in ids]
    np.testing.assert_array_equal(places_among(np.array(entries, dtype=np.int64), np.array(ids)), expected)
