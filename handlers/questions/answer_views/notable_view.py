"""Views of contested matches and upsets: one line each, with a button to read the match."""

from collections.abc import Sequence

from bot.questions.notable import Disputed, Upset
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, button, escape, section

_WHY = {
    "open": "a vote on it is open",
    "overturned": "the team overturned the judge",
    "split": "judges gave different winners",
}


def disputed_answer(name: str, matches: Sequence[Disputed], page: ids.Page) -> Answer:
    """Return the contested matches of a league, open votes first."""
    if not matches:
        text = f"Nothing is contested in {escape(name)}: no open vote, no overturned verdict, no two judges that differ."
        return Answer(text, (section(text),), Frame(page))
    blocks: list[Block] = [section(f"*Contested in {escape(name)}*")]
    for match in matches:
        pair = f"*{escape(match.first_title)}* or *{escape(match.second_title)}*"
        blocks.append(section(f"{pair}: {_WHY[match.why]}", _read(match.match)))
    first = matches[0]
    text = f"{len(matches)} contested: {escape(first.first_title)} or {escape(first.second_title)}"
    return Answer(text, tuple(blocks), Frame(page))


def upsets_answer(name: str, upsets: Sequence[Upset], page: ids.Page) -> Answer:
    """Return the upsets of a league, the least likely result first."""
    if not upsets:
        text = f"No upset in {escape(name)}: no paper won with less than one chance in four."
        return Answer(text, (section(text),), Frame(page))
    blocks: list[Block] = [section(f"*Biggest upsets in {escape(name)}*")]
    for upset in upsets:
        pair = f"*{escape(upset.winner_title)}* beat *{escape(upset.loser_title)}*"
        blocks.append(section(f"{pair}: {phrases.percent(upset.chance)} likely", _read(upset.match)))
    first = upsets[0]
    text = (
        f"Biggest upset: {escape(first.winner_title)} beat {escape(first.loser_title)}"
        f" ({phrases.percent(first.chance)} likely)"
    )
    return Answer(text, tuple(blocks), Frame(page))


def _read(match: int) -> Block:
    return button("Read", *ids.READ_MATCH.carry(ids.OfMatch(match)))
