"""Views of a vote for one person: the receipt, answers to buttons, and the windows."""

from decimal import Decimal

from bot.voting.authorship import Authorship
from bot.voting.casting import Receipt
from bot.voting.poll_contents import PollContents
from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block, Message
from handlers.voting.poll_view import CHOICES, REASON_SHOWN, TITLE, outcome, papers, plain_outcome
from storage.errors import BadRequestError

REASON = "reason"
CHOICE = "choice"


def choice_at(place: int) -> str:
    """Return the choice of a button by its position. Raises `BadRequestError` for an unknown one."""
    if not 0 <= place < len(CHOICES):
        raise BadRequestError("That isn't a choice of this vote. Pick a paper, a draw, or abstain.")
    return CHOICES[place]


def picked_choice(value: str | None) -> str:
    """Return the choice made in the window's radio group, whose values are positions. Raises `BadRequestError`."""
    return choice_at(int(value) if value is not None and value.isdecimal() else -1)


def receipt_message(receipt: Receipt) -> Message:
    """Build the confirmation that a person's vote was counted; only they see it."""
    label = builders.escape(builders.one_line(receipt.label, TITLE))
    until = builders.date(receipt.closes_at, lead="until")
    if receipt.late:
        text = (
            f"Your vote for *{label}* is in. The vote had just closed, because the missing votes couldn't change "
            "the result; yours counts."
        )
    elif receipt.closing is not None:
        text = f"Your vote for *{label}* is in, and the vote is closed. {outcome(receipt.closing)}"
    elif receipt.previous not in {None, receipt.choice}:
        text = f"Your vote is now for *{label}*. You can change it {until}."
    else:
        text = (
            f"Your vote for *{label}* is in. Votes stay hidden until the close; you can change yours {until}."
        )
    blocks = [builders.section(text)]
    if receipt.reason:
        blocks.append(
            builders.context(
                "Your reason, shown after the close: "
                f"{builders.escape(builders.one_line(receipt.reason, REASON_SHOWN))}"
            )
        )
    elif not receipt.closed:
        blocks.append(
            builders.actions(
                builders.button("Add a reason", *ids.VOTE_REASON.carry(ids.OfPoll(receipt.poll))),
            )
        )
    return builders.message(text, blocks)


def challenged_message(
    view: PollContents, link: str | None, is_posted: bool = True, again: Decimal = Decimal(0)
) -> Message:
    """Return the answer to a challenge, with a link to the vote (or to its thread if not `is_posted`).

    `again` is the most that asking the judge once more may cost, in USD.
    """
    where = f"It is in <#{view.channel}>, in the match's thread"
    if link:
        where = f"<{link}|Go to the vote>"
        if not is_posted:
            where = f"It appears in a moment in the match's thread: <{link}|go there>"
    state = "The vote is open" if view.opened else "This match's vote is already open"
    low = ""
    if view.quorum_lowered:
        low = f" Only {view.eligible} can vote, so {view.quorum} votes are enough, not {view.wanted_quorum}."
    cost = ""
    if again:
        most = phrases.money(again)
        cost = f" The judge is asked again with the papers swapped, for voters to compare: at most {most}."
    text = f"{state}: {papers(view)}, {builders.date(view.closes_at, lead='until')}.{low}{cost} {where}."
    if link:
        return builders.message(text)
    find = builders.button("Find the vote", *ids.CHALLENGE.carry(ids.OfMatch(view.match)))
    return builders.message(text, [builders.section(text), builders.actions(find)])


def which_paper_message(view: PollContents, own: frozenset[int] = frozenset()) -> Message:
    """Return the question which of a vote's papers the person wrote; `own` are papers they marked before."""
    blocks = [
        builders.section(
            "*Which of the two papers are you an author of?*\nAuthors don't vote on matches of their papers."
        )
    ]
    for side in (view.first, view.second):
        title = builders.escape(builders.one_line(side.title, TITLE))
        action, label = (
            (ids.UNMARK_AUTHOR, phrases.NO_AUTHOR) if side.paper in own else (ids.MARK_AUTHOR, phrases.AUTHOR)
        )
        note = "\nYou said that you are an author of it." if side.paper in own else ""
        blocks.append(
            builders.section(
                f"{title}{note}", builders.button(label, *action.carry(ids.OfEntry(side.entry), side.entry))
            )
        )
    return builders.message("Which of the two papers are you an author of?", blocks)


def author_message(authorship: Authorship) -> Message:
    """Return the confirmation that a person is marked as an author, with a button to undo it."""
    title = builders.escape(builders.one_line(authorship.title, TITLE))
    count = len(authorship.polls)
    open_polls = f" You are out of {phrases.count(count, 'open vote')} on it." if count else ""
    text = (
        f"Saved: you are an author of *{title}* and don't vote on its matches.{open_polls}"
        if authorship.changed
        else f"You are marked as an author of *{title}* already."
    )
    undo = builders.button(phrases.NO_AUTHOR, *ids.UNMARK_AUTHOR.carry(ids.OfEntry(authorship.entry)))
    return builders.message(text, [builders.section(text), builders.actions(undo)])


def no_author_message(authorship: Authorship) -> Message:
    """Return the confirmation that a person is no longer marked as an author."""
    title = builders.escape(builders.one_line(authorship.title, TITLE))
    if not authorship.changed:
        return builders.message(f"You aren't marked as an author of *{title}*.")
    count = len(authorship.polls)
    again = f" You may vote again in {phrases.count(count, 'open vote')} on it." if count else ""
    return builders.message(f"Taken back: you aren't marked as an author of *{title}* any more.{again}")


def closed_message(view: PollContents) -> Message:
    """Build the answer to an owner who closed a vote by hand."""
    return builders.message(f"The vote is closed. {plain_outcome(view)}")


def reverted_message(view: PollContents) -> Message:
    """Build the answer to an owner who undid a team's decision on a match, so that the judge's verdict counts again."""
    return builders.message(
        f"Reverted: the judge's verdict on {papers(view)} counts again. Your reason is in the thread."
    )


def reason_modal(
    view: PollContents, choice: str | None, reason: str | None, about: ids.ModalSubject
) -> Block:
    """Return the window to vote with a reason, filled with the person's earlier vote."""
    labels = (view.first.title, view.second.title, phrases.DRAW, phrases.ABSTAIN)
    options = [builders.option(label, str(place)) for place, label in enumerate(labels)]
    initial = str(CHOICES.index(choice)) if choice in CHOICES else None
    how = "anonymously" if view.anonymous else "with your name"
    return builders.modal(
        "Your vote",
        [
            inputs.input_radio(CHOICE, "Your choice", options, initial=initial),
            inputs.input_text(
                REASON,
                "Your reason",
                initial=reason or "",
                hint=f"Optional. Shown when the vote closes, {how}.",
                optional=True,
                multiline=True,
                most=1_000,
            ),
        ],
        submit="Vote",
        private_metadata=ids.VOTE_REASON_MODAL.encode(about),
        callback_id=ids.VOTE_REASON_MODAL.name,
        close="Cancel",
    )


def revert_modal(about: ids.ModalSubject) -> Block:
    """Return the window in which an owner gives the reason for reverting an override."""
    return builders.modal(
        "Revert the override",
        [
            builders.section(
                "The judge's verdict will count again. "
                "Nothing is erased: the votes and the decision stay in view."
            ),
            inputs.input_text(
                REASON, "Why", hint="Posted in the match's thread.", multiline=True, most=1_000
            ),
        ],
        submit="Revert",
        private_metadata=ids.REVERT_REASON_MODAL.encode(about),
        callback_id=ids.REVERT_REASON_MODAL.name,
        close="Cancel",
    )
