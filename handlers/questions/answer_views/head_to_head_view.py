"""Views of two papers against each other, and of one paper's match history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.questions.comparisons import ComparedEntry, Comparison, HeadToHead, History, Record
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import (
    DAY,
    Block,
    actions,
    button,
    confirm,
    context,
    date,
    divider,
    escape,
    header,
    link,
    one_line,
    section,
)
from handlers.blocks.charts import chart
from handlers.blocks.tables import Linked, table
from handlers.blocks.text import from_markdown, short_name

NAME = 60
"""Most characters of a paper's name in a sentence of a head-to-head answer."""
RATIONALE, SHORT = 300, 140
"""Most characters of a rationale in a head-to-head answer and in a history line."""


@dataclass(frozen=True, slots=True)
class MatchLinks:
    """Permanent links by match id: to the match's message, and to its newest vote."""

    matches: Mapping[int, str] = field(default_factory=dict)
    polls: Mapping[int, str] = field(default_factory=dict)


_SAID = {"won": "said it won", "lost": "said it lost", "drew": "called it a draw"}
_MARK = {
    "won": ":white_check_mark: won against",
    "lost": ":x: lost to",
    "drew": ":heavy_minus_sign: drew with",
}


def duel_answer(
    duel: HeadToHead,
    page: ids.Page,
    size: int,
    price: str = "",
    ways: MatchLinks | None = None,
    opinion: str = "",
) -> Answer:
    """Return two papers' record, win probability, matches with rationales, and common opponents.

    If they never met, it offers a match at `price`. `opinion` is the sentence on people's duel answers.
    """
    first, second = duel.first, duel.second
    a, b = (escape(short_name(side.title, NAME)) for side in (first, second))
    heading = "\nagainst\n".join(f"*{link(side.url, side.title)}*{_rated(side)}" for side in (first, second))
    blocks: list[Block] = [header("Head to head"), section(heading)]
    if duel.record.matches:
        record = f"*{a}* won {duel.record.wins}, *{b}* won {duel.record.losses}"
        record += f", {phrases.count(duel.record.draws, 'draw')}" if duel.record.draws else ""
    else:
        record = "They have never met."
        record += f" {escape(price)}" if price else ""
    blocks.append(section(record + ("" if duel.chance is None else f"\n*{_chance(duel)}*")))
    if opinion:
        blocks.append(context(f"In duels: {escape(opinion)}"))
    buttons: tuple[Block, ...] = ()
    if duel.matches:
        blocks.append(divider())
        blocks += [block for match in duel.matches for block in _match(match, a, b, ways or MatchLinks())]
        blocks += _label(duel.matches)
    else:
        buttons = (
            button(
                "Play now",
                *ids.PLAY_NOW.carry(ids.Pair(first.entry, second.entry)),
                style="primary",
                confirm=confirm("Play this match now?", price or "One judge decides.", "Play", "Not now"),
            ),
        )
    if duel.common:
        blocks.append(_common(duel))
    text = f"{a} against {b}: " + (record if not duel.record.matches else _record(duel.record))
    if duel.chance is not None:
        text += f"; {_chance(duel)}"
    frame = Frame(
        page._replace(offset=duel.offset), duel.record.matches, size, phrases.LATER, phrases.EARLIER
    )
    return Answer(text, tuple(blocks), frame, buttons)


def _rated(side: ComparedEntry) -> str:
    figures = side.figures
    return "" if figures is None else f"  #{figures.rank} · {figures.score:.0f} ± {figures.interval:.0f}"


def _chance(duel: HeadToHead) -> str:
    assert duel.chance is not None
    first, second = phrases.percent(duel.chance), phrases.percent(1 - duel.chance)
    if first == second:
        return f"Neither is favoured: {first} to {second}."
    if duel.chance > 1 / 2:
        return f"{escape(short_name(duel.first.title, NAME))} is favoured, {first} to {second}."
    return f"{escape(short_name(duel.second.title, NAME))} is favoured, {second} to {first}."


def _record(record: Record) -> str:
    return f"{record.wins} won, {record.losses} lost, {record.draws} drawn"


def _common(duel: HeadToHead) -> Block:
    """Return the table of common opponents with both papers' record against each."""
    rest = duel.common_total - len(duel.common)
    more = f" … and {rest} more" if rest else ""
    return table(
        ["Opponent", *(short_name(side.title, 30) for side in (duel.first, duel.second))],
        [
            (Linked(common.title, common.url), _short(common.first), _short(common.second))
            for common in duel.common
        ],
        f"Papers both have met ({duel.common_total}): won–lost–drawn against each{more}",
    )


def _way(text: str, url: str | None) -> str:
    return text if url is None else link(url, text)


def _short(record: Record) -> str:
    return f"{record.wins}–{record.losses}–{record.draws}"


def _match(match: Comparison, a: str, b: str, ways: MatchLinks) -> list[Block]:
    who = {"won": f"*{a}* won", "lost": f"*{b}* won", "drew": "*Draw*"}[match.result]
    decisions = {"won": f"chose *{a}*", "lost": f"chose *{b}*", "drew": "called it a draw"}
    return _told(match, who, ways, decisions=decisions)


def history_answer(
    history: History, page: ids.Page, size: int, ways: MatchLinks | None = None, group: Sequence[str] = ()
) -> Answer:
    """Return a paper's matches, newest first, with a chart of its score; `group` is what the group did with it."""
    side = history.side
    name = escape(one_line(side.short, 60))
    blocks: list[Block] = [
        header("History"),
        section(f"*{link(side.url, side.title)}*\n{_line(history)}"),
        *map(context, group),
    ]
    points, axis = _points(history)
    if len(points) > 1 and history.offset == 0:
        blocks.append(
            chart(
                "line",
                f"Score of {one_line(side.short, 38)}",
                list(points),
                {"score": list(points.values())},
                axis,
                "points",
            )
        )
    purposes = {match.as_purpose for match in history.matches}
    if len(purposes) == 1 and (version := purposes.pop()) is not None:
        blocks.append(context(f"All of these were {phrases.for_purpose(version)}."))
    for match in history.matches:
        blocks += _line_of_history(match, ways or MatchLinks())
    blocks += _label(history.matches)
    if not history.matches:
        blocks.append(section("It hasn't played yet."))
    blocks += _duels_of(history)
    frame = Frame(
        page._replace(offset=history.offset), history.record.matches, size, phrases.LATER, phrases.EARLIER
    )
    return Answer(f"History of {name}: {_line(history)}", tuple(blocks), frame)


def _duels_of(history: History) -> list[Block]:
    """Return what people chose in duels with a paper, one line an opponent."""
    lines = [
        f"• against {link(duel.url, one_line(duel.title, 80))}: "
        f"{phrases.count(duel.people, 'person', 'people')}, {duel.for_it} for it"
        for duel in history.duels
    ]
    return [section("*In duels, decided by people*\n" + "\n".join(lines))] if lines else []


def _label(matches: Sequence[Comparison]) -> list[Block]:
    """Return the offline judge's explanation if it judged any of these matches; else nothing."""
    return (
        [context(phrases.offline_judge())]
        if any(match.judge == phrases.OFFLINE_JUDGE for match in matches)
        else []
    )


def _points(history: History) -> tuple[dict[str, int], str]:
    """Return chart points and their unit: the score at the end of each day, or after each match of a single day."""
    days = {f"{at:%d %b %Y}": round(figures.score) for at, figures in history.series}
    if len(days) > 1:
        return days, "day"
    return {str(figures.matches): round(figures.score) for _, figures in history.series}, "matches played"


def _line(history: History) -> str:
    figures = history.side.figures
    rating = (
        "" if figures is None else f"#{figures.rank}, {figures.score:.0f} ± {figures.interval:.0f} points; "
    )
    return f"{rating}{phrases.count(history.record.matches, 'match', 'matches')}: {_record(history.record)}"


def _line_of_history(match: Comparison, ways: MatchLinks) -> list[Block]:
    """Return a match of a history: opponent, decisive criteria, judge, and a *Read* button."""
    text = f"{_MARK[match.result]} {link(match.opponent_url, one_line(match.opponent_title, 80))}"
    if match.decisive:
        text += f", on {phrases.and_list([phrases.CRITERIA.get(name, name) for name in match.decisive], 2)}"
    if match.verdict is not None:
        text += f"\n:ballot_box_with_ballot: *decided by the team's vote*; the judge {_SAID[match.verdict]}"
    if match.rationale:
        text += f"\n>{from_markdown(one_line(phrases.unlabelled(match.rationale), SHORT))}"
    version = [] if match.as_version is None else [f"judged as version {match.as_version}"]
    facts = [_judges(match, _SAID), date(match.at, DAY), *version, *_leads(match, ways)]
    read = button("Read", *ids.READ_MATCH.carry(ids.OfMatch(match.match)))
    return [section(text, read), context(" · ".join(facts))]


def _told(
    match: Comparison,
    who: str,
    ways: MatchLinks,
    *,
    decisions: Mapping[str, str],
) -> list[Block]:
    """Return a match of a head-to-head: result, rationale, judge, time, and a button to challenge it or see its vote.

    `decisions` words the judge's result by winner, for verdicts that the team replaced.
    """
    text = who
    if match.verdict is not None:
        text += (
            f"   :ballot_box_with_ballot: *decided by the team's vote*; the judge {decisions[match.verdict]}"
        )
    if match.rationale:
        text += f"\n>{from_markdown(one_line(phrases.unlabelled(match.rationale), RATIONALE))}"
    facts = [_judges(match, decisions)]
    if match.decisive:
        facts.append(
            f"{match.result} on {phrases.and_list([phrases.CRITERIA.get(n, n) for n in match.decisive], 5)}"
        )
    if match.confidence is not None:
        facts.append(f"{phrases.percent(match.confidence)} sure")
    facts.append(date(match.at, DAY))
    if match.as_version is not None:
        facts.append(f"judged as version {match.as_version}")
    if match.as_purpose is not None:
        facts.append(phrases.for_purpose(match.as_purpose))
    if match.cost:
        facts.append(phrases.money(match.cost))
    facts += _leads(match, ways)
    about = ids.OfMatch(match.match)
    blocks = [section(text, button("Read", *ids.READ_MATCH.carry(about))), context(" · ".join(facts))]
    if match.open_poll is None and match.verdict is None:
        challenge = ids.CHALLENGE.carry(about)
        blocks.append(actions(button("Challenge", *challenge, confirm=phrases.confirm_challenge())))
    return blocks


def _judges(match: Comparison, decisions: Mapping[str, str]) -> str:
    """Return who judged a match, and of a panel that differed who chose what; `decisions` words a result."""
    if len({result for _judge, result in match.panel}) <= 1:
        names = [escape(judge) for judge, _result in match.panel] or [escape(match.judge)]
        return phrases.and_list(names, len(names))
    voices = phrases.opinions([(escape(judge), decisions[result]) for judge, result in match.panel])
    return voices if match.rationale else f"the judges disagreed: {voices}"


def _leads(match: Comparison, ways: MatchLinks) -> list[str]:
    """Return links to the vote on a match and to the match's own message, as far as these exist."""
    leads = []
    if match.open_poll is not None:
        leads.append(_way("a vote on it is open", ways.polls.get(match.match)))
    elif match.match in ways.polls:
        leads.append(_way("the vote on it", ways.polls[match.match]))
    if match.match in ways.matches:
        leads.append(_way(phrases.THE_MATCH, ways.matches[match.match]))
    return leads
