"""Runs commands until they end or are stopped, with a progress bar for slow ones."""

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until `work` ends, or is stopped by SIGTERM (a host's restart) or Ctrl-C.

    Garbage collection leaves out what is loaded by then: going through all of it stops everybody for 0.15 s each time.
    """

    async def stoppable() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await work

    gc.collect()
    gc.freeze()
    try:
        asyncio.run(stoppable())
    except asyncio.CancelledError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def progress(words: str, *, console: Console | None = None) -> Iterator[Progress]:
    """Show a progress bar with these words inside this block, on stderr; no bar if stderr isn't a terminal."""
    screen = console or Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=console is None,
        disable=console is None and not screen.is_terminal,
    )
    with bar:
        bar.add_task(words, total=None)
        yield bar
