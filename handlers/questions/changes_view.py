"""How it looks what changed in a league: a chart of the places gained and lost, and the rest in lines."""

from collections.abc import Mapping

from bot.questions.changes import Changes, OverriddenMatch
from handlers.blocks import ids, phrases, rank_moves
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, context, date, escape, header, link, one_line, section

_TITLE = 100
_LINES = 8


def changes_answer(found: Changes, page: ids.Page, links: Mapping[int, str]) -> Answer:
    """Movers as a chart and in words, new papers, overturned verdicts; `links` are addresses of matches."""
    blocks: list[Block] = [header(f"What changed in {found.name}"), context(date(found.since, lead="Since"))]
    if found.moved:
        blocks.append(rank_moves.chart(found.moved))
        blocks += rank_moves.told(found.moved, found.moved_total - len(found.moved))
    elif found.kept_at is None:
        blocks.append(section("There were no standings yet to compare with."))
    else:
        blocks.append(section("No rank changed."))
    if found.arrived:
        new = [f"• {link(one.url, one_line(one.title, _TITLE))} from <@{one.user}>" for one in found.arrived]
        blocks.append(section("*New papers*\n" + _some(new)))
    if found.overturned:
        over = [_overturned(one, links.get(one.match)) for one in found.overturned]
        blocks.append(section("*Overturned by the team*\n" + _some(over)))
    blocks.append(context(f"{phrases.count(found.matches, 'match', 'matches')} decided in that time"))
    facts = (
        phrases.count(found.moved_total, "paper") + " moved",
        f"{len(found.arrived)} new",
        phrases.count(found.matches, "match", "matches"),
        f"{len(found.overturned)} overturned",
    )
    return Answer(escape(f"What changed in {found.name}: {', '.join(facts)}"), tuple(blocks), Frame(page))


def _overturned(one: OverriddenMatch, url: str | None) -> str:
    way = "" if url is None else f"  {link(url, phrases.THE_MATCH)}"
    first, second = (escape(one_line(title, _TITLE)) for title in (one.first, one.second))
    if one.winner is None:
        return f"• {first} and {second}: a draw{way}"
    winner, loser = (first, second) if one.winner == one.first else (second, first)
    return f"• {winner} wins over {loser}{way}"


def _some(lines: list[str]) -> str:
    left = len(lines) - _LINES
    return "\n".join([*lines[:_LINES], f"… and {left} more"] if left > 0 else lines)
