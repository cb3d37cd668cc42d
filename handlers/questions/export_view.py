"""What is said about an export."""

from handlers.blocks import phrases
from handlers.blocks.builders import escape


def summary(league: str, papers: int, matches: int) -> str:
    """What stands beside a league's CSV files; plain."""
    return f"{league}: {phrases.count(papers, 'paper')}, {phrases.count(matches, 'match', 'matches')}"


def uploaded(league: str) -> str:
    """Where an export went."""
    return f"The CSV files of {escape(league)} are in our direct messages."
