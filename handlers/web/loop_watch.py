"""Monitors the event loop's delay; a blocked loop ends the process, with all tasks' stacks in the log."""

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
"""Seconds after which a blocked loop ends the process; hosts start it again."""
BEAT_S = 0.5
DEAF_S = 60
"""Seconds after which the process ends even if blocked in code that receives no signals (a C library)."""
EXIT_CODE = 70

log = structlog.get_logger(__name__)


class LoopWatch:
    """Counts seconds without a sign of life from the event loop.

    A timer's signal counts them, because Python handles it even inside a sleep or a regular expression. While the process
    is stopped, nothing is counted.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, late: Callable[[float], None]) -> None:
        self._loop = loop
        self._late = late
        self._silent_s = 0

    async def beat(self) -> None:
        """Give signs of life from the event loop and report how late each is."""
        while True:
            began = perf_counter()
            await asyncio.sleep(BEAT_S)
            self._silent_s = 0
            self._late(max(perf_counter() - began - BEAT_S, 0.0))
            faulthandler.dump_traceback_later(DEAF_S, exit=True, file=_stderr())

    def tick(self, _number: int, _frame: FrameType | None) -> None:
        """Count a second; end the process if the loop has been silent too long."""
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
    """Monitor this event loop inside the block; outside the main thread only its delay is measured."""
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
