"""Views of a vote in its thread: the poll, its announcement, its result and a revert."""

from collections.abc import Mapping

from bot.people import FORMER_MEMBER
from bot.voting.poll_contents import JudgeOpinion, PollContents
from bot.voting.rating_changes import Side
from bot.voting.rules import (
    CLOSED_AS_LEFT,
    CLOSED_AS_VOID,
)
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message

CHOICES = ("first", "second", "draw", "abstain")

TITLE = 120
REASON_SHOWN = 400
_MOST_JUDGES = 3

Names = Mapping[str, str]


def name_of(names: Names, user: str) -> str:
    """Return a person's name, escaped."""
    return builders.escape(builders.one_line(names.get(user, FORMER_MEMBER), 80))


def paper_title(side: Side) -> str:
    """Return a paper's title as a link, shortened to one line."""
    return builders.link(side.url, builders.one_line(side.title, TITLE))


def plain_title(side: Side) -> str:
    """Return a paper's title, escaped and shortened for use in a sentence."""
    return builders.escape(builders.one_line(side.title, TITLE))


def option_text(view: PollContents, choice: str) -> str:
    """Return a choice in words: a paper's title, "a draw" or "abstain"."""
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


def quoted(text: str, most: int) -> str:
    """Return text as a quotation of at most so many characters."""
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
            "called it a draw" if opinion.winner == "draw" else f"chose *{option_text(view, opinion.winner)}*"
        )
        found.append((builders.escape(builders.one_line(opinion.judge, 80)), choice + how))
    return found


def read_button(view: PollContents) -> Block:
    """Return the button that opens all rationales in full."""
    return builders.button(
        "Read", *ids.READ_MATCH.carry(ids.OfMatch(view.match)), label="Read what the judges wrote"
    )


def judged(view: PollContents) -> list[Block]:
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
        sentences.append(f"Together: *{option_text(view, view.judgement)}*.")
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
            f"The vote on {papers(view)} is over.",
            [builders.section(f"🗳️ {head} This vote is over; its result is below.", read_button(view))],
        )
    count = f"{view.voted} of {view.eligible} voted"
    who = name_of(names, view.opened_by)
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
            *judged(view),
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
        text = f"🗳️ {outcome(view)}"
        way = f" {builders.link(link, 'See the vote')}" if link else ""
    else:
        until = builders.date(view.closes_at, lead="closes")
        text = f"🗳️ {name_of(names, view.opened_by)} asks for your vote: {papers(view)}? It {until}."
        way = f" {builders.link(link, 'Vote')}" if link else ""
    return builders.message(text.replace("*", ""), [builders.section(text + way)])


def plain_outcome(view: PollContents) -> str:
    """Return the result of a vote as plain text, for notifications."""
    return outcome(view).replace("*", "")


def outcome(view: PollContents) -> str:
    """Return in one sentence what a closed vote did, which paper beats which now, and by how many votes."""
    if view.result is None or view.contested:
        return f"The verdict stands ({_wins(view, view.judgement)}): {_why_it_stands(view)}"
    if view.confirmed:
        return f"The vote confirmed {_judges(view)}: {_wins(view, view.result)}{_count(view)}."
    if view.revert is not None:
        return f"The vote's result was reverted, so the verdict counts: {_wins(view, view.judgement)}."
    return f"The vote overruled {_judges(view)}: {_wins(view, view.result)}{_count(view)}."


def _wins(view: PollContents, choice: str) -> str:
    first, second = plain_title(view.first), plain_title(view.second)
    if choice == "draw":
        return f"{first} and {second} are *a draw*"
    winner, loser = (first, second) if choice == "first" else (second, first)
    return f"*{winner}* beats {loser}"


def _judges(view: PollContents) -> str:
    return "the judges" if view.panel else builders.escape(builders.one_line(view.verdict.judge, 80))


def _count(view: PollContents) -> str:
    """Return the votes for the winner and those for anything else, as ", 4 to 1"."""
    if view.tally is None or view.result is None:
        return ""
    most = {"first": view.tally.first, "second": view.tally.second}.get(view.result, view.tally.draw)
    return f", {most} to {view.tally.deciding - most}"


def _why_it_stands(view: PollContents) -> str:
    tally = view.tally
    if view.closed_by == CLOSED_AS_LEFT:
        return "one of the papers left the league."
    if view.closed_by == CLOSED_AS_VOID:
        return "counting the votes failed five times. Challenge the match for a new vote."
    if tally is None or not tally.deciding:
        return "nobody chose."
    most, second, _ = sorted((tally.first, tally.second, tally.draw), reverse=True)
    if most == second:
        return f"the votes are tied, {most} to {second}."
    if most * 2 <= tally.deciding:
        return "no option had more than half of the votes."
    return f"the leading option had {most} of the {view.quorum} votes it needs."
