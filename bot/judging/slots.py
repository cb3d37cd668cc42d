"""How many calls may run at once at each place that answers them."""

from asyncio import Semaphore


class Slots:
    """One semaphore a place, `each` calls at once; shared by the judges of a process."""

    def __init__(self, each: int) -> None:
        self.each = each
        self._at: dict[str, Semaphore] = {}

    def at(self, place: str) -> Semaphore:
        """The semaphore of a place."""
        return self._at.setdefault(place, Semaphore(self.each))
