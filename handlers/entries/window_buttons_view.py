"""Buttons of a paper's window, and the menu of its venue and authors, by which a person follows them."""

from collections.abc import Sequence

from bot.entries.card import CardView
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block

MOST_AUTHORS = 25


def topic_menu(entry: int, venue: str | None, authors: Sequence[str]) -> Block | None:
    """Return the menu of an entry's venue and authors to follow; None if the paper has neither."""
    names = [("Venue", venue or ""), *(("Author", name) for name in authors[:MOST_AUTHORS])]
    options = [
        builders.option(
            f"{kind}: {builders.one_line(name, 60)}", ids.FOLLOW_TOPIC.encode(ids.PaperTopic(entry, number))
        )
        for number, (kind, name) in enumerate(names)
        if name
    ]
    if not options:
        return None
    return builders.select("Follow an author or venue", ids.FOLLOW_TOPIC.id("menu"), options)


def window_buttons(view: CardView, *, is_listed: bool) -> Block:
    """Return the buttons of a paper's window; `is_listed`: it is on the channel's reading list."""
    entry = ids.OfEntry(view.entry)
    known = view.figures is not None or view.status == "known"
    ways = [(phrases.HISTORY, ids.HISTORY), (phrases.COMPARE, ids.COMPARE)] if known else []
    ways += [("Cite", ids.CITE)] if view.status == "known" else []
    ways += [("Add to another league…", ids.ADD_TO), (phrases.AUTHOR, ids.MARK_AUTHOR)]
    ways += [("My note…", ids.NOTE), ("Tags…", ids.TAGS)]
    ways.append(("Take off our list", ids.UNLIST) if is_listed else ("Put on our list", ids.LIST))
    menu = topic_menu(view.entry, view.venue, view.all_authors)
    buttons = [builders.button(name, *action.carry(entry)) for name, action in ways]
    return builders.actions(*buttons, *([menu] if menu else []))
