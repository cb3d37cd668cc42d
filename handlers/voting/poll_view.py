"""Views of a vote in its thread: the poll, its announcement, its result and a revert."""

from collections.abc import Mapping

from bot.people import FORMER_MEMBER
from bot.voting.poll_contents import JudgeOpinion, PollContents, ShownBallot
from bot.voting.rating_changes import RatingChange, Side
from bot.voting.rules import (
    CLOSED_AS_LEFT,
    CLOSED_AS_SETTLED,
    CLOSED_AS_VOID,
    CLOSED_BY_ALL,
    CLOSED_BY_DEADLINE,
)
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message

CHOICES = ("first", "second", "draw", "abstain")

TITLE = 120
_QUOTE = 700
REASON_SHOWN = 400
_MOST_JUDGES = 3
_MOST_NAMES = 40
_MOST_REASONS = 8

CLOSED_BY_ITSELF = frozenset(
    {None, CLOSED_BY_DEADLINE, CLOSED_BY_ALL, CLOSED_AS_SETTLED, CLOSED_AS_VOID, CLOSED_AS_LEFT}
)

Names = Mapping[str, str]


def _name(names: Names, user: str) -> str:
    return builders.escape(builders.one_line(names.get(user, FORMER_MEMBER), 80))


def paper_title(side: Side) -> str:
    """Return a paper's title as a link, shortened to one line."""
    return builders.link(side.url, builders.one_line(side.title, TITLE))


def plain_title(side: Side) -> str:
    """Return a paper's title, escaped and shortened for use in a sentence."""
    return builders.escape(builders.one_line(side.title, TITLE))


def _option(view: PollContents, choice: str) -> str:
    match choice:
        case "first":
            return plain_title(view.first)
        case "second":
            return plain_title(view.second)
        case "abstain":
            return "abstain"
        case _:
            return "a draw"


def papers(view: PollContents) -> str:
    """Return both papers' titles as "A or B"."""
    return f"{plain_title(view.first)} or {plain_title(view.second)}"


def _quoted(text: str, most: int) -> str:
    return "> " + builders.escape(builders.one_line(text, most))


def judgement(view: PollContents, opinion: JudgeOpinion) -> str:
    """Return one phrase on what a judge chose and how confident it was.

    It has no full stop; the reasons are behind the button *Read*.
    """
    return " ".join(_judges_and_choices(view, [opinion])[0])


def _judges_and_choices(view: PollContents, opinions: list[JudgeOpinion]) -> list[tuple[str, str]]:
    """Return each judge with its choice; those who chose the same have the same words, with how sure each was."""
    found = []
    for opinion in opinions:
        sure = [
            phrases.percent(each.confidence)
            for each in opinions
            if each.winner == opinion.winner and each.confidence
        ]
        how = f" ({phrases.and_list(sure)} sure)" if sure else ""
        choice = (
            "called it a draw" if opinion.winner == "draw" else f"chose *{_option(view, opinion.winner)}*"
        )
        found.append((builders.escape(builders.one_line(opinion.judge, 80)), choice + how))
    return found


def read_button(view: PollContents) -> Block:
    """Return the button that opens all rationales in full."""
    return builders.button(
        "Read", *ids.READ_MATCH.carry(ids.OfMatch(view.match)), label="Read what the judges wrote"
    )


def _judged(view: PollContents) -> list[Block]:
    """Return what the judges chose, in one paragraph with a button to read their rationales."""
    judges = [view.verdict, *view.panel]
    more = f", and {len(judges) - _MOST_JUDGES} more" if len(judges) > _MOST_JUDGES else ""
    sentences = [f"{phrases.opinions(_judges_and_choices(view, judges[:_MOST_JUDGES]))}{more}."]
    if view.swap is not None:
        same = view.swap.winner == view.verdict.winner
        sentences.append(
            "With the papers swapped it said the same."
            if same
            else f"With the papers swapped, {judgement(view, view.swap)}."
        )
    if any(each.winner != view.judgement for each in judges):
        sentences.append(f"Together: *{_option(view, view.judgement)}*.")
    if view.evidence is not None:
        same = view.evidence.winner == view.verdict.winner
        sentences.append(
            f"Asked again with the papers swapped, the judge chose {'the same paper' if same else 'otherwise'}."
        )
    blocks = [builders.section(" ".join(sentences), read_button(view))]
    if any(opinion is not None and opinion.judge == phrases.OFFLINE_JUDGE for opinion in _all_said(view)):
        blocks.append(builders.context(phrases.offline_judge()))
    if view.no_evidence:
        why = phrases.sentence(builders.escape(view.no_evidence))
        blocks.append(builders.context(f"The judge wasn't asked again with the papers swapped. {why}"))
    return blocks


def _all_said(view: PollContents) -> tuple[JudgeOpinion | None, ...]:
    return (view.verdict, view.swap, view.evidence, *view.panel)


def rules(view: PollContents) -> Block:
    """Build the window that explains a vote: how it is counted, who sees what, and who may close it."""
    names = "without names" if view.anonymous else "with names"
    need = (
        f"A choice wins with more than half of the votes, and at least {phrases.count(view.quorum, 'vote')}."
    )
    if view.quorum_lowered:
        need += f" The league asks for {view.wanted_quorum}, but only {view.eligible} can vote."
    if view.eligible == view.quorum:
        need += f" Only {view.eligible} can vote, so one abstention ends it."
    lines = [
        need + " Otherwise the judge's verdict stands.",
        f"Votes are hidden until the vote closes, then shown to all, {names}.",
        "An admin's export always has the voters' ids.",
        "You can change your vote until the close. Weekends don't count towards the time.",
        "Each vote also counts in the ratings, as one person's opinion, whichever way the vote ends.",
        "Authors of either paper don't vote. Owners and admins can close the vote early.",
    ]
    return builders.modal("How this vote works", [builders.section(line) for line in lines])


def close_window(about: ids.ModalSubject, view: PollContents) -> Block:
    """Return the window that asks before a vote is closed by hand."""
    text = f"*{papers(view)}*\n{view.voted} of {view.eligible} voted. The votes cast so far decide."
    return builders.modal(
        "Close the vote now?",
        [builders.section(text)],
        submit="Close the vote",
        private_metadata=ids.CLOSE_VOTE_MODAL.encode(about),
        callback_id=ids.CLOSE_VOTE_MODAL.name,
        close="Keep it open",
    )


def vote_buttons(view: PollContents) -> list[Block]:
    """Return the buttons of a vote: each paper, draw, abstain."""
    labels = (view.first.title, view.second.title, phrases.DRAW, phrases.ABSTAIN)
    return [
        builders.button(
            label, *ids.CAST_VOTE.carry(ids.Ballot(view.poll, place), place), label=f"Vote: {label}"
        )
        for place, label in enumerate(labels)
    ]


def poll_message(view: PollContents, names: Names) -> Message:
    """Return the poll's message: open with its buttons, or with the result."""
    head = f"*{paper_title(view.first)} or {paper_title(view.second)}?*"
    if not view.is_open:
        return builders.message(
            f"The vote on {papers(view)} is over. {plain_outcome(view)}",
            [builders.section(f"{head}\nThis vote is over. {outcome(view)}", read_button(view))],
        )
    count = f"{view.voted} of {view.eligible} voted"
    who = _name(names, view.opened_by)
    poll = ids.OfPoll(view.poll)
    menu = builders.overflow(
        ids.MENU_ID,
        [
            builders.option("Vote with a reason…", ids.VOTE_REASON.in_menu(poll)),
            builders.option(phrases.AUTHOR, ids.VOTE_AUTHOR.in_menu(poll)),
            builders.option("How this vote works", ids.VOTE_RULES.in_menu(poll)),
            builders.option("Close now… (owners and admins)", ids.CLOSE_VOTE.in_menu(poll)),
        ],
    )
    after = "without" if view.anonymous else "with"
    few = f" · only {view.eligible} can vote: {view.quorum} votes decide" if view.quorum_lowered else ""
    return builders.message(
        f"{who} challenged the verdict on {papers(view)}: {count}.",
        [
            builders.section(f"🗳️ {head} {who} asks for your vote."),
            *_judged(view),
            builders.context(
                f"*{count}* · {builders.date(view.closes_at, lead='closes')} · "
                f"votes are hidden until then, then shown {after} names{few}"
            ),
            builders.actions(*vote_buttons(view), menu),
        ],
    )


def announcement(view: PollContents, link: str | None, names: Names) -> Message:
    """Build the line in the channel about a vote: who asks for it, on which papers, with a link to it."""
    if not view.is_open:
        text = f"🗳️ The vote on {papers(view)} is over. {outcome(view)}"
        way = f" {builders.link(link, 'See it')}" if link else ""
    else:
        until = builders.date(view.closes_at, lead="closes")
        text = f"🗳️ {_name(names, view.opened_by)} asks for your vote: {papers(view)}? It {until}."
        way = f" {builders.link(link, 'Vote')}" if link else ""
    return builders.message(text.replace("*", ""), [builders.section(text + way)])


def plain_outcome(view: PollContents) -> str:
    """Return the result of a vote as plain text, for notifications."""
    return outcome(view).replace("*", "")


def outcome(view: PollContents) -> str:
    """Return what a closed vote did: overruled the judge, confirmed the verdict, or let it stand, and why."""
    if view.result is None or view.contested:
        return f"The verdict ({_option(view, view.judgement)}) stands, contested: {_why_it_stands(view)}"
    choice = _option(view, view.result)
    if view.confirmed:
        return f"The team confirmed the verdict: *{choice}*."
    if view.revert is not None:
        return f"The team had chosen *{choice}*; that was reverted, and the judge's verdict counts."
    return f"The team overruled the judge: *{choice}*."


def _why_it_stands(view: PollContents) -> str:
    tally = view.tally
    if view.closed_by == CLOSED_AS_LEFT:
        return "one of the papers left the league."
    if tally is None or not tally.deciding:
        return "nobody chose."
    most, second, _ = sorted((tally.first, tally.second, tally.draw), reverse=True)
    if most == second:
        return f"the votes are tied, {most} to {second}."
    if most * 2 <= tally.deciding:
        return "no option had more than half of the votes."
    return f"the leading option had {most} of the {view.quorum} votes it needs."


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
            return "Closed without a result: one of the papers left the league"
        case x if x == CLOSED_AS_VOID:
            return "Closed without a result: counting the votes failed five times. Challenge the match for a new vote"
        case user:
            return f"Closed by {_name(names, user)}"


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
    return f": {', '.join(_name(names, user) for user in users[:_MOST_NAMES])}{rest}"


def ballots_with_names(view: PollContents) -> list[ShownBallot]:
    """Return the votes whose voters a result names, so that only these names are looked up."""
    with_reason = [ballot for ballot in view.ballots if ballot.reason][:_MOST_REASONS]
    for choice in CHOICES:
        with_reason += [ballot for ballot in view.ballots if ballot.choice == choice][:_MOST_NAMES]
    return with_reason


def _reason(view: PollContents, ballot: ShownBallot, names: Names) -> str:
    who = "Someone" if ballot.user is None else _name(names, ballot.user)
    return f"{who}, for {_option(view, ballot.choice)}:\n{_quoted(ballot.reason or '', REASON_SHOWN)}"


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


def result_message(view: PollContents, names: Names) -> Message:
    """Return a vote's result: the team's choice and the judge's, counts, reasons, ratings before and after."""
    anonymous = " · votes are anonymous" if view.anonymous else ""
    blocks: list[Block] = [
        builders.section(f"⚖️ {outcome(view)}\n{_tally_line(view, names)}"),
        *_judged(view),
        builders.context(f"{_how_it_closed(view, names)}{anonymous}{_counts(view)}"),
        *_reasons(view, names),
    ]
    if view.rating_changes:
        blocks.append(builders.section(f"*Ratings, before → after*\n{_moved(view.rating_changes)}"))
    if view.revert is not None:
        blocks.append(builders.section(_revert_text(view, names)))
    elif view.override is not None:
        blocks.append(
            builders.actions(
                builders.button(
                    "Revert…",
                    *ids.REVERT.carry(ids.OfMatch(view.match)),
                    label=f"Revert, with a reason that all see ({_who_reverts(view)})",
                )
            )
        )
    return builders.message(f"Vote on {papers(view)}: {plain_outcome(view)}", blocks)


def _who_reverts(view: PollContents) -> str:
    if view.members_revert:
        return "members, owners and admins"
    return "owners and admins"


def _revert_text(view: PollContents, names: Names) -> str:
    assert view.revert is not None
    by = _name(names, view.revert.by)
    head = f"*{by} reverted the team's decision* · {builders.date(view.revert.at)}"
    return f"{head}\n{_quoted(view.revert.reason, _QUOTE)}"


def revert_message(view: PollContents, names: Names) -> Message | None:
    """Return the message that a team's decision was reverted, with the reason; None if it wasn't."""
    if view.revert is None:
        return None
    by = _name(names, view.revert.by)
    text = f"{_revert_text(view, names)}\nThe judge's verdict counts again."
    if view.revert.rating_changes:
        text += f"\n\n*Ratings, before → after*\n{_moved(view.revert.rating_changes)}"
    plain = f"{by} reverted the team's decision on {papers(view)}: {_plain_reason(view)}"
    return builders.message(plain, [builders.section(text)])


def _plain_reason(view: PollContents) -> str:
    assert view.revert is not None
    return builders.escape(builders.one_line(view.revert.reason, _QUOTE))
