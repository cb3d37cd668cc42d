"""Parses schedules as people write them: "every weekday at 9:00 a.m. Berlin", "monthly", or cron and a zone."""

import re
from dataclasses import dataclass, field
from typing import Final

from bot.schedules.cron import (
    DAYS,
    EVERY_DAY,
    EXAMPLES,
    FULL_DAYS,
    WEEKDAYS,
    Timing,
    in_words,
    is_cron,
    parse_cron,
)
from bot.schedules.zones import zone, zone_as_typed
from storage.errors import BadRequestError

_DAY: Final = {
    form: day
    for day, name in zip(DAYS, FULL_DAYS, strict=True)
    for form in (day, f"{day}s", name.lower(), f"{name.lower()}s")
} | {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}
_DAY_WORD: Final = "|".join(sorted(_DAY, key=len, reverse=True))
_RANGE: Final = re.compile(rf"\b({_DAY_WORD})\s*(?:-|–|—|−|to|through|thru|till|until)\s*({_DAY_WORD})\b")
_SETS: Final = (
    (
        re.compile(
            r"\b(?:(?:every|each|all)\s+)?(?:week\s?days?|working\s+days?|work\s?days?|business\s+days?)\b"
        ),
        WEEKDAYS,
    ),
    (re.compile(r"\b(?:(?:every|each|on|the)\s+)*weekends?\b"), "sat,sun"),
    (
        re.compile(
            r"\b(?:every\s?day|each\s+day|all\s+days|daily|everyday|nightly|every\s+(?:morning|evening|night|afternoon))\b"
        ),
        EVERY_DAY,
    ),
    (re.compile(r"\b(?:weekly|(?:every|each|once\s+a)\s+week)\b"), "weekly"),
)
_HOURLY: Final = re.compile(r"\b(?:hourly|(?:every|each|once\s+an)\s+hour)\b")
_MONTHLY: Final = re.compile(
    r"\b(?:on\s+)?(?:the\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)|(?P<first>first)(?:\s+day)?)\s*(?:day\s+)?of\s+(?:the|each|every)\s+month\b|\b(?:monthly|(?:every|each|once\s+a)\s+month)\b(?:\s+on\s+the\s+(?P<on>\d{1,2})(?:st|nd|rd|th)\b)?"
    r"|\bon\s+the\s+(?P<alone>\d{1,2})(?:st|nd|rd|th)\b"
)
_OFFSET: Final = re.compile(
    r"(?:(?<!/)\b(?:utc|gmt)\s*[+\-−–]\s*\d{1,2}(?::?[0-5]\d|[.,](?:25|5|50|75))?|(?<![\w:.])[+−]\s*\d{1,2}:?[0-5]\d)(?![\w:])"
)
_CLOCK: Final = re.compile(
    r"(?<![\w:.+/-])(?:at\s+)?(?P<hour>\d{1,2})(?:(?:[:.]|\s?[hu]\s?)(?P<minute>\d{2})(?::\d\d)?)?\s*(?P<half>a\.?\s?m\.?|p\.?\s?m\.?)?"
    r"\s*(?P<unit>h|u|hrs?|hours|uhr|heures?|o['’]?\s?clock)?(?![\w:/])"
)
_BARE_FOUR: Final = re.compile(
    r"(?<![\w:.+/-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s*(?:h|hrs?|hours)?(?![\w:/.-])"
)
_CLOCK_WORDS: Final = (
    (re.compile(r"\b(?:12\s*)?(?:noon|midday)\b"), (12, 0)),
    (re.compile(r"\b(?:12\s*)?midnight\b"), (0, 0)),
)
_DAYS_END: Final = re.compile(r"\s*(?:at\s+)?24(?:[:.hu]?00)?(?!\d|[:.hu]\d)")
"""The hour 24, which is midnight; 24:01 is no time."""
_PAST: Final = re.compile(
    r"\b(?P<part>half|quarter)\s+(?P<side>past|to)\s+(?P<hour>\d{1,2})\s*(?P<half>a\.?m\.?|p\.?m\.?)?(?!\w)"
)
_EVERY_SO_MANY: Final = re.compile(
    r"\b(?:every|each)\s+(?P<number>\d{1,3}|other|second|third|two|three|four|six|few)\s*(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|nights?|weeks?|weekdays?|months?)\b"
)
_EXCEPT: Final = re.compile(
    rf"\b(?:except(?:\s+for)?|but(?:\s+not)?|excluding|without|apart\s+from|other\s+than|not)\s+(?:on\s+)?"
    rf"(?P<days>(?:{_DAY_WORD}|weekends?)(?:\s*(?:,|and|or|&|/)\s*(?:{_DAY_WORD}|weekends?))*)\b"
)
_NO_SCHEDULE: Final = re.compile(
    r"(?<![\w:.+-])(?P<said>\d{1,2}\s?(?:am|pm)?\s?[-–]\s?\d{1,2}\s?(?:am|pm)?)(?![\w:.-])|\b(?P<once>in\s+\d+\s*(?:minutes?|mins?|hours?|hrs?|days?|weeks?))\b"
)
"""Pattern of periods of hours and of single dates, which aren't schedules."""
_WIDE: Final = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1B), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_NUMBERS: Final = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(1, 13),
        strict=True,
    )
)
_NUMBER: Final = "|".join(_NUMBERS)
_MINUTES: Final = {
    "thirty": "30",
    "fifteen": "15",
    "forty-five": "45",
    "forty five": "45",
    "twenty": "20",
    "ten": "10",
}
_SPOKEN: Final = (
    (
        re.compile(rf"\b({_NUMBER})\s+(thirty|fifteen|forty[- ]five|twenty)\b", re.IGNORECASE),
        lambda m: f"{_NUMBERS[m[1].lower()]}:{_MINUTES[m[2].lower()]}",
    ),
    (
        re.compile(
            rf"\b(at|past|to|around|about)\s+({_NUMBER})\b(?!\s*(?:hours?|days?|weeks?))"
            rf"|\b()({_NUMBER})(?=\s+(?:o['’]?\s?clock|a\.?\s?m\b|p\.?\s?m\b|in\s+the\b|at\s+night\b|sharp\b))",
            re.IGNORECASE,
        ),
        lambda m: f"{m[1] or ''} {_NUMBERS[(m[2] or m[4]).lower()]}",
    ),
    (re.compile(r"\btwelve\s+(?=noon|midnight|midday)", re.IGNORECASE), ""),
    (re.compile(r"(?<=\d\d)z\b", re.IGNORECASE), " Z"),
    (re.compile(r"\bM\s?[-–]\s?F\b", re.IGNORECASE), "mon-fri"),
    (re.compile(r"\bMWF\b", re.IGNORECASE), "mon, wed, fri"),
    (re.compile(r"\bTu?Th\b"), "tue, thu"),
)
"""Patterns of hours and days as people say and abbreviate them, with their replacements."""
_LONGEST: Final = 300
_LATE: Final = re.compile(r"\b(?:evenings?|afternoons?|nights?|tonight|nightly)\b")
_NIGHT: Final = re.compile(r"\b(?:nights?|tonight|nightly)\b")
_NIGHT_FROM: Final = 5
"""First hour "at night" that is before midnight: "11 at night" is 23:00, "1 at night" is 01:00."""
_FILLERS: Final = frozenset(
    "every each on at and in the morning mornings evening evenings afternoon afternoons night nights time of "  # noqa: SIM905 - a list of words reads best as words
    "o'clock please sharp from a an local my our zone timezone is for around about run play post send h kl".split()
)


def parse_phrase(text: str, *, time_zone: str, at: str = "08:30", days: str = WEEKDAYS) -> Timing:
    """Parse a person's phrase for a schedule; the other arguments are used for what it leaves out.

    Raises `BadRequestError` with examples.
    """
    if len(text) > _LONGEST:
        raise BadRequestError(f"That is too long to be a time. {EXAMPLES}")
    plain = " ".join(text.strip("`'\"“”,; ").translate(_WIDE).split())
    words = plain.split()
    if not words:
        raise BadRequestError(f"Say when. {EXAMPLES}")
    if is_cron(words):
        cron = " ".join(words[:5]).lower().strip("`")
        parse_cron(cron)
        rest = " ".join(words[5:]).strip("`'\"“”,; ")
        return Timing(cron, zone(rest).key if rest else time_zone)
    phrase = _Phrase(_as_figures(plain))
    if (hours := phrase.hours_between()) is not None:
        return Timing(f"0 {hours} * * {phrase.days() or EVERY_DAY}", phrase.zone(time_zone))
    left_out = phrase.left_out()
    day = phrase.month_day()
    there = phrase.offset()
    weekdays = phrase.days()
    hour, minute = phrase.clock() or _part_of_day(plain.lower(), _plain_clock(at))
    where = phrase.zone(time_zone) if there is None else phrase.nothing_else(there)
    if day is not None and weekdays:
        raise BadRequestError(f"Name a day of the month or weekdays, not both. {EXAMPLES}")
    if left_out:
        weekdays = _without(weekdays or (EVERY_DAY if day is None else ""), left_out)
    cron = f"{minute} {hour} {day} * *" if day is not None else f"{minute} {hour} * * {weekdays or days}"
    parse_cron(cron)
    return Timing(cron, where)


def _as_figures(text: str) -> str:
    """Return the phrase with spoken hours as figures. Raises `BadRequestError` for a period of hours or a single date."""
    if (odd := _NO_SCHEDULE.search(text.lower())) is not None:
        raise BadRequestError(f"“{odd[0].strip()}” isn't a time of every day or week. {EXAMPLES}")
    for pattern, meant in _SPOKEN:
        text = pattern.sub(meant, text)
    return text


@dataclass(slots=True)
class _Phrase:
    """The words of a phrase not understood so far."""

    words: str
    _afternoon: range = field(init=False)
    """Hours below twelve that mean the second half of the day."""

    def __post_init__(self) -> None:
        words = self.words.lower()
        first = _NIGHT_FROM if _NIGHT.search(words) else 1
        self._afternoon = range(first, 12) if _LATE.search(words) else range(0)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first match of a pattern, and remove it from the words."""
        match = pattern.search(self.words.lower()) if len(self.words.lower()) == len(self.words) else None
        if match is not None:
            self.words = f"{self.words[: match.start()]} {self.words[match.end() :]}"
        return match

    def hours_between(self) -> str | None:
        """Return cron's hours for "hourly" and "every 6 hours", None for neither; 24 hours are a day.

        Raises `BadRequestError` for other steps.
        """
        if self.take(_HOURLY) is not None:
            return "*"
        if (step := self.take(_EVERY_SO_MANY)) is None:
            return None
        hours = int(step["number"]) if step["unit"].startswith("h") and step["number"].isdecimal() else 0
        if not hours or 24 % hours:
            raise BadRequestError(f"I can't do that every {step['number']} {step['unit']}. {EXAMPLES}")
        if hours == 24:  # noqa: PLR2004 - a day
            self.words += " daily"
            return None
        return f"*/{hours}"

    def month_day(self) -> int | None:
        """Take the day of the month from the phrase; None if it isn't about months."""
        match = self.take(_MONTHLY)
        if match is None:
            return None
        day = int(match["day"] or match["on"] or match["alone"] or 1)
        if not 1 <= day <= 28:  # noqa: PLR2004 - every month has these
            raise BadRequestError(f"Not every month has a day {day}: write one from 1 to 28. {EXAMPLES}")
        return day

    def offset(self) -> str | None:
        """Take an offset from UTC from the phrase; return its time zone, or None."""
        match = self.take(_OFFSET)
        return None if match is None else zone(match[0]).key

    def days(self) -> str:
        """Take the weekdays from the phrase, in cron's form: "*" for all, "" if none are named."""
        names: list[str] = []
        while (match := self.take(_RANGE)) is not None:
            first, last = (DAYS.index(_DAY[match[group]]) for group in (1, 2))
            count = (last - first) % 7 + 1
            names += (
                [f"{DAYS[first]}-{DAYS[last]}"]
                if first <= last
                else [DAYS[(first + i) % 7] for i in range(count)]
            )
        for pattern, days in _SETS:
            if self.take(pattern) is not None:
                names.append(days)
        while (match := self.take(re.compile(rf"\b(?:on\s+)?({_DAY_WORD})\b"))) is not None:
            names.append(_DAY[match[1]])
        if EVERY_DAY in names:
            return EVERY_DAY
        weekdays = [days for days in names if days != "weekly"]
        return ",".join(dict.fromkeys(weekdays)) or ("mon" if names else "")

    def left_out(self) -> set[str]:
        """Take the weekdays after "except" or "but" from the phrase."""
        days: set[str] = set()
        while (match := self.take(_EXCEPT)) is not None:
            days.update(_DAY[word] for word in re.findall(rf"\b(?:{_DAY_WORD})\b", match["days"]))
            days.update(("sat", "sun") if "weekend" in match["days"] else ())
        return days

    def clock(self) -> tuple[int, int] | None:
        """Take the time of day from the phrase; None if none is named."""
        for pattern, time in _CLOCK_WORDS:
            if self.take(pattern) is not None:
                return time
        if (past := self.take(_PAST)) is not None:
            half = past["half"] or ("pm" if int(past["hour"]) in self._afternoon else None)
            hour = _hour(int(past["hour"]), half, past[0])
            minutes = {"half": 30, "quarter": 15}[past["part"]] * (1 if past["side"] == "past" else -1)
            return divmod((hour * 60 + minutes) % 1440, 60)
        match = self.take(_BARE_FOUR) or self.take(_CLOCK)
        if match is None:
            return None
        groups = match.groupdict()
        minute = int(groups["minute"] or 0)
        half = groups.get("half") or ("pm" if int(groups["hour"]) in self._afternoon else None)
        hour = _hour(int(groups["hour"]), half, match[0])
        if minute > 59:  # noqa: PLR2004 - minutes of an hour
            raise BadRequestError(f"“{match[0].strip()[:20]}” isn't a time of day: write 07:00 or 18:30.")
        return hour, minute

    def zone(self, usual: str) -> str:
        """Return the time zone that the remaining words name, or `usual` if none remain. Raises `BadRequestError`."""
        words = self._rest()
        if not words:
            return usual
        rest = " ".join(words)
        try:
            return zone(rest).key
        except BadRequestError as error:
            looks_like_one = (
                any("/" in word or word.isupper() for word in words)
                or "several" in error.sentence
                or "did you mean" in error.sentence
            )
            if looks_like_one:
                raise
            raise BadRequestError(f"I don't understand “{rest[:40]}” as a time. {EXAMPLES}") from None

    def nothing_else(self, there: str) -> str:
        """Return the time zone already known. Raises `BadRequestError` if words remain."""
        if words := self._rest():
            raise BadRequestError(f"I don't understand “{' '.join(words)[:40]}” as a time. {EXAMPLES}")
        return there

    def _rest(self) -> list[str]:
        words = [word.strip("`'\"“”,;()") for word in self.words.split()]
        return [
            word
            for word in words
            if word and word.strip(".").lower() not in _FILLERS and re.search(r"\w", word)
        ]


def _without(weekdays: str, left_out: set[str]) -> str:
    """Return cron's weekdays without those left out. Raises `BadRequestError` if none is left."""
    rest: list[str] = []
    for part in ("sun-sat" if weekdays == EVERY_DAY else weekdays).split(","):
        first, _, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        rest += [day for day in DAYS[start : end + 1] if day not in left_out]
    if not rest:
        raise BadRequestError(f"That leaves out every day. {EXAMPLES}")
    spans: list[list[str]] = []
    for day in sorted(set(rest), key=lambda name: (DAYS.index(name) - 1) % 7):
        if spans and (DAYS.index(day) - DAYS.index(spans[-1][-1])) % 7 == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    ordered = [day for span in spans for day in span]
    if len(spans) == 1 and len(ordered) > 2 and DAYS.index(ordered[0]) < DAYS.index(ordered[-1]):  # noqa: PLR2004 - a span
        return f"{ordered[0]}-{ordered[-1]}"
    return ",".join(ordered)


def _hour(hour: int, half: str | None, text: str) -> int:
    """Return the hour of the day, from a 24-hour number or one with am or pm. Raises `BadRequestError`."""
    if half:
        fits, hour = 1 <= hour <= 12, hour % 12 + (12 if half.startswith("p") else 0)  # noqa: PLR2004 - a twelve-hour clock
    else:
        hour = 0 if _DAYS_END.match(text) else hour
        fits = hour < 24  # noqa: PLR2004 - hours of a day
    if not fits:
        raise BadRequestError(f"“{text.strip()[:20]}” isn't a time of day: write 07:00 or 18:30.")
    return hour


_PARTS: Final = (
    (re.compile(r"\bmornings?\b"), range(5, 12), 9),
    (re.compile(r"\bafternoons?\b"), range(12, 18), 14),
    (re.compile(r"\bevenings?\b"), range(17, 24), 19),
    (re.compile(r"\bnights?\b|\bnightly\b"), range(19, 24), 21),
)
"""Parts of the day, their hours, and the hour meant where a phrase names none."""


def _part_of_day(words: str, usual: tuple[int, int]) -> tuple[int, int]:
    """Return the usual time, moved into the part of the day that the words name."""
    for pattern, hours, hour in _PARTS:
        if pattern.search(words):
            return usual if usual[0] in hours else (hour, 0)
    return usual


def _plain_clock(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition(":")
    return int(hour), int(minute or 0)


def as_typed(cron: str, time_zone: str, usual_zone: str) -> str:
    """Return a schedule as a person would type it: in words if they parse back to the same, else as cron."""
    words = in_words(cron)
    try:
        same = parse_phrase(words, time_zone=time_zone).cron == cron
    except BadRequestError:
        same = False
    return (words if same else cron) + ("" if time_zone == usual_zone else f" {zone_as_typed(time_zone)}")
