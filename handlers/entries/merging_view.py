"""Messages about merged papers, with a button to undo."""

from collections.abc import Sequence

from bot.entries.merging import MergeNotice, PaperMerge
from handlers.blocks import builders, ids
from handlers.blocks.builders import Message


def merge_question(titles: Sequence[str], pair: ids.Pair) -> Message:
    """Return the question whether two papers are one, with a red button that merges them."""
    first, second = map(_title, titles)
    text = f"Make *{first}* and *{second}* one paper?"
    then = "Matches, votes and assessments of both then count for it, in every league. You can undo that."
    merge = builders.button("Merge them", *ids.MERGE.carry(pair), style="danger")
    return builders.message(text, [builders.section(f"{text} {then}"), builders.actions(merge)])


def merge_confirmation(merge: PaperMerge) -> Message:
    """Return the message that two papers were merged, with a button to undo it."""
    text = f"*{_title(merge.former_title)}* and *{_title(merge.title)}* are one paper now."
    sentence = f"{text} Matches, votes and assessments of both count for it."
    button = builders.button("Split them", *ids.UNMERGE.carry(ids.OfMerge(merge.merge)))
    return builders.message(text, [builders.section(sentence), builders.actions(button)])


def unmerge_confirmation(merge: PaperMerge) -> Message:
    """Return the message that a merge was undone."""
    text = f"*{_title(merge.title)}* and *{_title(merge.former_title)}* are two papers again."
    sentence = f"{text} Each has its own matches back; those played since the merge stay with the first."
    return builders.message(text, [builders.section(sentence)])


def merge_notice(merge: MergeNotice) -> Message:
    """Return the message to a league's owner about a merge by somebody who can't see the league."""
    papers = f"*{_title(merge.former_title)}* and *{_title(merge.title)}*"
    league = builders.escape(merge.league.name)
    if merge.is_parted:
        return builders.message(f"{papers} are two papers again in {league}.")
    sentence = (
        f"{papers} were said to be the same work, so they are one paper now, in {league} too. "
        "If that is wrong, split them here or ask a workspace admin."
    )
    part = builders.button("Split them", *ids.UNMERGE.carry(ids.OfMerge(merge.merge)))
    return builders.message(sentence, [builders.section(sentence), builders.actions(part)])


def merges_of_paper(merges: Sequence[PaperMerge]) -> Message:
    """Return the message that lists the merges of a paper; the newest must be undone first."""
    text = f"{len(merges)} papers became part of *{_title(merges[0].title)}*. Split the newest first."
    blocks = [builders.section(text)]
    for place, merge in enumerate(merges[:20]):
        sentence = f"{_title(merge.former_title)} ({builders.escape(merge.reason)})"
        part = builders.button("Split them", *ids.UNMERGE.carry(ids.OfMerge(merge.merge), place))
        blocks.append(builders.section(sentence, part if not place else None))
    return builders.message(text, blocks)


def _title(title: str) -> str:
    return builders.escape(builders.one_line(title, 200))
