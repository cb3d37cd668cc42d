"""Words and phrases that several views share, in one place for a future translation."""

import re
from decimal import Decimal

from handlers.blocks.builders import Block, confirm

OFFLINE = "offline text heuristic, not an assessment"
OFFLINE_SHORT = "Counted words, not a real assessment"
UNREADABLE = "I couldn't read this paper. Post its link again to retry."
OFFLINE_JUDGE = "offline"
"""Name of the offline judge, which works without any model."""
THE_MATCH = "the match"
DIDNT_WORK = "That didn't work"
TOO_LATE = "That took too long to show in the window. Please try once more."
TRIED_AGAIN = "It is being tried again."

ASSESSMENT, HISTORY, COMPARE, MORE = "Assessment", "History", "Compare…", "More about it"
FOLLOW, UNFOLLOW, SAVE, SHARE = "Follow", "Unfollow", "Save", "Share to channel"
CHALLENGE, DRAW, ABSTAIN, AUTHOR = "Challenge", "Draw", "Abstain", "I'm an author"
NO_AUTHOR = "I'm not an author"
EARLIER, LATER = "Earlier", "Later"
RAISE_CAP = "Raise the cap…"
PREVIOUS, NEXT = "← Previous", "Next →"


_NAMESAKE = re.compile(r"(.+) \((.+)\)", re.DOTALL)
"""A judge's name with what tells it from its namesakes in brackets."""


CRITERIA = {
    "novelty": "novelty",
    "application": "real-world application",
    "rigor": "rigor",
    "breadth": "breadth",
    "timeliness": "timeliness",
}
"""Names of the judging criteria as people read them, by key."""


IF_IT_TEACHES = ", if a match can still make its rank more certain"
NOTHING_MOVED = "No rank moved by more than its error bar."
ALL_WITHIN = "All these moves are within the error bars."
SPREAD = "Score and place can go opposite ways: scores spread apart as more is known of every paper."


def unlabelled(rationale: str) -> str:
    """Return an offline judge's reasons without the label in front.

    Messages show that label once for all its verdicts.
    """
    return rationale.removeprefix(f"{OFFLINE}. ")


def offline_judge() -> str:
    """Return the sentence that explains the offline judge, shown once in a message with its verdicts."""
    return f"Judge {OFFLINE_JUDGE}: {OFFLINE}."


def confirm_challenge() -> Block:
    """Build the confirmation question shown before a challenge opens a vote."""
    text = (
        "This opens a vote in the league's channel and tells the channel. Its judge may be asked once more."
    )
    return confirm("Ask the team to vote?", text, "Open the vote", "Not now")


def opinions(said: list[tuple[str, str]]) -> str:
    """Join what judges said: those who said the same together, and words that all names begin with only once.

    >>> opinions([("a: b (x)", "chose A"), ("a: b (y)", "chose B"), ("a: b (z)", "chose A")])
    'a: b: x and z chose A, and y chose B'
    """
    matches = [_NAMESAKE.fullmatch(judge) for judge, _words in said]
    shared = {name and name[1] for name in matches}
    is_shared = len(said) > 1 and len(shared) == 1 and None not in shared
    groups: dict[str, list[str]] = {}
    for name, (judge, words) in zip(matches, said, strict=True):
        groups.setdefault(words, []).append(name[2] if is_shared and name else judge)
    sentences = [f"{and_list(judges, len(judges))} {words}" for words, judges in groups.items()]
    head = f"{shared.pop()}: " if is_shared else ""
    return head + ", and ".join(
        [", ".join(sentences[:-1]), sentences[-1]] if len(sentences) > 1 else sentences
    )


def sentence(reason: str) -> str:
    """Turn a stored reason into a sentence: capital letter at the start, full stop at the end."""
    whole = reason[:1].upper() + reason[1:]
    return whole if not whole or whole.endswith((".", "!", "?", "…", "”")) else f"{whole}."


def defect(number: str) -> str:
    """Return the sentence about an internal error, with the number under which it is logged."""
    return f"Something went wrong on our side; it is logged as {number}."


def slack_away(number: str) -> str:
    """Return the sentence about Slack being away or asked too much, with the number under which it is logged."""
    return f"Slack is too busy to tell me what I need for this; it is logged as {number}. Please try again in a minute."


def count(number: int, one: str, many: str | None = None) -> str:
    """Format a number with its noun: `1 paper`, `1,204 papers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(amount: Decimal | float) -> str:
    """Format US dollars: whole cents from ten cents up, tenths of a cent below, "under $0.001" below that."""
    value = Decimal(str(amount))
    if value == 0:
        return "$0.00"
    if abs(value) < Decimal("0.001"):
        return "under $0.001"
    return f"${value:,.3f}" if abs(value) < Decimal("0.1") else f"${value:,.2f}"


def time_left(minutes: float) -> str:
    """Format the remaining time in rough words ("about 5 min left")."""
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:  # noqa: PLR2004 - from here on hours say more
        return f"about {measure(f'{round(minutes)}', 'min')} left"
    return f"about {measure(f'{round(minutes / 60)}', 'h')} left"


def measure(number: str, unit: str) -> str:
    """Join a number and its unit by a no-break space, so that no line ends between them."""
    return f"{number}\u00a0{unit}"


def percent(share: float) -> str:
    """Format a share (0 to 1) as a whole percentage on one line; between 0 and 1 it is never shown as 0 % or 100 %."""
    whole = min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)
    return measure(str(whole), "%")


def score(value: float, interval: float) -> str:
    """Format a score with the half-width of its 95 % interval, both in points: `1354 ± 44`."""
    return f"{value:.0f} ± {interval:.0f}"


def and_list(words: list[str], most: int = 3) -> str:
    """Join words as `A and B`, or `A, B, C and 2 more` beyond `most`."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


HIDDEN_TEXT = "hidden text"
"""First words of a flag that reports text hidden from readers of the paper."""
NOT_INSTALLED = (
    ":warning: Paperbout isn't installed in this workspace any more. "
    "Ask the person who runs it for its install page."
)


def for_purpose(version: int) -> str:
    """Say under which earlier version of the league's purpose a verdict or assessment was made (0: before any)."""
    return f"judged for purpose {version}" if version else "judged before there was a purpose"


LOOKING_UP = "is looking it up …"
"""Status shown beside the bot's name while it prepares an answer in a direct message."""
