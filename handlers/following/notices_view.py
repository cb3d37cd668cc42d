"""Messages to followers, and the answers to Follow and Unfollow."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message
from handlers.entries.window_buttons_view import topic_menu

_SAID = {
    "challenged": "A verdict on {paper} against {other} was challenged; the team votes.",
    "overturned": "The team overturned a verdict on {paper} against {other}.",
    "upheld": "The team's vote confirmed a verdict on {paper} against {other}.",
    "reverted": "An owner reverted the team's decision on {paper} against {other}.",
}


def follower_notice(
    entry: int,
    league: int,
    paper: tuple[str, str],
    other: str | None,
    options: Mapping[str, Any],
    way: str | None = None,
) -> Message:
    """Return the direct message to a follower about a changed rank, a challenged match or a vote.

    `paper` and `other` are the followed paper (title, URL) and its opponent's title; `options` say what happened; `way`
    is the permalink to it.
    """
    title = builders.link(paper[1], builders.one_line(paper[0], 150))
    plain = builders.escape(builders.one_line(paper[0], 150))
    if options.get("what") == "moved":
        sign = "▲" if options["rank"] < options["was"] else "▼"
        words = f"{sign} {{paper}} went from #{options['was']} to #{options['rank']} of {options['of']}."
    elif options.get("what") == "version":
        words = f"{{paper}} has a new version, {options['version']}."
    else:
        words = _SAID.get(str(options.get("what")), "There is news about {paper}.")
    other_name = builders.escape(builders.one_line(other or "another paper", 150))
    buttons = builders.actions(
        builders.button("Show", *ids.CARD.carry(ids.OfEntry(entry))),
        builders.button("Unfollow", *ids.UNFOLLOW.carry(ids.OfEntry(entry))),
        builders.button("Mute", *ids.MUTE_DIGEST.carry(ids.OfLeague(league))),
    )
    sentence = words.format(paper=title, other=other_name)
    if way is not None:
        sentence += f"  {builders.link(way, 'See where')}"
    return builders.message(
        words.format(paper=plain, other=other_name), [builders.section(sentence), buttons]
    )


def follow_confirmation(
    title: str, entry: int, *, follows: bool, venue: str | None = None, authors: Sequence[str] = ()
) -> Message:
    """Return the answer to Follow or Unfollow, with a button to undo it; following offers venue and authors, too."""
    name = builders.escape(builders.one_line(title, 150))
    about = ids.OfEntry(entry)
    menu = topic_menu(entry, venue, authors)
    if follows:
        text = f"You follow *{name}*. I'll DM you when its rank clearly changes or someone challenges one of its matches."
        back = builders.button("Unfollow", *ids.UNFOLLOW.carry(about))
    else:
        text = f"You no longer follow *{name}*."
        back = builders.button("Follow", *ids.FOLLOW.carry(about))
    return builders.message(
        text, [builders.section(text), builders.actions(back, *([menu] if menu and follows else []))]
    )
