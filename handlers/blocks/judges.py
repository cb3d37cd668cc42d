"""How news of judges and their cost look."""

from decimal import Decimal

from handlers import ids
from handlers.blocks import parts, strings
from handlers.blocks.parts import Block, Message


def paused(judge: str, reason: str, command: str, *, lasts: bool) -> Message:
    """A direct message to those who can mend it: which judge was paused, why, and the way back."""
    name = parts.escape(judge)
    if not lasts:
        return parts.message(f"{name} plays again.", [parts.section(f"*{name}* was paused and plays again.")])
    blocks: list[Block] = [
        parts.section(f":warning: *{name}* is paused: {parts.escape(reason)}"),
        parts.section(
            "It is asked nothing until somebody resumes it; tournaments and assessments that need it wait. Mend its "
            f"key, credit or name in the settings, then resume it. `{command} judges` shows every judge."
        ),
        parts.actions(
            parts.button("Resume it", *ids.RESUME_JUDGE.carry(ids.OfJudge(judge)), style="primary")
        ),
    ]
    return parts.message(f"The judge {name} is paused: {parts.escape(reason)}", blocks)


def budget(league: str, tournament: int | None, spent: Decimal, cap: Decimal, command: str) -> Message:
    """A budget of which 80 % are spent, and what happens at its end."""
    share = strings.percent(float(spent / cap)) if cap else strings.percent(1.0)
    whose = f"{league}'s month" if tournament is None else f"Tournament {tournament} of {league}"
    said = f"{whose} has spent {strings.money(spent)} of {strings.money(cap)} ({share})."
    rest = (
        "At the cap paid calls stop and tournaments pause until an owner raises it in the settings."
        if tournament is None
        else "At the end of its budget it pauses; an owner or admin can then let it go on."
    )
    return parts.message(
        parts.escape(said),
        [
            parts.section(f":coin: {parts.escape(said)}"),
            parts.context(f"{rest} `{command} cost` shows more."),
        ],
    )
