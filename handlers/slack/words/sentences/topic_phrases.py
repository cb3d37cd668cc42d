"""Plain sentences by which a person follows an author, a keyword or a venue ("follow papers by Jane Doe")."""

import re

_LEAD = r"(?:(?:please|can you|could you|will you|i(?:'d| would) like (?:you )?to|i want (?:you )?to)\s+)*"
_FOLLOW = r"(?:follow|watch|track|subscribe to|keep an eye on)"
_END = r"(?:unfollow|stop (?:following|watching|tracking)|(?:don't|do not) follow|unsubscribe from)"
_PAPERS = (
    r"(?:(?:all|any|every|everything|the|new|latest|future)\s+)*"
    r"(?:papers?|preprints?|articles?|works?|research|publications?|everything|anything|something(?: new)?|stuff)"
)
_PREPOSITIONS = {
    "by": "author",
    "from": "author",
    "on": "keyword",
    "about": "keyword",
    "mentioning": "keyword",
    "in": "venue",
    "at": "venue",
}
_KINDS = {
    "conference": "venue",
    "journal": "venue",
    "word": "keyword",
    "phrase": "keyword",
    "topic": "keyword",
}
_OF = rf"(?P<of>{'|'.join(_PREPOSITIONS)})\s+(?:the (?:author|keyword|topic|conference|journal|venue)\s+)?(?P<words>\S.*)"
_NAMED = re.compile(
    rf"{_LEAD}(?P<verb>{_FOLLOW}|{_END})\s+(?:the\s+)?(?P<kind>author|keyword|venue|{'|'.join(_KINDS)})s?\s+(?P<words>\S.*)",
    re.IGNORECASE,
)
_PAPERS_OF = re.compile(rf"{_LEAD}(?P<verb>{_FOLLOW}|{_END})\s+{_PAPERS}\s+{_OF}", re.IGNORECASE)
_TELL = re.compile(
    rf"{_LEAD}(?:tell|notify|alert|dm|ping|message|inform|let)\s+me\s+(?:know\s+)?"
    rf"(?:when(?:ever)?|if|as soon as|about new|of new|on new)\s+(?:there(?:'s| is| are)\s+)?{_PAPERS}\s+"
    rf"(?:comes? (?:in|out)\s+|appears?\s+)?{_OF}",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:appears?|comes? (?:in|out)|(?:is|are|gets?) (?:out|published|posted)|please|thanks?)$",
    re.IGNORECASE,
)


def topic_asked(text: str) -> tuple[str, str] | None:
    """Return the command and words of a sentence that follows a topic, or ends that; else None."""
    sentence = " ".join(text.replace("’", "'").split()).strip(" .!?")
    named = _NAMED.fullmatch(sentence)
    match = named or _PAPERS_OF.fullmatch(sentence) or _TELL.fullmatch(sentence)
    if match is None:
        return None
    if named is not None:
        kind = _KINDS.get(named["kind"].lower(), named["kind"].lower())
    else:
        kind = _PREPOSITIONS[match["of"].lower()]
    verb = match.groupdict().get("verb") or "follow"
    ends = re.fullmatch(_END, verb, re.IGNORECASE) is not None
    words = _TAIL.sub("", match["words"])
    return "unfollow" if ends else "follow", f"{kind} {words}"
