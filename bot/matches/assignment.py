"""Assigns judges and orders of papers to pairs: balanced, with random ties, the same in every process."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

Entry = TypeVar("Entry", bound=Hashable)
RUBRIC = "rubric"
"""Name of the judge that decides by assessments alone, in a cascade."""
NO_MODELS = frozenset({RUBRIC, "offline"})
"""Judges that no model stands behind."""
WATCHED = 0.1
"""Share of matches in which judges are asked whose verdicts don't count, so that it shows when they do better."""


@dataclass(frozen=True, slots=True)
class Assignment(Generic[Entry]):
    """A pair in the order shown, and its judge."""

    first: Entry
    second: Entry
    judge: str


def _lot(*parts: object) -> float:
    """Return a pseudo-random number in [0, 1) from the parts, the same in every process."""
    digest = sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def assign(
    pairs: Iterable[tuple[Entry, Entry]],
    judges: Sequence[str],
    met: Mapping[tuple[Entry, str], int],
    shown_first: Mapping[tuple[Entry, str], int],
    seed: int,
    order_counts: Mapping[tuple[Entry, Entry, str], int] | None = None,
) -> list[Assignment[Entry]]:
    """Give each pair a judge and an order, so that entries meet judges equally often and come first half the time.

    `met` counts matches by (entry, judge), `shown_first` those in which the entry came first, `order_counts` how often a
    judge saw a pair in an order. A pair gets the judge and order it saw least often; a call is repeated only if no new
    one is left. Among equal orders, the one that balances how often each entry came first is used, over all judges and
    with this one. The judge is the one that leaves both entries nearest to their even share (cubed distance, so that the
    entry furthest behind decides). Remaining ties are decided by the seed. If all entries play every round, each has met
    each judge within one match of its even share.
    """
    if not judges:
        raise ValueError("no judges to assign")
    times = dict(met)
    first_times = dict(shown_first)
    again = Counter(order_counts)
    turns = sorted(judges, key=lambda judge: _lot(seed, judge))
    matches: dict[Entry, int] = {}
    for (entry, _), count in met.items():
        matches[entry] = matches.get(entry, 0) + count
    first_by: dict[Entry, int] = {}
    for (entry, _), count in first_times.items():
        first_by[entry] = first_by.get(entry, 0) + count
    assignments = []
    for a, b in pairs:

        def burden(judge: str, pair: tuple[Entry, Entry] = (a, b)) -> float:
            return round(sum(_apart(entry, judge, judges, times) for entry in pair), 9)

        least = min(again[order] for order in _orders(a, b, judges))
        rarest = {order for order in _orders(a, b, judges) if again[order] == least}
        judge = min((one for one in turns if not rarest.isdisjoint(_orders(a, b, [one]))), key=burden)

        def lead(entry: Entry, judge: str = judge) -> int:
            over_all = 2 * first_by.get(entry, 0) - matches.get(entry, 0)
            return over_all + 2 * first_times.get((entry, judge), 0) - times.get((entry, judge), 0)

        lead_a, lead_b = lead(a), lead(b)
        a_first = lead_a < lead_b or (lead_a == lead_b and _lot(seed, "order", a, b, judge) < 0.5)  # noqa: PLR2004 - a fair coin
        first, second = (a, b) if a_first else (b, a)
        if (first, second, judge) not in rarest:
            first, second = second, first
        again[first, second, judge] += 1
        assignments.append(Assignment(first, second, judge))
        first_times[first, judge] = first_times.get((first, judge), 0) + 1
        first_by[first] = first_by.get(first, 0) + 1
        for entry in (a, b):
            times[entry, judge] = times.get((entry, judge), 0) + 1
            matches[entry] = matches.get(entry, 0) + 1
    return assignments


def counting_judges(judges: Sequence[str], left_out: Collection[str]) -> list[str]:
    """Return the judges whose verdicts count, or all of them if none of a model's does."""
    counting = [judge for judge in judges if judge not in left_out]
    return counting if any(judge not in NO_MODELS for judge in counting) else list(judges)


def asked_judges(
    pairs: Iterable[tuple[Entry, Entry]],
    judges: Sequence[str],
    left_out: Collection[str],
    seed: int,
    order_counts: Mapping[tuple[Entry, Entry, str], int],
) -> list[tuple[list[tuple[Entry, Entry]], list[str]]]:
    """Split pairs by which judges are asked about them: those that count, or in a share `WATCHED` those left out.

    A rematch of a pair draws anew; a pair that those left out saw in both orders isn't theirs any more.
    """
    counting = counting_judges(judges, left_out)
    others = [judge for judge in judges if judge not in counting]
    groups: tuple[list[tuple[Entry, Entry]], list[tuple[Entry, Entry]]] = [], []
    for a, b in pairs:
        times = sum(order_counts.get(order, 0) for order in _orders(a, b, judges))
        is_new = any(order_counts.get(order, 0) == 0 for order in _orders(a, b, others))
        groups[is_new and _lot(seed, "watched", a, b, times) < WATCHED].append((a, b))
    return [(group, names) for group, names in zip(groups, (counting, others), strict=True) if group]


def panel_judges(judges: Sequence[str], left_out: Collection[str], match_id: int) -> list[str]:
    """Return the judges asked in a panel's match: those that count, and in a share `WATCHED` the others, too."""
    if _lot("watched", match_id) < WATCHED:
        return list(judges)
    return counting_judges(judges, left_out)


def exhausted_pairs(
    order_counts: Mapping[tuple[Entry, Entry, str], int], judges: Sequence[str]
) -> list[tuple[Entry, Entry]]:
    """Return the pairs that every judge saw in both orders, so that a rematch could only repeat a call."""
    pairs = {(a, b) for a, b, judge in order_counts if judge == judges[0]}
    return [
        (a, b) for a, b in pairs if all(order_counts.get(order, 0) > 0 for order in _orders(a, b, judges))
    ]


def _orders(a: Entry, b: Entry, judges: Sequence[str]) -> list[tuple[Entry, Entry, str]]:
    return [order for judge in judges for order in ((a, b, judge), (b, a, judge))]


def _apart(entry: Entry, judge: str, judges: Sequence[str], times: Mapping[tuple[Entry, str], int]) -> float:
    counts = [times.get((entry, other), 0) + (other == judge) for other in judges]
    share = sum(counts) / len(judges)
    return sum(abs(count - share) ** 3 for count in counts)


def draw_one(names: Sequence[str], match_id: int) -> str:
    """Return one of the names, chosen pseudo-randomly but always the same for this match."""
    return min(names, key=lambda name: _lot("another", match_id, name))


def wants_swap(match_id: int, share: float, seed: int) -> bool:
    """Return whether the match is in the share that is judged again in swapped order; always the same answer."""
    return _lot(seed, "swap", match_id) < share


@dataclass(frozen=True, slots=True)
class RankPlace:
    """An entry's rank from 1, and the 95 % interval of its rank."""

    rank: int
    low: int
    high: int


def contests_top(one: RankPlace, other: RankPlace, top_k: int, entries: int) -> bool:
    """Return whether a match decides who is in the top k.

    One entry must be in, one out, and each could be on either side. A rank interval wider than half the league decides
    nothing yet.
    """
    sides = (one.rank <= top_k) != (other.rank <= top_k)
    open_ends = all(place.low <= top_k < place.high for place in (one, other))
    is_narrow = all(2 * (place.high - place.low) <= entries for place in (one, other))
    return sides and open_ends and is_narrow


PANEL_KIND = "panel:"
"""Prefix of the kind of verdict by another panel judge; the judge's name follows."""


def others_orders(
    judges: Sequence[str],
    mine: str,
    match_id: int,
    saw: Mapping[tuple[str, bool], int] | None = None,
) -> list[tuple[str, bool]]:
    """Return the other judges of a panel, each with whether it is shown the papers swapped: half of all are.

    `saw` counts how often each (judge, swapped) saw this pair in earlier matches: in a rematch it gets the order it saw
    less often.
    """
    before = Counter(saw)
    others = [judge for judge in judges if judge != mine]
    turn = match_id % max(len(others), 1)
    # The judge whose turn it is sees the match's own order, so the first of the others sees the swapped one.
    usual = [(judge, place % 2 == 0) for place, judge in enumerate([*others[turn:], *others[:turn]])]
    return [
        (judge, not swapped if before[judge, swapped] > before[judge, not swapped] else swapped)
        for judge, swapped in usual
    ]
