"""What is said about an export."""

from handlers.blocks import phrases
from handlers.blocks.builders import escape


def summary(league: str, papers: int, matches: int) -> str:
    """What stands beside a league's CSV files; plain."""
    return f"{league}: {phrases.count(papers, 'paper')}, {phrases.count(matches, 'match', 'matches')}"


def uploaded(league: str) -> str:
    """Where an export went."""
    return f"The CSV files of {escape(league)} are in our direct messages."


def references(league: str, count: int) -> str:
    """What stands beside a file of references; plain."""
    return f"{league}: {phrases.count(count, 'reference')}"


def references_sent(name: str, count: int) -> str:
    """Where a file of references went; that there is none where no paper fits."""
    if not count:
        return "No paper fits, so there is no file."
    return f"{escape(name)} with {phrases.count(count, 'reference')} is in our direct messages."
