"""How many matches a paper should need until its interval meets a target, and when it has played enough."""

from bot.ranking import matches_for_interval

MARGIN = 2
"""How many times the matches it should need a paper may play: the strongest and the weakest need far more."""


def expected_matches(target: float, spread: float) -> int:
    """About how many matches bring a new paper's interval to `target` points, in a league of this spread (logits)."""
    return max(1, matches_for_interval(1, target, spread) * 2)


def most_matches(target: float, spread: float) -> int:
    """After how many matches a paper rests on schedules, whatever its interval: more would hardly tell more."""
    return MARGIN * expected_matches(target, spread)
