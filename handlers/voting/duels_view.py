"""View of a duel: two titles with a sentence each and two buttons; others' answers appear only after the choice."""

from bot.voting.duels import Duel, DuelResult, DuelSide
from handlers.blocks import ids, phrases
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    link,
    message,
    one_line,
    option,
    overflow,
    section,
)
from handlers.blocks.duel_buttons import QUESTION, ballot

Choice = ids.Action[ids.DuelBallot]


def duel(pair: Duel, *, daily: bool = False) -> Message:
    """Return the question of a duel, without ranks, verdicts or other people's answers; `daily`: it came by itself."""
    return message(_plain(pair), duel_blocks(pair, ids.DUEL_VOTE, choices_menu(pair.league, daily=daily)))


def instead(why: str, pair: Duel) -> Message:
    """Return another pair for somebody who can't answer the one they clicked on, with the reason."""
    other = duel(pair)
    return Message(f"{why} {other.text}", (section(f"{why} Here is one for you."), *other.blocks))


def duel_blocks(pair: Duel, vote: Choice, *more: Block) -> list[Block]:
    """Return a duel's question with both papers and the buttons that answer it; `more` are further buttons."""
    first, second = pair.first, pair.second
    buttons = ballot((first.entry, first.title), (second.entry, second.title), vote)
    return [
        section(f"*{QUESTION}*"),
        section(_side(first)),
        section(_side(second)),
        actions(*buttons, *more),
    ]


def choices_menu(league: int, *, daily: bool) -> Block:
    """Return the menu by which a person gets pairs by direct message, or none any more."""
    options = [] if daily else [option("One a day by DM", ids.DUEL_DAILY.in_menu(ids.OfLeague(league)))]
    return overflow(
        ids.MENU_ID, [*options, option("No more pairs for me", ids.DUELS.in_menu(ids.Switch(False)))]
    )


def _plain(pair: Duel) -> str:
    return f"{QUESTION} {escape(one_line(pair.first.title, 80))} or {escape(one_line(pair.second.title, 80))}"


def _side(side: DuelSide) -> str:
    return f"*{link(side.url, one_line(side.title, 150))}*" + (
        f"\n{escape(side.sentence)}" if side.sentence else ""
    )


def result(answer: DuelResult, *, daily: bool = False) -> Message:
    """Return what the person chose, and what other people and the judges chose."""
    text = result_text(answer)
    pair = ids.Pair(answer.first[0], answer.second[0])
    row = [button("Another pair", *ids.DUEL_MORE.carry(ids.OfLeague(answer.league)))]
    if answer.choice != "skip":
        row.append(button("Take it back", *ids.DUEL_BACK.carry(pair)))
    blocks: list[Block] = [section(text), actions(*row, choices_menu(answer.league, daily=daily))]
    if answer.choice != "skip":
        blocks.append(context("It counts in the ranking from now on."))
    return message(text, blocks)


def result_text(answer: DuelResult) -> str:
    """Return the sentences on what the person, other people and the judges chose."""
    first, second = (escape(one_line(title, 80)) for _, title in (answer.first, answer.second))
    choice = {"first": f"You chose *{first}*.", "second": f"You chose *{second}*.", "skip": "Skipped."}[
        answer.choice
    ]
    lines = [choice, _others(answer, first, second), _judges(answer, first, second)]
    return "\n".join(line for line in lines if line)


def on_home(pair: Duel | None, answer: DuelResult | None) -> list[Block]:
    """Return the Home tab's pair; with `answer`, what the person just chose stands above it."""
    blocks: list[Block] = []
    if answer is not None:
        back = ids.DuelBallot(answer.first[0], answer.second[0], "back")
        undo = None if answer.choice == "skip" else button("Take it back", *ids.HOME_DUEL.carry(back, "back"))
        blocks.append(section(result_text(answer), undo))
    if pair is not None:
        blocks += duel_blocks(pair, ids.HOME_DUEL, choices_menu(pair.league, daily=False))
    elif blocks:
        blocks.append(context("No other pair is left for you today."))
    return blocks


def _others(answer: DuelResult, first: str, second: str) -> str:
    wins, losses = answer.others["first"], answer.others["second"]
    if not wins + losses:
        return "Nobody else has answered this pair yet."
    name, most = (first, wins) if wins >= losses else (second, losses)
    people = phrases.count(wins + losses, "other person", "other people")
    return f"{people}: {most} for {name}."


def _judges(answer: DuelResult, first: str, second: str) -> str:
    record = answer.record
    if not record.matches:
        return "No judge has compared them yet."
    name, most = (first, record.wins) if record.wins >= record.losses else (second, record.losses)
    if not most:
        return f"The judges: {phrases.count(record.draws, 'draw')}."
    return f"The judges: {name} in {most} of {phrases.count(record.matches, 'match', 'matches')}."


def people(count: int, first_for: int, first: str) -> str:
    """Return how people answered a duel ("3 people, 2 for it"), or "" if nobody did."""
    return f"{phrases.count(count, 'person', 'people')}, {first_for} for {first}" if count else ""


def deletion_confirmation(league: int) -> Message:
    """Return the confirmation that a duel's answer was deleted."""
    text = "Taken back: it counts no more."
    return message(
        text, [section(text), actions(button("Another pair", *ids.DUEL_MORE.carry(ids.OfLeague(league))))]
    )


def daily_confirmation(league: str, command: str) -> str:
    """Return the confirmation that a person gets a pair each weekday by direct message."""
    return (
        f"You get two papers of {escape(league)} to compare each weekday at 9:00 by direct message. "
        f"`{command} duel off` ends it."
    )


def switch_confirmation(command: str, *, on: bool) -> str:
    """Return the confirmation that pairs are put to a person again, or no more."""
    if on:
        return f"Pairs are on your Home tab again. `{command} duel daily` sends one each weekday by direct message."
    return (
        f"No more pairs for you, neither on Home nor by direct message. `{command} duel on` brings them back."
    )


def usage(command: str) -> str:
    """Return the sentence that lists what can follow the command `duel`."""
    return (
        f"`{command} duel` shows a pair now, `{command} duel daily` sends one each weekday by direct message, "
        f"`{command} duel off` ends that and the pairs on Home, `{command} duel on` brings them back."
    )
