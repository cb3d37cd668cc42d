"""Hints of which judges may be in an outage, so that answers needn't read the tables each time."""

JudgeOfLeague = tuple[str, int, str]
"""Workspace, league, judge."""


class OutageHints:
    """Places that may be in an outage: at first every place, until it was looked up once."""

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
