"""Hints of which judges may be in an outage, so that answers needn't read the tables each time."""

JudgeOfLeague = tuple[str, int, str]
"""Workspace, league, judge."""


class OutageHints:
    """Places that may be in an outage: at first every place, until it was looked up once."""

    def __init__(self) -> None:
        self._well: set[JudgeOfLeague] = set()

    def add(self, place: JudgeOfLeague) -> None:
        """Note that a league was told of an outage."""
        self._well.discard(place)

    def may_last(self, place: JudgeOfLeague) -> bool:
        """Whether to look the place up; it counts as looked up from then on."""
        if place in self._well:
            return False
        self._well.add(place)
        return True
