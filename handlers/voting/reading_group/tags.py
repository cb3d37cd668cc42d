"""Listeners for tags on papers, `/rank tag`, and for the reading list that a channel shares, `/rank list`."""

import re
from dataclasses import replace

from bot.leagues.which_league import league_of_question
from bot.voting.reading_group import tags
from handlers.blocks import ids
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.windows.submissions import FieldErrors, SubmissionResult
from handlers.slack.words.commands import Command
from handlers.slack.words.named_paper import named_entry
from handlers.voting.reading_group import tags_view
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.leagues.homes import About

_PAPER = re.compile(
    r"(?P<paper>#\d+|entry:\d+|<?https?://\S+|[\"“](?:[^\"”]+)[\"”])\s*(?P<tags>.*)", re.DOTALL
)
"""Pattern of a paper that tags may follow: a rank, a link, or a title in quotes."""


def register(on: Boundary) -> None:
    """Register the listeners of the buttons and the window about tags and the shared list."""
    on.action(ids.TAGS, _tags_button)
    on.submission(ids.TAGS_MODAL, _save)
    on.action(ids.LIST, _put_on_list)
    on.action(ids.UNLIST, _take_off_list)


def paper_and_tags(words: str) -> tuple[str, tuple[str, ...]]:
    """Split words such as "#3 rl" or "attention | rl, moe" into a paper's name and tags (the last word, unless parted).

    Raises `BadRequestError` for what can't be a tag.
    """
    paper, bar, rest = words.partition("|")
    if not bar:
        match = _PAPER.fullmatch(words)
        if match is not None:
            paper, rest = match["paper"], match["tags"]
        else:
            paper, _, rest = words.rpartition(" ")
    return paper.strip(), tags.tags_in(rest)


async def _tag(call: Call, words: str) -> None:
    """Answer `tag`: the league's tags alone, a paper's tags with its name, or put tags on it."""
    if not words:
        viewer = await call.viewer()
        async with call.services.database.reading(call.workspace) as session:
            league = await league_of_question(session, call.channel, viewer)
            known = await tags.tags_of_league(session, league.id, viewer)
        await call.answer(tags_view.league_tags(league.id, known, call.services.settings.rank_command))
        return
    paper, names = paper_and_tags(words)
    entry = await named_entry(call, paper or words, ids.Question("tag", 0))
    if entry is None:
        return
    if not names or not paper:
        await _tags_button(call, ids.OfEntry(entry))
        return
    await _change(call, entry, names, adds=True)


async def _untag(call: Call, words: str) -> None:
    paper, names = paper_and_tags(words)
    if not paper or not names:
        raise BadRequestError("Which tag of which paper? Write for example `untag #3 rl`.")
    entry = await named_entry(call, paper, ids.Question("tag", 0))
    if entry is not None:
        await _change(call, entry, names, adds=False)


async def _change(call: Call, entry: int, names: tuple[str, ...], *, adds: bool) -> None:
    viewer = await call.viewer(About.ENTRY, entry)
    change = tags.add_tags if adds else tags.remove_tags
    async with call.services.database.transaction(call.workspace) as session:
        paper = await change(session, entry, names, viewer, call.services.now())
        league = (await entry_rows.entry(session, paper.entry))[0].league_id
    await call.answer(tags_view.tags_confirmation(paper, league))


async def _tags_button(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.reading(call.workspace) as session:
        paper = await tags.tagged_paper(session, payload.entry, viewer)
        league = (await entry_rows.entry(session, paper.entry))[0].league_id
        known = await tags.tags_of_league(session, league, viewer)
    subject = ids.ModalSubject(payload.entry, call.channel, response_url=call.response_url or "")
    await call.open(tags_view.tags_modal(paper, list(known), ids.TAGS_MODAL.encode(subject)))


async def _save(call: Call, subject: ids.ModalSubject) -> SubmissionResult:
    viewer = await call.viewer(About.ENTRY, subject.id)
    try:
        names = tags.tags_in(call.view.text(tags_view.TAGS))
        async with call.services.database.transaction(call.workspace) as session:
            paper = await tags.set_tags(session, subject.id, names, viewer, call.services.now())
            league = (await entry_rows.entry(session, paper.entry))[0].league_id
    except BadRequestError as error:
        return FieldErrors({tags_view.TAGS: error.sentence})
    body = {**call.body, "response_url": subject.response_url or None}
    await replace(call, channel=subject.channel, body=body).answer(tags_view.tags_confirmation(paper, league))
    return None


async def _list(call: Call, words: str) -> None:
    """Answer `list`: what the channel shares to read; `list add` and `list remove` change it."""
    verb, _, name = words.partition(" ")
    match verb.lower():
        case "":
            await _show(call)
        case "add" | "remove":
            entry = await named_entry(call, name, ids.Question(f"list {verb.lower()}", 0))
            if entry is not None:
                change = _put_on_list if verb.lower() == "add" else _take_off_list
                await change(call, ids.OfEntry(entry))
        case _:
            raise BadRequestError("Write `list`, `list add #3` or `list remove #3`.")


async def _show(call: Call) -> None:
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        name, papers = await tags.shared_list(session, league.id, viewer)
    await call.answer(tags_view.shared_list(name, papers, call.services.settings.rank_command))


async def _put_on_list(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await tags.put_on_list(session, payload.entry, viewer, call.services.now())
    await _confirm(call, title, payload.entry, on=True)


async def _take_off_list(call: Call, payload: ids.OfEntry) -> None:
    viewer = await call.viewer(About.ENTRY, payload.entry)
    async with call.services.database.transaction(call.workspace) as session:
        title = await tags.take_off_list(session, payload.entry, viewer)
    await _confirm(call, title, payload.entry, on=False)


async def _confirm(call: Call, title: str, entry: int, *, on: bool) -> None:
    command = call.services.settings.rank_command
    await call.answer(tags_view.list_confirmation(title, entry, command, on=on))


COMMANDS = (
    Command(
        name="tag",
        run=_tag,
        usage="tag <paper> rl",
        help="tag a paper; without a paper, list the tags in use. `board tag:rl` shows its papers",
        group="Do",
        beside="save",
        aliases=("tags",),
        takes_link=True,
    ),
    Command(
        name="untag",
        run=_untag,
        usage="untag <paper> rl",
        help="take a tag off a paper",
        group="Do",
        beside="save",
        takes_link=True,
    ),
    Command(
        name="list",
        run=_list,
        usage="list",
        help="the channel's reading list; `list add <paper>` puts one on it",
        group="Look",
        beside="reading",
        takes_link=True,
    ),
)
