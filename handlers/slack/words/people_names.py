"""Finds the person whom somebody means by a name typed by hand, where Slack sent no id."""

import re

from bot.papers.text import folded
from bot.people import People

MOST_MEMBERS = 500
"""Most members of a channel among whom a name is looked for: each may be asked of Slack."""
_TYPED = re.compile(r"@(\S.*)")


async def person_named(people: People, channel: str, words: str) -> str | None:
    """Return the user id of a channel's only member whom "@Maya Chen" at the end of these words names, or None.

    A display name counts, also in part where only one has that part, and without its spaces, capitals and accents.
    """
    typed = _TYPED.search(words)
    if typed is None:
        return None
    name, exact, partly = folded(typed[1]), list[str](), list[str]()
    members = await people.members(channel)
    if len(members) > MOST_MEMBERS:
        return None
    for user in sorted(members):
        person = await people.person(user)
        display = folded(person.name)
        if person.is_bot or person.is_deleted:
            continue
        exact += [user] if display == name else []
        parts = {*display.split(), display.replace(" ", ""), display.replace(" ", ".")}
        partly += [user] if name in parts else []
    users = exact or partly
    return users[0] if len(users) == 1 else None
