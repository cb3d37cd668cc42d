"""Messages about added papers, and the window to add a paper to another league."""

from collections.abc import Sequence

from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block

LEAGUE = "league"
THIS = frozenset(
    {
        "",
        "this",
        "it",
        "that",
        "this one",
        "that one",
        "this paper",
        "that paper",
        "the paper",
        "these",
        "them",
        "please",
        "this please",
    }
)
"""Words after `add` that mean the paper of the current thread."""
SUPPORTED = (
    "I know papers by their links: arXiv, DOIs and publishers' pages that carry one, OpenReview, ACL Anthology, IACR, "
    "PubMed and more, and by ids such as arXiv:1706.03762."
)
KNOWN = "That paper is in the league already."
KNOWN_WITH_CARD = "That paper is in the league already; its card is on its way."


def add_to_modal(title: str, leagues: Sequence[tuple[int, str]], metadata: str) -> Block:
    """Return the window to choose the league, among (id, name), to which a paper is added."""
    options = [builders.option(name, str(league)) for league, name in leagues]
    return builders.modal(
        "Add to another league",
        [
            builders.section(f"*{builders.escape(builders.one_line(title, 200))}*"),
            inputs.input_select(LEAGUE, "League", options, hint="It is assessed and ranked there anew."),
        ],
        submit="Add",
        private_metadata=metadata,
        callback_id=ids.ADD_TO_MODAL.name,
    )


def nothing_found() -> str:
    """Return the message that no paper link was found."""
    return f"I found no paper in that. {SUPPORTED}"


def impossible_ids(arxiv_ids: Sequence[str]) -> str:
    """Return the message that these arXiv ids can't exist."""
    names = ", ".join(f"arXiv:{arxiv_id}" for arxiv_id in arxiv_ids[:5])
    return f"{names} can't be: digits three and four of an arXiv id are its month, 01 to 12. Please check it."


def added_confirmation(number: int) -> str:
    """Return the confirmation that papers were added."""
    return f"Added {phrases.count(number, 'paper')}; the card is on its way."


def added_to(league: str, channel: str, *, new: bool) -> str:
    """Return the confirmation that a paper was added to another league, or was there already."""
    name = builders.escape(league)
    return f"Added to {name}; its card comes to <#{channel}>." if new else f"{name} has it already."


MOST_TITLES = 5


def file_read(name: str, papers: int, without_link: Sequence[str]) -> str:
    """Return the text that says how many papers a dropped file contains, and which entries can't be looked up."""
    text = f"{builders.escape(builders.one_line(name, 80))}: {phrases.count(papers, 'paper')}."
    if without_link:
        titles = phrases.and_list(
            [f"“{builders.escape(builders.one_line(title, 80))}”" for title in without_link], MOST_TITLES
        )
        text += f" Without a DOI, an arXiv id or a link I can't look up {titles}."
    return text


def group_name(group: int) -> str:
    """Return how a Zotero group is called in remarks."""
    return f"Zotero group {group}"


def group_cut(newest: int, total: int) -> str:
    """Return that only a large group's newest items were read."""
    return f"It has {total:,} items; I read the {newest:,} newest. Drop an export here for the rest (.bib or .ris)."


def list_cut(read: int, total: int) -> str:
    """Return that only a long list's first papers were read."""
    return f"It has {total:,} papers; I read the first {read:,}."


def file_refused(name: str) -> str:
    """Return the text that Slack didn't let the bot download a dropped file."""
    return (
        f"Slack doesn't give me {builders.escape(builders.one_line(name, 80))}: I may lack the permission files:read. "
        "Paste the links instead, or ask an admin to reinstall me with it."
    )
