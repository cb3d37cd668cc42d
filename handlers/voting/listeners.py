"""Listeners for votes: the buttons of challenge, poll and result, the windows, and the renderers."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from bot.following import notices
from bot.leagues.viewers import voters_in
from bot.people import People
from bot.spending.price_estimates import prices
from bot.voting import authorship, challenging, reverting
from bot.voting.ballot_box import BallotBox
from bot.voting.casting import Receipt, own_ballot
from bot.voting.closing import check_may_close, close
from bot.voting.poll_contents import PollContents, poll_contents
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.posting import permalinks
from handlers.slack.services import Renderer, Services
from handlers.voting import poll_result_view, poll_view, receipts_view, reminders_view
from storage.database.engine import Transaction
from storage.leagues.homes import About
from storage.matches import match_rows
from storage.work import outbox
from storage.work.delivery import MessageRequest

RECEIPTS_AT_ONCE = 4
"""How many receipts are sent at a time, so that other clicks' acknowledgements come first."""


def register(on: Boundary) -> None:
    """Register the listeners of everything that can be clicked in a vote."""
    casting = Casting(on.services)
    on.action(ids.CHALLENGE, _challenge)
    on.action(ids.CAST_VOTE, casting.click, before_ack=True)
    on.action(ids.VOTE_REASON, _ask_reason)
    on.submission(ids.VOTE_REASON_MODAL, casting.with_reason)
    on.action(ids.VOTE_AUTHOR, _ask_which_paper)
    on.action(ids.MARK_AUTHOR, _mark_author)
    on.action(ids.UNMARK_AUTHOR, _unmark_author)
    on.action(ids.VOTE_RULES, _show_rules)
    on.action(ids.CLOSE_VOTE, _ask_to_close)
    on.submission(ids.CLOSE_VOTE_MODAL, _close)
    on.action(ids.VOTE_RESULT, _show_result)
    on.action(ids.REVERT, _ask_why)
    on.submission(ids.REVERT_REASON_MODAL, _revert)


async def _challenge(call: Call, about: ids.OfMatch) -> None:
    viewer = await call.viewer(About.MATCH, about.match)
    database, now = call.services.database, call.services.now()
    async with database.reading(call.workspace) as session:
        electorate = await challenging.electorate_of(session, about.match)
    voters = await voters_in(call.people, electorate.channel, strangers=electorate.strangers)
    async with database.transaction(call.workspace) as session:
        view = await challenging.challenge(session, about.match, viewer, voters, now=now)
        if view.opened:
            await _tell_followers(session, view, "challenged", view.poll, call)
    again = await _price_of_evidence(call, view) if view.opened and view.wants_evidence else Decimal(0)
    await call.answer(receipts_view.challenged_message(view, *await _way_to(call, view), again=again))


async def _price_of_evidence(call: Call, view: PollContents) -> Decimal:
    """Return the highest cost in USD of asking the match's judge again with the papers swapped."""
    async with call.services.database.reading(call.workspace) as session:
        judge = (await match_rows.get(session, view.match)).judge
    return prices(call.services.runtime, [judge]).match


async def _way_to(call: Call, view: PollContents) -> tuple[str | None, bool]:
    """Return (permalink, is_posted): of the poll, or until it is posted of its thread."""
    async with call.services.database.reading(call.workspace) as session:
        match = await match_rows.get(session, view.match)
        keys = [f"poll:{view.poll}", f"match:{view.match}", f"tournament:{match.tournament_id}"]
        places = await outbox.places(session, view.channel, keys)
    for key in keys:
        if key in places:
            link = await call.services.permalink(call.workspace, *places[key])
            if link is not None:
                return link, key == keys[0]
    return None, False


class Casting:
    """Casts votes by click or with a reason; a click is acknowledged when its vote is stored, then gets a receipt."""

    def __init__(self, services: Services) -> None:
        self._box = BallotBox(services.database)
        self._receipts = asyncio.Semaphore(RECEIPTS_AT_ONCE)

    async def click(self, call: Call, ballot: ids.Ballot) -> None:
        """Cast the vote of a choice's button."""
        receipt = await self._voted(call, ballot.poll, receipts_view.choice_at(ballot.choice))
        call.kept.set()
        async with self._receipts:
            await call.answer(receipts_view.receipt_message(receipt))

    async def with_reason(self, call: Call, about: ids.ModalSubject) -> None:
        """Cast the vote of the window that asks for a reason."""
        choice = receipts_view.picked_choice(call.view.choice(receipts_view.CHOICE))
        receipt = await self._voted(call, about.id, choice, call.view.text(receipts_view.REASON))
        await _answer_at(call, about, receipts_view.receipt_message(receipt))

    async def _voted(self, call: Call, poll: int, choice: str, reason: str | None = None) -> Receipt:
        return await self._box.cast(
            call.workspace, poll, call.user, choice, reason, people=call.people, now=call.services.now()
        )


async def _ask_reason(call: Call, about: ids.OfPoll) -> None:
    viewer = await call.viewer(About.POLL, about.poll)
    async with call.services.database.reading(call.workspace) as session:
        if refusals := await challenging.refusals(session, about.poll, [viewer]):
            raise refusals[call.user]
        ballot = await own_ballot(session, about.poll, call.user)
    about_poll = ids.ModalSubject(about.poll, call.channel, call.thread_ts or "", call.response_url or "")
    await call.open(receipts_view.reason_modal(ballot.view, ballot.choice, ballot.reason, about_poll))


async def _answer_at(call: Call, about: ids.ModalSubject, answer: Message) -> None:
    """Answer a modal where its button was clicked; a submission itself names no channel."""
    await replace(call, channel=about.channel, body=_origin(call, about)).answer(answer)


def _origin(call: Call, about: ids.ModalSubject) -> dict[str, object]:
    container = {"thread_ts": about.thread_ts} if about.thread_ts else {}
    return {**call.body, "response_url": about.response_url or None, "container": container}


async def _ask_which_paper(call: Call, about: ids.OfPoll) -> None:
    viewer = await call.viewer(About.POLL, about.poll)
    async with call.services.database.reading(call.workspace) as session:
        await challenging.check_sees(session, about.poll, viewer)
        view = await poll_contents(session, about.poll)
        own = await authorship.papers_of(session, (view.first.paper, view.second.paper), call.user)
    await call.answer(receipts_view.which_paper_message(view, own))


async def _mark_author(call: Call, about: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, about.entry)
    async with call.services.database.transaction(call.workspace) as session:
        authorship_change = await authorship.mark_author_of(
            session, about.entry, viewer, now=call.services.now()
        )
    await call.answer(receipts_view.author_message(authorship_change), replace=call.in_ephemeral)


async def _unmark_author(call: Call, about: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, about.entry)
    async with call.services.database.transaction(call.workspace) as session:
        authorship_change = await authorship.unmark_author_of(session, about.entry, viewer)
    await call.answer(receipts_view.no_author_message(authorship_change), replace=call.in_ephemeral)


async def _show_rules(call: Call, about: ids.OfPoll) -> None:
    viewer = await call.viewer(About.POLL, about.poll)
    async with call.services.database.reading(call.workspace) as session:
        await challenging.check_sees(session, about.poll, viewer)
        view = await poll_contents(session, about.poll)
    await call.open(poll_view.rules(view))


async def _show_result(call: Call, about: ids.OfPoll) -> None:
    viewer = await call.viewer(About.POLL, about.poll)
    async with call.services.database.reading(call.workspace) as session:
        await challenging.check_sees(session, about.poll, viewer)
        view = await poll_contents(session, about.poll)
    names = await _names(call.people, poll_result_view.people_named(view))
    await call.open(poll_result_view.result_window(view, names))


async def _ask_to_close(call: Call, about: ids.OfPoll) -> None:
    viewer = await call.viewer(About.POLL, about.poll)
    async with call.services.database.reading(call.workspace) as session:
        view = await check_may_close(session, about.poll, viewer)
    subject = ids.ModalSubject(about.poll, call.channel, call.thread_ts or "", call.response_url or "")
    await call.open(poll_view.close_window(subject, view))


async def _close(call: Call, about: ids.ModalSubject) -> None:
    viewer = await call.viewer(About.POLL, about.id)
    async with call.services.database.transaction(call.workspace) as session:
        view = await close(session, about.id, viewer, call.services.now())
    await _answer_at(call, about, receipts_view.closed_message(view))


async def _ask_why(call: Call, about: ids.OfMatch) -> None:
    viewer = await call.viewer(About.MATCH, about.match)
    async with call.services.database.reading(call.workspace) as session:
        await reverting.check_may_revert(session, about.match, viewer)
    await call.open(
        receipts_view.revert_modal(
            ids.ModalSubject(about.match, call.channel, call.thread_ts or "", call.response_url or "")
        )
    )


async def _revert(call: Call, about: ids.ModalSubject) -> None:
    viewer = await call.viewer(About.MATCH, about.id)
    reason = call.view.text(receipts_view.REASON)
    async with call.services.database.reading(call.workspace) as session:
        await reverting.check_may_revert(session, about.id, viewer)
    async with call.services.database.transaction(call.workspace) as session:
        view = await reverting.revert(session, about.id, viewer, reason, now=call.services.now())
        await _tell_followers(session, view, "reverted", view.poll, call)
    await _answer_at(call, about, receipts_view.reverted_message(view))


async def _tell_followers(
    session: Transaction, view: PollContents, kind: str, about_id: int, call: Call
) -> None:
    """Notify followers of both papers, but not the person who caused the event."""
    await notices.tell_match(
        session,
        view.match,
        (view.first.entry, view.second.entry),
        kind,
        about_id,
        now=call.services.now(),
        but=call.user,
    )


async def _names(people: People, users: Iterable[str | None]) -> dict[str, str]:
    return {user: (await people.person(user)).name for user in dict.fromkeys(users) if user is not None}


def _people_of(session: Transaction, services: Services) -> People:
    return services.people(session.workspace)


async def _poll(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    view = await poll_contents(session, request.about)
    return poll_view.poll_message(view, await _names(_people_of(session, services), [view.opened_by]))


async def _announcement(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Render the channel's announcement of an open vote, later of its result."""
    view = await poll_contents(session, request.about)
    if not view.is_open and request.ts is None:
        return None
    link = (await permalinks.of_polls(session, services, view.channel, [view.poll])).get(view.poll)
    return poll_view.announcement(view, link, await _names(_people_of(session, services), [view.opened_by]))


async def _result(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    view = await poll_contents(session, request.about)
    if view.is_open:
        return None
    by = None if view.revert is None else view.revert.by
    return poll_result_view.result_message(view, await _names(_people_of(session, services), [by]))


async def _reverted(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    view = await poll_contents(session, request.about)
    by = None if view.revert is None else view.revert.by
    return poll_result_view.revert_message(view, await _names(_people_of(session, services), [by]))


async def _reminder(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Render the reminder to vote; None if the person left the channel, or the vote closed before it was sent."""
    view = await poll_contents(session, request.about)
    if not view.is_open and request.ts is None:
        return None
    if not await _people_of(session, services).is_member(view.channel, request.channel):
        return None
    return reminders_view.reminder_message(view)


MESSAGES: dict[str, Renderer] = {
    "poll": _poll,
    "poll_announced": _announcement,
    "poll_result": _result,
    "revert": _reverted,
    "poll_reminder": _reminder,
}
