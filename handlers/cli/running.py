"""How commands run: until they end or are told to stop, with a moving bar where that takes a while."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or is told to stop: SIGTERM, as a host's restart sends it, or an interrupt from the keyboard."""

    async def stoppable() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await work

    try:
        asyncio.run(stoppable())
    except asyncio.CancelledError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def progress(words: str, *, console: Console | None = None) -> Iterator[Progress]:
    """A bar with these words while inside, on stderr, so that what is printed can be piped; none where nobody looks."""
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
