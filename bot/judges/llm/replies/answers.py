"""Forms for verdicts and assessments: their JSON schemas, and parsers of a model's answer."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.judges.interface import CRITERIA, SCORES, SECTIONS, Better, Margin, Usage, Winner
from bot.judges.llm.replies.answer_text import cut_at_sentence, json_objects, unwrapped

MOST_WORDS = 150
_MOST_RATIONALE = 4_000
_MOST_SECTION = 6_000
_MOST_LINE = 300
_WORST_SCORE, _BEST_SCORE, _OUT_OF_A_HUNDRED = 1.0, 10.0, 20.0
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnusableAnswerError(Exception):
    """Raised for a model's answer that doesn't fit the form; the message says why, without quoting the answer.

    `prose`: it contained no JSON at all.
    """

    def __init__(self, reason: str, *, prose: bool = False) -> None:
        super().__init__(reason)
        self.prose = prose


@dataclass(frozen=True, slots=True)
class VerdictForm:
    """What a model answered about a match, after parsing: the winner, the reasons, and how sure it is.

    `criteria` contains only criteria on which it named a winner; `margin` is None if it didn't say how far the winner
    is ahead.
    """

    rationale: str
    criteria: Mapping[str, Better]
    winner: Winner
    margin: Margin | None
    confidence: float


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """What a model answered about one paper, after parsing: scores from 1 to 10 and texts.

    `scores` and `sections` have an item for each of their keys.
    """

    contribution: str
    sections: Mapping[str, str]
    scores: Mapping[str, float]


FormContent = TypeVar("FormContent")


@dataclass(frozen=True, slots=True, eq=False)
class Form(Generic[FormContent]):
    """A form that a model fills in: its name, the JSON schema of an answer, and the function that parses one."""

    name: str
    schema: Mapping[str, object]
    mark: str
    fill: Callable[[Mapping[str, object]], FormContent]


@dataclass(frozen=True, slots=True)
class FilledForm(Generic[FormContent]):
    """A parsed answer of a model to a form, and what the calls for it cost."""

    content: FormContent
    model: str
    usage: Usage


def read_answer(text: str, form: Form[FormContent]) -> FormContent:
    """Parse the only answer in a model's text, whatever surrounds it.

    Raises `UnusableAnswerError` if there is none, or if several differ.
    """
    if not text.strip():
        raise UnusableAnswerError("it was empty", prose=True)
    answers: list[FormContent] = []
    reasons: list[str] = []
    objects = list(json_objects(text))
    for value in objects:
        for candidate in unwrapped(value, form.mark):
            try:
                answers.append(form.fill(candidate))
            except UnusableAnswerError as error:
                reasons.append(str(error))
    if not answers:
        reason = f"it had no {form.mark}" if objects else "it held no complete JSON object"
        raise UnusableAnswerError(reasons[-1] if reasons else reason, prose=not objects)
    if any(answer != answers[0] for answer in answers[1:]):
        raise UnusableAnswerError("it held several answers that differ")
    return answers[0]


_FIRST = re.compile(
    r"(?:the )?(?:first|former|1st|(?:paper|option|p) ?#?(?:1|one|a)"
    r"|paper ?\(1\)|1|a|one)(?: paper| one)?\b(?! ?(?:and|&|/) )"
)
_SECOND = re.compile(
    r"(?:the )?(?:second|latter|2nd|(?:paper|option|p) ?#?(?:2|two|b)"
    r"|paper ?\(2\)|2|b|two)(?: paper| one)?\b(?! ?(?:and|&|/) )"
)
_DRAW = re.compile(
    r"(?:a |it'?s a |an? )?(?:draw|tie[ds]?|even|equal(?:ly)?|same|neither|both|none"
    r"|no (?:clear )?winner|no (?:clear )?difference|undecided)\b"
)


def _side(value: object) -> Winner | None:
    """Return which paper a value means, in any way that models write it; None if it means neither or both."""
    if isinstance(value, Mapping):
        for key in ("winner", "better", "value", "paper", "choice"):
            if key in value:
                return _side(value[key])
        return None
    if isinstance(value, list) and len(value) == 1:
        return _side(value[0])
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    word = re.sub(r"[\s_\-*`\"'“”:<>]+", " ", str(value)).strip().casefold().removeprefix("winner ")
    if _DRAW.match(word):
        return "draw"
    one, other = _FIRST.match(word), _SECOND.match(word)
    if one and not re.search(r"\b(?:second|paper ?2)\b", word[one.end() :]):
        return "first"
    if other and not re.search(r"\b(?:first|paper ?1)\b", word[other.end() :]):
        return "second"
    return None


def _fill_verdict(fields: Mapping[str, object]) -> VerdictForm:
    rationale = _text(_any(fields, "rationale", "reasoning", "reason", "explanation", "justification"))
    if not rationale:
        raise UnusableAnswerError("rationale: it is missing")
    winner = _side(fields["winner"])
    if winner is None:
        raise UnusableAnswerError("winner: it must be first, second or draw")
    confidence = _share(fields.get("confidence"))
    if confidence is None:
        raise UnusableAnswerError("confidence: it must be a number from 0.5 to 1")
    margin = None if winner == "draw" else _margin(fields.get("margin"))
    return VerdictForm(
        cut_at_sentence(rationale, _MOST_RATIONALE),
        _criteria(fields.get("criteria")),
        winner,
        margin,
        confidence,
    )


def _by_name(value: object) -> Mapping[object, object]:
    """Return a dictionary by name, also if the model wrote a list of named things."""
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, Mapping)]
        return {
            str(
                _any(item, "name", "criterion", "section", "section_name", "title", "heading", "key") or ""
            ): _any(item, "better", "winner", "text", "content", "body", "description", "value")
            for item in items
        }
    return value if isinstance(value, Mapping) else {}


def _criteria(criteria: object) -> dict[str, Better]:
    sides: dict[str, Better] = {}
    for key, value in _by_name(criteria).items():
        name = next((name for name in CRITERIA if name in str(key).casefold()), None)
        side = _side(value)
        if name is not None and side is not None:
            sides[name] = "even" if side == "draw" else side
    return {name: sides[name] for name in CRITERIA if name in sides}


def _margin(value: object) -> Margin | None:
    word = str(value).casefold() if isinstance(value, str) else ""
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


def _share(value: object) -> float | None:
    """Return a confidence from 0.5 to 1, from a share, tenths, percent or a word; None if unreadable."""
    word = (
        re.sub(r"^(?:fairly|quite|rather) ", "", value.strip().casefold()) if isinstance(value, str) else ""
    )
    if word in _CONFIDENCE_WORDS:
        return _CONFIDENCE_WORDS[word]
    number = _number(value)
    if number is None or number < 0 or number > 100:  # noqa: PLR2004 - percent
        return None
    if number <= 1:
        share = number
    elif number <= 10 and not _is_percent(value):  # noqa: PLR2004 - tenths
        share = number / 10
    else:
        share = number / 100
    return min(1.0, max(0.5, share))


def _is_percent(value: object) -> bool:
    return isinstance(value, str) and "%" in value


def _number(value: object) -> float | None:
    if isinstance(value, Mapping):
        value = _any(value, "score", "value", "rating")
    if isinstance(value, str):
        match = re.match(
            r"(?:[A-Za-z ]{1,20}:)?[\s*~≈]*(-?\d{1,4}(?:[.,]\d{1,6})?|[.,]\d{1,6})"
            r"[\s*]*(?:%|/\s*10\b|out of|points?|\Z|[(–—:,;-])",
            value,
        )
        value = float(match[1].replace(",", ".")) if match else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _score(name: str, value: object) -> float:
    number = _number(value)
    if number is None:
        raise UnusableAnswerError(f"{name}: it must be a number from 1 to 10")
    if number > _OUT_OF_A_HUNDRED:
        number /= 10
    return min(_BEST_SCORE, max(_WORST_SCORE, math.floor(number * 2 + 0.5) / 2))


def _fill_assessment(fields: Mapping[str, object]) -> AssessmentForm:
    scores = fields.get("scores")
    by_name = {**_lower(scores), **fields} if isinstance(scores, Mapping) else fields
    sections = _sections(_by_name(fields["sections"]))
    missing = [name for name in SECTIONS if not sections.get(name)]
    if missing:
        raise UnusableAnswerError(f"sections: {', '.join(missing)} missing")
    line = " ".join(_text(fields.get("contribution")).split()) or sections["contribution"]
    return AssessmentForm(
        cut_at_sentence(" ".join(line.split()), _MOST_LINE),
        {name: sections[name] for name in SECTIONS},
        {name: _score(name, by_name.get(name)) for name in SCORES},
    )


def _sections(by_name: Mapping[object, object]) -> dict[str, str]:
    """Return the sections by our keys; longer keys of models ("strengths and limitations") are recognised."""
    sections: dict[str, str] = {}
    weak: list[str] = []
    for key, value in by_name.items():
        word = str(key).casefold()
        text = cut_at_sentence(_text(value), _MOST_SECTION)
        if not text:
            continue
        name = next((name for name in SECTIONS if name in word), None)
        if name is not None:
            sections[name] = f"{sections[name]}\n\n{text}" if name in sections else text
        elif of := re.search(r"limitation|weakness", word):
            weak.append(f"{'Limitations' if of[0] == 'limitation' else 'Weaknesses'}:\n{text}")
    if weak:
        strong = sections.get("strengths", "")
        label = "" if not strong or strong.startswith("Strengths") else "Strengths:\n"
        sections["strengths"] = "\n\n".join([f"{label}{strong}", *weak] if strong else weak)
    return sections


def _text(content: object) -> str:
    """Return a section as one text: a list becomes lines with dashes, a dictionary paragraphs."""
    if isinstance(content, str):
        return _CONTROL.sub("", content.replace("\r\n", "\n")).strip()
    if isinstance(content, list):
        items = [_text(item) for item in content]
        return "\n".join(
            item if item.startswith(("- ", "* ", "• ")) else f"- {item}" for item in items if item
        )
    if isinstance(content, Mapping):
        parts = [(str(key).replace("_", " ").capitalize(), _text(value)) for key, value in content.items()]
        return "\n".join(f"{title}:\n{text}" for title, text in parts if text)
    return ""


def _any(fields: Mapping[str, object], *keys: str) -> object:
    return next((fields[key] for key in keys if fields.get(key)), None)


def _lower(fields: Mapping[object, object]) -> dict[str, object]:
    return {str(key).casefold(): value for key, value in fields.items()}


def object_schema(properties: Mapping[str, object], description: str = "") -> dict[str, object]:
    """Return the JSON schema of an object that has exactly these properties."""
    schema: dict[str, object] = {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
    return {**schema, "description": description} if description else schema


def string_schema(description: str) -> dict[str, object]:
    """Return the JSON schema of a text with this description."""
    return {"type": "string", "description": description}


_ONE_OF_TWO: dict[str, object] = {"type": "string", "enum": ["first", "second", "even"]}

VERDICT: Form[VerdictForm] = Form(
    "verdict",
    object_schema(
        {
            "rationale": string_schema(f"At most {MOST_WORDS} words."),
            "criteria": object_schema(
                dict.fromkeys(CRITERIA, _ONE_OF_TWO), "The better paper on each criterion."
            ),
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
    object_schema(
        {
            "contribution": string_schema("At most eight plain words (42 characters)."),
            "sections": object_schema(
                {
                    name: string_schema("Plain text; lists as lines that begin with a dash.")
                    for name in SECTIONS
                }
            ),
            **dict.fromkeys(SCORES, _HALF_POINTS),
        }
    ),
    "sections",
    _fill_assessment,
)


def first_words(text: str, most: int = MOST_WORDS) -> str:
    """Cut a text to `most` words: after a sentence that ends in the second half, else with an ellipsis."""
    words = text.split(" ")
    if len(words) <= most:
        return text
    return cut_at_sentence(text, len(" ".join(words[:most])))
