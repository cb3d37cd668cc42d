"""The message to owners about a judge that agrees with the league's people no more than a coin would."""

from dataclasses import dataclass
from datetime import datetime

from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message

KEEP, LEAVE_OUT = "Keep counting it", "Don't count it"


@dataclass(frozen=True, slots=True)
class ChanceNotice:
    """What owners are told: the judge's agreement (0 to 1) with its interval, and until when its verdicts count.

    `is_out`: they count no longer; `kept_by` said that they count all the same.
    """

    judge: str
    league: int
    league_name: str
    share: float
    low: float
    high: float
    votes: int
    counts_until: datetime
    is_out: bool
    kept_by: str | None


def notice(of: ChanceNotice, command: str) -> Message:
    """Return the message about a judge at chance, with the button that lets it count or leaves it out."""
    name, league = builders.escape(of.judge), builders.escape(of.league_name)
    figures = (
        f"In {league}, *{name}* agrees with you in {phrases.percent(of.share)} "
        f"(likely {of.low * 100:.0f}–{of.high * 100:.0f}), on {phrases.count(of.votes, 'vote')}: no more than a "
        "coin would."
    )
    if of.kept_by is not None:
        state = f"Its verdicts count because <@{of.kept_by}> said so."
    elif of.is_out:
        state = "Its verdicts no longer count."
    else:
        state = f"From {builders.date(of.counts_until)} its verdicts won't count."
    blocks: list[Block] = [
        builders.section(f":game_die: {figures}\n{state}"),
        builders.actions(choice_button(of.judge, of.league, counts=of.kept_by is None)),
        builders.context(
            "While it doesn't count, it is asked in one match of ten only, if other judges are there. "
            "It counts again once your votes agree with it. "
            f"Other judges: `{command} settings`; every figure: `{command} judges`."
        ),
    ]
    return builders.message(f"{name} is at chance in {league}. {state}", blocks)


def recovery(judge: str, league_name: str) -> Message:
    """Return the message that a judge is no longer at chance."""
    league = builders.escape(league_name)
    text = f"{builders.escape(judge)} does better than a coin again in {league}: its verdicts count."
    return builders.message(text, [builders.section(f":white_check_mark: {text}")])


def choice_button(judge: str, league: int, *, counts: bool) -> Block:
    """Return the button that lets a judge at chance count, or leaves it out."""
    label = KEEP if counts else LEAVE_OUT
    return builders.button(label, *ids.CHOOSE_JUDGE.carry(ids.JudgeChoice(league, judge, counts)))


def choice(judge: str, *, counts: bool) -> str:
    """Return the answer to who let a judge count, or left it out."""
    does = "count" if counts else "don't count"
    return f"The verdicts of {builders.escape(judge)} {does} from now on; the ratings were updated."
