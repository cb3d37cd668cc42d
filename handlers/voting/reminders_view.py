"""View of the reminder to a person who hasn't voted."""

from bot.voting.poll_contents import PollContents
from handlers.blocks import builders
from handlers.blocks.builders import Message
from handlers.voting import poll_view


def reminder_message(view: PollContents) -> Message:
    """Return the reminder to vote, a direct message with the voting buttons."""
    if not view.is_open:
        text = f"The vote is over. {poll_view.plain_outcome(view)}"
        return builders.message(text, [builders.section(text)])
    text = (
        f"Your vote is missing: {poll_view.papers(view)}? It {builders.date(view.closes_at, lead='closes')}."
    )
    first, second = poll_view.paper_title(view.first), poll_view.paper_title(view.second)
    judgement = poll_view.judgement(view, view.verdict)
    return builders.message(
        text,
        [
            builders.section(f"*Your vote is missing*\n{first} or {second}?"),
            builders.section(
                f"{judgement}.\nThe vote is in <#{view.channel}> and "
                f"{builders.date(view.closes_at, lead='closes')}.",
                poll_view.read_button(view),
            ),
            builders.actions(*poll_view.vote_buttons(view)),
        ],
    )
