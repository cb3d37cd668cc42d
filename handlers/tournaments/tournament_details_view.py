"""Window behind a tournament's message: leaders, rank changes, upsets, disagreeing judges, who started it."""

from bot.tournaments.highlights import Disagreement, Upset
from bot.tournaments.progress import Progress
from handlers.blocks import builders, ids, phrases, rank_moves
from handlers.blocks.builders import Block
from handlers.blocks.text import date, escape, link, shorten

TITLE = 90
WHOLE = "the whole ranking"


def tournament_window(view: Progress) -> Block:
    """Return the window with a tournament's details; each match in it can be read and challenged."""
    blocks: list[Block] = [builders.section(f"*{escape(view.league_name)}*: {' · '.join(_facts(view))}.")]
    if view.leaders:
        lines = [
            f"{figures.rank}. {link(url, shorten(title, TITLE))}  {phrases.score(figures.score, figures.interval)}"
            for title, url, figures in view.leaders
        ]
        blocks.append(builders.section("*Leaders*\n" + "\n".join(lines)))
    blocks += _ending(view)
    if 0 < view.messages < view.decided:
        rest = view.decided - view.messages
        blocks.append(
            builders.context(
                f"The thread tells {view.messages} of the matches; a paper's history lists the other {rest} too."
            )
        )
    blocks.append(builders.context(_origin(view)))
    return builders.modal(f"Tournament {view.number}", blocks)


def _facts(view: Progress) -> list[str]:
    """Return the facts of a tournament: matches, goal, money, judges, deadline."""
    matches = f"{view.decided} of {phrases.count(view.budget_matches, 'match', 'matches')}"
    budget = "" if view.budget is None else f" of {phrases.money(view.budget)}"
    facts = [matches, *([] if view.goal == WHOLE else [f"goal: {view.goal}"])]
    facts += [f"{phrases.money(view.spent)}{budget} spent", _judges(view)]
    if view.deadline is not None and not view.is_over:
        facts.append(date(view.deadline, lead="ends at the latest"))
    return facts


def _judges(view: Progress) -> str:
    names = escape(phrases.and_list(list(view.judges), len(view.judges)))
    return f"each match judged by {names} together" if view.panel else f"judges: {names}"


def _origin(view: Progress) -> str:
    """Return who started the tournament, when it ended, and who may still pause or cancel it."""
    ending = f"{date(view.ended_at, lead='Ended')}. " if view.ended_at else ""
    by = "by the league's schedule" if view.by_schedule else f"by <@{view.started_by}>"
    people = "Owners" if view.by_schedule else f"<@{view.started_by}>, owners"
    may = "" if view.is_over else f" {people} and admins can pause or cancel it."
    return f"{ending}{date(view.started_at, lead='Started')} {by}.{may}"


def _ending(view: Progress) -> list[Block]:
    """Return the result of an ended tournament; rank changes within the error bars are left out."""
    if not view.is_over:
        return []
    moves = [move for move in view.movers if move.clear]
    blocks = rank_moves.mover_blocks(moves) if moves else [builders.section(phrases.NOTHING_MOVED)]
    if view.upsets:
        blocks.append(builders.section("*Surprises*"))
        blocks += [builders.section(_upset(upset), _read(upset.match)) for upset in view.upsets]
    if view.disagreements:
        blocks.append(builders.section("*Judges in disagreement*"))
        blocks += [builders.section(_disagreement(each), _read(each.match)) for each in view.disagreements]
    return blocks


def _read(match: int) -> Block:
    return builders.button("Read", *ids.READ_MATCH.carry(ids.OfMatch(match)))


def _upset(upset: Upset) -> str:
    winner, loser = (escape(shorten(title, TITLE)) for title in (upset.winner, upset.loser))
    chance = phrases.percent(upset.chance)
    return f"• {winner} (#{upset.winner_rank}) beat {loser} (#{upset.loser_rank}); its chance was {chance}."


def _disagreement(disagreement: Disagreement) -> str:
    first, second = (escape(shorten(title, TITLE)) for title in (disagreement.first, disagreement.second))
    who = (
        f"{escape(disagreement.judge)} decided otherwise in the other order"
        if disagreement.other is None
        else f"{escape(disagreement.judge)} and {escape(disagreement.other)} decided differently"
    )
    return f"• {first} against {second}: {who}."
