"""Message of a refusal: the error's sentence, and buttons to ask people who have the right."""

from handlers.blocks import ids
from handlers.blocks.builders import Message, actions, button, escape, message, section
from storage.errors import NotAllowedError, PaperboutError

MOST_ASKED = 2
"""How many people are offered as buttons to ask."""


def refusal_message(error: PaperboutError) -> Message:
    """Return the message that tells a person why they may not do something.

    If the error names people who may, it has a button each to ask them.
    """
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
