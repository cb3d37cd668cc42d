"""Hints on which judges may be in an outage, so that the tables needn't be read after each answer."""

JudgeOfLeague = tuple[str, int, str]
"""A (workspace, league, judge)."""


class OutageHints:
    """Remembers which judges may be in an outage in which leagues, so that tables needn't be read after each answer.

    At first that is all of them; each is left out once it was looked up.
    """

    def __init__(self) -> None:
        self._well: set[JudgeOfLeague] = set()

    def add(self, place: JudgeOfLeague) -> None:
        """Record that a league was notified of an outage."""
        self._well.discard(place)

    def may_last(self, place: JudgeOfLeague) -> bool:
        """Return whether to look up an outage in the tables; False from the next call on, until `add`."""
        if place in self._well:
            return False
        self._well.add(place)
        return True
