"""View of what changed in a league: a chart of rank changes, and lines for the rest."""

from collections.abc import Mapping

from bot.questions.changes import Changes, OverriddenMatch
from handlers.blocks import ids, phrases, rank_moves
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import (
    DAY,
    Block,
    context,
    date,
    escape,
    header,
    link,
    one_line,
    section,
)

_TITLE = 100
_LINES = 8


def changes_answer(changes: Changes, page: ids.Page, links: Mapping[int, str]) -> Answer:
    """Return the changes of a league: ranks, new papers, overturned verdicts; `links` are match permalinks by id."""
    blocks: list[Block] = [
        header(f"What changed in {changes.name}"),
        context(date(changes.since, DAY, lead="Since")),
    ]
    if changes.moves:
        blocks.append(rank_moves.chart(changes.moves))
        blocks += rank_moves.mover_blocks(changes.moves, changes.move_count - len(changes.moves))
    elif changes.kept_at is None:
        blocks.append(section("There were no standings yet to compare with."))
    else:
        blocks.append(section("No rank changed."))
    if changes.new_entries:
        new = [
            f"• {link(item.url, one_line(item.title, _TITLE))} from <@{item.user}>"
            for item in changes.new_entries
        ]
        blocks.append(section("*New papers*\n" + _some(new)))
    if changes.overrides:
        over = [_overturned(item, links.get(item.match)) for item in changes.overrides]
        blocks.append(section("*Overturned by the team*\n" + _some(over)))
    blocks.append(context(f"{phrases.count(changes.matches, 'match', 'matches')} decided in that time"))
    facts = (
        phrases.count(changes.move_count, "paper") + " moved",
        f"{len(changes.new_entries)} new",
        phrases.count(changes.matches, "match", "matches"),
        f"{len(changes.overrides)} overturned",
    )
    return Answer(escape(f"What changed in {changes.name}: {', '.join(facts)}"), tuple(blocks), Frame(page))


def _overturned(item: OverriddenMatch, url: str | None) -> str:
    way = "" if url is None else f"  {link(url, phrases.THE_MATCH)}"
    first, second = (escape(one_line(title, _TITLE)) for title in (item.first, item.second))
    if item.winner is None:
        return f"• {first} and {second}: a draw{way}"
    winner, loser = (first, second) if item.winner == item.first else (second, first)
    return f"• {winner} wins over {loser}{way}"


def _some(lines: list[str]) -> str:
    more = len(lines) - _LINES
    return "\n".join([*lines[:_LINES], f"… and {more} more"] if more > 0 else lines)
