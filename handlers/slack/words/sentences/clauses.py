"""Takes a sentence apart: several requests in one, what somebody does not want, and what goes on from the turn before."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.questions.search.paper_mentions import Shelf
from handlers.slack.words.commands import BOARD, PAPER, VERSUS, Commands
from handlers.slack.words.sentences.listing import MOMENT, list_asked, since_words
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.phrasebook import CHAT
from handlers.slack.words.sentences.prepared_sentences import plain, prepare, trimmed
from handlers.slack.words.sentences.sentence_shapes import OF_ONE
from handlers.slack.words.sentences.understanding import understand

MOST_REQUESTS = 3
LEFT = Meaning(CHAT, "left")
_ASKS_OR_BIDS = (
    "show give tell list compare explain describe summari[sz]e find search cite export download add remove delete drop "
    "save follow unfollow watch mute unmute start run play pause stop resume cancel restore use open put what(?:'s)? "
    "who(?:'s)? why how(?:'s)? when where which is are does did do has have"
)
_BEGINS = rf"(?:(?:please|can you|could you|also|then) )*(?:{'|'.join(_ASKS_OR_BIDS.split())})\b"
_BETWEEN = re.compile(
    r"\s*(?:[;?!]|\.(?=\s)|,?\s(?:and then|and also|then|after that)(?=\s))\s*(?:and |then |also )*(?=\w)"
    rf"|,?\s(?:and|plus|but)\s(?=\s*{_BEGINS})",
    re.IGNORECASE,
)
"""Pattern of what stands between two requests of one message."""
_UNWANTED = re.compile(
    r"^(?:no,? )?(?:i )?(?:do(?:n't| not)|not) (?:show|give|want|need|mean|list|tell|send)\b[^,;.]*(?:[,;.]|\bbut\b)\s*"
    r"(?:but |rather |instead |just |only |i (?:want|mean|meant) )*(?=\w)"
    r"|^(?:no,? )?not [^,;.]{1,60}(?:[,;]\s*(?:but |rather |i (?:want|mean|meant) )?|\s(?:but|rather) )(?=\w)"
    r"|(?:,\s*(?:and |but )?|\s(?:and|but) )not (?:the )?[\w'-]+(?: [\w'-]+){0,3}\W*$"
)
"""Pattern of the part of a sentence that says what isn't meant ("not bert, but lora")."""
_FORBIDS = re.compile(
    r"(?<!why )\b(?:do ?n't|do not|never|please not|must ?n't|must not|should ?n't|should not|no need to|rather not) "
    r"(?:(?:you|ever|please|just|yet) )*(?:remove|delete|drop|erase|add|merge|publish|pause|cancel|save|import"
    r"|restore|start|begin|launch|resume|change|reset|mute|challenge|stop)\b"
)
"""Pattern of sentences that ask to leave something undone."""
_AH = r"^(?:(?:ok|okay|so|hm+)\W+)?"
_SAME = r"(?:the )?same (?:for|with|of|in)"
_OPENS_SO = re.compile(rf"{_AH}(?:(?:and|or|plus)\b|(?:what|how) about\b|what of\b|{_SAME}\b)")
"""Pattern of how a sentence begins that goes on from the one before ("and last month?")."""
_GOES_ON = re.compile(
    rf"{_AH}(?:and|or|plus)?\s*"
    rf"(?:(?:what|how) about|what of|{_SAME}|than|with|against|for|in|from|by|since|of|also|now|then)?\s+"
)
_LAST = frozenset({"remove", "merge"})
"""Commands after which nothing more can be read about their paper."""
_ARTICLE = re.compile(r"^(?:(?:show|give|tell)(?: me| us)? )?(?:the |our |my )?", re.IGNORECASE)
_AROUND_A_NAME = re.compile(r"(?:the |a |an )?P\W*")
_SPANS = frozenset({"new", "changes", BOARD, "at"})


def requests_in(text: str, shelf: Shelf, commands: Commands, discussed: Sequence[int]) -> list[Meaning]:
    """Return what each request of a message with several asks for, in order; empty unless each is understood alone."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part and part.strip(" ?!.,;")]
    if not 1 < len(parts) <= MOST_REQUESTS:
        return []
    meanings: list[Meaning] = []
    for part in parts:
        meaning = understand(part, shelf, commands, discussed) or _typed_alone(part, commands)
        if meaning is None or not _stands_alone(meaning):
            return []
        discussed = _entries(meaning.words) or tuple(discussed)
        meanings.append(meaning)
    meanings.sort(key=lambda meaning: meaning.command in _LAST)
    return list(dict.fromkeys(meanings)) if len(set(meanings)) > 1 else []


def _typed_alone(part: str, commands: Commands) -> Meaning | None:
    """Return a command that is a whole part of a message by itself ("the board", "cost")."""
    request = commands.parse(_ARTICLE.sub("", part))
    return None if request.command == PAPER or request.words else Meaning(commands[request.command].name, "")


def _typed(turn: str, commands: Commands) -> Meaning | None:
    """Return the command of a turn that was typed as one, with its words."""
    request = commands.parse(trimmed(plain(turn)))
    return None if request.command == PAPER else Meaning(commands[request.command].name, request.words)


def _stands_alone(meaning: Meaning) -> bool:
    """Return whether a part of a message is a request of its own, not a rest of the one before it."""
    if not meaning.command or meaning.choices or meaning.is_offer or meaning.command == CHAT:
        return False
    return meaning.command not in OF_ONE or "entry:" in meaning.words


def _entries(words: str) -> tuple[int, ...]:
    return tuple(int(entry) for entry in re.findall(r"entry:(\d+)", words))


def wanted_part(lower: str) -> str:
    """Return a lower-case sentence without the part that says what isn't meant."""
    rest = _UNWANTED.sub("", lower, count=1).strip()
    return rest or lower


def is_forbidden(text: str) -> bool:
    """Return whether a sentence asks to leave something undone ("don't remove it")."""
    return _FORBIDS.search(plain(text)) is not None


def continued(
    text: str, turns: Sequence[str], shelf: Shelf, commands: Commands, discussed: Sequence[int]
) -> Meaning | None:
    """Return what a sentence asks that goes on from the turns before it ("and last month?"), else None."""
    lower = plain(text)
    if not turns or _OPENS_SO.match(lower) is None:
        return None
    before = next(
        (meaning for turn in reversed(turns) if (meaning := _of_turn(turn, shelf, commands)) is not None),
        None,
    )
    if before is None:
        return None
    rest = _GOES_ON.sub("", lower, count=1)
    sentence = prepare(rest, shelf)
    papers = [mention for mention in sentence.mentions if not mention.is_unsure]
    if len(papers) == 1 and not sentence.leftover and _AROUND_A_NAME.fullmatch(sentence.shape):
        return _with_other_paper(before, papers[0].entries, discussed)
    return _with_other_list(before, rest.strip(" ?!."))


def _of_turn(turn: str, shelf: Shelf, commands: Commands) -> Meaning | None:
    """Return what an earlier turn asked for by itself, or None."""
    if _OPENS_SO.match(plain(turn)):
        return None
    meaning = understand(turn, shelf, commands, (0,)) or _typed(turn, commands)
    return meaning if meaning is not None and meaning.command not in {"", CHAT} else None


def _with_other_paper(before: Meaning, entries: tuple[int, ...], discussed: Sequence[int]) -> Meaning | None:
    """Return the command of the turn before about another paper; a comparison keeps its first side."""
    if len(entries) != 1:
        return None
    if before.command == VERSUS:
        sides = [entry for entry in discussed if entry != entries[0]]
        return Meaning(VERSUS, f"entry:{sides[0]} | entry:{entries[0]}") if sides else None
    if before.command not in OF_ONE or before.command in {"remove", "save", "follow", "unfollow"}:
        return None
    words = re.sub(r"(?:entry:\d+|$)", f"entry:{entries[0]}", before.words, count=1)
    return replace(before, words=words, choices=())


def _with_other_list(before: Meaning, rest: str) -> Meaning | None:
    """Return the list of the turn before for another time, field, person or number."""
    if before.command not in _SPANS:
        return None
    moment = MOMENT.fullmatch(rest)
    if moment is not None:
        since = since_words(moment)
        span = since.removeprefix("since ")
        if before.command == "new":
            return Meaning("new", span) if re.fullmatch(r"\d+d", span) else Meaning(BOARD, since)
        if before.command == "changes":
            return Meaning("changes", since)
        return Meaning("at", rest) if before.command == "at" else Meaning(BOARD, since)
    listed = None
    for lead in ("papers", "papers in", "papers from", "show the"):
        listed = listed or list_asked(f"{lead} {rest}")
    return Meaning(*listed) if listed is not None and listed[0] == BOARD else None
