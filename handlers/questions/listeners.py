"""Questions: commands, buttons and menus answered from the tables, to one person or, shared, to all."""

from dataclasses import replace
from zlib import crc32

from bot import questions
from bot.leagues import visibility
from bot.leagues.visibility import league_of_entry, visible_league
from bot.leagues.which_league import WhichLeagueError, league_of_question
from bot.questions import leaderboards as boards_of
from bot.questions.past_moments import parse_moment, parse_span
from handlers.blocks import ids
from handlers.blocks.builders import Message, escape
from handlers.blocks.ids import Page, Question
from handlers.entries.card_view import card_message, more_modal
from handlers.questions import ask_windows, paper_in_question
from handlers.questions.answer_frame import (
    COMPARED_WITH,
    Answer,
    at_home,
    card_window,
    choose_paper,
    elsewhere,
    exported,
    help_message,
    needs_paper,
    not_found,
    private,
    shared,
    uploaded,
    window,
)
from handlers.questions.answers import MOMENT, READINGS, Asked, overall
from handlers.questions.ask_windows import Ask
from handlers.questions.upcoming_view import stop_message
from handlers.services import Renderer, Services
from handlers.slack.boundary import Boundary, Call
from handlers.slack.slash import Command
from handlers.slack.words.command_words import nearest, parse_board, two, unquoted
from handlers.slack.words.plain_questions import PlainQuestion, plain_question
from handlers.tournaments.tournament_view import USAGE as TOURNAMENT_USAGE
from storage.database.engine import Transaction
from storage.errors import AmbiguousError, BadRequestError, NotAllowedError, NotFoundError
from storage.leagues import league_rows
from storage.questions import leaderboards
from storage.tables import League
from storage.work import outbox
from storage.work.outbox import Wanted

SHARED = "shared"
MOST_OTHERS = 25
TOPICS = {"tournament": TOURNAMENT_USAGE, "tournaments": TOURNAMENT_USAGE}


async def _reply(call: Call, ask: Ask, verb: str, words: str, league: int | None = None) -> None:
    """Turn words into a page and answer it; a menu where a paper must be chosen first."""
    async with call.services.database.reading(call.workspace) as session:
        asked = Asked(session, call.services, call.people, call.user, call.services.now())
        try:
            if league is None:
                home = await league_of_question(session, call.channel, call.user, call.people)
            else:
                home = await asked.league(league)
            page = await ask(asked, home, words)
            answer = private(await READINGS[page.kind](asked, page))
        except _AmbiguousSideError as error:
            answer = choose_paper(error.sentence, error.choices, error.again)
        except AmbiguousError as error:
            answer = choose_paper(error.sentence, error.choices, Question(verb, 0))
    await call.answer(answer, replace=call.in_ephemeral)


class _AmbiguousSideError(AmbiguousError):
    """One of two papers is ambiguous; `again` asks for the pair with it chosen."""

    def __init__(self, error: AmbiguousError, again: Question) -> None:
        super().__init__(error.sentence, error.choices)
        self.again = again


async def _titled(asked: Asked, league: League, title: str) -> Page | None:
    """The card of a paper whose title begins like a command ("How powerful are …"), if there is one."""
    try:
        return await _ask_card(asked, league, title)
    except (NotFoundError, BadRequestError):
        return None


def _kind(kind: str) -> Ask:
    """A report that takes no words; where words follow, they may be a title's."""

    async def ask(asked: Asked, league: League, words: str) -> Page:
        titled = await _titled(asked, league, f"{kind} {words}") if words else None
        return titled or Page(kind, league.id, 0)

    return ask


async def _submitter(asked: Asked, league: League, name: str) -> str:
    """The user id behind a name, among those who submitted something."""
    for user in await leaderboards.submitters(asked.session, league.id):
        if (await asked.people.person(user)).name.casefold() == name.removeprefix("@").casefold():
            return user
    raise NotFoundError(f"Nobody called {name} submitted a paper here.")


async def _ask_board(asked: Asked, league: League, words: str) -> Page:
    wanted = parse_board(words)
    if wanted.submitter.startswith("@"):
        wanted = replace(wanted, submitter=await _submitter(asked, league, wanted.submitter))
    return Page(
        "board", league.id, (wanted.page - 1) * boards_of.PAGE, sort=wanted.sort, words=wanted.filters()[:200]
    )


async def _ask_mine(asked: Asked, league: League, words: str) -> Page:
    wanted = replace(parse_board(words), submitter=asked.user)
    return Page("board", league.id, 0, sort=wanted.sort, words=wanted.filters()[:200])


async def _ask_at(asked: Asked, league: League, words: str) -> Page:
    if not words:
        raise BadRequestError("Say when: `at 2026-03-01`, `at yesterday`, `at last week` or `at 3 days ago`.")
    try:
        moment = parse_moment(words, league.time_zone, asked.now)
    except BadRequestError:
        titled = await _titled(asked, league, f"at {words}")
        if titled is None:
            raise
        return titled
    return Page("at", league.id, 0, words=moment.strftime(MOMENT))


async def _ask_changes(asked: Asked, league: League, words: str) -> Page:
    said = words.lower().removeprefix("since ").strip()
    since = parse_moment(said or "1 day", league.time_zone, asked.now)
    return Page("changes", league.id, 0, words=since.strftime(MOMENT))


async def _ask_new(asked: Asked, league: League, words: str) -> Page:
    try:
        parse_span(words)
    except BadRequestError:
        titled = await _titled(asked, league, f"new {words}")
        if titled is None:
            raise
        return titled
    return Page("new", league.id, 0, words=words[:40] or "7d")


async def _ask_card(asked: Asked, league: League, words: str) -> Page:
    return Page("card", league.id, 0, await questions.find_entry(asked.session, league.id, words))


async def _ask_history(asked: Asked, league: League, words: str) -> Page:
    return Page(
        "history", league.id, 0, await questions.find_entry(asked.session, league.id, unquoted(words))
    )


async def _ask_versus(asked: Asked, league: League, words: str) -> Page:
    try:
        first, second = two(words)
    except BadRequestError:
        await _ask_for_the_other(asked, league, words)
        raise
    sides: list[int] = []
    for mine, theirs, verb in ((first, second, "vs"), (second, first, "sv")):
        try:
            sides.append(await questions.find_entry(asked.session, league.id, mine))
        except AmbiguousError as error:
            other = sides[0] if sides else 0
            again = Question(verb, 0, other, "" if other else theirs[:200])
            raise _AmbiguousSideError(error, again) from error
    return Page("vs", league.id, 0, sides[0], sides[1])


async def _ask_for_the_other(asked: Asked, league: League, words: str) -> None:
    """Where the words name one paper, raise with a menu of those it can be compared with; else do nothing."""
    try:
        entry = await questions.find_entry(asked.session, league.id, unquoted(words))
    except (AmbiguousError, BadRequestError, NotFoundError):
        return
    lines = await leaderboards.board(asked.session, league.id, sort="score", limit=MOST_OTHERS)
    others = tuple((line.entry, line.title) for line in lines if line.entry != entry)
    if others:
        raise _AmbiguousSideError(AmbiguousError(COMPARED_WITH, others), Question("sv", 0, entry))


ASKS: dict[str, Ask] = {
    "board": _ask_board,
    "mine": _ask_mine,
    "at": _ask_at,
    "new": _ask_new,
    "changes": _ask_changes,
    "movers": _ask_changes,
    "vs": _ask_versus,
    "history": _ask_history,
    "paper": _ask_card,
    **{kind: _kind(kind) for kind in ("all", "next", "gap", "judges", "cost", "log", "how")},
}


def _command(verb: str) -> Command:
    async def command(call: Call, services: Services, words: str) -> None:  # noqa: ARG001 - all commands are alike
        await _reply(call, ASKS[verb], verb, words)

    return command


async def _overall(call: Call, services: Services, words: str) -> None:  # noqa: ARG001 - all commands are alike
    async with services.database.reading(call.workspace) as session:
        asked = Asked(session, services, call.people, call.user, services.now())
        answer = private(await overall(asked, Page("all", 0, 0)))
    await call.answer(answer)


async def _paper(call: Call, services: Services, words: str) -> None:
    """A paper by its words; what is neither a paper nor a command gets the nearest command."""
    try:
        await _reply(call, _ask_card, "paper", words)
    except NotFoundError as error:
        question = plain_question(words)
        if question is not None:
            await _in_plain_words(call, services, question, words)
            return
        command = services.settings.rank_command
        first = words.split(None, 1)[0]
        known = [name for name in (*ASKS, *_ELSEWHERE) if name != "paper"]
        await call.answer(not_found(error.sentence, command, nearest(first, known)))


_ELSEWHERE = (
    "add",
    "remove",
    "tournament",
    "digest",
    "settings",
    "help",
    "export",
    "mine",
    "leaderboard",
    "owners",
    "purpose",
    "schedule",
    "start",
    "pause",
    "resume",
    "cancel",
    "status",
    "votes",
    "challenge",
    "follow",
    "mute",
    "budget",
)


async def _help(call: Call, services: Services, words: str) -> None:
    """Help for the place it is asked in; with a command's name, that command's own."""
    topic = words.split(None, 1)[0].lower() if words else ""
    if topic in TOPICS:
        await call.answer(
            TOPICS[topic].replace("`tournament", f"`{services.settings.rank_command} tournament")
        )
        return
    settings = services.settings
    here = await _here(call)
    await call.answer(help_message(settings.rank_command, settings.h2h_command, here))


async def _here(call: Call) -> str:
    """What this place is to the one who asks."""
    async with call.services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, call.user, call.people)
        except WhichLeagueError as error:
            return escape(error.sentence)
        except NotFoundError as error:
            return escape(error.sentence)
        if call.channel in await league_rows.channels_of(session, league.id):
            return at_home(league.name)
    return elsewhere(league.name, league.channel)


async def _stop(call: Call, services: Services, words: str) -> None:  # noqa: ARG001 - all commands are alike
    """Everything that runs, each with the way to stop it."""
    async with services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, call.user, call.people)
            found = await questions.coming_up(session, league.id, services.now())
        except (NotFoundError, WhichLeagueError):
            found = None
    await call.answer(stop_message(found, services.settings.rank_command))


async def _in_plain_words(call: Call, services: Services, question: PlainQuestion, words: str) -> None:
    """Answer what a newcomer asks; where it is about a paper that isn't named, with a menu of those it may mean."""
    if not question.needs_paper:
        verb, _, rest = question.command.partition(" ")
        await COMMANDS[verb](call, services, rest)
        return
    kind = paper_in_question.kind_of(question)

    async def ask(asked: Asked, league: League, words: str) -> Page:
        page = await paper_in_question.named(asked, league, question, words)
        if page is not None:
            return page
        choices = await paper_in_question.pointed_at(asked, league, question, call.channel, call.thread_ts)
        if not choices:
            raise NotFoundError("No paper is in this league yet. Post a link to one here.")
        if len(choices) == 1:
            return Page(kind, league.id, 0, choices[0][0])
        raise AmbiguousError(needs_paper(question, services.settings.rank_command), tuple(choices))

    await _reply(call, ask, "history" if kind == "history" else "paper", words)


async def _how(call: Call, services: Services, words: str) -> None:
    question = plain_question(f"how {words}") if words else None
    if question is not None and question.command != "how":
        await _in_plain_words(call, services, question, f"how {words}")
        return
    await _reply(call, ASKS["how"], "how", "" if question is not None else words)


async def _export(call: Call, services: Services, words: str) -> None:  # noqa: ARG001 - all commands are alike
    await _upload(call, None)


async def _upload(call: Call, league_id: int | None) -> None:
    """Upload a league's CSV files to the person, in their direct messages."""
    async with call.services.database.reading(call.workspace) as session:
        if league_id is None:
            league = await league_of_question(session, call.channel, call.user, call.people)
        else:
            league = await visible_league(session, league_id, call.user, call.people)
        found = await questions.export(session, league.id)
    opened = await call.client.conversations_open(users=call.user)
    channel = str((opened.get("channel") or {}).get("id") or call.user)
    await call.client.files_upload_v2(
        channel=channel,
        initial_comment=escape(exported(found.name, found.entries, found.matches)),
        file_uploads=[
            {"content": text, "filename": f"{found.name}-{name}.csv", "title": f"{found.name} {name}"}
            for name, text in found.files.items()
        ],
    )
    await call.answer(uploaded(found.name))


async def _export_button(call: Call, payload: ids.OfLeague) -> None:
    await _upload(call, payload.league)


async def _turn(call: Call, page: Page) -> None:
    """Show another page in place of the one clicked on, or beside it where all see that one."""
    answer = await _read(call, page)
    if call.channel:
        await call.answer(private(answer), replace=call.in_ephemeral)
    else:
        await call.open(window(answer))


async def _read(call: Call, page: Page) -> Answer:
    reading = READINGS.get(page.kind)
    if reading is None:
        raise BadRequestError("This button is from an older version. Please ask again.")
    async with call.services.database.reading(call.workspace) as session:
        asked = Asked(session, call.services, call.people, call.user, call.services.now())
        return await reading(asked, page)


async def _share(call: Call, page: Page) -> None:
    """Put an answer into the channel for all, under the name of the person who shares it."""
    await _read(call, page)
    if not (await call.people.channel(call.channel)).has_bot:
        raise NotFoundError("I'm not in this channel. Invite me first, then share again.")
    now = call.services.now()
    async with call.services.database.transaction(call.workspace) as session:
        if page.league:
            league = await visible_league(session, page.league, call.user, call.people)
            if league.channel != call.channel and await visibility.is_private(league, call.people):
                raise NotAllowedError(f"{league.name} is private: it can be shared in its own channel only.")
        once = call.message_ts or call.trigger_id or now.isoformat()
        await outbox.want(
            session,
            channel=call.channel,
            key=f"shared:{call.user}:{once}:{crc32(ids.SHARE.encode(page).encode()):08x}",
            kind=SHARED,
            about_id=page.first or page.league,
            options={"page": list(page), "user": call.user},
            thread_ts=call.thread_ts,
            now=now,
        )


async def _of_entry(call: Call, kind: str, entry: int) -> Page:
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_entry(session, entry, call.user, call.people)
        return Page(kind, league.id, 0, entry)


async def _shown(call: Call, answer: Answer) -> None:
    """Answer beside what was clicked on; from the home tab and from windows in a window of its own."""
    if call.channel:
        await call.answer(private(answer))
    else:
        await call.open(window(answer))


async def _share_card(call: Call, entry: ids.OfEntry) -> None:
    await _share(call, await _of_entry(call, "card", entry.entry))


async def _show_card(call: Call, entry: ids.OfEntry) -> None:
    answer = await _read(call, await _of_entry(call, "card", entry.entry))
    if call.channel:
        await call.answer(private(answer))
    else:
        await call.open(card_window(answer))


async def _show_history(call: Call, entry: ids.OfEntry) -> None:
    await _shown(call, await _read(call, await _of_entry(call, "history", entry.entry)))


async def _more(call: Call, entry: ids.OfEntry) -> None:
    async with call.services.database.reading(call.workspace) as session:
        await league_of_entry(session, entry.entry, call.user, call.people)
        view = await questions.card(session, entry.entry, call.services.now())
    await call.open(more_modal(view))


async def _chosen_paper(call: Call, question: Question) -> None:
    """Go on with the question, now that the paper is chosen."""
    async with call.services.database.reading(call.workspace) as session:
        league = (await league_of_entry(session, question.entry, call.user, call.people)).id
    if question.verb not in {"vs", "sv"}:
        kind = "history" if question.verb == "history" else "card"
        await call.answer(private(await _read(call, Page(kind, league, 0, question.entry))), replace=True)
        return

    async def ask(asked: Asked, _league: League, words: str) -> Page:
        other = question.other
        if not other:
            try:
                other = await questions.find_entry(asked.session, league, words)
            except AmbiguousError as error:
                turned = "sv" if question.verb == "vs" else "vs"
                raise _AmbiguousSideError(error, Question(turned, 0, question.entry)) from error
        pair = (question.entry, other) if question.verb == "vs" else (other, question.entry)
        return Page("vs", league, 0, *pair)

    await _reply(call, ask, question.verb, question.words, league)


def register(on: Boundary) -> None:
    """Listen to the buttons and menus of answers and cards."""
    on.action(ids.PAGE, _turn)
    on.action(ids.SHARE, _share)
    on.action(ids.EXPORT, _export_button)
    on.action(ids.SHARE_CARD, _share_card)
    on.action(ids.CARD, _show_card)
    on.action(ids.HISTORY, _show_history)
    on.action(ids.MORE, _more)
    ask_windows.register(on, ASKS)
    on.action(ids.CHOOSE_PAPER, _chosen_paper)


async def render_card(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """The card in a link's thread; a guess that nobody handed over stays unmentioned until it proves a paper."""
    assert wanted.about_id is not None
    view = await questions.card(session, wanted.about_id, services.now())
    return None if wanted.options.get("quiet") and view.status != "known" else card_message(view)


async def render_shared(session: Transaction, wanted: Wanted, services: Services) -> Message | None:
    """An answer that somebody shared, as of now; nothing where they may not see it any more."""
    user = str(wanted.options["user"])
    page = Page(*wanted.options["page"])
    asked = Asked(session, services, services.people(session.workspace), user, services.now())
    try:
        return shared(await READINGS[page.kind](asked, page), user, asked.now)
    except NotFoundError:
        return None


COMMANDS: dict[str, Command] = {
    **{verb: _command(verb) for verb in ASKS if verb not in {"paper", "all"}},
    "all": _overall,
    "paper": _paper,
    "help": _help,
    "how": _how,
    "stop": _stop,
    "export": _export,
}
RENDERERS: dict[str, Renderer] = {"card": render_card, SHARED: render_shared}
