"""View of a match in full: rationales, judges, dates, order, criteria and costs."""

from collections.abc import Sequence

from bot.matches.match_reading import FullOpinion, MatchReading
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block
from handlers.blocks.text import date, escape, from_markdown, link, one_line, shorten

TITLE = 150
FLAGS = 5
_LEADS = {
    "verdict": "",
    "panel": "Also on the panel: ",
    "swap": "With the papers swapped: ",
    "evidence": "Asked again for the vote, with the papers swapped: ",
}


def match_window(view: MatchReading) -> Block:
    """Return the window with a match in full; a decided match can be challenged there."""
    blocks: list[Block] = [builders.section(_head(view))]
    most = (builders.VIEW_BLOCKS - 2) // max(1, len(view.opinions)) - 3  # beside them: verdict, flags, facts
    for opinion in view.opinions:
        blocks.append(builders.section(_verdict(view, opinion)))
        blocks += builders.paragraphs(from_markdown(phrases.unlabelled(opinion.rationale)), most)
        if opinion.flags:
            blocks.append(builders.context(_flags(opinion.flags)))
        blocks.append(builders.context(" · ".join(_facts(view, opinion))))
    if not view.opinions:
        blocks.append(builders.section("No judge has said anything on this match yet."))
    if view.can_be_challenged:
        challenge = ids.CHALLENGE.carry(ids.OfMatch(view.match))
        blocks.append(
            builders.actions(builders.button("Challenge", *challenge, confirm=phrases.confirm_challenge()))
        )
    return builders.modal("Match", blocks)


def _head(view: MatchReading) -> str:
    first, second = (link(url, shorten(title, TITLE)) for title, url in (view.first, view.second))
    by = "\n*Decided by the team\u2019s vote.*" if view.overridden else ""
    match view.outcome:
        case "first":
            return f"*{first}* beat {second}.{by}"
        case "second":
            return f"*{second}* beat {first}.{by}"
        case "draw":
            return f"A draw between {first} and {second}.{by}"
        case _:
            return f"{first} against {second}"


def _verdict(view: MatchReading, opinion: FullOpinion) -> str:
    titles = {"first": view.first[0], "second": view.second[0]}
    choice = (
        "called it a draw"
        if opinion.winner == "draw"
        else f"chose *{escape(shorten(titles[opinion.winner], TITLE))}*"
    )
    return f"{_LEADS[opinion.kind]}*{escape(opinion.judge)}* {choice}"


def _flags(flags: Sequence[str]) -> str:
    passages = "; ".join(escape(one_line(flag, 160)) for flag in flags[:FLAGS])
    more = f"; and {len(flags) - FLAGS} more" if len(flags) > FLAGS else ""
    return f":triangular_flag_on_post: The text it read has passages that address the judge: {passages}{more}"


def _facts(view: MatchReading, opinion: FullOpinion) -> list[str]:
    facts = [] if opinion.model == opinion.judge else [escape(opinion.model)]
    facts.append(f"{phrases.percent(opinion.confidence)} sure")
    for better, title in (("first", view.first[0]), ("second", view.second[0])):
        names = [phrases.CRITERIA.get(name, name) for name, side in opinion.criteria if side == better]
        if names:
            facts.append(f"{escape(shorten(title, 40))} ahead on {phrases.and_list(names, 5)}")
    if not opinion.recorded:
        first_title = view.second[0] if opinion.swapped else view.first[0]
        facts.append(f"shown first: {escape(shorten(first_title, 40))}")
    if opinion.cost:
        facts.append(phrases.money(opinion.cost))
    facts.append(date(opinion.at))
    return facts
