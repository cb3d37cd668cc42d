"""Which judges may be in an outage that a league was told of: a hint, so that answers needn't look each time."""

Place = tuple[str, int, str]
"""Workspace, league, judge."""


class OutageHints:
    """Starts knowing nothing: every place may be in one, until it was looked at once."""

    def __init__(self) -> None:
        self._well: set[Place] = set()

    def add(self, place: Place) -> None:
        """An outage was noted."""
        self._well.discard(place)

    def may_last(self, place: Place) -> bool:
        """Whether to look; from now on this place counts as well."""
        if place in self._well:
            return False
        self._well.add(place)
        return True
