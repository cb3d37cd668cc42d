"""Text for Slack: escaping, Markdown as mrkdwn, shortening at words, and isolating right-to-left text."""

import math
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

ELLIPSIS = "…"
_ISOLATE, _END = "\u2068", "\u2069"
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHOUT = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")
_SPACES = re.compile(r"(?!(?<=\d)\u00a0\S)\s+")
"""White space, except the no-break space after a number."""
_ZWJ = "\u200d"
_SCALE_STEP = 50
_LOOSE = " ,.:–—-"
"""Characters that don't end a shortened text, before the ellipsis."""
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+([^\n]{1,300}?)[ \t]*#*$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,400}?)(?<=\S)\1")
_ITEM = re.compile(r"^([ \t]{0,8})(?:[-*+]|•)[ \t]+(?=\S)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(([^()\s]{1,500})(?:[ \t]+\"[^\"\n]{0,200}\")?\)")
_ADDRESS = re.compile(r"(?<![\w`/])(?:https?://|www\.)[^\s<>`|]{1,500}", re.IGNORECASE)
_RULE = re.compile(r"^[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$\n?", re.MULTILINE)


def escape(text: str) -> str:
    """Escape text as mrkdwn that is shown literally, and can't mention a person or everyone."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SHOUT.sub("@\u2060", safe)


def link(url: str, text: str) -> str:
    """Build a link in mrkdwn; returns only the escaped text if the URL isn't http(s)."""
    label = escape(" ".join(text.split())) or "link"
    if not url.startswith(("http://", "https://")):
        return label
    address = (
        url.replace("&", "&amp;")
        .replace("<", "%3C")
        .replace(">", "%3E")
        .replace("|", "%7C")
        .replace(" ", "%20")
    )
    return f"<{address}|{label}>"


def length(text: str) -> int:
    """Return the length in UTF-16 code units, as Slack counts (an emoji may be several)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clusters(text: str) -> Iterator[str]:
    """Split text into what readers see as single characters: letter with marks, joined emoji, flags."""
    current = ""
    for char in text:
        joins = current != "" and (
            unicodedata.category(char) in {"Mn", "Me", "Mc"}
            or char in {_ZWJ, "\ufe0f"}
            or "\U0001f3fb" <= char <= "\U0001f3ff"
            or "\U000e0020" <= char <= "\U000e007f"
            or current.endswith(_ZWJ)
            or (_is_flag_half(char) and len(current) == 1 and _is_flag_half(current))
        )
        if joins:
            current += char
            continue
        if current:
            yield current
        current = char
    if current:
        yield current


def shorten(text: str, limit: int) -> str:
    """Shorten plain text to `limit` UTF-16 units, at a word where one ends in the last third.

    Isolates right-to-left text, removes control characters and stray direction marks. Call it before `escape`, never
    after.
    """
    clean = _CONTROLS.sub("", _BIDI_CONTROLS.sub("", text)).strip()
    if not _runs_right_to_left(clean):
        return _cut(list(clusters(clean)), limit)
    return f"{_ISOLATE}{_cut(list(clusters(clean)), limit - 2)}{_END}"


def one_line(text: str, limit: int) -> str:
    """Shorten text like `shorten`, with white space reduced to single spaces; for titles and labels."""
    return shorten(_SPACES.sub(" ", text).strip(), limit)


def short_name(title: str, limit: int) -> str:
    """Return a title's part before its colon if that fits (`U-Net` of `U-Net: Convolutional …`), else as `one_line`."""
    name, colon, _rest = " ".join(title.split()).partition(": ")
    return one_line(name if colon and length(name) <= limit else title, limit)


def clip(markup: str, limit: int) -> str:
    """Shorten mrkdwn to `limit` UTF-16 units without cutting a link, a mention or an entity."""
    if length(markup) <= limit:
        return markup
    pieces: list[str] = []
    at = 0
    for token in _MARKUP.finditer(markup):
        pieces += clusters(markup[at : token.start()])
        pieces.append(token.group())
        at = token.end()
    pieces += clusters(markup[at:])
    fence = "```"
    cut = _cut(pieces, limit - len(fence) - 1)
    return f"{cut}\n{fence}" if cut.count(fence) % 2 else cut


DAY = "{date_short_pretty}"
"""Style of a date without a clock."""


def date(at: datetime, style: str = "{date_short_pretty} at {time}", *, lead: str = "") -> str:
    """Format a time by Slack's date markup, shown in the reader's zone (UTC where a client can't).

    `lead` are the plain words before it in the sentence: they go into the markup, or Slack would write a capital "Today".
    Raises `ValueError` for a time without zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    fallback = at.astimezone(UTC).strftime("%d %b %Y, %H:%M UTC" if "{time}" in style else "%d %b %Y")
    before = f"{lead} " if lead else ""
    return f"<!date^{int(at.timestamp())}^{before}{style}|{before}{fallback}>"


def plain_date(at: datetime) -> str:
    """Format a date in UTC for plain text and table cells, where Slack has no date markup."""
    return at.astimezone(UTC).strftime("%d %b %Y")


def scale_bar(score: float, interval: float, low: float, high: float, width: int = 13) -> str:
    """Draw a score and its 95 % interval on the league's scale, in steps of 50: `1050 ───━━●━━──── 1800`.

    Uses non-breaking spaces, so that it stays on one line of a phone.
    """
    low, high = math.floor(low / _SCALE_STEP) * _SCALE_STEP, math.ceil(high / _SCALE_STEP) * _SCALE_STEP
    span = max(high - low, 1e-9)

    def place(value: float) -> int:
        return min(width - 1, max(0, round((value - low) / span * (width - 1))))

    low_end, middle, right = place(score - interval), place(score), place(score + interval)
    line = "".join("●" if i == middle else "━" if low_end <= i <= right else "─" for i in range(width))
    return f"{low:.0f}\u00a0{line}\u00a0{high:.0f}".replace("-", "\N{MINUS SIGN}")


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _runs_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


def _cut(pieces: list[str], limit: int) -> str:
    if length("".join(pieces)) <= limit:
        return "".join(pieces)
    head: list[str] = []
    room = limit - length(ELLIPSIS)
    for piece in pieces:
        room -= length(piece)
        if room < 0:
            break
        head.append(piece)
    cut = _whole_words(head, pieces[len(head)])
    return "".join(cut).rstrip().rstrip(_LOOSE) + ELLIPSIS


def _whole_words(head: list[str], following: str) -> list[str]:
    """Return the pieces up to the word cut before `following`; all of them if less than two thirds would be left."""
    last = next((at for at in range(len(head) - 1, -1, -1) if head[at].isspace()), 0)
    is_cut = not following.isspace() and 3 * length("".join(head[:last])) >= 2 * length("".join(head))
    return head[:last] if is_cut else head


def from_markdown(text: str) -> str:
    """Convert a model's Markdown to mrkdwn: bold, headings, lists and code; URLs become code, so that no link works."""
    text = _LINK.sub(lambda match: match[1] or match[2], _RULE.sub("", text))
    text = escape(text)
    text = _ADDRESS.sub(lambda match: f"`{match.group().rstrip('.,;:)')}`{_end(match.group())}", text)
    text = _HEADING.sub(lambda match: f"*{match[1].strip('*_ ')}*", text)
    text = _BOLD.sub(lambda match: f"*{match[2].strip('*')}*", text)
    return _ITEM.sub(lambda match: f"{match[1]}• ", text)


def _end(address: str) -> str:
    return address[len(address.rstrip(".,;:)")) :]
