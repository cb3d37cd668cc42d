"""Words that a recognised phrase passes to its command."""

import re

from handlers.slack.words.sentences.listing import MOMENT, NUMBERS, since_words
from handlers.slack.words.sentences.phrasebook import Phrase


def command_words(phrase: Phrase, match: re.Match[str]) -> str:
    """Return the words for a phrase's command, filled from the groups of its pattern."""
    caught = {name: value for name, value in match.groupdict().items() if value}
    match phrase.command:
        case "board" if "who" in caught:
            name = caught["who"].strip(".,?!")
            return f"from {name.upper() if name.startswith('<@') else '@' + name.removeprefix('@')}"
        case "new":
            span = caught.get("span") or caught.get("before")
            return _days(span) if span else phrase.words
        case "changes":
            span = re.search(r"\b(?:since|last|past|this|yesterday|today)\b.*", match.string)
            moment = MOMENT.search(match.string)
            if moment is not None and not re.search(
                r"\b(?:week|month|year|yesterday|today)$", moment["moment"] or ""
            ):
                return since_words(moment)
            return f"since {_since(span[0] if span else '')}"
        case "at":
            when = caught.get("when") or caught.get("then") or "last week"
            first, _, rest = when.partition(" ")
            number = 1 if first == "a" else NUMBERS.get(first)
            return f"{number} {rest}" if number is not None and rest.endswith("ago") else when
        case "start":
            return f"{caught['count']} matches" if "count" in caught else ""
        case "budget":
            return (caught.get("sum") or caught.get("usd") or caught.get("most") or "").replace(",", ".")
        case "use":
            return caught.get("league") or caught.get("named") or ""
        case _:
            return phrase.words.format_map(_Groups(caught))


class _Groups(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _days(span: str) -> str:
    """Convert a time span in words ("last week") to days for `new` ("7d")."""
    number = re.search(r"\d+", span)
    if number is not None:
        return f"{number[0]}d"
    for word, days in (
        ("today", "1d"),
        ("yesterday", "2d"),
        ("week", "7d"),
        ("month", "30d"),
        ("year", "365d"),
    ):
        if word in span:
            return days
    return "7d"


def _since(span: str) -> str:
    moments = {"yesterday": "yesterday", "today": "yesterday", "month": "last month", "year": "last year"}
    for word, moment in (moments | {"week": "last week"}).items():
        if word in span:
            return moment
    return "yesterday"
