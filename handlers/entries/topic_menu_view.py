"""Menu of a paper's venue and authors, by which a person follows them."""

from collections.abc import Sequence

from handlers.blocks import builders, ids
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
