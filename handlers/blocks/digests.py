"""How a digest looks: what is new, who leads, who moved, what waits for the team, what it cost."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.cron import in_words
from bot.digests import Digest, Duel, Move, Place
from handlers import ids
from handlers.blocks import parts
from handlers.blocks.parts import Block, Message

MOST = 8
ROOM = 2_800
"""Characters of a section's list, its title and the count of the rest left out."""
_TITLE = 110


def digest(told: Digest, *, in_dm: bool = False) -> Message:
    """The digest of a period; a quiet one is a line and its buttons."""
    name = parts.escape(told.name)
    if told.quiet:
        line = f"*{name}* is quiet: nothing new since {parts.date(told.since)}.{_next(told)}"
        return parts.message(
            f"{name} is quiet: nothing new.", [parts.section(line), _buttons(told, in_dm=in_dm)]
        )
    blocks: list[Block] = [
        parts.header(f"{told.name}: digest"),
        parts.context(f"{parts.date(told.since)} to {parts.date(told.until)} · {told.entries} papers ranked"),
    ]
    for title, lines in (
        ("New papers", [f"• {_link(p.url, p.title)} from <@{p.user}>" for p in told.arrived]),
        ("Leaders", [_place(place) for place in told.leaders]),
        ("Movers", [_move(move) for move in told.moves]),
        (f"Upsets, of {_count(told.matches, 'match', 'matches')} played", [_upset(d) for d in told.upsets]),
        ("Overturned by the team", [_override(duel) for duel in told.overrides]),
        (
            "Open votes",
            [
                f"• {_title(vote.first)} or {_title(vote.second)}, until {parts.date(vote.closes_at)}"
                for vote in told.votes
            ],
        ),
    ):
        if lines:
            blocks.append(parts.section(f"*{title}*\n" + "\n".join(_some(lines))))
    blocks.append(parts.context(_footer(told)))
    blocks.append(_buttons(told, in_dm=in_dm))
    return parts.message(_summary(told), blocks)


def schedule_line(
    cron: str, time_zone: str, upcoming: Sequence[datetime], quiet: str, command: str, *, active: bool
) -> str:
    """When a channel's digest comes, and what a quiet day does."""
    if not active:
        return f"This channel gets no digest. `{command} digest on` starts it."
    days = "say so in a line" if quiet == "line" else "stay silent"
    times = ", ".join(parts.date(moment) for moment in upcoming)
    return f"The digest comes {in_words(cron)} ({parts.escape(time_zone)}); quiet days {days}. Next: {times}."


def _summary(told: Digest) -> str:
    facts = [
        _count(len(told.arrived), "new paper", "new papers"),
        _count(told.matches, "match", "matches"),
        f"{len(told.overrides)} overturned" if told.overrides else "",
        _count(len(told.votes), "open vote", "open votes") if told.votes else "",
    ]
    return f"Digest of {parts.escape(told.name)}: " + ", ".join(filter(None, facts))


def _footer(told: Digest) -> str:
    played = _count(told.matches, "match", "matches")
    month = f"{_usd(told.month)} of {_usd(told.cap)} this month"
    return f"{played} played · {_usd(told.spent)} spent, {month}.{_next(told)}"


def _next(told: Digest) -> str:
    return "" if told.plays_next is None else f" New papers play {parts.date(told.plays_next)}."


def _usd(amount: Decimal) -> str:
    return f"{amount:.2f} USD"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _title(title: str) -> str:
    return parts.escape(parts.one_line(title, _TITLE))


def _link(url: str, title: str) -> str:
    return parts.link(url, parts.one_line(title, _TITLE))


def _some(lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    room = ROOM
    for line in lines[:MOST]:
        room -= parts.length(line) + 1
        if room < 0:
            break
        shown.append(line)
    rest = len(lines) - len(shown)
    return [*shown, f"… and {rest} more"] if rest else shown


def _place(place: Place) -> str:
    return f"{place.rank}. {_link(place.url, place.title)} {place.score:.0f}±{place.interval:.0f}"


def _move(move: Move) -> str:
    sign = "▲" if move.rank < move.was else "▼"
    clear = "" if move.clear else ", within the error bars"
    return f"{sign} {_link(move.url, move.title)} #{move.was} → #{move.rank}{clear}"


def _upset(duel: Duel) -> str:
    return f"• {_title(duel.winner)} (#{duel.winner_rank}) beat {_title(duel.loser)} (#{duel.loser_rank})"


def _override(duel: Duel) -> str:
    if duel.draw:
        return f"• {_title(duel.winner)} and {_title(duel.loser)}: a draw"
    return f"• {_title(duel.winner)} wins over {_title(duel.loser)}"


def _buttons(told: Digest, *, in_dm: bool) -> Block:
    about = ids.OfLeague(told.league)
    mute = parts.button("Mute", *ids.MUTE_DIGEST.carry(about), label="No messages about this league for me")
    if in_dm:
        return parts.actions(mute)
    return parts.actions(mute, parts.button("Send me this in DM", *ids.DIGEST_IN_DM.carry(about)))
