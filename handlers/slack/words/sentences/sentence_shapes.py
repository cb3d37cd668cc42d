"""Patterns of how sentences begin, refer and ask, and which commands they fit; used by `understanding`."""

import re

from handlers.slack.words.commands import PAPER

LEAD = re.compile(
    r"^(?:(?:hey|hi|hello|hallo|ok|okay|so|well|and|but|also|please|pls|then|now|um|uh|thanks|paperbout|bot"
    r"|good (?:morning|evening|afternoon)|morning|quick question|question)"
    r"(?:\s+(?:paperbout|bot|there|all|team))?[\s,.!:;–-]+)+",
    re.IGNORECASE,
)
POLITE = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|i|we)(?: please| just| quickly)?|please|do you know|i wonder"
    r"|i(?:'d| would) (?:like|love) (?:you )?to(?: know| see)?|i (?:want|need|wish) (?:you )?to(?: know| see)?"
    r"|(?:tell me|let me know)(?! (?:when|if|as soon)))\s+",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(?:it|its|it's|this|that|they|them|their|these|the (?:same )?(?:paper|one|work|article)|here)\b"
)
THAT_PAPER = re.compile(
    r"\b(?:it|they|them|(?:this|that|the same|said) (?:paper|one|work|article)|(?:this|that)(?= (?:so|is|was)\b|\W*$))\b"
)
"""Pattern of words for the paper under discussion, in a sentence compared with examples."""
_ANSWERED_WORDS = (
    "board new changes mine following reading missed today next status votes disputed upsets gap all how judges cost "
    "budget log owners help stop purpose chat explain paper origin vs why history sure place similar assessment cite "
    "follow unfollow save mute unmute settings schedule digest duel export at list missed discussed tag place challenge"
)
ANSWERED = frozenset(_ANSWERED_WORDS.split())
"""Commands that a sentence like an example runs at once: they read, open a window, or the asker can undo them."""
OF_THE_ASKER = frozenset({"follow", "unfollow", "save", "mute", "unmute"})
"""Commands that change something for the asker alone."""
OTHERS = re.compile(r"(?:ones?|others?|papers?|works?|articles?)\W*$", re.IGNORECASE)
"""Pattern of words after a command that mean papers similar to the one under discussion ("similar ones?")."""
_CONTRACTED = re.compile(
    r"\b(?:(?P<is>what|who|how|where|when|why|that|there|here|let)s|im|ive"
    r"|(?P<not>do|does|did|is|are|was|were|has|have|had|should|could|would|ca|wo)nt)\b"
)
FEW = 2
"""Most words that search for a paper where one of them mixes letters and digits; they are like no example."""
MIXED = re.compile(r"[^\W\d]\d|\d[^\W\d]")
"""A word of letters and digits: a name, mistyped by nobody."""
MOST_SHORT = 5
LINK = re.compile(r"https?://|<http|\barxiv:|\b10\.\d{4,}/", re.IGNORECASE)
BARE_ID = re.compile(r"(?<![\w./])\d{4}\.\d{4,5}(?:v\d+)?(?![\w/]|\.\d)")
"""Pattern of an arXiv id without "arXiv:"."""
DOERS = frozenset({"i", "you", "we", "they", "to", "people", "it"})
"""Words before a verb."""
ARGUMENT = re.compile(r"\d|\||<[@#!]|@|\$")
ASKS = re.compile(
    r"(?:why|what|who|how|is|are|does|did|show|give|which|when|compare|summar\w+|explain|tl;?dr|where)\b"
)
CONTENT = re.compile(
    r"^(?:which|what(?! about)|did|does|do|how (?:many|much|long|large|big)|on which|in which)\b"
)
"""Pattern of the beginning of a question about a paper's content."""
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),  # noqa: SIM905 - a list of words reads best as words
        2,
    )
}
_BACK = re.compile(
    r"\b((?:\d+|a|one|two|three|four|five|six|few|couple of) (?:days?|weeks?|months?)) (?:back|earlier)\b"
)
_DIGITS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)  # noqa: SIM905 - a list of words reads best as words
}
_SIDES = re.compile(
    rf"(?<!\w)(?:the |our )?(?P<ordinal>first|{'|'.join(_ORDINALS)})(?: (?:one|paper|place))?"
    r"(?=\W*$|,? (?:and|with|to|against|vs\.?|versus|or|than|better|beat|ahead|about)\b)"
)
"""Pattern of a place by its ordinal alone, in a sentence that compares ("the first with the second")."""
_RANKED = re.compile(
    rf"\b(?:(?:in |at |on )?(?:the )?(?:(?P<ordinal>{'|'.join(_ORDINALS)})|(?P<digits>[1-9]\d{{0,3}})(?:st|nd|rd|th))(?: |-)?(?:place[d]?|position|rank(?:ed)?|spot|best)(?: (?:paper|one))?"
    r"|(?:number|no\.?|nr\.?|rank|place|position) (?P<number>[1-9]\d{0,3}))\b(?! (?:matches|games|days|papers|weeks))"
    rf"|(?<!\w)(?:the )?number (?P<word>{'|'.join(list(_DIGITS)[1:])})\b"
)
"""Pattern of a rank in words: "second place", "number 3"."""
CITES = re.compile(
    r"^(?:(?:give|show|get|send|export|copy|i need|can i have|have)(?: me)? )?(?:the |a |an |its |as )*(?:bib(?:tex)?|citation|reference|ris|bib entry)(?: (?:entry|please|for|of|it|this|that|paper|the))*\W*$"
)
"""Pattern of requests for the reference of the paper under discussion."""
JUDGES_SAY = re.compile(
    r"^what (?:did|do|does) (?:the )?(?:judges?|models?|assessors?|they) (?:say|said|think|write)\W*$"
)
ITSELF = re.compile(r"\b(?:it|its|it's|this paper|that paper|this one|that one|they|their)\b")
"""Pattern of pronouns that mean the paper under discussion and nothing else."""
COMPARES = re.compile(
    r"\b(?:vs?|versus|or|than|compar\w+|against|beat\w*|between|and|los[et]\w*|with|same|differ\w*|over|merge|challenge|(?:close\w*|similar|related|next|equal|prefer\w*|superior|inferior) to|duplicates?)\b|\|"
)
"""Pattern of sentences that put two papers side by side."""
WHO_VOTED = re.compile(r"^who\b.*\bvot(?:ed|es)\b|(?<!\S)#\d+")
"""Pattern of sentences left to the typed commands if no paper is meant: who voted, and ranks such as #12."""
PLACES = re.compile(r"^[-+−]?[\d.,]+$|#\s*[-+−]\d|#\s+\d|#\d+[.,]\d")
"""Pattern of bare numbers and malformed ranks, also left to the typed commands."""
RESTS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "how": r"",
        "explain": r"",
        "at": r"(?:what|which)\b",
        "why": r"",
        "pause": r"(?:everything|all|for|until|till|a)\b",
        "resume": r"(?:everything|all|for|until|till|a)\b",
        "cancel": r"(?:everything|all|for|until|till|a)\b",
        "start": r"(?:an?|the|another|some|new|one|playing|it|now)\b",
        "add": r"(?:the|a|an|please|me|to|it|this|that|on)\b|\w+\W*$",
        "new": r".*(?:\b(?:today|yesterday|week|month|year|papers?|anything|stuff|things|ones|last|here)\b|\?$)",
        "changes": r".*(?:\b(?:week|month|year|papers?|anything|things|last|here)\b|\?$)",
        "votes": r"(?:on|for|now|open|that|which|are|is|please|waiting)\b",
        "mute": r"(?:notifications?|me|please|messages?|dms?)\W*$",
        "unmute": r"(?:notifications?|me|please|messages?|dms?)\W*$",
        "use": r"(?:the|another|an?|other|some) ",
        "export": r"(?:to|as|the|everything|all|my|this|it|please|an?)\b",
        "stop": r"",
        "publish": r"(?!(?:on|off|renew)\W*$)",
        "list": r"(?!(?:add|remove)\b)",
        "tag": r"(?:are|do|on)\b",
        "all": r"(?:papers?|leagues?|the)\b",
    }.items()
}
_ALONE_WORDS = "mine next today status disputed upsets gap judges following missed"
ALONE = frozenset(_ALONE_WORDS.split())
"""Commands that nothing follows; with words they are sentences."""
RESTS |= dict.fromkeys(ALONE, re.compile(r""))
"""Patterns by command of what follows if a sentence merely begins like the command ("stop following …")."""

OF_ONE = frozenset(
    {
        "history",
        "why",
        "sure",
        "place",
        "origin",
        "similar",
        "assessment",
        "cite",
        "follow",
        "unfollow",
        "save",
        "remove",
        PAPER,
    }
)
"""Commands about one paper, which may be the one under discussion."""
CHANGES = frozenset({"remove", "follow", "unfollow", "save", "restore"})
"""Commands that change something about a paper; if the paper's name was guessed, they ask first."""
LOOKS = frozenset({"history", "why", "sure", "place", "origin", "similar", "assessment", "cite"})
"""Commands that only read about a paper; without a name they are about the paper under discussion."""
_ALWAYS_WORDS = (
    "stop mute unmute start settings votes reading following use owners help export import budget mine "
    "digest cost"
)
ALWAYS = frozenset(_ALWAYS_WORDS.split())
"""Commands about the league, never about the paper under discussion, even if the sentence says "it"."""
EVERYTHING = re.compile(r"\b(?:everything|tell me|more|know|all) about\b")
"""Pattern of sentences that ask about a paper itself, not for papers on its subject."""
BOARD_WORDS = re.compile(
    r"(?:tag(?:ged)?:?\s?\S+|(?:top )?\d{1,2}(?!\s+(?!(?:wide|score|rating|rubric|uncertain|by|most|sort|page|last|in|from|since|and|tag)\w*)[a-z])|wide|score|rating|rubric|uncertain\w*|by|most|sort(?:ed)?|page|last|in|from|since|and)(?:\W*$|\s+(?!.*\b(?:please|ago)\b))",
    re.IGNORECASE,
)
"""Pattern of words that a typed `board` is followed by."""
STATED = frozenset({"purpose", "rubric", "note", "tag", "discussed", "publish", "pick", "use"})
"""Commands that change something by their words, which no question does ("purpose of this league?")."""
RESTS["board"] = re.compile(f"(?!{BOARD_WORDS.pattern})", re.IGNORECASE)
FEW_WORDS = re.compile(r"\W*(?:\w+\W+){0,3}$")
THIS = frozenset({"this", "it", "that", "these", "them"})
ADDRESSING = re.compile(r"\b(?:did|anyone|anybody|how|reading|list|changed|when|where|who|what)\b")
_NOT_ORDINARY_WORDS = "attention human humans people diffusion story coffee math latex core deep image"
NOT_ORDINARY = frozenset(_NOT_ORDINARY_WORDS.split())


def with_ranks(lower: str) -> str:
    """Write ranks in words ("second place", "number 3", "the first and the second") as "#2", "#3", "#1 and #2"."""
    lower = _BACK.sub(r"\1 ago", lower)
    lower = _RANKED.sub(
        lambda m: f"#{_ORDINALS.get(m['ordinal']) or m['digits'] or m['number'] or _DIGITS[m['word']]}", lower
    )
    if len(_SIDES.findall(lower)) < 2:  # noqa: PLR2004 - a pair
        return lower
    return _SIDES.sub(lambda m: f"#{_ORDINALS.get(m['ordinal'], 1)}", lower)


_SLIPS = {
    "adn": "and", "nad": "and", "teh": "the", "hte": "the", "waht": "what", "whta": "what", "wich": "which", "wiht": "with",
    "taht": "that", "fo": "of", "ot": "to", "hwo": "how", "whihc": "which", "abuot": "about", "si": "is", "u": "you",
    "ur": "your", "wat": "what", "y": "why", "r": "are", "wk": "week", "wks": "weeks", "abt": "about",
}  # fmt: skip
"""Small words as they are mistyped or shortened."""
_ALONE = re.compile(r"(?<![\w'-])[\w']+(?![\w-])")
"""Pattern of a word that isn't a part of a name such as "u-net"."""


def with_apostrophes(lower: str) -> str:
    """Insert the apostrophes that people leave out ("whats new", "i dont know"), and mend small words ("teh")."""
    lower = _ALONE.sub(lambda m: _SLIPS.get(m[0], m[0]), lower)
    return _CONTRACTED.sub(
        lambda m: f"{m['is']}'s" if m["is"] else f"{m['not']}n't" if m["not"] else f"i'{m[0][1:]}", lower
    )
