"""Tokens that an answer may use, by effort; more after an answer was cut."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from bot.judges.llm.provider import EFFORTS, Effort

ANSWER_TOKENS: Mapping[str, int] = {
    "verdict": 1_280, "assessment": 4_096, "command": 256, "answer": 1_536, "preprints": 1_280,
}  # fmt: skip
"""Tokens of an answer without thinking, by form: twice to three times what a usual one takes."""

THINKING_TOKENS: Mapping[Effort, int] = {
    "none": 0, "minimal": 1_024, "low": 2_816, "medium": 6_912, "high": 16_384, "xhigh": 32_768, "max": 32_768,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """How long one answer may be: its most tokens, thinking included, and the effort (None: left to the model)."""

    tokens: int
    effort: Effort | None


def first_room(form: str, effort: Effort | None, default_effort: Effort | None) -> Room:
    """Return the length limit and effort for the first call of a form.

    `default_effort` is how much the model thinks if no effort is set.
    """
    return Room(ANSWER_TOKENS[form] + THINKING_TOKENS[effort or default_effort or "none"], effort)


def after_cut(room: Room, most: int | None, default_effort: Effort | None) -> Room:
    """Return the room for asking again after an answer was cut off: twice the tokens, or at the limit less effort."""
    wider = min(2 * room.tokens, most) if most is not None else 2 * room.tokens
    if wider > room.tokens:
        return Room(wider, room.effort)
    effort = room.effort or default_effort
    return Room(
        room.tokens, EFFORTS[EFFORTS.index(effort) - 1] if effort not in {None, "none"} and effort else effort
    )


def usual_tokens(room: Room) -> int:
    """Return about how many tokens an answer takes, thinking included: rooms leave two to three times as many."""
    return ceil(_USUAL_SHARE * room.tokens)


def most_tokens(room: Room) -> int:
    """Return the most tokens that a first call and one after a cut answer can write together."""
    return 3 * room.tokens


_LEAST_TOKENS, _FEWEST_ANSWERS, _REMEMBERED = 512, 8, 64
_SPARE = 1.5
_USUAL_SHARE = 0.4


class AnswerLengths:
    """How many tokens a judge's last answers took, thinking included, by kind of answer ("verdict", "assessment", …)."""

    def __init__(self) -> None:
        self._lengths: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))

    def add(self, form: str, tokens: int) -> None:
        """Record the length of an answer; of one that was cut, the room that wasn't enough."""
        self._lengths[form].append(tokens)

    def narrow(self, form: str, room: Room) -> Room:
        """Return the room that has been enough so far, with half as much to spare; the usual one after few answers."""
        lengths = self._lengths[form]
        if len(lengths) < _FEWEST_ANSWERS:
            return room
        return Room(min(room.tokens, max(_LEAST_TOKENS, ceil(_SPARE * max(lengths)))), room.effort)
