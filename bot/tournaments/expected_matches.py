"""How many matches a paper should need until its interval meets a target, and when it has played enough."""

from bot.ranking import matches_for_interval

MARGIN = 2
"""Factor on the expected matches that gives the most a paper may play; the best and worst papers need more."""


def expected_matches(target: float, spread: float) -> int:
    """Return about how many matches bring a new paper's interval to `target` points.

    `spread` is the league's, in logits.
    """
    return max(1, matches_for_interval(1, target, spread) * 2)


def most_matches(target: float, spread: float) -> int:
    """Return after how many matches a paper plays no more on schedules, whatever its interval."""
    return MARGIN * expected_matches(target, spread)
