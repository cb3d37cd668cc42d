"""View of a paper's card: an entry at a glance, even while information is missing."""

from collections.abc import Sequence

from bot.entries.card import AssessorState, CardView, Score
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import (
    DAY,
    Block,
    Message,
    actions,
    button,
    context,
    date,
    escape,
    link,
    message,
    one_line,
    option,
    overflow,
    section,
    shorten,
)
from storage.standings.rating_rows import EntryRating

OFFERED = 4
UNDER_WAY = frozenset({"planned", "assessing"})
"""States of an assessor whose assessment is still to come."""
CONTRIBUTION = 42
"""Most characters of the words on a paper's contribution: one line of a phone."""
OFFLINE = "offline"


def card_message(view: CardView, *, offers: Sequence[tuple[str, str]] = ()) -> Message:
    """Return the card as a message in a thread, with a menu to share it.

    `offers` are (name, link) of papers to suggest if this one can't be found.
    """
    if offers:
        return _offering(view, offers)
    return message(_plain(view), [*_body(view), actions(*_buttons(view, shares=True))])


def card_answer(view: CardView, page: ids.Page) -> Answer:
    """Return the card as an answer to a command, which has its own share button."""
    return Answer(_plain(view), tuple(_body(view)), Frame(page), tuple(_buttons(view, shares=False)))


def with_posting(card: Message, view: CardView) -> Message:
    """Return a card with a button added that posts the card in its league's channel."""
    text = f"Post to #{one_line(view.league_name, 60)}"
    return Message(
        card.text, (*card.blocks, actions(button(text, *ids.POST_CARD.carry(ids.OfEntry(view.entry)))))
    )


def _body(view: CardView) -> list[Block]:
    """Return the card above its buttons: the title and two lines, and any problems below in small print."""
    lines = [title_line(view), *(_notice(view) or [_glance(view), _essence(view)])]
    blocks: list[Block] = [section("\n".join(filter(None, lines)))]
    if worries := _worries(view):
        blocks.append(context(" · ".join(worries)))
    return blocks


def _glance(view: CardView) -> str:
    """Return rank, score and rubric rating of a paper, or what comes before its rank, in one line of a phone."""
    rating = next((spread(score) for score in view.scores if score.name == "rating"), None)
    if view.figures is not None:
        return " · ".join(
            [place(view.figures, view.ranked_entries), *([f"rubric {rating}"] if rating else [])]
        )
    if rating is None and any(state.status in UNDER_WAY for state in view.assessors):
        rubric = ["*Being assessed*"]
    else:
        rubric = [f"*Rubric {rating}*"] if rating else []
    if view.playing:
        coming = "a tournament is playing now"
    elif view.next_play and view.is_playable and not view.waits_for_money:
        coming = date(view.next_play, lead="first matches" if rubric else "First matches")
    else:
        coming = "not ranked yet" if rubric else "*Not ranked yet*"
    return " · ".join([*rubric, coming])


def spread(score: Score) -> str:
    """Return the median of a rubric score, with the range where assessors differ."""
    return f"{score.median:g}" + (f" ({score.low:g}–{score.high:g})" if score.low != score.high else "")


def _essence(view: CardView) -> str:
    """Return what is new in the paper, as far as it fits one line of a phone."""
    raters = {who for score in view.scores for who, _ in score.by_assessor}
    said = phrases.OFFLINE_SHORT if raters == {OFFLINE} else (view.contribution or "").rstrip(".")
    return f"_{escape(one_line(said, CONTRIBUTION))}_" if said else ""


def _offering(view: CardView, offers: Sequence[tuple[str, str]]) -> Message:
    """Return the message on a paper that can't be found, with buttons to add the suggested ones."""
    why = escape(view.failure or phrases.UNREADABLE)
    buttons = [
        button(f"Add {name}", *ids.ADD_LINK.carry(ids.OfLink(address), place))
        for place, (name, address) in enumerate(offers[:OFFERED])
    ]
    return message(why, [section(why), actions(*buttons)])


def preview_of_known(view: CardView) -> tuple[Block, ...]:
    """Return the preview shown below a link to a paper of the league: two lines and a button."""
    show = button("Show", *ids.CARD.carry(ids.OfEntry(view.entry)))
    title = f"*{link(view.url, shorten(view.title, 200))}*"
    if view.figures is None:
        return (section(f"{title}\n{_state(view)} in {escape(view.league_name)}", show),)
    figures = view.figures
    ranks = _range(figures.rank_low, figures.rank_high)
    line = (
        f"#{figures.rank} of {view.ranked_entries} in {escape(view.league_name)} (likely {ranks}) · "
        f"score {figures.score:.0f} ± {figures.interval:.0f} · "
        f"{figures.wins} won, {figures.losses} lost, {figures.draws} drawn"
    )
    return (section(f"{title}\n{line}", show),)


def preview_of_unknown(url: str, league: str) -> tuple[Block, ...]:
    """Return the preview shown below a link to a paper outside the league, with a button to add it."""
    add = button("Add", *ids.ADD_LINK.carry(ids.OfLink(url)))
    return (section(f"This paper isn't in {escape(league)} yet.", add),)


def _plain(view: CardView) -> str:
    title = escape(one_line(view.title, 300))
    if view.figures is None:
        return f"{title}: {_state(view)}"
    figures = view.figures
    return f"{title}: #{figures.rank} of {view.ranked_entries}, {figures.score:.0f} ± {figures.interval:.0f} points"


def _state(view: CardView) -> str:
    if view.removed_at is not None:
        return "removed from the league"
    if view.status == "fetching":
        return "being read, the card fills in when it is"
    if view.status == "failed":
        return "couldn't be read"
    return "not ranked yet"


def title_line(view: CardView) -> str:
    """Return the linked title, whole."""
    return f"*{link(view.url, shorten(view.title, 300))}*"


STANDINGS = {
    "retracted": "*Retracted*.",
    "removed": "*Removed* by its archive or publisher.",
    "notice": "This is a *notice about another paper*, not a paper.",
    "concern": "Its publisher has *voiced concern* about it.",
    "corrected": "It was *corrected* after it appeared.",
}
"""Sentences on a paper's publication status, by status ("retracted", …)."""


def _notice(view: CardView) -> list[str]:
    """Return the lines that stand instead of rank and contribution; empty for a paper like any other."""
    if view.removed_at is not None:
        by = f" by <@{view.removed_by}>" if view.removed_by else ""
        return [
            f":wastebasket: *{date(view.removed_at, DAY, lead='Removed')}*{by}",
            "It can be restored for 30 days.",
        ]
    if view.status == "fetching":
        return [":hourglass_flowing_sand: I'm reading it; this card will fill in."]
    if view.status == "failed":
        return [f":warning: {escape(view.failure or phrases.UNREADABLE)}"]
    return []


def _caution(view: CardView) -> str:
    """Return what a reader must know of a paper's standing; "" for most papers."""
    if view.status != "known" or view.removed_at is not None:
        return ""
    if view.withdrawn and view.standing in STANDINGS and view.standing != "withdrawn":
        return f":no_entry: {STANDINGS[view.standing]} It plays no more matches."
    if view.withdrawn:
        return ":no_entry: *Withdrawn* by its authors. It plays no more matches."
    if view.left_out is not None:
        return f":warning: {escape(view.left_out)}"
    if view.standing in STANDINGS:
        return f":warning: {STANDINGS[view.standing]}"
    if view.abstract is None:
        return ":warning: No abstract: matches go by title and assessment."
    return ""


def place(figures: EntryRating, ranked_entries: int) -> str:
    """Return rank, likely ranks and score."""
    ranks = _range(figures.rank_low, figures.rank_high)
    likely = f" (likely {ranks})" if figures.rank_low != figures.rank_high else ""
    return f"*#{figures.rank} of {ranked_entries}*{likely} · {phrases.score(figures.score, figures.interval)}"


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def _worries(view: CardView) -> list[str]:
    """Return the lines on what is wrong with a paper or still missing."""
    lines = [caution] if (caution := _caution(view)) else []
    lines += [
        f":warning: {escape(state.assessor)} gave no assessment: {_reason(state)}"
        for state in view.assessors
        if state.status == "failed"
    ]
    if view.assessed_as:
        olds = " and ".join(str(version) for version in view.assessed_as)
        lines.append(f":new: Version {view.version} is out; assessed as version {olds}")
    if view.from_file:
        lines.append(":page_facing_up: Title and abstract were read from the file itself")
    hidden = [flag for flag in view.flags if flag.startswith(phrases.HIDDEN_TEXT)]
    if hidden:
        lines.append(":triangular_flag_on_post: Hidden text found; assessors weren't shown it")
    if len(hidden) < len(view.flags):
        lines.append(":triangular_flag_on_post: Some passages look like instructions to a model")
    if view.is_playable and view.waits_for_money:
        lines.append(next_play_line(view))
    return lines


def next_play_line(view: CardView) -> str:
    """Return when a paper plays next, or why it doesn't."""
    if view.waits_for_money and view.waits_for_consent:
        return "Waits until somebody sets the league up and agrees to what it costs"
    if view.waits_for_money:
        return "Waits for money: the month's cap is reached. An owner can raise it; next month it goes on by itself"
    if view.playing:
        return "A tournament is playing now"
    if view.is_settled:
        return "Settled: no more matches needed"
    has_met_all = view.figures is not None and view.figures.matches >= view.ranked_entries - 1 > 0
    rests = phrases.IF_IT_TEACHES if has_met_all else ""
    return (
        f"{date(view.next_play, lead='Next matches:')}{rests}"
        if view.next_play
        else f"Next matches: when somebody starts a tournament{rests}"
    )


def _reason(state: AssessorState) -> str:
    return escape(one_line(state.failure or "–", 200))


def _buttons(view: CardView, *, shares: bool) -> list[Block]:
    entry = ids.OfEntry(view.entry)
    if view.removed_at is not None:
        return [button("Restore", *ids.RESTORE.carry(entry))]
    buttons = []
    if view.figures is not None:
        buttons.append(button("Why this rank?", *ids.WHY.carry(entry)))
    elif view.status == "known":
        buttons.append(button(phrases.COMPARE, *ids.COMPARE.carry(entry)))
    if any(state.status == "done" for state in view.assessors):
        buttons.append(button("Assessment", *ids.ASSESSMENT.carry(ids.OfReview(view.entry))))
    has_more = bool(view.abstract) or view.figures is not None
    menu = [
        *([option(phrases.MORE, ids.MORE.in_menu(entry))] if has_more else []),
        option(phrases.FOLLOW, ids.FOLLOW.in_menu(entry)),
        option("Save for reading", ids.SAVE.in_menu(entry)),
        *([option(phrases.SHARE, ids.SHARE_CARD.in_menu(entry))] if shares else []),
        option("Remove…", ids.REMOVE.in_menu(entry)),
    ]
    return [*buttons, overflow(ids.MENU_ID, menu)]
