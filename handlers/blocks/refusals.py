"""A refusal as a message: its sentence, and a button that asks somebody who may."""

from handlers.blocks import ids
from handlers.blocks.builders import Message, actions, button, escape, message, section
from storage.errors import NotAllowedError, PaperboutError

MOST_ASKED = 2
"""So many people are offered to be asked."""


def refusal_message(error: PaperboutError) -> Message:
    """The error's sentence; where it names who may, with a button each that asks them."""
    sentence = escape(error.sentence)
    people = error.people[:MOST_ASKED] if isinstance(error, NotAllowedError) and error.wish else ()
    if not people:
        return message(sentence)
    assert isinstance(error, NotAllowedError)
    buttons = [
        button(
            f"Ask {name}",
            *ids.ASK_OWNER.carry(ids.OwnerRequest(error.league, user, error.wish), place),
        )
        for place, (user, name) in enumerate(people)
    ]
    return message(sentence, [section(sentence), actions(*buttons)])
