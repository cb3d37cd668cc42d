"""Words and phrases that several views share, in one place, ready for translation."""

from decimal import Decimal

from handlers.blocks.builders import Block, confirm

OFFLINE = "offline text heuristic, not an assessment"
OFFLINE_JUDGE = "offline"
"""The name of the judge that is none."""
THE_MATCH = "the match"
DIDNT_WORK = "That didn't work"
TOO_LATE = "That took too long to show in the window. Please try once more."
TRIED_AGAIN = "It is being tried again."

ASSESSMENT, HISTORY, COMPARE = "Assessment", "History", "Compare…"
FOLLOW, UNFOLLOW, SAVE, SHARE = "Follow", "Unfollow", "Save", "Share to channel"
CHALLENGE, DRAW, ABSTAIN, AUTHOR = "Challenge", "Draw", "Abstain", "I'm an author"
NO_AUTHOR = "I'm not an author"
EARLIER, LATER = "Earlier", "Later"
RAISE_CAP = "Raise the cap…"
PREVIOUS, NEXT = "← Previous", "Next →"


CRITERIA = {
    "novelty": "novelty",
    "application": "real-world application",
    "rigor": "rigor",
    "breadth": "breadth",
    "timeliness": "timeliness",
}
"""What people read for the criteria that judges weigh."""


IF_IT_TEACHES = ", if a match can still make its rank more certain"
NOTHING_MOVED = "No rank moved by more than its error bar."
ALL_WITHIN = "All these moves are within the error bars."
SPREAD = "Score and place can go opposite ways: scores spread apart as more is known of every paper."


def unlabelled(rationale: str) -> str:
    """What the offline judge wrote, without its label: a message says that once, wherever it shows such words."""
    return rationale.removeprefix(f"{OFFLINE}. ")


def offline_judge() -> str:
    """What the offline judge is: the line that stands once in a message with its verdicts."""
    return f"Judge {OFFLINE_JUDGE}: {OFFLINE}."


def confirm_challenge() -> Block:
    """The question before a challenge opens a vote."""
    text = (
        "This opens a vote in the league's channel and tells the channel. Its judge may be asked once more."
    )
    return confirm("Ask the team to vote?", text, "Open the vote", "Not now")


def sentence(reason: str) -> str:
    """A reason kept as words of a sentence, as a whole one."""
    whole = reason[:1].upper() + reason[1:]
    return whole if not whole or whole.endswith((".", "!", "?", "…", "”")) else f"{whole}."


def defect(number: str) -> str:
    """What a person reads of a mistake of ours, with the number under which it is logged."""
    return f"Something went wrong on our side; it is logged as {number}."


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(amount: Decimal | float) -> str:
    """US dollars: cents from ten cents on, tenths of a cent below, never a false zero."""
    value = Decimal(str(amount))
    if value == 0:
        return "$0.00"
    if abs(value) < Decimal("0.001"):
        return "under $0.001"
    return f"${value:,.3f}" if abs(value) < Decimal("0.1") else f"${value:,.2f}"


def time_left(minutes: float) -> str:
    """How long something still takes, roughly, in words."""
    if minutes < 1:
        return "less than a minute left"
    if minutes < 90:  # noqa: PLR2004 - from here on hours say more
        return f"about {round(minutes)} min left"
    return f"about {round(minutes / 60)} h left"


def percent(share: float) -> str:
    """A share of one as a whole percentage, with a narrow space; certainty is never claimed."""
    whole = min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)
    return f"{whole} %"


def score(value: float, interval: float) -> str:
    """A score and the half-width of its 95 % interval: `1354 ± 44`."""
    return f"{value:.0f} ± {interval:.0f}"


def and_list(words: list[str], most: int = 3) -> str:
    """`A, B and 2 more`."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


HIDDEN_TEXT = "hidden text"
"""How a flag begins that reports text no reader sees."""
NOT_INSTALLED = (
    ":warning: Paperbout isn't installed in this workspace any more. "
    "Ask whoever runs it for the page to install it from."
)


def for_purpose(version: int) -> str:
    """For which of a league's purposes something was judged that holds no more; 0 is from before there was one."""
    return f"judged for purpose {version}" if version else "judged before there was a purpose"


LOOKING_UP = "is looking it up …"
"""What stands after the bot's name while it works on an answer in its direct message."""
