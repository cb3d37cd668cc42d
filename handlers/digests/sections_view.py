"""Sections of a digest, each declared once: order, name in the settings, line, and part of the window."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.digests.digest_contents import LONGEST_LIST, Digest, Leader, NotableMatch, OpenPoll
from bot.digests.sending import DUEL
from handlers.blocks import builders, ids, judge_agreement, phrases, rank_moves
from handlers.blocks.builders import Block
from handlers.blocks.duel_buttons import QUESTION, ballot
from handlers.blocks.phrases import OFFLINE
from handlers.blocks.text import short_name

ROOM = 2_800
"""Most characters of a section's list, besides its title and the count of what is left out."""
MOST = 100
"""Most entries of a list in the window; more are counted."""
LEADERS = 20
"""How many leaders the window lists; the board has all."""
JUDGES, MOVERS, OVERRIDES = "judges", "movers", "overrides"
_TITLE, _SHORT, _BUTTON = 110, 46, 20
_SIDE, _PAIR, _OVERTURNED = 23, 28, 31
"""Most characters of a title where two stand in a line of the message: a vote or surprise, a pair, overturned."""
_WHY = 88
"""Most characters of a new paper's contribution in the message; its card shows all."""


@dataclass(frozen=True, slots=True)
class DigestLinks:
    """Permalinks of the polls that a digest mentions, by poll id."""

    polls: Mapping[int, str] = field(default_factory=dict)


Part = Callable[[Digest, DigestLinks], list[Block]]
"""Function that returns the blocks for one part of a digest; none if there is nothing to report."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one section adds to the digest message: a text, the buttons right below it, and buttons for the last row.

    `why` is a second line of text. It is left out where the digest has no room, as is a whole line that is `if_room`.
    """

    text: str
    why: str = ""
    below: tuple[Block, ...] = ()
    last: tuple[Block, ...] = ()
    if_room: bool = False


def _nothing(_content: Digest, _ways: DigestLinks) -> list[Block]:
    return []


def _no_line(_content: Digest, _ways: DigestLinks) -> Line | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the digest that a channel may leave out, such as new papers or open votes."""

    name: str
    """Name under which the section is stored."""
    label: str
    """Name of the section in the settings."""
    line: Callable[[Digest, DigestLinks], Line | None] = _no_line
    """The section's line in the message, if it has one."""
    on_a_match: bool = False
    """Whether the line is about a single match; the message has only the first of these lines."""
    detail: Part = _nothing
    """The section's part of the window."""


def is_told(name: str, include: Collection[str]) -> bool:
    """Return whether a channel's digest contains the section with this name.

    Raises `ValueError` for an unknown section.
    """
    if name not in NAMES:
        raise ValueError(f"no section is called {name}")
    return name in include


def _to_read(content: Digest, _ways: DigestLinks) -> Line | None:
    """Return the line on the new paper to read first: its rank and its contribution."""
    if content.to_read is None:
        return None
    paper, leader = content.to_read
    place = f"#{leader.rank} of {content.entries}" if leader else "not ranked yet"
    contribution = paper.contribution if paper.contribution != OFFLINE else None
    why = f"\n_{builders.escape(builders.one_line(contribution, _WHY))}_" if contribution else ""
    show = builders.button("Show paper", *ids.CARD.carry(ids.OfEntry(paper.entry)))
    title = _link(paper.url, paper.title, _SHORT)
    return Line(f":book: *To read*: {title}, {place}, from <@{paper.user}>.", why, last=(show,))


def _new(content: Digest, _ways: DigestLinks) -> list[Block]:
    return _listed(
        "New papers", [f"• {_link(new.url, new.title)} from <@{new.user}>" for new in content.new_entries]
    )


def _leaders(content: Digest, _ways: DigestLinks) -> list[Block]:
    of = f", the first {LEADERS} of {len(content.leaders)}" if len(content.leaders) > LEADERS else ""
    return _listed(f"Leaders{of}", [_place(leader) for leader in content.leaders[:LEADERS]])


def _vote_line(content: Digest, ways: DigestLinks) -> Line | None:
    """Return the line on the open vote that closes first, with its voting buttons; if all are over, that it is over."""
    if not content.votes:
        return None
    vote = next((vote for vote in content.votes if vote.is_open), content.votes[0])
    read = _read_this(vote.match, vote.first, vote.second)
    sides = f"{_side(vote.first)} or {_side(vote.second)}"
    url = ways.polls.get(vote.poll)
    if not vote.is_open:
        over = _linked(url, "The vote is over")
        return Line(f":ballot_box_with_ballot: {over}: {sides}{_others(content.votes)}", last=(read,))
    until = builders.date(vote.closes_at, builders.DAY, lead="until")
    text = f":ballot_box_with_ballot: {_linked(url, 'Your vote?')} {sides}, {until}{_others(content.votes)}"
    return Line(text, below=(builders.actions(*_ballot(vote), read),))


def _ballot(vote: OpenPoll) -> list[Block]:
    return [
        builders.button(
            short_name(choice, _BUTTON),
            *ids.CAST_VOTE.carry(ids.Ballot(vote.poll, place), place),
            label=builders.one_line(f"Vote for {choice}", 75),
        )
        for place, choice in enumerate((vote.first, vote.second, phrases.DRAW))
    ]


def _votes(content: Digest, ways: DigestLinks) -> list[Block]:
    return _listed(
        "Votes",
        [
            f"• {_title(vote.first)} or {_title(vote.second)}"
            + (f", {builders.date(vote.closes_at, lead='until')}" if vote.is_open else ": over")
            + _way(ways.polls.get(vote.poll), "Open the vote")
            for vote in content.votes
        ],
    )


def _override_line(content: Digest, _ways: DigestLinks) -> Line | None:
    if not content.overrides:
        return None
    first = content.overrides[0]
    text = f":scales: *Overturned*: {_override(first, _OVERTURNED)}"
    return Line(text, last=(_read_this(first.match, first.winner, first.loser),))


def _overrides(content: Digest, _ways: DigestLinks) -> list[Block]:
    return _matches("Overturned by the team", content.overrides, _override)


def _move_line(content: Digest, _ways: DigestLinks) -> Line | None:
    """Return the line on the largest rank change beyond the error bars."""
    if not content.moves:
        return None
    first, *rest = content.moves
    way = "up" if first.places > 0 else "down"
    moved = f"{_link(first.url, first.title, _SHORT)} {way} {abs(first.places)} to #{first.now.rank}"
    more = f" and {len(rest)} more" if rest else ""
    why = builders.button(
        f"Why #{first.now.rank}?",
        *ids.WHY.carry(ids.OfEntry(first.entry)),
        label=builders.one_line(f"Why {first.title} stands there", 75),
    )
    return Line(f":chart_with_upwards_trend: *Moved*: {moved}{more}.", last=(why,), if_room=True)


def _movers(content: Digest, _ways: DigestLinks) -> list[Block]:
    since = (
        ""
        if content.moved_since is None
        else f" {builders.date(content.moved_since, builders.DAY, lead='since')}"
    )
    furthest = f", the {LONGEST_LIST} furthest" if len(content.moves) == LONGEST_LIST else ""
    blocks = _listed(f"Moved{since}{furthest}", [rank_moves.line(move) for move in content.moves])
    return [*blocks, *rank_moves.beside(content.moves)] if blocks else []


def _upset_line(content: Digest, _ways: DigestLinks) -> Line | None:
    """Return the line on the least likely result, with buttons to read and to challenge it."""
    if not content.upsets:
        return None
    upset = content.upsets[0]
    challenge = ids.CHALLENGE.carry(ids.OfMatch(upset.match))
    buttons = builders.actions(
        _read_this(upset.match, upset.winner, upset.loser),
        builders.button("Challenge", *challenge, confirm=phrases.confirm_challenge()),
    )
    return Line(f":zap: *Surprise*: {_upset(upset, _side)}", below=(buttons,))


def _upsets(content: Digest, _ways: DigestLinks) -> list[Block]:
    of = phrases.count(content.matches, "match", "matches")
    are = f"The {LONGEST_LIST} greatest surprises" if len(content.upsets) == LONGEST_LIST else "Surprises"
    return _matches(f"{are}, of {of} played", content.upsets, _upset)


def judges_line(content: Digest, _ways: DigestLinks) -> Line | None:
    """Return the month's line on how far judges agree with people; none with too few votes."""
    if content.agreement is None or not content.agreement.judges:
        return None
    return Line(f":handshake: {judge_agreement.in_words(content.agreement, 1)}")


def _judges(content: Digest, _ways: DigestLinks) -> list[Block]:
    if content.agreement is None or not content.agreement.judges:
        return []
    return [builders.section(f"*Judges and you*\n{judge_agreement.in_words(content.agreement)}")]


def _costs(content: Digest, _ways: DigestLinks) -> list[Block]:
    month = f"{phrases.money(content.month)} of {phrases.money(content.cap)} this month"
    return [builders.context(f"Spent: {phrases.money(content.spent)} in this time, {month}.")]


SECTIONS = (
    Section(name="new", label="New papers", line=_to_read, detail=_new),
    Section(name="votes", label="Open votes", line=_vote_line, detail=_votes, on_a_match=True),
    Section(
        name=OVERRIDES,
        label="Overturned by the team",
        line=_override_line,
        detail=_overrides,
        on_a_match=True,
    ),
    Section(name="upsets", label="Surprises", line=_upset_line, detail=_upsets, on_a_match=True),
    Section(name=MOVERS, label="Movers", line=_move_line, detail=_movers),
    Section(name=JUDGES, label="Judges and you, monthly", line=judges_line, detail=_judges),
    Section(name="leaders", label="Leaders", detail=_leaders),
    Section(name="costs", label="Money", detail=_costs),
    Section(name=DUEL, label="Two papers to compare"),
)
NAMES = tuple(section.name for section in SECTIONS)


def duel_blocks(content: Digest) -> list[Block]:
    """Return the two papers that the channel is asked about, with buttons; none if there is no pair."""
    if content.duel is None:
        return []
    first, second = content.duel.first, content.duel.second
    pair = " or ".join(builders.link(side.url, short_name(side.title, _PAIR)) for side in (first, second))
    text = f":left_right_arrow: *{QUESTION}* {pair}"
    sides = ((first.entry, first.title), (second.entry, second.title))
    return [builders.section(text), builders.actions(*ballot(*sides, ids.DUEL_VOTE, beside=True))]


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    """Return a titled list in as many blocks as it takes; beyond `MOST` lines, the rest is counted."""
    rest = [f"… and {len(lines) - MOST} more"] if len(lines) > MOST else []
    parts: list[list[str]] = [[f"*{title}*"]]
    room = ROOM
    for line in (*lines[:MOST], *rest):
        room -= builders.length(line) + 1
        if room < 0:
            parts.append([])
            room = ROOM - builders.length(line)
        parts[-1].append(line)
    return [builders.section("\n".join(part)) for part in parts] if lines else []


def _matches(
    title: str, matches: Sequence[NotableMatch], words: Callable[[NotableMatch], str]
) -> list[Block]:
    """Return a titled list of matches, each with a button to read and challenge it."""
    if not matches:
        return []
    lines = [builders.section(f"• {words(match)}", _read_match(match)) for match in matches[:LONGEST_LIST]]
    rest = len(matches) - len(lines)
    return [
        builders.section(f"*{title}*"),
        *lines,
        *([builders.context(f"… and {rest} more")] if rest else []),
    ]


def _read_match(match: NotableMatch) -> Block:
    return _read("Read", match.match, match.winner, match.loser)


def _read_this(match: int, first: str, second: str) -> Block:
    """Build the button of the message that opens its one match."""
    return _read("Read match", match, first, second)


def _read(words: str, match: int, first: str, second: str) -> Block:
    about = builders.one_line(f"Read {first} against {second}", 75)
    return builders.button(words, *ids.READ_MATCH.carry(ids.OfMatch(match)), label=about)


def _others(matches: Sequence[object]) -> str:
    return f" · {len(matches) - 1} more" if len(matches) > 1 else ""


def _linked(url: str | None, words: str) -> str:
    return f"*{words if url is None else builders.link(url, words)}*"


def _way(url: str | None, word: str) -> str:
    return "" if url is None else f". {builders.link(url, word)}"


def _title(title: str) -> str:
    return f"*{builders.escape(builders.one_line(title, _SHORT))}*"


def _side(title: str, most: int = _SIDE) -> str:
    return f"*{builders.escape(short_name(title, most))}*"


def _ranked(title: str, rank: int | None) -> str:
    return title + (f" (#{rank})" if rank is not None else "")


def _link(url: str, title: str, most: int = _TITLE) -> str:
    return builders.link(url, builders.one_line(title, most))


def _place(leader: Leader) -> str:
    score = phrases.score(leader.score, leader.interval)
    return f"{leader.rank}. {_link(leader.url, leader.title)} {score}"


def _upset(match: NotableMatch, named: Callable[[str], str] = _title) -> str:
    assert match.chance is not None
    winner = _ranked(named(match.winner), match.winner_rank)
    loser = _ranked(named(match.loser), match.loser_rank)
    return f"{winner} beat {loser}, chance {phrases.percent(match.chance)}"


def _override(match: NotableMatch, most: int = _SHORT) -> str:
    winner, loser = _side(match.winner, most), _side(match.loser, most)
    return f"{winner} and {loser} now draw" if match.draw else f"{winner} now beats {loser}"
