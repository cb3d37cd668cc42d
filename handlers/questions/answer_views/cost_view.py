"""Views of a league's costs, and of how its ratings are made."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.questions.cost_report import CostReport
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import (
    DAY,
    Block,
    button,
    context,
    date,
    escape,
    header,
    one_line,
    paragraphs,
    section,
)
from handlers.blocks.tables import Cell, Moment, Number, table
from storage.leagues.purpose_uses import PurposeUse


def cost_answer(cost: CostReport, page: ids.Page) -> Answer:
    """Return this month's cost against the cap, and the newest tournaments' costs."""
    head = f"{cost.name}, {cost.month:%B %Y}: {phrases.money(cost.spent)} of {phrases.money(cost.cap)}"
    blocks: list[Block] = [header("Cost"), section(f"*{escape(head)}*")]
    if cost.items:
        blocks.append(
            section(
                "\n".join(
                    f"• {escape(i.label)}: {phrases.money(i.usd)} for {phrases.count(i.calls, 'call')}"
                    for i in cost.items[:20]
                )
            )
        )
    else:
        blocks.append(section("No paid call this month."))
    if cost.tournaments:
        rows: list[Sequence[Cell]] = [
            (
                Number(row.number, f"{row.number}"),
                row.status,
                Moment(row.created_at, DAY),
                Number(row.matches, f"{row.matches:,}"),
                phrases.money(row.usd),
                "–" if row.budget is None else phrases.money(row.budget),
            )
            for row in cost.tournaments
        ]
        blocks.append(
            table(["Tournament", "State", "Begun", "Matches", "Cost", "Budget"], rows, "Newest tournaments")
        )
    blocks.append(context("Calls under way count at the most they can cost. Months begin at 00:00 UTC."))
    return Answer(escape(head), tuple(blocks), Frame(page))


MOST_PURPOSES = 8
NO_PURPOSE = "none set; papers are compared for how much they matter"

HOW = """\
*Ratings*: every verdict that the team let stand, and every vote of the team, goes into one Bradley–Terry fit over \
the league, so the order of play doesn't matter. A paper starts where its rubric rating puts it; matches move it on. \
A draw counts half to each. 95 times in 100 the true score lies within ±, and the true rank where it is likely: true \
to the judges; the team's own view may lie further off, and a vote moves a score within its ±.
*Who plays whom*: the pairs that teach most, close and uncertain ones. Judges take turns, the order shown is \
balanced, and a share of matches is judged again in the other order: if the verdict flips, it is a draw.
*Authors and venue* are never shown to a judge.""".splitlines()


MATHS = "*The maths*: Score = 1500 + 400/ln 10 · θ, and ± is 1.96 standard errors of θ on that scale."
PROMPTS = "prompts"
"""Words of the page of `how` that shows the prompts and the rubric."""
MOST_PARTS = 40
PROMPT_PARTS = 3
"""Parts of the prompts that a page shows, each as long as a section may be."""


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may overrule the judges of a league: its owners' ids, and how many votes it takes.

    `members`: members of the league's channel may revert decisions too.
    """

    owners: tuple[str, ...]
    quorum: int
    members: bool = False


def _who_decides(deciders: Deciders) -> str:
    named = ", ".join(f"<@{user}>" for user in deciders.owners)
    owners = f"Owners ({named})" if named else ""
    least = phrases.count(deciders.quorum, "vote")
    members = "members of the channel" if deciders.members else ""
    reverters = phrases.and_list([who for who in (owners, members, "workspace admins") if who])
    return (
        "*Who decides*: a judge decides a match. The team overrules it by a vote (*Challenge* on the match): more than "
        f"half of those who don't abstain, and at least {least}; each vote counts in the ratings. "
        f"{reverters[:1].upper()}{reverters[1:]} can revert such a decision with a reason. Nobody sets a rank by hand."
    )


def _purposes(purposes: Sequence[PurposeUse]) -> str:
    """Return the league's purpose given to judges, with how much was judged by each version."""
    now = purposes[0].text if purposes else ""
    line = f"*Purpose*: {escape(now or NO_PURPOSE)}"
    if not any(use.version for use in purposes):
        return line
    return line + "".join(f"\n• {_judged(use)}" for use in purposes[:MOST_PURPOSES])


def _judged(use: PurposeUse) -> str:
    counts = phrases.count(use.verdicts, "verdict"), phrases.count(use.assessments, "assessment")
    work = f"{' and '.join(counts)} were made for it"
    if not use.version:
        return f"before there was a purpose: {work.removesuffix(' for it')}"
    since = "" if use.since is None else f", {date(use.since, DAY, lead='since')}"
    return f"purpose {use.version}{since}: “{escape(one_line(use.text, 150)) or 'none'}”; {work}"


def how_answer(
    name: str,
    purposes: Sequence[PurposeUse],
    judges: Sequence[str],
    assessors: Sequence[str],
    deciders: Deciders,
    prompts: str,
    page: ids.Page,
) -> Answer:
    """Return how a league is ranked: purpose, judges and votes; prompts and rubric in use are a button away."""
    if page.words == PROMPTS:
        return _prompts(name, prompts, page)
    parts = [
        _purposes(purposes),
        f"*Judges*: {escape(', '.join(judges))}. *Assessors*: {escape(', '.join(assessors))}.",
        _who_decides(deciders),
        *HOW,
    ]
    blocks: list[Block] = [header(f"How {name} is ranked"), *(section(part) for part in parts)]
    more = button(
        "The very prompts and rubric in use", *ids.PAGE.carry(page._replace(words=PROMPTS), PROMPTS)
    )
    plain = escape(f"How {name} is ranked: judges {', '.join(judges)}")
    return Answer(plain, tuple(blocks), Frame(page), (more,))


def _prompts(name: str, prompts: str, page: ids.Page) -> Answer:
    """Return a page of the prompts and the rubric, whole over all pages, with the formula of the score on the first."""
    parts = paragraphs(_fenced(prompts), MOST_PARTS)
    shown = parts[page.offset : page.offset + PROMPT_PARTS]
    blocks = [header(f"Prompts and rubric of {name}"), *([] if page.offset else [section(MATHS)]), *shown]
    frame = Frame(page, len(parts), PROMPT_PARTS)
    return Answer(escape(f"Prompts and rubric of {name}"), tuple(blocks), frame)


def _fenced(text: str) -> str:
    return "\n".join(f">{escape(line)}" for line in text.splitlines())
