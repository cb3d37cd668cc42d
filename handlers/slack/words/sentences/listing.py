"""Recognises sentences that ask for a list of papers: how many, whose, of which field, since when, ranked or not."""

import re

from bot.papers.categories import NAMES

NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(),  # noqa: SIM905 - a list of words reads best as words
        1,
    )
} | {"dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "couple of": 2, "few": 3}
FIELDS = {
    "nlp": "cs.CL", "natural language processing": "cs.CL", "language processing": "cs.CL", "computational linguistics": "cs.CL",
    "computation and language": "cs.CL", "linguistics": "cs.CL", "computer vision": "cs.CV", "vision": "cs.CV", "cv": "cs.CV",
    "machine learning": "cs.LG", "ml": "cs.LG", "deep learning": "cs.LG", "ai": "cs.AI", "artificial intelligence": "cs.AI",
    "robotics": "cs.RO", "cryptography": "cs.CR", "security": "cs.CR", "databases": "cs.DB", "software engineering": "cs.SE",
    "information retrieval": "cs.IR", "hci": "cs.HC", "human computer interaction": "cs.HC", "graphics": "cs.GR",
    "neural and evolutionary computing": "cs.NE", "computer science": "cs", "cs": "cs", "statistics": "stat", "stats": "stat",
    "mathematics": "math", "maths": "math", "math": "math", "economics": "econ", "econ": "econ", "finance": "q-fin",
    "biology": "q-bio", "quantitative biology": "q-bio", "electrical engineering": "eess", "quantum physics": "quant-ph",
    "general relativity": "gr-qc", "astrophysics": "astro-ph", "astronomy": "astro-ph", "condensed matter": "cond-mat",
    "high energy physics": "hep-th", "differential geometry": "math.DG",
}  # fmt: skip
"""Category codes by the names that people use for fields."""
_CODES = {code.lower(): code for code in NAMES}
_NAMES_OF_FIELDS = sorted(FIELDS, key=len, reverse=True)
_FIELD_NAMES = "|".join(map(re.escape, _NAMES_OF_FIELDS))
_FIELD = rf"(?P<field>[a-z-]+\.[a-z-]{{2,}}|{_FIELD_NAMES})"
_NUMBER = rf"(?P<number>\d{{1,2}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?:days?|weeks?|months?|years?)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
ON_DAY = rf"(?:{_MONTH}(?: (?:the )?\d{{1,2}}(?:st|nd|rd|th)?)?|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|\d{{4}}-\d\d-\d\d)"
_MOMENT = rf"(?:(?:last |this |past )?(?:{_WEEKDAY}|week|month|year)|yesterday|today|{ON_DAY})"
MOMENT = re.compile(
    rf"\b(?:since |from |after )?(?:(?:in |over |within |during |for )?(?:the )?(?:last|past) (?P<many>\d{{1,3}}|{'|'.join(NUMBERS)}) (?P<unit>{_UNIT})|(?:(?:in |over |within |during |for )?(?:the )?(?:last|past) )(?P<fortnight>fortnight)"
    rf"|(?:(?:in|on|during|for|since|from|after) )?(?:the )?(?P<moment>{_MOMENT})(?:'s)?)\b"
)
"""Pattern of a period of time in a sentence about lists."""
_AGO = re.compile(rf"\b(?P<many>an?|\d{{1,3}}|{'|'.join(NUMBERS)}) (?P<unit>{_UNIT}) ago\b")
_PLURAL = (
    r"(?:papers|articles|ones|entries|preprints|links|works|submissions|posts|things|stuff|publications)"
)
_PERSON = r"(?P<who><@\w+>|@[\w.'’-]+|[^\W\d_][\w.’-]*)"
_SENT = r"(?:post|shar|submit|add|bring|brought|contribut|sen[dt]|upload|link|put|suggest)\w*"
_PEOPLE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:from|by) (?:user )?{_PERSON}(?: (?:has |have |had )?{_SENT})?",
        rf"\b(?:everything|all|papers|stuff|anything|what|things|links|ones) (?:that )?{_PERSON} (?:has |have |had )?{_SENT}",
        rf"\b(?:of|that|which|did|does|has|have) {_PERSON} (?:has |have |had |did )?(?:been )?{_SENT}",
        rf"\b(?P<who><@\w+>|@?[^\W\d_][\w.-]*)(?:'s|’s)(?= (?:\w+ )?{_PLURAL})",
        rf"\bhow many (?:{_PLURAL}|papers) (?:did|has|have) {_PERSON} {_SENT}",
    )
)
_AUTHOR = re.compile(r"\bby (?P<author>[^\W\d_][\w.-]+ [^\W\d_][\w.-]*)\W*$")
_COUNT = (
    re.compile(
        rf"\b(?P<end>top|first|best|leading|highest|strongest|worst|bottom|last|lowest|weakest|greatest)(?: ranked| rated| scoring)? {_NUMBER}\b"
    ),
    re.compile(
        rf"\b{_NUMBER} (?P<end>best|top|worst|leading|highest|lowest|strongest|weakest|first|last)(?: ranked| rated)?\b"
    ),
)
_LAST = frozenset({"worst", "bottom", "last", "lowest", "weakest"})
_OF_FIELD = (
    re.compile(
        rf"(?:\b(?:in|from|within)|^(?:just|only)|^nothing but)(?: the)?(?: (?:field|area|category|domain)(?: of)?)? {_FIELD}(?![\w.-])"
    ),
    re.compile(rf"(?<![\w.-]){_FIELD}(?= (?:related )?{_PLURAL}\b)"),
    re.compile(
        rf"(?<![\w.-])(?P<field>{'|'.join(re.escape(code.lower()) for code in NAMES if '.' in code)})(?![\w.-])"
    ),
)
_ONLY_FIELD = re.compile(rf"^\W*(?P<field>{_FIELD_NAMES})\W*$")
"""Pattern of a field that is all that is left beside a number ("top 5 nlp")."""
_UNPLAYED = re.compile(
    r"\b(?:(?:have|has|are|were|is|was|did|do) ?(?:not|n't)|not|never|without|no|nobody|no one|un|yet to be)\b(?: \w+)?? ?(?:yet |been |being |any |a |has |have |get |got |to )*"
    r"(?:ranked|rated|judged|compared|settled|play(?:ed)?|match(?:es)?|games?|scores?|ranks?|comparisons?|verdicts?|certain|sure|final|decided)\b(?: yet)?|\bun(?:ranked|rated|judged|played|settled|decided|certain)\b"
)
_LEAVES_OUT = re.compile(
    r"\b(?:not|n't|never|no one|nobody|except(?: for)?|excluding|without|other than|but not|apart from|besides|but|minus|ignoring|leaving out|aside from)\b(?: \w+){1,5}"
)
_FILLER_WORDS = (
    "a all also am an and any anything are as at be been board can could did display do does entries entry "
    "everything fetch for from get give had has have here how i in is it just leaderboard list listed look "
    "many me my of on ones only order our out overall papers paper please post posts posted print rank ranked "
    "ranking rankings read s score scores see show shows so some something standings stuff submissions t table "
    "tell that the their them there these they things this those to us want was we were what which who with "
    "would you articles article preprints preprint links works publications added come came new entered joined "
    "submitted shared brought arrived arrivals arrive up number top best leading highest now currently right "
    "by field category league first got s' sent around still yet uploaded currently whose where worth one just nothing but "
    "anybody anyone somebody someone nobody"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_ARRIVED = re.compile(
    r"\b(?:new|added|posted|submitted|shared|came|come|arriv\w+|brought|joined|entered|uploaded|sent|in|anything|something|stuff|fresh)\b"
)
_LISTS = re.compile(
    rf"\b(?:{_PLURAL}|papers?|anything|something|everything|what|which|list|show|board|leaderboard|ranking|top|best|only|worst|bottom|first|last|leading|highest|lowest|who)\b"
)
_NOBODY = re.compile(
    r"(?:i|me|we|us|you|he|she|it|they|the|a|an|this|that|these|those|my|our|your|was|were|is|are|be|been|had|has|have|did|do|does"
    r"|anybody|somebody|nobody|no|others|person|persons|member|members|colleague|colleagues|arxiv|biorxiv|medrxiv|openreview|nature|science|google|openai|deepmind|meta|here|there|everyone|everybody|anyone|someone|people|folks|all"
    r"|rank|score|rating|date|title|now|then|today|yesterday|last|next|past|top|new|not|what|who|which|channel|league|both|each|any|some|other|others"
    rf"|paper|papers|author|authors|field|topic|{_WEEKDAY}|{_MONTH}|{_FIELD_NAMES})"
)
LEAVING_OUT = "leaving out"


def list_asked(text: str) -> tuple[str, str] | None:
    """Return the (command, words) of a lower-case sentence that asks for a list of papers, or None.

    Every word must be explained: a count, a person, a field, a period, "unranked", or a word around these.
    """
    if not _LISTS.search(text):
        return None
    rest, parts = _parts(text)
    if "from" not in parts and (author := _AUTHOR.search(rest)) is not None:
        left = set(re.findall(r"[^\W_]+", _without(rest, author))) - _FILLERS
        return ("paper", author["author"]) if not left else None
    if (unplayed := _UNPLAYED.search(rest)) is not None:
        rest = _without(rest, unplayed)
        parts["uncertain"] = "uncertain"
    elif "top" not in parts and (out := _LEAVES_OUT.search(text)) is not None:
        return _left_out(text, out)
    return _asked(text, rest, parts)


def is_list(text: str) -> bool:
    """Return whether a lower-case sentence has a word for papers or a list."""
    return _LISTS.search(text) is not None


def parts_of(text: str) -> dict[str, str]:
    """Return what a lower-case sentence says about a list: "top", "in", "from" and "since", as the board reads them."""
    return _parts(text)[1]


def ago(text: str) -> str:
    """Return the moment so many days, weeks or months ago that a sentence names ("3 weeks ago"), or ""."""
    moment = _AGO.search(text)
    if moment is None:
        return ""
    many = moment["many"]
    return f"{1 if many in {'a', 'an'} else NUMBERS.get(many) or many} {moment['unit']} ago"


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """Return the sentence without what it says about a list, and these parts."""
    rest, parts = text, dict[str, str]()
    for take in (_take_count, _take_field, _take_same_field, _take_moment, _take_person):
        rest = take(rest, parts)
    return rest, parts


def _take_count(text: str, parts: dict[str, str]) -> str:
    """Add the number of rows to the parts, and return the text without it; the following ones do the same."""
    for pattern in _COUNT:
        count = pattern.search(text)
        if count is not None and not re.match(rf" {_UNIT}", text[count.end() :]):
            number = NUMBERS.get(count["number"]) or int(count["number"])
            parts["top"] = "page 9999" if count["end"] in _LAST else str(max(number, 1))
            return _without(text, count)
    return text


def _take_field(text: str, parts: dict[str, str]) -> str:
    for pattern in (*_OF_FIELD, _ONLY_FIELD) if "top" in parts else _OF_FIELD:
        if (field := pattern.search(text)) is not None:
            code = FIELDS.get(field["field"]) or _CODES.get(field["field"], field["field"])
            parts["in"] = f"in {code}"
            return _without(text, field)
    return text


def _take_same_field(text: str, parts: dict[str, str]) -> str:
    """Leave out another name of the field taken ("about vision, cs.CV")."""
    if "in" not in parts:
        return text
    names = (name for name in _NAMES_OF_FIELDS if f"in {FIELDS[name]}" == parts["in"])
    return re.sub(
        rf"\b(?:(?:about|on|in|from) )?(?:{'|'.join([*map(re.escape, names), 'about'])})\b", " ", text
    )


def _take_moment(text: str, parts: dict[str, str]) -> str:
    moment = MOMENT.search(text)
    if moment is None:
        return text
    parts["since"] = since_words(moment)
    return _without(text, moment)


def _take_person(text: str, parts: dict[str, str]) -> str:
    if _AUTHOR.search(text) is not None:
        return text
    for pattern in _PEOPLE:
        person = pattern.search(text)
        if person is not None and not _NOBODY.fullmatch(person["who"].lstrip("@")):
            name = person["who"].strip(".,?!").removesuffix("'s")
            parts["from"] = f"from {name.upper() if name.startswith('<@') else '@' + name.removeprefix('@')}"
            return _without(text, person)
    return text


def _asked(text: str, rest: str, parts: dict[str, str]) -> tuple[str, str] | None:
    """Return the command for the parts of a sentence, if nothing else is in it."""
    left = set(re.findall(r"[^\W_]+", rest)) - _FILLERS
    if not parts or left:
        return None
    if set(parts) == {"since"}:
        if parts["since"] == "since today":
            return None
        if not _ARRIVED.search(text):
            return None
        span = parts["since"].removeprefix("since ")
        return ("new", span) if re.fullmatch(r"\d+d", span) else ("board", parts["since"])
    return "board", " ".join(
        parts[name] for name in ("uncertain", "top", "in", "from", "since") if name in parts
    )


def _left_out(text: str, out: re.Match[str]) -> tuple[str, str] | None:
    """Return that a list can't leave papers out, if the sentence asks for a list but for some papers."""
    before = set(re.findall(r"[^\W_]+", text[: out.start()])) - _FILLERS
    is_list = re.search(rf"\b(?:{_PLURAL}|everything|all|board|list|top)\b", text) is not None
    return ("chat", LEAVING_OUT) if is_list and not before else None


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def since_words(match: re.Match[str]) -> str:
    """Return "since …" as the board reads it; spans of days as a number ("7d")."""
    if match["fortnight"]:
        return "since 14d"
    if match["many"]:
        number = NUMBERS.get(match["many"]) or int(match["many"])
        unit = {"d": 1, "w": 7, "m": 30, "y": 365}[match["unit"][0]]
        return f"since {number * unit}d"
    moment = " ".join(match["moment"].split()).removeprefix("the ")
    spans = {"week": "7d", "month": "30d", "year": "365d", "today": "1d", "yesterday": "2d"}
    for word, days in spans.items():
        if moment.split()[-1] == word:
            return f"since {days}"
    return f"since {moment}"
