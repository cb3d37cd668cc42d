"""Takes in links from messages, edits, mentions, direct messages, the message shortcut and `/rank add`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.entries import intake
from bot.entries.card import card
from bot.leagues import creating
from bot.leagues.visibility import league_of_entry, visible_league, visible_leagues
from bot.leagues.which_league import WhichLeagueError, league_of_question
from bot.papers import links
from bot.papers.links import Reference
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.blocks.choosers import choose_league
from handlers.blocks.ids import Question
from handlers.entries.card_view import card_message, with_posting
from handlers.entries.incoming import dropped_files, held_links_view, intake_view
from handlers.slack.attempts import GONE, attempt, decorate
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.services import Services
from handlers.slack.windows.submissions import SubmissionResult
from handlers.slack.words.commands import Command
from handlers.slack.words.mentions import (
    apps_message_of,
    is_direct,
    is_edit,
    is_persons,
    is_workflow,
    message_of,
    poster_of,
    question_of,
)
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError, PaperboutError, StorageError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League

MOST_LINKS = 300
"""Most characters of links that a button carries while a person chooses a league."""
REACTION = "eyes"

log = structlog.get_logger(__name__)


def register(on: Boundary) -> None:
    """Register the listeners for all ways in which links arrive."""
    on.event("message", _on_message, matters=_has_a_say)
    on.event("app_mention", _on_mention)
    on.shortcut(ids.ADD_PAPER_SHORTCUT, _on_shortcut)
    on.action(ids.ADD_LINK, _add_link)
    on.action(ids.ADD_TO, _ask_where)
    on.submission(ids.ADD_TO_MODAL, _add_to)


def _has_a_say(call: Call) -> bool:
    """Return whether a message may need an answer: a direct message, or one by others that contains a link."""
    message = message_of(call.event) or apps_message_of(call.event)
    if message is None or message.get("user") == call.bot_user:
        return False
    return is_direct(call.event) or bool(links.of_message(message)) or dropped_files.holds_references(message)


async def _on_message(call: Call) -> None:
    event = call.event
    message = message_of(event)
    if message is None:
        await _take_from_app(call, apps_message_of(event) or {})
        return
    if message.get("user") == call.bot_user:
        return
    if is_direct(event) and question_of(message, call.bot_user, call.services.commands) is not None:
        return  # handlers.slack.slash answers it
    if call.bot_user and f"<@{call.bot_user}>" in str(message.get("text") or "") and not is_direct(event):
        return  # the mention's own event brings it
    await _take_posted(call, message, handed=is_direct(event))


async def _on_mention(call: Call) -> None:
    event = call.event
    if (event.get("bot_id") and not is_workflow(event)) or event.get("user") == call.bot_user:
        return
    if question_of(call.event, call.bot_user, call.services.commands) is not None:
        return  # handlers.slack.slash answers it
    await _take_posted(call, event, handed=True)


async def _take_posted(call: Call, message: Mapping[str, Any], *, handed: bool) -> None:
    """Take in the links of a message; what workflows and Slackbot post is never answered."""
    channel = str(call.event.get("channel") or call.channel)
    if is_persons(message):
        await _take(call, channel, message, handed=handed)
        return
    try:
        await _take(call, channel, message, handed=False)
    except PaperboutError as error:
        if isinstance(error, StorageError):
            raise
        log.info("links_of_app_refused", channel=channel, error=type(error).__name__)


async def _take_from_app(call: Call, message: Mapping[str, Any]) -> None:
    """Take in the links that another app, such as a feed, posted, in channels whose league says so."""
    if message.get("app_id", "") == call.body.get("api_app_id"):
        return  # our own, however it was posted
    async with call.services.database.reading(call.workspace) as session:
        league = await league_rows.of_channel(session, str(call.event.get("channel") or ""))
    if league is not None and league.takes_app_links:
        await _take_posted(call, message, handed=False)


async def _on_shortcut(call: Call) -> None:
    await _take(call, call.channel, call.message, handed=True, by=call.user)


async def _take(
    call: Call, channel: str, message: Mapping[str, Any], *, handed: bool, by: str | None = None
) -> None:
    references = links.of_message(message)
    ts = str(message.get("ts") or "")
    is_new = handed and not is_edit(call.event)  # an edit adds what is new and is answered nothing twice
    impossible = _impossible(links.text_of(message)) if is_new else ""
    if impossible:
        await call.answer(impossible)
    remarks: tuple[str, ...] = ()
    if not is_edit(call.event) and dropped_files.holds_references(message):
        dropped = await dropped_files.read_all(call, message, handed=handed)
        by_name = {each.canonical: each for each in (*dropped.references, *references)}
        references, remarks = tuple(by_name.values()), dropped.remarks
    if remarks and (by or is_persons(message)):
        await call.answer("\n".join(remarks))
    if not references:
        if is_new and not impossible and not remarks:
            log.info("no_paper_in_what_was_handed_over", channel=channel)
            await call.answer(intake_view.nothing_found())
        return
    user = by or poster_of(message)
    where = message.get("thread_ts")
    try:
        intake_result = await take_in(
            call.services, call, references, user=user, channel=channel, ts=ts, thread_ts=where, handed=handed,
            is_app=not by and not is_persons(message),
        )  # fmt: skip
    except WhichLeagueError as error:
        await call.answer(choose_league(error.sentence, error.choices, _again(references)))
        return
    if intake_result.new and (handed or not all(map(links.is_guess, references))):
        reaction = call.client.reactions_add(channel=channel, timestamp=ts, name=REACTION)
        await decorate(reaction)


def _again(references: tuple[Reference, ...]) -> Question:
    """Return the `add` command for these papers, to run after a league is chosen; as many as a button can carry."""
    words = ""
    for reference in references:
        if len(words) + len(reference.link) < MOST_LINKS:
            words = f"{words} {reference.link}".strip()
    return Question("add", 0, 0, words)


def _impossible(text: str) -> str:
    """Return a sentence about arXiv ids in the text that can't exist, or "" if there are none."""
    ids_ = links.impossible_arxiv_ids(text)
    if not ids_:
        return ""
    return intake_view.impossible_ids(ids_)


async def take_in(
    services: Services,
    call: Call,
    references: tuple[Reference, ...],
    *,
    user: str,
    channel: str,
    ts: str,
    thread_ts: str | None,
    handed: bool = True,
    is_app: bool = False,
) -> intake.Intake:
    """Take a message's links into the league of its channel; the first link of a channel creates the league.

    `is_app`: an app posted the message; it isn't among the channel's members.
    """
    viewer = await call.viewer(About.CHANNEL, channel, user=user)
    viewer = viewer.inside(channel) if is_app else viewer
    place = viewer.channels.get(channel)
    is_dm = channel.startswith("D") or (place is not None and place.is_dm)
    async with services.database.transaction(call.workspace) as session:
        if is_dm:
            league = await league_of_question(session, channel, viewer)
        else:
            league = (
                await creating.ensure_league(
                    session, channel, viewer, settings=services.settings, now=services.now()
                )
            ).league
        return await intake.take_in(
            session,
            league=league.id,
            references=references,
            user=user,
            channel=channel,
            ts=ts,
            thread_ts=thread_ts,
            assessors=services.settings.assessors,
            now=services.now(),
            handed=handed,
        )


async def _add(call: Call, words: str) -> None:
    """Answer `/rank add LINK`; the card is posted in the channel, outside threads."""
    services = call.services
    references = links.find(words)
    thread_ts = None
    if not references and (of_thread := await _papers_of_thread(call, words)):
        references, thread_ts = of_thread, call.thread_ts
    if not references:
        reference = links.parse(words)
        if reference is None and (impossible := _impossible(words)):
            raise BadRequestError(impossible)
        if reference is None:
            raise BadRequestError(f"Write a link to a paper after add. {intake_view.SUPPORTED}")
        references = (reference,)
    if call.in_dm and not await _is_in(call):
        await _add_from_elsewhere(call, references)
        return
    intake_result = await take_in(
        services,
        call,
        references,
        user=call.user,
        channel=call.channel,
        ts=f"add:{services.now().timestamp():.6f}",  # each asking is answered with a card
        thread_ts=thread_ts,
    )
    number = len(intake_result.new)
    if intake_result.waiting_links:
        await call.answer(held_links_view.some_held(number, intake_result.waiting_links))
    else:
        await call.answer(intake_view.added_confirmation(number) if number else intake_view.KNOWN_WITH_CARD)


async def _papers_of_thread(call: Call, words: str) -> tuple[Reference, ...]:
    """Return the papers in the first message of the thread, if the person wrote "add this"; else none."""
    if not call.thread_ts or words.strip(" .!").lower() not in intake_view.THIS:
        return ()
    request = call.client.conversations_replies(channel=call.channel, ts=call.thread_ts, limit=1)
    answer = await attempt(request, besides=GONE | {"missing_scope", "not_in_channel"})
    messages = answer.get("messages") if answer is not None else None
    root = messages[0] if isinstance(messages, list) and messages else None
    return links.of_message(root) if isinstance(root, dict) else ()


async def _is_in(call: Call) -> bool:
    """Return whether the bot can post in this direct message: True for its own, False between other people."""
    answer = await call.client.conversations_open(users=call.user)
    return bool((answer.get("channel") or {}).get("id") == call.place)


async def _take_in_unposted(
    session: Transaction, call: Call, league: League, references: Sequence[Reference]
) -> intake.Intake:
    """Take in papers that no message in the league's channel names; their cards go to the channel itself."""
    now = call.services.now()
    return await intake.take_in(
        session,
        league=league.id,
        references=references,
        user=call.user,
        channel=league.channel,
        ts=f"add:{now.timestamp():.6f}",
        thread_ts=None,
        assessors=call.services.settings.assessors,
        now=now,
    )


async def _add_from_elsewhere(call: Call, references: tuple[Reference, ...]) -> None:
    """Answer `/rank add LINK` where the bot can't post: known papers are shown here, new ones in the league's channel."""
    services, now = call.services, call.services.now()
    viewer = await call.viewer()
    cards: list[Message] = []
    async with services.database.transaction(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        new: list[Reference] = []
        for reference in references:
            paper = await entry_rows.by_identifier(session, reference.scheme, reference.value)
            entry = None if paper is None else await entry_rows.entry_in(session, league.id, paper.id)
            if entry is None:
                new.append(reference)
            else:
                view = await card(session, entry, now)
                cards.append(with_posting(card_message(view), view))
        rest = 0
        if new:
            rest = (await _take_in_unposted(session, call, league, new)).waiting_links
    for message in cards:
        await call.answer(message)
    if rest:
        await call.answer(held_links_view.some_held(len(new) - rest, rest))
    elif new:
        await call.answer(intake_view.added_to(league.name, league.channel, new=True))


async def _add_link(call: Call, payload: ids.OfLink) -> None:
    """Answer the *Add* button on a link's preview: as `/rank add` of that link, below its message."""
    reference = links.parse(payload.url)
    if reference is None:
        raise BadRequestError(f"I can't read that link any more. {intake_view.SUPPORTED}")
    intake_result = await take_in(
        call.services,
        call,
        (reference,),
        user=call.user,
        channel=call.channel,
        ts=call.message_ts or f"add:{call.services.now().timestamp():.6f}",
        thread_ts=call.thread_ts,
    )
    if intake_result.waiting_links:
        await call.answer(held_links_view.some_held(0, 1))
    else:
        await call.answer(intake_view.added_confirmation(1) if intake_result.new else intake_view.KNOWN)


async def _ask_where(call: Call, payload: ids.OfEntry) -> None:
    """Ask into which other league a paper goes; offers leagues that the person may see and that lack the paper."""
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        await league_of_entry(session, payload.entry, viewer)
        _entry, paper = await entry_rows.entry(session, payload.entry)
        leagues = [
            (league.id, league.name)
            for league in await visible_leagues(session, viewer)
            if await entry_rows.entry_in(session, league.id, paper.id) is None
        ]
    if not leagues:
        raise BadRequestError(
            "Every league you can see has this paper. A new league begins with a link posted in its channel."
        )
    about_entry = ids.ADD_TO_MODAL.encode(
        ids.ModalSubject(payload.entry, call.channel, call.thread_ts or "", call.response_url or "")
    )
    await call.open(intake_view.add_to_modal(paper.title or paper.canonical, leagues, about_entry))


async def _add_to(call: Call, about: ids.ModalSubject) -> SubmissionResult:
    viewer = await call.viewer(About.EVERYTHING)
    league_id = int(call.view.choice(intake_view.LEAGUE) or 0)
    services = call.services
    async with services.database.transaction(call.workspace) as session:
        await league_of_entry(session, about.id, viewer)
        _entry, paper = await entry_rows.entry(session, about.id)
        league = await visible_league(session, league_id, viewer)
        reference = links.parse(paper.canonical) or links.parse(paper.url)
        if reference is None:
            raise BadRequestError("That paper has no link I can read; post its link in the other channel.")
        intake_result = await _take_in_unposted(session, call, league, (reference,))
    text = intake_view.added_to(league.name, league.channel, new=bool(intake_result.new))
    if intake_result.waiting_links:
        text = held_links_view.some_held(0, 1)
    body = {**call.body, "response_url": about.response_url or None}
    await replace(call, channel=about.channel, body=body).answer(text)
    return None


COMMANDS = (Command(name="add", run=_add, usage="add <link>", help="add a paper", group="Do"),)
