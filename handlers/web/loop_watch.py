"""Watches the event loop: how late it is; one that stands ends the process, with every task's stack in the log."""

import asyncio
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from types import FrameType
from typing import Any, TextIO

import structlog

STANDS_S = 10
"""A loop that does nothing for so many seconds is given up; hosts start the process again."""
BEAT_S = 0.5
DEAF_S = 60
"""After so long the process is ended even where code that hears no signal (a library in C) stands in the way."""
EXIT_CODE = 70

log = structlog.get_logger(__name__)


class LoopWatch:
    """Counts the seconds in which the loop gave no sign of life; a process that was stopped meanwhile counts none.

    The seconds are told by a timer's signal, which Python hears inside a sleep and a regular expression alike; a timer
    of a stopped process fires once when it goes on.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, late: Callable[[float], None]) -> None:
        self._loop = loop
        self._late = late
        self._silent_s = 0

    async def beat(self) -> None:
        """Give signs of life, and say how late each is."""
        while True:
            began = perf_counter()
            await asyncio.sleep(BEAT_S)
            self._silent_s = 0
            self._late(max(perf_counter() - began - BEAT_S, 0.0))
            faulthandler.dump_traceback_later(DEAF_S, exit=True, file=_stderr())

    def tick(self, _number: int, _frame: FrameType | None) -> None:
        """A second went by."""
        self._silent_s += 1
        if self._silent_s >= STANDS_S:
            self._give_up()

    def _give_up(self) -> None:
        stacks = _stderr()
        print(f"The event loop stood for {self._silent_s} s. Where it stands:", file=stacks)
        faulthandler.dump_traceback(file=stacks, all_threads=True)
        for task in asyncio.all_tasks(self._loop):
            print(f"\nTask {task.get_name()}:", file=stacks)
            task.print_stack(file=stacks)
        stacks.flush()
        log.error("loop_stood", seconds=self._silent_s, tasks=len(asyncio.all_tasks(self._loop)))
        sys.stdout.flush()
        os._exit(EXIT_CODE)


def _stderr() -> TextIO:
    return sys.__stderr__ or sys.stderr


@asynccontextmanager
async def watching_loop(late: Callable[[float], None]) -> AsyncIterator[None]:
    """Watch this loop while inside; outside the main thread, where no signal is heard, only how late it is."""
    watch = LoopWatch(asyncio.get_running_loop(), late)
    beating = asyncio.create_task(watch.beat(), name="loop watch")
    before: Any = None
    hears = threading.current_thread() is threading.main_thread()
    if hears:
        before = signal.signal(signal.SIGALRM, watch.tick)
        signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield
    finally:
        if hears:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        beating.cancel()
        faulthandler.cancel_dump_traceback_later()
