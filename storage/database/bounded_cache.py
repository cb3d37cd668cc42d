"""A cache limited in bytes; the least recently used values are dropped first."""

import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
SAMPLE = 20
"""Number of members by which the size of a longer collection is estimated."""
DEEPEST = 6


def weight_of(value: object, depth: int = 0) -> int:
    """Return the approximate size of a value in bytes; long collections are estimated from some members."""
    size = sys.getsizeof(value, 64)
    nbytes = getattr(value, "nbytes", None)  # an array's; numpy itself isn't needed here
    if isinstance(nbytes, int):
        return nbytes + 128
    if depth == DEEPEST or isinstance(value, str | bytes | int | float):
        return size
    if isinstance(value, Mapping):
        some = list(islice(value.items(), SAMPLE))
        each = sum(weight_of(name, depth + 1) + weight_of(member, depth + 1) for name, member in some)
        return size + each * len(value) // max(len(some), 1)
    if isinstance(value, list | tuple | set | frozenset):
        members: list[Any] = list(islice(value, SAMPLE))
        each = sum(weight_of(member, depth + 1) for member in members)
        return size + each * len(value) // max(len(members), 1)
    if is_dataclass(value):
        return size + sum(weight_of(getattr(value, part.name), depth + 1) for part in fields(value))
    return size


class BoundedCache(Generic[Key, Value]):
    """Cache of values by key, of at most `most_bytes` in all; a value above an eighth of that isn't cached."""

    def __init__(self, most_bytes: int, weight: Callable[[Value], int] = weight_of) -> None:
        self._most_bytes = most_bytes
        self._weight = weight
        self._entries: dict[Key, tuple[Value, int]] = {}
        self.bytes = 0

    def get(self, key: Key) -> Value | None:
        """Return the cached value and mark it as used now; None if there is none."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return None
        self._entries[key] = entry
        return entry[0]

    def put(self, key: Key, value: Value) -> None:
        """Cache a value; drops the least recently used ones if space is needed."""
        self.drop(key)
        weight = self._weight(value) + sys.getsizeof(key, 64) + 200
        if weight > self._most_bytes // 8:
            return
        self._entries[key] = (value, weight)
        self.bytes += weight
        while self.bytes > self._most_bytes:
            self.drop(next(iter(self._entries)))

    def drop(self, key: Key) -> None:
        """Remove a value from the cache, if it is there."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry[1]

    def clear(self) -> None:
        """Remove all values from the cache."""
        self._entries.clear()
        self.bytes = 0

    def values(self) -> Iterator[Value]:
        """Return all cached values."""
        return (value for value, _weight in self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)
