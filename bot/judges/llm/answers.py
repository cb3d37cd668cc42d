"""The two forms a model fills in, verdict and assessment: their JSON schemas, and how a filled one is read."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.judges.interface import CRITERIA, SCORES, SECTIONS, Better, Margin, Winner
from bot.judges.llm.answer_text import cut_at_sentence, json_objects, unwrapped

MOST_WORDS = 150
_MOST_RATIONALE = 4_000
_MOST_SECTION = 6_000
_MOST_LINE = 300
_WORST_SCORE, _BEST_SCORE, _OUT_OF_A_HUNDRED = 1.0, 10.0, 20.0
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnusableAnswerError(Exception):
    """An answer that isn't one; the message says why and quotes nothing of it. `prose`: it held no JSON at all."""

    def __init__(self, reason: str, *, prose: bool = False) -> None:
        super().__init__(reason)
        self.prose = prose


@dataclass(frozen=True, slots=True)
class VerdictForm:
    """A verdict as read; `criteria` holds those the model decided, `margin` None where it didn't say."""

    rationale: str
    criteria: Mapping[str, Better]
    winner: Winner
    margin: Margin | None
    confidence: float


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """An assessment as read; `scores` and `sections` have all their keys."""

    contribution: str
    sections: Mapping[str, str]
    scores: Mapping[str, float]


Filled = TypeVar("Filled", VerdictForm, AssessmentForm)


@dataclass(frozen=True, slots=True, eq=False)
class Form(Generic[Filled]):
    """What a model fills in: a name, a JSON schema in the order to be written, and how an object of it is read."""

    name: str
    schema: Mapping[str, object]
    mark: str
    fill: Callable[[Mapping[str, object]], Filled]


def read_answer(text: str, form: Form[Filled]) -> Filled:
    """The one answer in the text, whatever stands around it.

    Raises `UnusableAnswerError` where there is none, or where several differ.
    """
    if not text.strip():
        raise UnusableAnswerError("it was empty", prose=True)
    answers: list[Filled] = []
    reasons: list[str] = []
    objects = list(json_objects(text))
    for found in objects:
        for candidate in unwrapped(found, form.mark):
            try:
                answers.append(form.fill(candidate))
            except UnusableAnswerError as error:
                reasons.append(str(error))
    if not answers:
        missing = f"it had no {form.mark}" if objects else "it held no complete JSON object"
        raise UnusableAnswerError(reasons[-1] if reasons else missing, prose=not objects)
    if any(answer != answers[0] for answer in answers[1:]):
        raise UnusableAnswerError("it held several answers that differ")
    return answers[0]


_FIRST = re.compile(
    r"(?:the )?(?:first|1st|paper ?#?(?:1|one|a)|paper ?\(1\)|1|a|one)(?: paper| one)?\b(?! ?(?:and|&|/) )"
)
_SECOND = re.compile(
    r"(?:the )?(?:second|2nd|paper ?#?(?:2|two|b)|paper ?\(2\)|2|b|two)(?: paper| one)?\b(?! ?(?:and|&|/) )"
)
_DRAW = re.compile(
    r"(?:a |it'?s a |an? )?(?:draw|tie[ds]?|even|equal(?:ly)?|same|neither|both|none|no winner|no difference|undecided)\b"
)


def _side(said: object) -> Winner | None:
    """Which paper a word means, in any of the ways models write it; None where it means neither or both."""
    if isinstance(said, Mapping):
        for key in ("winner", "better", "value", "paper", "choice"):
            if key in said:
                return _side(said[key])
        return None
    if isinstance(said, bool) or not isinstance(said, (str, int)):
        return None
    word = re.sub(r"[\s_\-*`\"'“”:]+", " ", str(said)).strip().casefold()
    if _DRAW.match(word):
        return "draw"
    one, other = _FIRST.match(word), _SECOND.match(word)
    if one and not re.search(r"\b(?:second|paper ?2)\b", word[one.end() :]):
        return "first"
    if other and not re.search(r"\b(?:first|paper ?1)\b", word[other.end() :]):
        return "second"
    return None


def _fill_verdict(found: Mapping[str, object]) -> VerdictForm:
    rationale = _text(_any(found, "rationale", "reasoning", "reason", "explanation", "justification"))
    if not rationale:
        raise UnusableAnswerError("rationale: it is missing")
    winner = _side(found["winner"])
    if winner is None:
        raise UnusableAnswerError("winner: it must be first, second or draw")
    confidence = _share(found.get("confidence"))
    if confidence is None:
        raise UnusableAnswerError("confidence: it must be a number from 0.5 to 1")
    margin = None if winner == "draw" else _margin(found.get("margin"))
    return VerdictForm(
        cut_at_sentence(rationale, _MOST_RATIONALE),
        _criteria(found.get("criteria")),
        winner,
        margin,
        confidence,
    )


def _by_name(said: object) -> Mapping[object, object]:
    """A dictionary, also where the model wrote a list of named things."""
    if isinstance(said, list):
        items = [item for item in said if isinstance(item, Mapping)]
        return {
            str(_any(item, "name", "criterion", "section", "title") or ""): _any(
                item, "better", "winner", "text", "content", "value"
            )
            for item in items
        }
    return said if isinstance(said, Mapping) else {}


def _criteria(said: object) -> dict[str, Better]:
    decided: dict[str, Better] = {}
    for key, value in _by_name(said).items():
        name = next((name for name in CRITERIA if name in str(key).casefold()), None)
        side = _side(value)
        if name is not None and side is not None:
            decided[name] = "even" if side == "draw" else side
    return {name: decided[name] for name in CRITERIA if name in decided}


def _margin(said: object) -> Margin | None:
    word = str(said).casefold() if isinstance(said, str) else ""
    if re.search(r"slight|small|narrow|marginal|minor|close|weak|little", word):
        return "slight"
    return "clear" if re.search(r"clear|large|strong|decisive|much|big|major|wide", word) else None


_CONFIDENCE_WORDS: Mapping[str, float] = {
    "very high": 0.95,
    "high": 0.9,
    "medium": 0.75,
    "moderate": 0.75,
    "low": 0.6,
}


def _share(said: object) -> float | None:
    """A confidence from 0.5 to 1, of a share, tenths, percent or a word."""
    if isinstance(said, str) and said.strip().casefold() in _CONFIDENCE_WORDS:
        return _CONFIDENCE_WORDS[said.strip().casefold()]
    number = _number(said)
    if number is None or number < 0 or number > 100:  # noqa: PLR2004 - percent
        return None
    share = number if number <= 1 else number / 10 if number <= 10 and not _is_percent(said) else number / 100  # noqa: PLR2004
    return min(1.0, max(0.5, share))


def _is_percent(said: object) -> bool:
    return isinstance(said, str) and "%" in said


def _number(said: object) -> float | None:
    if isinstance(said, Mapping):
        said = _any(said, "score", "value", "rating")
    if isinstance(said, str):
        found = re.match(
            r"\s*[~≈]?\s*(-?\d{1,4}(?:[.,]\d{1,6})?)\s*(?:%|/\s*10\b|out of|points?|\Z|[(–—:,;-])", said
        )
        said = float(found[1].replace(",", ".")) if found else None
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said):
        return None
    return float(said)


def _score(name: str, said: object) -> float:
    number = _number(said)
    if number is None:
        raise UnusableAnswerError(f"{name}: it must be a number from 1 to 10")
    if number > _OUT_OF_A_HUNDRED:
        number /= 10
    return min(_BEST_SCORE, max(_WORST_SCORE, math.floor(number * 2 + 0.5) / 2))


def _fill_assessment(found: Mapping[str, object]) -> AssessmentForm:
    scores = found.get("scores")
    by_name = {**_lower(scores), **found} if isinstance(scores, Mapping) else found
    written = _sections(_by_name(found["sections"]))
    missing = [name for name in SECTIONS if not written.get(name)]
    if missing:
        raise UnusableAnswerError(f"sections: {', '.join(missing)} missing")
    line = " ".join(_text(found.get("contribution")).split()) or written["contribution"]
    return AssessmentForm(
        cut_at_sentence(" ".join(line.split()), _MOST_LINE),
        {name: written[name] for name in SECTIONS},
        {name: _score(name, by_name.get(name)) for name in SCORES},
    )


def _sections(said: Mapping[object, object]) -> dict[str, str]:
    """The sections by their own keys; longer keys of models ("strengths and limitations") are understood."""
    written: dict[str, str] = {}
    for key, value in said.items():
        word = str(key).casefold()
        name = next((name for name in SECTIONS if name in word), None)
        if name is None and "limitation" in word:
            name = "strengths"
        text = cut_at_sentence(_text(value), _MOST_SECTION)
        if name is not None and text:
            written[name] = f"{written[name]}\n\n{text}" if name in written else text
    return written


def _text(said: object) -> str:
    """What was written as one text: a list becomes lines that begin with a dash, a dictionary paragraphs."""
    if isinstance(said, str):
        return _CONTROL.sub("", said.replace("\r\n", "\n")).strip()
    if isinstance(said, list):
        items = [_text(item) for item in said]
        return "\n".join(
            item if item.startswith(("- ", "* ", "• ")) else f"- {item}" for item in items if item
        )
    if isinstance(said, Mapping):
        parts = [(str(key).replace("_", " ").capitalize(), _text(value)) for key, value in said.items()]
        return "\n".join(f"{title}:\n{text}" for title, text in parts if text)
    return ""


def _any(found: Mapping[str, object], *keys: str) -> object:
    return next((found[key] for key in keys if found.get(key)), None)


def _lower(found: Mapping[object, object]) -> dict[str, object]:
    return {str(key).casefold(): value for key, value in found.items()}


def _object(properties: Mapping[str, object], description: str = "") -> dict[str, object]:
    schema: dict[str, object] = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
    return {**schema, "description": description} if description else schema


def _string(description: str) -> dict[str, object]:
    return {"type": "string", "description": description}


_ONE_OF_TWO: dict[str, object] = {"type": "string", "enum": ["first", "second", "even"]}

VERDICT: Form[VerdictForm] = Form(
    "verdict",
    _object(
        {
            "rationale": _string(f"At most {MOST_WORDS} words."),
            "criteria": _object(dict.fromkeys(CRITERIA, _ONE_OF_TWO), "The better paper on each criterion."),
            "winner": {"type": "string", "enum": ["first", "second", "draw"]},
            "margin": {
                "type": "string",
                "enum": ["slight", "clear", "none"],
                "description": "By how much it wins.",
            },
            "confidence": {"type": "number", "minimum": 0.5, "maximum": 1},
        }
    ),
    "winner",
    _fill_verdict,
)

_HALF_POINTS: dict[str, object] = {"type": "number", "minimum": 1, "maximum": 10, "multipleOf": 0.5}

ASSESSMENT: Form[AssessmentForm] = Form(
    "assessment",
    _object(
        {
            "contribution": _string("One line of at most 200 characters."),
            "sections": _object(
                {name: _string("Plain text; lists as lines that begin with a dash.") for name in SECTIONS}
            ),
            **dict.fromkeys(SCORES, _HALF_POINTS),
        }
    ),
    "sections",
    _fill_assessment,
)


def first_words(text: str, most: int = MOST_WORDS) -> str:
    """At most so many words, cut after a sentence where one ends in the second half, else with an ellipsis."""
    words = text.split(" ")
    if len(words) <= most:
        return text
    return cut_at_sentence(text, len(" ".join(words[:most])))
