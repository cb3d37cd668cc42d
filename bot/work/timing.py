"""The program's clock and its waits, so that a demo can run fast and a test can move time."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Time(Protocol):
    """A clock whose time can be read and waited for."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed on this clock."""
        ...


class RealTime:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for these seconds."""
        await asyncio.sleep(max(seconds, 0))


class MovableTime:
    """A clock that runs `speed` times as fast as the computer's and can be moved forward; 0 stands still.

    Sleepers wake when the clock passes their time, by running or by being moved.
    """

    def __init__(self, start: datetime, speed: float = 0.0) -> None:
        self._start = start
        self._speed = speed
        self._origin = datetime.now(UTC)
        self._moved = asyncio.Event()
        self.on_move: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the current time of this clock, in UTC."""
        return self._start + (datetime.now(UTC) - self._origin) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed on this clock; one that stands still must be moved."""
        until = self.now() + timedelta(seconds=seconds)
        while (seconds_left := (until - self.now()).total_seconds()) > 0:
            move = self._moved
            real = seconds_left / self._speed if self._speed else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(move.wait(), real)

    def set_speed(self, speed: float) -> None:
        """Change the speed of the clock from now on."""
        self._start, self._origin, self._speed = self.now(), datetime.now(UTC), speed
        self._wake()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def move(self, by: timedelta) -> None:
        """Move the clock forward and wake all sleepers. Raises `ValueError` for a negative time."""
        if by < timedelta(0):
            raise ValueError("this clock only moves forward")
        self._start += by
        self._wake()
        for hook in self.on_move:
            hook()
