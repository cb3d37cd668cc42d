"""Interprets sentences said to the bot, with the league in use and the papers under discussion."""

import asyncio
import re
from collections.abc import Sequence

from bot.leagues.visibility import visible_leagues
from bot.leagues.which_league import WhichLeagueError, league_of_question
from bot.people import Viewer
from bot.questions.search.entry_search import find_entry
from bot.questions.search.paper_mentions import Shelf, ShelfPaper, tokens_of
from handlers.blocks.builders import Message
from handlers.blocks.choosers import choose_paper
from handlers.blocks.ids import Question
from handlers.slack.calls import Call
from handlers.slack.words import conversation_view, model_choice
from handlers.slack.words.commands import PAPER, Commands, Request
from handlers.slack.words.sentences.clauses import LEFT, continued, is_forbidden, requests_in, wanted_part
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrasebook import CHAT, FOREIGN
from handlers.slack.words.sentences.prepared_sentences import ORDINARY, plain
from handlers.slack.words.sentences.sentence_shapes import CHANGES
from handlers.slack.words.sentences.understanding import is_typed, small_talk, understand
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import AmbiguousError, NotFoundError, PaperboutError
from storage.questions import conversations, entry_lookup
from storage.questions.conversations import Topic

MOST_WORDS = 300
ASKS_CONTENT = re.compile(
    r"\?\s*$|^\W*(?:which|what|how|did|does|do|is|are|was|were|when|where|who|why|explain|summari[sz]e|describe)\b",
    re.IGNORECASE,
)
FOR_A_READER = re.compile(
    r"\b(?:summari[sz]e|summary|explain|explanation|describe|description"
    r"|introduc\w+|pitch)\b.*\b(?:for|to) (?:an?|my|the|some) \w+|\blike i'?m (?:five|\d+)\b",
    re.IGNORECASE,
)
OF_IT = re.compile(
    r"\b(?:the|its|this) (?:score|rank|place|position|rating|points|win rate|rubric)\W*$", re.IGNORECASE
)
"""Pattern of questions that ask for a figure of the paper under discussion, or else what the word means."""
HOW = "how"
AMOUNT = re.compile(r"^\W*how (?:many|much|long|large|big|deep|often|few|fast|high|wide)\b", re.IGNORECASE)
"""Pattern of questions for a figure, which `how` doesn't answer."""
MOST_OF_A_TITLE = 4
"""How many words after the slash command are taken as a title even if no paper has it."""


async def meaning_of(call: Call, text: str) -> list[Request] | Message:
    """Return the commands that a sentence asks for, mostly one, or a message if the sentence isn't clear."""
    commands = call.services.commands
    if (request := plain_request(text, commands, by_command=bool(call.command))) is not None:
        return [request]
    if call.command and not call.thread_ts and text.strip().lower() in CHANGES:
        return [commands.parse(text)]  # outside a thread, a paper to change is always named
    viewer = await call.viewer()
    text = await _in_named_league(call, viewer, text)
    async with call.services.database.reading(call.workspace) as session:
        topic = await _topic(session, call)
        league, papers = await _papers(session, call, viewer)
        cards = await _cards_here(session, call, league)
    shelf = await call.services.shelves.shelf(call.workspace, league, papers)
    discussed = tuple(entry for entry in topic.entries or cards if entry in shelf.papers)
    # Over thousands of papers a mistyped sentence takes a while: in a thread it holds nobody up.
    if several := await asyncio.to_thread(requests_in, text, shelf, commands, discussed):
        return [Request(each.command, each.words) for each in several]
    meaning = await asyncio.to_thread(meaning_by_rules, text, shelf, commands, discussed, topic.turns)
    if isinstance(meaning, Request):
        return [meaning]
    if meaning is None or (not meaning.command and await _is_found(call, viewer, text)):
        return [commands.parse(text)]
    if not meaning.command:
        return await _otherwise(call, text, league, shelf, discussed, topic.turns, meaning)
    if meaning.choices:
        choices = [(entry, shelf.papers[entry].title) for entry in meaning.choices if entry in shelf.papers]
        return choose_paper(
            conversation_view.WHICH_ONE, choices, Question(meaning.command, 0, 0, meaning.words[:MOST_WORDS])
        )
    if meaning.is_offer:
        return _offer(meaning, shelf, call.services.settings.rank_command)
    return [Request(meaning.command, meaning.words)]


async def _otherwise(
    call: Call,
    text: str,
    league: int,
    shelf: Shelf,
    discussed: Sequence[int],
    turns: Sequence[str],
    meaning: Meaning,
) -> list[Request] | Message:
    """Return what answers a sentence that rules don't understand: a model's choice of a command, or suggestions."""
    if call.command and len(text.split()) <= MOST_OF_A_TITLE:
        return [Request(PAPER, text)]
    choice = (
        await model_choice.choose_command(call, text, league, shelf, discussed, turns) if league else None
    )
    if isinstance(choice, Request):
        return [choice]
    if choice is None and FOREIGN.search(plain(text)):
        return [Request(CHAT, "language")]
    return choice or conversation_view.not_understood(
        text, _suggestions(meaning, shelf), call.services.settings.rank_command
    )


def plain_request(text: str, commands: Commands, *, by_command: bool = False) -> Request | None:
    """Return the request of a sentence that no paper can change: small talk, or a typed command; else None.

    `by_command`: the words came after the slash command, where "haha" is a title like others.
    """
    chat = small_talk(text)
    if chat is not None and not OF_IT.search(text) and not (by_command and chat.words == "laugh"):
        return Request(chat.command, chat.words)
    return commands.parse(text) if is_typed(text, commands) else None


def meaning_by_rules(
    text: str, shelf: Shelf, commands: Commands, discussed: Sequence[int], turns: Sequence[str] = ()
) -> Request | Meaning | None:
    """Return what a sentence asks for by rules alone: a request, a meaning that may offer a choice, or None.

    None stands for a typed command or the name of a paper. `discussed` are the papers under discussion, `turns` what the
    person said before, oldest first.
    """
    if is_forbidden(text):
        return LEFT
    if (goes_on := continued(text, turns, shelf, commands, discussed)) is not None:
        return goes_on
    wanted = wanted_part(plain(text))
    text = text if wanted == plain(text) else wanted
    chat = small_talk(text)
    if chat is not None and OF_IT.search(text):
        asks_it = len(discussed) == 1
        return Request(PAPER, f"entry:{discussed[0]}") if asks_it else Request(chat.command, chat.words)
    meaning = understand(text, shelf, commands, discussed)
    of_paper = paper_question(text, shelf, discussed, meaning or Meaning(commands.parse(text).command))
    return of_paper or meaning


async def _in_named_league(call: Call, viewer: Viewer, text: str) -> str:
    """Use the league that a sentence in a direct message names, and return the sentence without it."""
    if not call.in_dm:
        return text
    async with call.services.database.reading(call.workspace) as session:
        leagues = await visible_leagues(session, viewer)
    by_name = {league.name: league.id for league in leagues} if len(leagues) > 1 else {}
    rest, name = without_league(text, list(by_name))
    if name and rest.strip(" ?!."):
        await use_league(call, by_name[name])
        return rest
    return text


def without_league(text: str, names: Sequence[str]) -> tuple[str, str]:
    """Return a sentence without the league it is about ("the best in vision-club"), and the league's name or ""."""
    for name in sorted(names, key=len, reverse=True):
        words = r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", name)))
        of_league = re.compile(
            rf"\s*\b(?:in|of|for|from|on|at)(?: the)? #?{words}(?: league| channel)?(?=\W*$)"
            rf"|(?<!\S)(?:the )?#?{words}(?:'s|’s)\s+",
            re.IGNORECASE,
        )
        rest = of_league.sub(" ", text, count=1)
        if rest != text:
            return " ".join(rest.split()), name
    return text, ""


def paper_question(text: str, shelf: Shelf, discussed: Sequence[int], meaning: Meaning) -> Request | None:
    """Return the request that asks a paper a question about its content, if no other command answers it; else None.

    The paper is the one named, or the one under discussion. A summary for certain readers is such a question too.
    """
    is_for_a_reader = FOR_A_READER.search(text) is not None
    is_asked = not meaning.command and ASKS_CONTENT.search(text) is not None
    if not is_asked and not is_for_a_reader and not (meaning.command == HOW and AMOUNT.search(text)):
        return None
    tokens = tokens_of(text)
    named = [
        mention
        for mention in shelf.mentions(tokens, ORDINARY)
        if not mention.by_author
        and (
            not discussed
            or mention.end - mention.start > 1
            or shelf.is_name(tokens[mention.start], mention.entries[0])
        )
    ]
    named = [mention for mention in named if mention.is_name] or named
    entries = named[0].entries if len(named) == 1 else () if named else discussed
    return Request("ask", f"entry:{entries[0]} | {text}"[:MOST_WORDS]) if len(entries) == 1 else None


async def _is_found(call: Call, viewer: Viewer, text: str) -> bool:
    """Return whether the words occur in a paper's title, authors or abstract."""
    async with call.services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, viewer)
            await find_entry(session, league.id, text)
        except AmbiguousError:
            return True
        except PaperboutError:
            return False
    return True


def _suggestions(meaning: Meaning, shelf: Shelf) -> list[tuple[str, str, str]]:
    """Return the suggestions as (command, words, paper's title or "")."""
    return [
        (command, words, shelf.papers[int(words[6:])].title if words.startswith("entry:") else "")
        for command, words in meaning.suggestions
    ]


def _offer(meaning: Meaning, shelf: Shelf, rank: str) -> Message:
    """Return the message with a button for what a sentence seems to ask for and nobody should do unasked."""
    typed = re.sub(
        r"entry:(\d+)",
        lambda m: shelf.papers[int(m[1])].title if int(m[1]) in shelf.papers else m[0],
        meaning.words,
    )
    return conversation_view.offer(
        meaning.command, meaning.words, f"{rank} {meaning.command} {typed}".strip()
    )


def offer_window(call: Call, request: Request) -> Message | None:
    """Return a message with a button for a window that messages can't open; None if the command opens no window."""
    commands = call.services.commands
    if call.trigger_id or request.words or request.command not in commands:
        return None
    command = commands[request.command]
    return conversation_view.window_offer(command.name) if command.opens_window else None


async def _topic(session: Transaction, call: Call) -> Topic:
    return await conversations.topic(
        session, call.place, call.thread_ts or "", call.user, call.services.now()
    )


async def _papers(session: Transaction, call: Call, viewer: Viewer) -> tuple[int, list[ShelfPaper]]:
    """Return the relevant league's id (0: none) and its papers with the ways to name them."""
    try:
        league = await league_of_question(session, call.channel, viewer)
    except (WhichLeagueError, NotFoundError):
        return 0, []
    entries = await entry_lookup.named_entries(session, league.id)
    return league.id, [ShelfPaper(e.entry, e.title, e.authors, e.canonical, e.rank) for e in entries]


async def _cards_here(session: Transaction, call: Call, league: int) -> tuple[int, ...]:
    """Return the entries whose cards are in the thread of the call."""
    if not call.thread_ts or not league:
        return ()
    return tuple(await entry_rows.with_card_under(session, league, call.place, call.thread_ts))


async def remember(call: Call, text: str, requests: Sequence[Request]) -> None:
    """Store the topic of a conversation: the papers given to the commands, and the league in use.

    In the bot's direct message an answer begins a thread, and both places keep the papers.
    """
    words = " ".join(request.words for request in requests)
    if not call.in_dm and "entry:" not in words:
        return
    entries = tuple(
        int(word[6:]) for word in words.split() if word.startswith("entry:") and word[6:].isdecimal()
    )
    now = call.services.now()
    viewer = await call.viewer()
    async with call.services.database.transaction(call.workspace) as session:
        topic = await _topic(session, call)
        league = await _league(session, call, viewer)
        threads = {call.thread_ts or "", (call.message_ts or "") if call.in_dm and call.event else ""}
        if call.in_dm:
            threads.add("")
        for thread in threads:
            await conversations.remember(
                session, call.place, thread, call.user,
                league_id=league, entry_ids=entries, turns=[*topic.turns, text], now=now,
            )  # fmt: skip


async def _league(session: Transaction, call: Call, viewer: Viewer) -> int | None:
    try:
        return (await league_of_question(session, call.channel, viewer)).id
    except (WhichLeagueError, NotFoundError):
        return None


async def use_league(call: Call, league: int) -> None:
    """Answer about this league in this direct message from now on."""
    viewer = await call.viewer()
    async with call.services.database.transaction(call.workspace) as session:
        if league not in {seen.id for seen in await visible_leagues(session, viewer)}:
            return
        await conversations.remember(
            session, call.place, "", call.user,
            league_id=league, entry_ids=(), turns=(), now=call.services.now(),
        )  # fmt: skip
