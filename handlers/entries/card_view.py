"""View of a paper's card: an entry at a glance, even while information is missing."""

from collections.abc import Sequence
from datetime import datetime

from bot.entries.card import AssessorState, CardView, Score
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    date,
    escape,
    fields,
    link,
    message,
    modal,
    one_line,
    option,
    overflow,
    paragraphs,
    plain_date,
    scale_bar,
    section,
    shorten,
)
from handlers.entries.window_buttons_view import window_buttons

OFFERED = 4
CONTRIBUTION = 200
"""Most characters of the sentence on a paper's contribution, as requested of assessors."""
OFFLINE = "offline"
Near = tuple[str, str, tuple[str, ...]]  # title, URL and shared words of a paper close to another


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
    """Return the card above its buttons: title, rank and score, one sentence, and any problems below."""
    lines = [_title(view), _notice(view), _standing(view)]
    if view.contribution and view.contribution != phrases.OFFLINE:
        lines.append(f"_{escape(one_line(view.contribution, CONTRIBUTION))}_")
    blocks: list[Block] = [section("\n".join(filter(None, lines)))]
    if worries := _worries(view):
        blocks.append(context(" · ".join(worries)))
    return blocks


def _offering(view: CardView, offers: Sequence[tuple[str, str]]) -> Message:
    """Return the message on a paper that can't be found, with buttons to add the suggested ones."""
    why = escape(view.failure or "I couldn't read this paper.")
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


def more_modal(
    view: CardView, near: Sequence[Near] = (), group: Sequence[str] = (), *, is_listed: bool = False
) -> Block:
    """Return the window with what doesn't fit the card; `group` are lines on what the group did with the paper."""
    blocks = [section(_heading(view)), window_buttons(view, is_listed=is_listed), *map(context, group)]
    if view.figures is not None:
        bar = scale_bar(view.figures.score, view.figures.interval, view.low, view.high)
        blocks += [section(f"{_standing(view)}\n{bar}"), fields(*_record(view))]
    if view.scores:
        blocks.append(section(_rubric(view.scores)))
    if view.criteria:
        blocks.append(context(_criteria(view.criteria)))
    if view.contribution and view.contribution != phrases.OFFLINE:
        blocks.append(section(f"*In one sentence*: {escape(one_line(view.contribution, 300))}"))
    if near:
        names = phrases.and_list(
            [
                f"{link(url, shorten(title, 80))} ({escape(', '.join(words[:3]))})"
                for title, url, words in near
            ],
            3,
        )
        blocks.append(context(f"*Closest here*: {names}"))
    blocks += paragraphs(escape(view.abstract or "The source gives no abstract."))
    blocks += [context(line) for line in _facts(view)]
    if view.comment:
        blocks.append(context(f"Comment: {escape(one_line(view.comment, 500))}"))
    blocks += [
        context(
            f"*{score.name}*: " + " · ".join(f"{escape(who)} {value:g}" for who, value in score.by_assessor)
        )
        for score in view.scores
        if len(score.by_assessor) > 1
    ]
    if view.flags:
        flags = "; ".join(escape(one_line(flag, 160)) for flag in view.flags[:5])
        blocks.append(
            section(
                f":triangular_flag_on_post: Hidden passages, and such that look like instructions: {flags}"
            )
        )
    return modal("Paper", blocks)


def _facts(view: CardView) -> list[str]:
    """Return the lines on a paper's metadata besides its abstract, and how it was added."""
    lines = [
        f"*Authors*: {escape(one_line(', '.join(view.all_authors), 1500))}" if view.all_authors else "",
        f"*Where*: {escape(one_line(view.venue, 300))}" if view.venue else "",
        f"*Categories*: {escape(', '.join(view.categories))}" if view.categories else "",
        f"*Cited*: by {phrases.count(view.citations, 'work')}, as OpenAlex counts"
        if view.citations is not None
        else "",
        _versions(view.versions),
        f"*Licence*: {escape(one_line(view.licence, 200))}" if view.licence else "",
        f"*Code*: {' · '.join(link(url, shorten(url, 80)) for url in view.code)}" if view.code else "",
        f"*Data*: {' · '.join(link(url, shorten(url, 80)) for url in view.data)}" if view.data else "",
        *_provenance(view),
    ]
    return [line for line in lines if line]


def _versions(versions: Sequence[tuple[int, datetime]]) -> str:
    """Return a line with a paper's versions and their dates; "…" stands for unseen versions. "" for a single version."""
    if not versions or versions[-1][0] == 1:
        return ""
    parts, last = [], 0
    for number, at in versions:
        parts += ["…"] if number > last + 1 else []
        parts.append(f"{number} ({plain_date(at)})")
        last = number
    return f"*Versions*: {' · '.join(parts)}"


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


def _title(view: CardView) -> str:
    return f"*{link(view.url, shorten(view.title, 300))}*"


def _heading(view: CardView) -> str:
    """Return the title, with authors, category, date and version below it."""
    facts = [escape(view.authors)] if view.authors else []
    if view.category:
        facts.append(escape(view.category))
    if view.published is not None:
        facts.append(plain_date(view.published))
    if view.version is not None and view.version > 1:
        facts.append(f"version {view.version}")
    return _title(view) + ("\n" + " · ".join(facts) if facts else "")


STANDINGS = {
    "retracted": "*Retracted*.",
    "removed": "*Removed* by its archive or publisher.",
    "notice": "This is a *notice about another paper*, not a paper.",
    "concern": "Its publisher has *voiced concern* about it.",
    "corrected": "It was *corrected* after it appeared.",
}
"""Sentences on a paper's publication status, by status ("retracted", …)."""


def _notice(view: CardView) -> str:
    if view.removed_at is not None:
        by = f" by <@{view.removed_by}>" if view.removed_by else ""
        rest = "It can be restored for 30 days; its matches don't count."
        return f":wastebasket: *{date(view.removed_at, lead='Removed')}*{by}. {rest}"
    if view.status == "fetching":
        return ":hourglass_flowing_sand: I'm reading this paper; the card fills in when I have it."
    if view.status == "failed":
        return (
            f":warning: I couldn't read this paper. {escape(view.failure or 'Post its link again to retry.')}"
        )
    if view.withdrawn and view.standing in STANDINGS and view.standing != "withdrawn":
        return f":no_entry: {STANDINGS[view.standing]} It keeps its record and plays no more matches."
    if view.withdrawn:
        return ":no_entry: *Withdrawn* by its authors; it keeps its record and plays no more matches."
    if view.left_out is not None:
        return f":warning: {escape(view.left_out)}"
    if view.standing in STANDINGS:
        return f":warning: {STANDINGS[view.standing]}"
    if view.abstract is None:
        return ":warning: Its source gives no abstract; matches go by its title and assessment."
    return ""


def _standing(view: CardView) -> str:
    """Return rank, score and rubric rating in one line; "" for a paper not known yet."""
    facts = []
    if (figures := view.figures) is not None:
        ranks = _range(figures.rank_low, figures.rank_high)
        likely = f" (likely {ranks})" if figures.rank_low != figures.rank_high else ""
        facts.append(f"*#{figures.rank} of {view.ranked_entries}*{likely}")
        facts.append(f"*{phrases.score(figures.score, figures.interval)}*")
    elif view.status == "known" and view.removed_at is None:
        facts.append("*Not ranked yet*")
    if view.duels[0]:
        facts.append(f"chosen in {view.duels[1]} of {phrases.count(view.duels[0], 'duel')}")
    rating = next((score for score in view.scores if score.name == "rating"), None)
    if rating is not None:
        facts.append(f"rubric {_spread(rating)}")
        if all(who == OFFLINE for who, _ in rating.by_assessor):
            facts.append(f"_{phrases.OFFLINE}_")
    return " · ".join(facts)


def _record(view: CardView) -> tuple[str, ...]:
    figures = view.figures
    assert figures is not None
    if view.win_rate is None:
        return ("*Matches*\nnone yet",)
    return (
        f"*Win rate*\n{phrases.percent(view.win_rate)}",
        f"*Won – lost – drawn*\n{figures.wins} – {figures.losses} – {figures.draws} of {figures.matches}",
    )


def _rubric(scores: tuple[Score, ...]) -> str:
    """Return the median rubric scores, with ranges where assessors differ, and each assessor's rating."""
    rating = next((score for score in scores if score.name == "rating"), None)
    rest = " · ".join(f"{score.name} {_spread(score)}" for score in scores if score.name != "rating")
    head = f"*Rubric {_spread(rating)}/10*: {rest}" if rating is not None else f"*Rubric*: {rest}"
    if rating is None:
        return head
    if rating.low != rating.high:
        head += "\n" + " · ".join(f"{escape(who)} {value:g}" for who, value in rating.by_assessor)
    if all(who == OFFLINE for who, _ in rating.by_assessor):
        head += f"\n_{phrases.OFFLINE}_"
    return head


def _criteria(criteria: tuple[tuple[str, int, int], ...]) -> str:
    """Return in how many matches judges preferred this paper, by criterion, most often first."""
    most, *rest = sorted(criteria, key=lambda criterion: -criterion[1])
    name, wins, of = most
    first = f"{phrases.CRITERIA.get(name, name)} in {wins} of {phrases.count(of, 'match', 'matches')}"
    others = [f"{phrases.CRITERIA.get(name, name)} in {wins}" for name, wins, _of in rest]
    return f"Judges preferred it for {phrases.and_list([first, *others], 5)}."


def _spread(score: Score) -> str:
    return f"{score.median:g}" + (f" ({score.low:g}–{score.high:g})" if score.low != score.high else "")


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}–{high}"


def _worries(view: CardView) -> list[str]:
    """Return the lines on what is wrong with a paper or still missing."""
    lines = []
    pending = sum(state.status in {"planned", "assessing"} for state in view.assessors)
    if pending:
        lines.append(f"Assessments: {len(view.assessors) - pending} of {len(view.assessors)} are in")
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
        lines.append(
            ":triangular_flag_on_post: Holds text that readers don't see; assessors weren't shown it"
        )
    if len(hidden) < len(view.flags):
        lines.append(":triangular_flag_on_post: Has passages that look like instructions to a model")
    if view.is_playable and (view.figures is None or view.waits_for_money or view.playing):
        lines.append(_next_play(view))
    return lines


def _provenance(view: CardView) -> list[str]:
    """Return the lines on how a paper was added and which texts of it were read."""
    lines = []
    if view.texts_read:
        lines.append(f"*Assessed from*: {' and '.join(view.texts_read)}")
    if view.merged_papers:
        names = "; ".join(f"{escape(name)} ({escape(why)})" for name, why in view.merged_papers[:3])
        lines.append(f"*One paper with*: {names}; `unmerge` parts them")
    if view.is_playable:
        lines.append(_next_play(view))
    submitted = _day(view.submitted_at, "Submitted")
    return [*lines, f"{submitted} by <@{view.submitted_by}> to {escape(view.league_name)}"]


def _next_play(view: CardView) -> str:
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


def _day(at: datetime, lead: str) -> str:
    return date(at, "{date_short_pretty}", lead=lead)


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
