"""Views of a vote's result: the line that says what happened, the window behind it, and a revert."""

from bot.voting.poll_contents import PollContents, ShownBallot
from bot.voting.rating_changes import RatingChange
from bot.voting.rules import (
    CLOSED_AS_LEFT,
    CLOSED_AS_SETTLED,
    CLOSED_AS_VOID,
    CLOSED_BY_ALL,
    CLOSED_BY_DEADLINE,
)
from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message
from handlers.voting.poll_view import (
    CHOICES,
    REASON_SHOWN,
    TITLE,
    Names,
    judged,
    name_of,
    option_text,
    outcome,
    papers,
    plain_outcome,
    plain_title,
    quoted,
)

_QUOTE = 700
_SHORT = 30
_MOST_NAMES = 40
_MOST_REASONS = 8

CLOSED_BY_ITSELF = frozenset(
    {None, CLOSED_BY_DEADLINE, CLOSED_BY_ALL, CLOSED_AS_SETTLED, CLOSED_AS_VOID, CLOSED_AS_LEFT}
)


def result_message(view: PollContents, names: Names) -> Message:
    """Return a vote's result: what happened, how both scores moved, and buttons for the details and to revert."""
    blocks: list[Block] = [builders.section(f"⚖️ {outcome(view)}")]
    if view.rating_changes:
        blocks.append(builders.context(" · ".join(map(_moved_briefly, view.rating_changes))))
    if view.revert is not None:
        blocks.append(builders.section(_revert_text(view, names)))
    buttons = [builders.button("Details", *ids.VOTE_RESULT.carry(ids.OfPoll(view.poll)))]
    if view.revert is None and view.override is not None:
        buttons.append(
            builders.button(
                "Revert…",
                *ids.REVERT.carry(ids.OfMatch(view.match)),
                label=f"Revert, with a reason that all see ({_who_reverts(view)})",
            )
        )
    return builders.message(plain_outcome(view), [*blocks, builders.actions(*buttons)])


def result_window(view: PollContents, names: Names) -> Block:
    """Return the window behind a vote's result: counts, what the judges chose, reasons, ratings before and after."""
    anonymous = " · votes are anonymous" if view.anonymous else ""
    blocks: list[Block] = [
        builders.section(f"{outcome(view)}\n\n{_tally_line(view, names)}"),
        builders.context(f"{_how_it_closed(view, names)}{anonymous}{_counts(view)}"),
        *_reasons(view, names),
        *judged(view),
    ]
    if view.rating_changes:
        blocks.append(builders.section(f"*Ratings, before → after*\n{_moved(view.rating_changes)}"))
    if view.revert is not None:
        blocks.append(builders.section(_revert_text(view, names)))
    return builders.modal("The vote", blocks)


def people_named(view: PollContents) -> list[str | None]:
    """Return whom a result names: who closed or reverted it, and the voters, so that only these are looked up."""
    by_hand = view.closed_by if view.closed_by not in CLOSED_BY_ITSELF else None
    reverted_by = None if view.revert is None else view.revert.by
    return [by_hand, reverted_by, *(ballot.user for ballot in ballots_with_names(view))]


def _moved_briefly(move: RatingChange) -> str:
    title = builders.escape(builders.short_name(move.title, _SHORT))
    if move.after is None:
        return f"{title}: not rated"
    before = f"{move.before.score:.0f} → " if move.before else ""
    return f"{title} {before}{move.after.score:.0f} (#{move.after.rank})"


def _how_it_closed(view: PollContents, names: Names) -> str:
    match view.closed_by:
        case None:
            return "Closed"
        case x if x == CLOSED_BY_DEADLINE:
            return "Closed at its deadline"
        case x if x == CLOSED_BY_ALL:
            return "Closed when everyone had voted"
        case x if x == CLOSED_AS_SETTLED:
            return "Closed early: the votes still missing couldn't change the result"
        case x if x == CLOSED_AS_LEFT:
            return "Closed when one of the papers left the league"
        case x if x == CLOSED_AS_VOID:
            return "Closed without a result"
        case user:
            return f"Closed by {name_of(names, user)}"


def _counts(view: PollContents) -> str:
    """Return that the votes count in the ratings, where the message shows no ratings that say so; else ""."""
    has_votes = view.tally is not None and view.tally.deciding and view.closed_by != CLOSED_AS_LEFT
    return " · each vote counts in the ratings" if has_votes and view.override is None else ""


def _tally_line(view: PollContents, names: Names) -> str:
    """Return a line for each choice with votes: the count, and who voted so unless the vote is anonymous."""
    tally = view.tally
    if tally is None:
        return "Nobody voted."
    papers_votes = ((plain_title(view.first), tally.first), (plain_title(view.second), tally.second))
    counts = (*papers_votes, ("A draw", tally.draw), ("Abstained", tally.abstain))
    lines = [
        f"{lead} *{count}*{_who_chose(view, choice, names)}"
        for choice, (lead, count) in zip(CHOICES, counts, strict=True)
        if count
    ]
    missing = [f"Didn't vote *{tally.missing}*"] if tally.missing else []
    return "\n".join([*lines, *missing]) if lines else "Nobody voted."


def _who_chose(view: PollContents, choice: str, names: Names) -> str:
    users = [ballot.user for ballot in view.ballots if ballot.choice == choice and ballot.user is not None]
    if not users:
        return ""
    rest = f" and {len(users) - _MOST_NAMES} more" if len(users) > _MOST_NAMES else ""
    return f": {', '.join(name_of(names, user) for user in users[:_MOST_NAMES])}{rest}"


def ballots_with_names(view: PollContents) -> list[ShownBallot]:
    """Return the votes whose voters a result names, so that only these names are looked up."""
    with_reason = [ballot for ballot in view.ballots if ballot.reason][:_MOST_REASONS]
    for choice in CHOICES:
        with_reason += [ballot for ballot in view.ballots if ballot.choice == choice][:_MOST_NAMES]
    return with_reason


def _reason(view: PollContents, ballot: ShownBallot, names: Names) -> str:
    who = "Someone" if ballot.user is None else name_of(names, ballot.user)
    return f"{who}, for {option_text(view, ballot.choice)}:\n{quoted(ballot.reason or '', REASON_SHOWN)}"


def _reasons(view: PollContents, names: Names) -> list[Block]:
    with_reason = [ballot for ballot in view.ballots if ballot.reason]
    blocks = [builders.section(_reason(view, ballot, names)) for ballot in with_reason[:_MOST_REASONS]]
    if len(with_reason) > _MOST_REASONS:
        blocks.append(builders.context(f"… and {len(with_reason) - _MOST_REASONS} more reasons"))
    return blocks


def _moved(changes: tuple[RatingChange, ...]) -> str:
    def figures(move: RatingChange) -> str:
        title = builders.escape(builders.one_line(move.title, TITLE))
        if move.after is None:
            return f"{title}: not rated"
        after = f"{move.after.score:.0f} ± {move.after.interval:.0f} (#{move.after.rank})"
        if move.before is None:
            return f"{title}: {after}"
        return (
            f"{title}: {move.before.score:.0f} ± {move.before.interval:.0f} (#{move.before.rank}) → *{after}*"
        )

    return "\n".join(figures(move) for move in changes)


def _who_reverts(view: PollContents) -> str:
    if view.members_revert:
        return "members, owners and admins"
    return "owners and admins"


def _revert_text(view: PollContents, names: Names) -> str:
    assert view.revert is not None
    by = name_of(names, view.revert.by)
    head = f"*{by} reverted the team's decision* · {builders.date(view.revert.at)}"
    return f"{head}\n{quoted(view.revert.reason, _QUOTE)}"


def revert_message(view: PollContents, names: Names) -> Message | None:
    """Return the message that a team's decision was reverted, with the reason; None if it wasn't."""
    if view.revert is None:
        return None
    by = name_of(names, view.revert.by)
    text = f"{_revert_text(view, names)}\nThe judge's verdict counts again."
    if view.revert.rating_changes:
        text += f"\n\n*Ratings, before → after*\n{_moved(view.revert.rating_changes)}"
    plain = f"{by} reverted the team's decision on {papers(view)}: {_plain_reason(view)}"
    return builders.message(plain, [builders.section(text)])


def _plain_reason(view: PollContents) -> str:
    assert view.revert is not None
    return builders.escape(builders.one_line(view.revert.reason, _QUOTE))
