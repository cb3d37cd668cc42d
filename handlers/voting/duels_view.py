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
    section,
)

_BUTTON = 60
QUESTION = "Which matters more to you?"


def duel(pair: Duel) -> Message:
    """Return the question of a duel, without ranks, verdicts or other people's answers."""
    first, second = pair.first, pair.second
    blocks: list[Block] = [section(f"*{QUESTION}*"), section(_side(first)), section(_side(second))]
    blocks.append(
        actions(
            *(
                button(
                    one_line(side.title, _BUTTON),
                    *ids.DUEL_VOTE.carry(ids.DuelBallot(first.entry, second.entry, choice), choice),
                )
                for side, choice in ((first, "first"), (second, "second"))
            ),
            button(
                "Can't say", *ids.DUEL_VOTE.carry(ids.DuelBallot(first.entry, second.entry, "skip"), "skip")
            ),
        )
    )
    return message(
        f"{QUESTION} {escape(one_line(first.title, 80))} or {escape(one_line(second.title, 80))}", blocks
    )


def _side(side: DuelSide) -> str:
    return f"*{link(side.url, one_line(side.title, 150))}*" + (
        f"\n{escape(side.sentence)}" if side.sentence else ""
    )


def result(answer: DuelResult) -> Message:
    """Return what the person chose, and what other people and the judges chose."""
    first, second = (escape(one_line(title, 80)) for _, title in (answer.first, answer.second))
    choice = {"first": f"You chose *{first}*.", "second": f"You chose *{second}*.", "skip": "Skipped."}[
        answer.choice
    ]
    lines = [choice, _others(answer, first, second), _judges(answer, first, second)]
    text = "\n".join(line for line in lines if line)
    pair = ids.Pair(answer.first[0], answer.second[0])
    row = [button("Another pair", *ids.DUEL_MORE.carry(ids.OfLeague(answer.league)))]
    if answer.choice != "skip":
        row.append(button("Take it back", *ids.DUEL_BACK.carry(pair)))
    blocks: list[Block] = [section(text), actions(*row)]
    if answer.choice != "skip":
        blocks.append(context("It counts in the ranking from now on."))
    return message(text, blocks)


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
