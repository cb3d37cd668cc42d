"""Rank changes between two standings, the largest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.standings.past_standings import PastRating


@dataclass(frozen=True, slots=True)
class RankMove:
    """An entry whose rank changed, with its ratings before and after."""

    entry: int
    title: str
    url: str
    was: PastRating
    now: PastRating

    @property
    def places(self) -> int:
        """Number of ranks gained; negative if lost."""
        return self.was.rank - self.now.rank

    @property
    def clear(self) -> bool:
        """Whether the change is beyond the error: the two score intervals don't overlap."""
        return abs(self.now.score - self.was.score) > self.now.interval + self.was.interval


def moved_entries(was: Mapping[int, PastRating], now: Mapping[int, PastRating]) -> list[int]:
    """Return the entries with a different rank in two standings, the largest change first."""
    entries = [entry for entry in now if entry in was and was[entry].rank != now[entry].rank]
    return sorted(entries, key=lambda entry: (-abs(was[entry].rank - now[entry].rank), now[entry].rank))


def rank_moves_of(
    entries: list[int],
    was: Mapping[int, PastRating],
    now: Mapping[int, PastRating],
    titles: Mapping[int, tuple[str, str]],
) -> tuple[RankMove, ...]:
    """Return the rank changes of these entries with titles and URLs; entries without a title are left out."""
    return tuple(
        RankMove(entry, *titles[entry], was[entry], now[entry]) for entry in entries if entry in titles
    )
