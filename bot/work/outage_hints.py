"""Which judges may be in an outage that a league was told of: a hint, so that answers needn't look each time."""

JudgeOfLeague = tuple[str, int, str]
"""Workspace, league, judge."""


class OutageHints:
    """Starts knowing nothing: every place may be in one, until it was looked at once."""

    def __init__(self) -> None:
        self._well: set[JudgeOfLeague] = set()

    def add(self, place: JudgeOfLeague) -> None:
        """An outage was noted."""
        self._well.discard(place)

    def may_last(self, place: JudgeOfLeague) -> bool:
        """Whether to look; from now on this place counts as well."""
        if place in self._well:
            return False
        self._well.add(place)
        return True
