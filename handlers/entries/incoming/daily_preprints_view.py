"""Views of daily preprints: the channel's message and the fields of the settings window."""

from collections.abc import Sequence

from bot.entries.daily_preprints import PreprintChoice
from bot.papers.text import category_name
from handlers.blocks import builders, inputs, phrases
from handlers.blocks.builders import Block, Message

ARXIV, MOST, ALSO, CROSS = "arxiv", "most", "also", "cross"
SHOWN = 15


def preprints_message(papers: Sequence[tuple[str, str]], categories: Sequence[str]) -> Message:
    """Build the channel's message about papers that were added today from arXiv's announcements.

    `papers` are (title, URL), `categories` the arXiv categories that the league asked for.
    """
    names = ", ".join(category_name(category) for category in categories)
    text = f"{phrases.count(len(papers), 'new preprint')} came in from arXiv ({builders.escape(names)})."
    lines = [f"• {builders.link(url, builders.one_line(title, 150))}" for title, url in papers[:SHOWN]]
    if len(papers) > SHOWN:
        lines.append(f"… and {len(papers) - SHOWN} more")
    return builders.message(text, [builders.section(f"*{text}*"), builders.section("\n".join(lines))])


def fields(wish: PreprintChoice) -> list[Block]:
    """Return the inputs for daily preprints in the settings window."""
    return [
        inputs.input_text(
            ARXIV,
            "New preprints from arXiv, every day",
            initial=" ".join(wish.categories),
            hint="Categories, for example cs.CL cs.LG. Leave empty for none.",
            optional=True,
            most=200,
        ),
        inputs.input_text(MOST, "At most so many a day", initial=str(wish.most), optional=True, most=5),
        inputs.input_checkboxes(
            ALSO,
            "From arXiv, too",
            [builders.option("Preprints cross-listed in these categories", CROSS)],
            initial=[CROSS] if wish.cross else [],
            optional=True,
        ),
    ]
