"""How a function's time grows with its input, as a ratio of two sizes, so that slow machines judge as fast ones do."""

import gc
import time
from collections.abc import Callable
from typing import Final

SIZES: Final = (10_000, 80_000)
"""Characters: from 10 to 80 thousand."""
MOST: Final = 24.0
"""Eight times the input may take eight times as long, times a quarter for n·log n, times two for noise; n² takes 64."""
_LEAST_SECONDS: Final = 0.001
_TRIES: Final = 4


def growth(function: Callable[[str], object], make: Callable[[int], str]) -> float:
    """How many times longer the function takes for the larger input; tried again where the machine was disturbed."""
    small, large = (make(size) for size in SIZES)
    ratio = float("inf")
    for _ in range(_TRIES):
        ratio = min(ratio, _seconds(function, large) / _seconds(function, small))
        if ratio <= MOST:
            break
    return ratio


def _seconds(function: Callable[[str], object], text: str) -> float:
    """The processor time of a call; of many calls where one is too short for the clock."""
    spent = _spent(function, text, 1)
    return spent if spent > _LEAST_SECONDS else max(_spent(function, text, 20) / 20, 2e-5)


def _spent(function: Callable[[str], object], text: str, calls: int) -> float:
    gc.disable()  # a collection goes through all that the tests have imported, and comes when it likes
    try:
        start = time.process_time()
        for _ in range(calls):
            function(text)
        return time.process_time() - start
    finally:
        gc.enable()


def repeated(piece: str) -> Callable[[int], str]:
    """A text of so many characters that repeats one piece."""
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def nested(opening: str, closing: str) -> Callable[[int], str]:
    """A text that opens half of the time and closes the other half."""
    return lambda size: opening * (size // 2 // len(opening)) + closing * (size // 2 // len(closing))
