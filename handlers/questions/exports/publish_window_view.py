"""Window in which an owner publishes a league's pages."""

from collections.abc import Sequence

from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block

PUBLISH = "Publish the pages"
PRIVATE, CHOICES = "private", "choices"
YES, NAMES = "yes", "names"
NEEDS_YES = "Tick this to publish what is in a private channel, or close the window."


def publish_modal(
    name: str,
    private_channel: str,
    papers: int,
    *,
    is_allowed: bool,
    names: bool,
    metadata: str,
    more: Sequence[Block] = (),
) -> Block:
    """Return the window, with `more` at its end; `private_channel` is a private league's channel, else ""."""
    blocks = [
        builders.section(
            f"*{builders.escape(name)}* as pages to keep: a board in every order, a page for each paper with whole "
            "assessments and every comparison, weeks and months, a feed and citations. "
            f"{phrases.count(papers, 'paper')} ranked so far. You get a ZIP file; put its folder on any web server."
        )
    ]
    if private_channel:
        blocks += [
            builders.section(
                f"<#{private_channel}> is private. Everybody who gets the pages can read all of this."
            ),
            inputs.input_checkboxes(
                PRIVATE,
                "Private channel",
                [builders.option("Yes, people outside the channel may read it", YES)],
                initial=[YES] if is_allowed else [],
                optional=True,
            ),
        ]
    blocks.append(
        inputs.input_checkboxes(
            CHOICES,
            "People",
            [builders.option("Name who added each paper", NAMES)],
            initial=[NAMES] if names else [],
            optional=True,
        )
    )
    blocks += more
    return builders.modal(
        PUBLISH,
        blocks,
        submit="Send the ZIP file",
        private_metadata=metadata,
        callback_id=ids.PUBLISH_MODAL.name,
    )
