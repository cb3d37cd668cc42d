"""View of the window with everything known of a paper, behind its card."""

from collections.abc import Sequence
from datetime import datetime

from bot.entries.card import CardView, Score
from handlers.blocks import phrases
from handlers.blocks.builders import (
    DAY,
    Block,
    context,
    date,
    escape,
    fields,
    link,
    modal,
    one_line,
    paragraphs,
    plain_date,
    scale_bar,
    section,
    shorten,
)
from handlers.entries.card_view import OFFLINE, UNDER_WAY, next_play_line, place, spread, title_line
from handlers.entries.window_buttons_view import window_buttons

Near = tuple[str, str, tuple[str, ...]]  # title, URL and shared words of a paper close to another


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


def _heading(view: CardView) -> str:
    """Return the title, with authors, category, date and version below it."""
    facts = [escape(view.authors)] if view.authors else []
    if view.category:
        facts.append(escape(view.category))
    if view.published is not None:
        facts.append(plain_date(view.published))
    if view.version is not None and view.version > 1:
        facts.append(f"version {view.version}")
    return title_line(view) + ("\n" + " · ".join(facts) if facts else "")


def _standing(view: CardView) -> str:
    """Return rank, score and rubric rating in one line; "" for a paper not known yet."""
    facts = []
    if (figures := view.figures) is not None:
        facts.append(place(figures, view.ranked_entries))
    elif view.status == "known" and view.removed_at is None:
        facts.append("*Not ranked yet*")
    if view.duels[0]:
        facts.append(f"chosen in {view.duels[1]} of {phrases.count(view.duels[0], 'duel')}")
    rating = next((score for score in view.scores if score.name == "rating"), None)
    if rating is not None:
        facts.append(f"rubric {spread(rating)}")
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
    rest = " · ".join(f"{score.name} {spread(score)}" for score in scores if score.name != "rating")
    head = f"*Rubric {spread(rating)}/10*: {rest}" if rating is not None else f"*Rubric*: {rest}"
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


def _provenance(view: CardView) -> list[str]:
    """Return the lines on how a paper was added and which texts of it were read."""
    lines = []
    pending = sum(state.status in UNDER_WAY for state in view.assessors)
    if pending:
        lines.append(f"*Assessments*: {len(view.assessors) - pending} of {len(view.assessors)} are in")
    if view.texts_read:
        lines.append(f"*Assessed from*: {' and '.join(view.texts_read)}")
    if view.merged_papers:
        names = "; ".join(f"{escape(name)} ({escape(why)})" for name, why in view.merged_papers[:3])
        lines.append(f"*One paper with*: {names}; `unmerge` splits them")
    if view.is_playable:
        lines.append(next_play_line(view))
    submitted = date(view.submitted_at, DAY, lead="Submitted")
    return [*lines, f"{submitted} by <@{view.submitted_by}> to {escape(view.league_name)}"]
