"""Views of daily preprints: the channel's message and the fields of the settings window."""

from collections.abc import Sequence

from bot.entries.daily_preprints import PreprintChoice
from bot.papers.sources.feeds.feed_names import kind_of, shown_name
from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block, Message

ARXIV, MOST, ALSO, CROSS = "arxiv", "most", "also", "cross"
KEYWORDS, AUTHORS, SIGNS, MODEL = "keywords", "authors", "signs", "model"
SHOWN = 15
MORE_LIKE_THIS, FEWER_LIKE_THIS = "Show more like this", "Show fewer like this"


def preprints_message(
    papers: Sequence[tuple[int, str, str, str]], categories: Sequence[str], failures: Sequence[str] = ()
) -> Message:
    """Build the channel's message about the new preprints that were added today.

    `papers` are (entry, title, URL, reason or ""), `categories` the feeds that the league asked for, `failures` a
    sentence for each that refused.
    """
    names = ", ".join(shown_name(category) for category in categories)
    source = " from arXiv" if all(kind_of(category) == "arxiv" for category in categories) else ""
    number = phrases.count(len(papers), "new preprint") if papers else "No new preprints"
    text = f"{number} came in{source} ({builders.escape(names)})."
    blocks: list[Block] = [builders.section(f"*{text}*")]
    blocks += [builders.section(_line(*paper), _wishes(entry)) for entry, *paper in papers[:SHOWN]]
    if len(papers) > SHOWN:
        blocks.append(builders.context(f"… and {len(papers) - SHOWN} more"))
    blocks += [builders.context(f":warning: {builders.escape(sentence)}") for sentence in failures]
    return builders.message(text, blocks)


def _wishes(entry: int) -> Block:
    """Return the menu of a paper that came in: more like it, or fewer."""
    options = [
        builders.option(label, ids.MORE_LIKE_THIS.in_menu(ids.MoreLike(entry, more)))
        for label, more in ((MORE_LIKE_THIS, True), (FEWER_LIKE_THIS, False))
    ]
    return builders.overflow(ids.MENU_ID, options)


def wish_receipt(entry: int, title: str, *, more: bool) -> Message:
    """Return the answer to who wished for more papers like one, or fewer, with the way back."""
    subject = builders.escape(builders.one_line(title, 90))
    text = f"{'More' if more else 'Fewer'} new preprints like “{subject}” will come in."
    return builders.message(
        text,
        [
            builders.section(text),
            builders.actions(builders.button("Take back", *ids.NO_WISH.carry(ids.OfEntry(entry)))),
        ],
    )


def wish_gone(title: str) -> str:
    """Return the answer to who took a wish back."""
    return f"Taken back: “{builders.escape(builders.one_line(title, 90))}” no longer changes which papers come in."


def _line(title: str, url: str, reason: str) -> str:
    why = f"  _{builders.escape(reason)}_" if reason else ""
    return f"• {builders.link(url, builders.one_line(title, 150))}{why}"


def missed_message(league: int, papers: Sequence[tuple[str, str, str]], *, is_on: bool) -> Message:
    """Return the preprints of the last week that didn't come in, with how to take one in.

    `is_on` says whether the league asks for daily preprints at all.
    """
    if not papers and not is_on:
        text = "This league takes in no daily preprints. Turn them on in its settings, under *New preprints, every day*."
        settings = builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(league)))
        return builders.message(text, [builders.section(text, settings)])
    if not papers:
        return builders.message("No new preprint was left out in the last seven days.")
    text = "Left out in the last seven days, the best fitting of each day first"
    lines = "\n".join(_line(*paper) for paper in papers)
    how = builders.context("Post a link in the league's channel to take a paper in.")
    return builders.message(text, [builders.section(f"*{text}*"), *builders.paragraphs(lines), how])


def fields(wish: PreprintChoice) -> list[Block]:
    """Return the inputs for daily preprints in the settings window."""
    return [
        inputs.input_text(
            ARXIV,
            "New preprints, every day",
            initial=" ".join(wish.categories),
            hint="arXiv categories (cs.CL), biorxiv:neuroscience, medrxiv:oncology, OpenReview venues "
            "(ICLR.cc/2026/Conference). Empty for none.",
            optional=True,
            most=200,
        ),
        inputs.input_text(
            KEYWORDS,
            "Keywords, so that the best fitting come first",
            initial=", ".join(wish.keywords),
            hint="Separated by commas, for example mixture of experts, MoE.",
            optional=True,
            most=500,
        ),
        inputs.input_text(
            AUTHORS,
            "Authors whose preprints come in first",
            initial=", ".join(wish.authors),
            hint="Full names, separated by commas.",
            optional=True,
            most=500,
        ),
        inputs.input_text(MOST, "Most papers a day", initial=str(wish.most), optional=True, most=5),
        inputs.input_checkboxes(
            ALSO,
            "How they are chosen",
            [
                builders.option("arXiv preprints cross-listed in these categories", CROSS),
                builders.option(
                    "First what is like papers people save, read, follow or react to here", SIGNS
                ),
                builders.option("Let a model choose among the 30 best (one call a day)", MODEL),
            ],
            initial=[
                name
                for name, is_on in ((CROSS, wish.cross), (SIGNS, wish.signs), (MODEL, wish.model))
                if is_on
            ],
            optional=True,
        ),
    ]
