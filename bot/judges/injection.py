"""Passages of a paper that talk to the judge instead of to the reader: found, flagged, and made harmless."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.judges.interface import Flag, PaperText

MOST_EXCERPT = 120
_AROUND = 20

# Letters of other scripts that look like Latin ones; NFKC leaves them apart.
_LOOKALIKES = str.maketrans(
    {
        pair[0]: pair[1]
        for pair in (  # noqa: SIM905 - pairs in a row read better
            "аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw ѵv ӏl вb гr кk мm нh тt пn ցg "
            "αa νv ιi κk ρp τt υu χx οo ηn ϲc γy ωw βb εe "
            "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɡg ɑa ıi"
        ).split()
    }
)

_SPECIAL = re.compile(
    r"<(?=\s{0,3}\|)|<(?=/?(?:s|system|user|assistant|human|instructions?|start_of_turn|end_of_turn|bos"
    r"|eos)\b[^<>]{0,40}>)"
    r"|\[(?=/?INST\])|<(?=<\s{0,3}/?SYS\s{0,3}>)",
    re.IGNORECASE,
)

_KINDS: Mapping[str, re.Pattern[str]] = {
    "overrides instructions": re.compile(
        r"\b(?:ignore|disregard|forget|override|bypass|skip|neglect)\b[^.!?]{0,40}"
        r"\b(?:previous|prior|above|earlier|preceding|foregoing|former|system|initial|original|all"
        r"|any|these|those|your)\b"
        r"[^.!?]{0,30}\b(?:instructions?|prompts?|rules?|directions?|guidelines?|directives?"
        r"|commands?|rubric|criteria)\b"
        r"|\b(?:new|updated|real|actual) (?:system )?(?:instructions?|prompt|task)\s{0,3}(?::|for)"
        r"|\bdo not follow (?:the|your|any)\b[^.!?]{0,30}\b(?:instructions?|rubric|rules?)"
    ),
    "asks for a verdict": re.compile(
        r"\b(?:rate|score|rank|grade|judge|assess|evaluate|review|mark)\b (?:this|our|the present"
        r"|the current|my|it)\b"
        r"[^.!?]{0,50}\b(?:high\w*|top|best|10|ten|maximum|perfect|favou?rabl\w+|positive\w*"
        r"|excellent|superior|accept\w*"
        r"|first|winner|full marks)\b"
        r"|\b(?:give|assign|award|return|output|answer|choose|select|pick|prefer|declare|respond"
        r"|reply|vote)\b[^.!?]{0,50}"
        r"\b(?:10 ?/ ?10|(?:highest|maximum|perfect|top|full) (?:possible )?(?:scores?|ratings?"
        r"|marks?|rank)"
        r"|as (?:the )?(?:winner|better)|(?:this|our) (?:paper|work|submission) (?:as|over|wins|is better)"
        r"|paper [12ab]\b|winner\b|score of (?:9|10|ten)|positive reviews?)"
        r"|\b(?:positive|favou?rable) reviews? only\b|\bdo not (?:mention|highlight|list"
        r"|report)\b[^.!?]{0,30}"
        r"\b(?:weakness\w*|limitations?|negatives?|flaws?|shortcomings)\b"
        r"|\b(?:this|our) (?:paper|work|submission|abstract) (?:must|should|has to|shall|needs to"
        r"|deserves to) "
        r"(?:win|be (?:ranked|rated|scored|preferred|chosen|accepted|declared|selected))"
        r"|\bpaper [12ab] (?:must|should|shall|has to) (?:win|lose|be)\b"
        r"|[\"']?winner[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:first|second|paper)"
    ),
    "speaks to a model": re.compile(
        r"\b(?:(?:note|message|instructions?|notice|important) (?:to|for)|attention,?|dear|hey|hello)\s{1,3}"
        r"(?:the |all |any )*(?:ai|llms?|language models?|automated) ?(?:reviewers?|judges?"
        r"|assistants?|models?|graders?)?\b\s{0,3}[:,]"
        r"|\b(?:as|if you are|you are|you're|being) (?:now )?an? (?:ai|llm|large language model"
        r"|language model|helpful"
        r"|impartial|unbiased|automated)\b[^.!?]{0,20}\b(?:model|assistant|reviewer|judge|grader|,|you)"
        r"|\byou are now\b|\bfrom now on,? you\b|\bpretend (?:to be|that you)\b|\bact as (?:an? "
        r"|the )?(?:judge|reviewer|"
        r"grader|assistant|system)\b|\byour (?:task|job|role|goal) (?:is|now is) (?:now )?to\b"
        r"|\b(?:reveal|print|repeat|show)\b[^.!?]{0,20}\byour (?:system )?(?:prompt|instructions)\b"
    ),
    "role tag": re.compile(
        r"<\s{0,3}\|[^|<>\n]{1,40}\|\s{0,3}>|<\s{0,3}/?\s{0,3}(?:system|assistant|human|instructions?|start_of_turn"
        r"|end_of_turn)\b[^<>]{0,40}>"
        r"|\[/?inst\]|<<\s{0,3}/?sys\s{0,3}>>|(?:^|\n)\s{0,3}#{0,4}\s{0,3}(?:system|assistant|developer)\s{0,3}(?:message"
        r"|prompt)?\s{0,3}:"
        r"|\bend of (?:the )?(?:paper|abstract|document|data|submission|untrusted)\b[^a-z]{0,12}(?:$"
        r"|\n|begin|system|now|new)"
        r"|(?:begin|start) (?:of )?(?:system|judge|reviewer) (?:message|prompt|instructions?)"
    ),
}  # fmt: skip
_ASCII_BREAK = re.compile(r"[\r\v\f]")
_ASCII_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HIDDEN_KIND = "hidden characters"
_HIDDEN_ENOUGH = 4
_TAGS = range(0xE0020, 0xE007F)


def visible(text: str) -> str:
    """The text without characters that show nothing (format, control, tag, private use), line ends kept."""
    text = text.replace("\r\n", "\n")
    if text.isascii():
        return _ASCII_CONTROL.sub("", _ASCII_BREAK.sub("\n", text))
    kept = []
    for char in text:
        if char in "\n\t":
            kept.append(char)
        elif unicodedata.category(char) in {"Zl", "Zp"} or char in "\r\v\f\x85":
            kept.append("\n")
        elif unicodedata.category(char) not in {"Cf", "Cc", "Co", "Cs", "Cn"} and not _is_filler(char):
            kept.append(char)
    return "".join(kept)


def _is_filler(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or char in "\u034f\u115f\u1160\u3164\uffa0"


def harmless(text: str) -> str:
    """The text as a model may read it: visible characters only, chat-template tokens broken by a space."""
    return _SPECIAL.sub(lambda found: found.group() + " ", visible(text))


def _readings(text: str) -> Iterator[str]:
    """The ways a disguised text may be meant: plain, tags decoded, joined letters, turned round."""
    decoded = "".join(chr(ord(c) - 0xE0000) if ord(c) in _TAGS else c for c in text)
    plain = _plain(visible(decoded))
    yield plain
    # Disguises with letters set apart ("i g n o r e", "i.g.n.o.r.e"); two or more blanks part the words.
    apart = re.sub(r"\b(?:\w[ ._\-*|]){3,}\w\b", lambda found: re.sub(r"[ ._\-*|]", "", found.group()), plain)
    if apart != plain:
        yield re.sub(r" {2,}", " ", apart)
    digits = plain.translate(str.maketrans("013457@$", "oieastas"))
    if digits != plain:
        yield digits
    if any(char in "\u202e\u202d\u2066\u2067" for char in text) or "snoitcurtsni" in plain:
        yield plain[::-1]


def _plain(text: str) -> str:
    bare = text
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", text)
        bare = "".join(char for char in folded if unicodedata.category(char) not in {"Mn", "Me"})
    lines = re.sub(r"[^\S\n]", " ", bare.casefold().translate(_LOOKALIKES)).split("\n")
    return "\n".join(stripped for line in lines if (stripped := line.strip()))


def find_flags(text: str) -> tuple[Flag, ...]:
    """Every kind of passage found in the text, each once, with an excerpt in plain characters."""
    flags: dict[str, Flag] = {}
    hidden = (
        0 if text.isascii() else sum(unicodedata.category(char) == "Cf" and char != "\u00ad" for char in text)
    )
    if hidden >= _HIDDEN_ENOUGH:
        flags[_HIDDEN_KIND] = Flag(_HIDDEN_KIND, f"{hidden} characters that show nothing")
    for reading in _readings(text):
        for line in (reading, reading.replace("\n", " ")):
            for kind, pattern in _KINDS.items():
                if kind not in flags and (found := pattern.search(line)):
                    start = max(0, found.start() - _AROUND)
                    excerpt = " ".join(line[start : found.end() + _AROUND].split())
                    flags[kind] = Flag(kind, excerpt[:MOST_EXCERPT])
    return tuple(flags.values())


def paper_flags(*papers: PaperText) -> tuple[Flag, ...]:
    """Flags over everything of the papers that a judge would read, each kind once."""
    text = "\n\n".join(
        part for p in papers for part in (p.title, p.abstract, p.full_text, p.assessment) if part is not None
    )
    return find_flags(text)
