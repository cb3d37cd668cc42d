"""Views of papers whose rank changed: a line, a chart, and a button to the matches behind the change."""

from collections.abc import Sequence

from bot.standings.rank_moves import RankMove
from handlers.blocks import charts, ids, phrases
from handlers.blocks.builders import Block, actions, button, context, link, one_line, section

TITLE = 100
MOST_BUTTONS = 5


def line(move: RankMove) -> str:
    """Return a list line about a rank change: direction, places, title, scores before and after."""
    arrow, word = ("▲", "up") if move.places > 0 else ("▼", "down")
    return (
        f"{arrow} {word} {abs(move.places)} to #{move.now.rank}: {link(move.url, one_line(move.title, TITLE))} "
        f"({move.was.score:.0f} → {move.now.score:.0f}{', beyond the error bars' if move.clear else ''})"
    )


def mover_blocks(moves: Sequence[RankMove], more: int = 0) -> list[Block]:
    """Return blocks that list rank changes, with notes and buttons; `more` is the number left out."""
    lines = [line(move) for move in moves]
    block = section("*Movers*\n" + "\n".join([*lines, f"… and {more} more"] if more else lines))
    return [block, *beside(moves)]


def beside(moves: Sequence[RankMove]) -> list[Block]:
    """Return the notes and buttons that stand below a list of rank changes.

    The notes say which changes are within the error, and why a score can fall while the rank rises.
    """
    notes = []
    if not any(move.clear for move in moves):
        notes.append(phrases.ALL_WITHIN)
    if any((move.now.score - move.was.score) * move.places < 0 for move in moves):
        notes.append(phrases.SPREAD)
    buttons = [
        button(
            f"Why #{move.now.rank}?",
            *ids.WHY.carry(ids.OfEntry(move.entry), f"{move.entry}"),
            label=one_line(f"Why {move.title} stands there", 75),
        )
        for move in moves[:MOST_BUTTONS]
    ]
    return [*([context(" ".join(notes))] if notes else []), actions(*buttons)]


def chart(moves: Sequence[RankMove]) -> Block:
    """Return a bar chart of the places that each paper gained or lost."""
    return charts.chart(
        "bar",
        "Places gained and lost",
        [f"#{move.now.rank} {one_line(move.title, 16)}" for move in moves],
        {"places": [move.places for move in moves]},
        "paper",
        "places up",
    )
