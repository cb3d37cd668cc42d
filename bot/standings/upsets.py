"""Upsets: matches that the ratings gave the winner less than a 25 % chance to win."""

from bot.ranking import win_chance
from bot.ranking.elo_scale import to_theta
from bot.ranking.fitting import POINTS
from bot.ranking.rank_intervals import Z95
from storage.standings.past_standings import PastRating

UPSET = 0.25


def chance_beforehand(winner: PastRating, loser: PastRating) -> float:
    """Return the probability, by standings before a match, that one entry beats the other."""
    apart = float(to_theta(winner.score) - to_theta(loser.score))
    variance = (winner.interval**2 + loser.interval**2) / (Z95 * POINTS) ** 2
    return float(win_chance(apart, variance))
