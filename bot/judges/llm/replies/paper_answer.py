"""Answers a question from passages of a paper by a model: the prompt, the answer form, and the check of quotations."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.judges.llm.replies.answers import Form, UnusableAnswerError, object_schema, string_schema
from bot.judges.prompts import Prompt, fenced_prompt

MOST_STATEMENTS = 6
MOST_STATEMENT = 600
MOST_QUOTE = 400
SHORTEST_QUOTE = 12

_SYSTEM = """\
You answer a question on one research paper for people who don't have it at hand. You are given passages of {basis}, \
each with a number, and nothing else of the paper.

Answer only with what these passages say. Every statement rests on one passage: quote the words of it that carry the \
statement, exactly as they stand there, at most 40 words. Take no number, name or claim from anywhere else, not from \
what you know of the paper or its field. Where the passages don't answer the question, give no statement at all: the \
people are then told that the paper doesn't say, which is better than a guess. Passages near the topic that leave the \
question open are no answer.

Write for the reader that the question names, if it names one, in short plain sentences, without Markdown.

{data_rule}

Answer with statements, each with text, passage (its number) and quote; an empty list where the passages don't say."""

_SPACE = re.compile(r"\s+")
_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011]\s*(?=\w)")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_COUNTED = 10
"""Greatest number that a statement may count for itself."""
_IN_WORDS = {
    "eleven": 11, "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "half": 50, "quarter": 25, "third": 33,
}  # fmt: skip
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "\u00ad": ""})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of an answer, the index of its passage (from 0), and the quotation in the passage that supports it."""

    text: str
    passage: int
    quote: str


def answer_prompt(question: str, passages: Sequence[str], *, of_assessments: bool, nonce: str) -> Prompt:
    """Build the prompt from the question and the passages, each marked as data so that it isn't read as instructions."""
    basis = "reviews of it by other models, since its text isn't available" if of_assessments else "its text"
    parts = {f"passage {number}": text for number, text in enumerate(passages, 1)}
    return fenced_prompt(
        _SYSTEM.replace("{basis}", basis),
        {**parts, "question": question},
        "Answer the question.",
        nonce=nonce,
    )


def answer_form(passages: Sequence[str]) -> Form[tuple[Statement, ...]]:
    """Build the form for an answer from these passages.

    Statements are dropped whose quotation isn't in any passage, or that name a number which their passage doesn't.
    """

    def fill(fields: Mapping[str, object]) -> tuple[Statement, ...]:
        items = fields["statements"]
        if not isinstance(items, list):
            raise UnusableAnswerError("statements: it must be a list")
        statements = []
        for item in items[:MOST_STATEMENTS]:
            if not isinstance(item, Mapping):
                raise UnusableAnswerError("statements: each must be an object with text, passage and quote")
            text = " ".join(str(item.get("text") or "").split())[:MOST_STATEMENT]
            quote = " ".join(str(item.get("quote") or "").split()).strip("\"“”'")[:MOST_QUOTE]
            place = _place_of(quote, item.get("passage"), passages)
            if text and place is not None and _has_numbers_of(text, passages[place]):
                statements.append(Statement(text, place, quote))
        return tuple(statements)

    schema = object_schema(
        {
            "statements": {
                "type": "array",
                "items": object_schema(
                    {
                        "text": string_schema("One statement that answers the question, or part of it."),
                        "passage": {"type": "integer"},
                        "quote": string_schema("Words of that passage, exactly as they stand there."),
                    }
                ),
            }
        }
    )
    return Form("answer", schema, "statements", fill)


def _place_of(quote: str, number: object, passages: Sequence[str]) -> int | None:
    """Return the index of the passage that contains the quotation, preferring the named passage.

    None if none contains it.
    """
    plain = _plain(quote)
    if len(plain) < SHORTEST_QUOTE:
        return None
    named = [number - 1] if isinstance(number, int) and 0 < number <= len(passages) else []
    return next((at for at in (*named, *range(len(passages))) if plain in _plain(passages[at])), None)


def _plain(text: str) -> str:
    """Return a text without what differs between prints of it: ligatures, hyphens within words, white space, case."""
    whole = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
    return _SPACE.sub(" ", _HYPHEN.sub("", whole)).strip(" .,;:").casefold()


def _has_numbers_of(statement: str, passage: str) -> bool:
    """Return whether a passage has all numbers above ten that a statement names, in figures or in words."""
    there = {_figure(number) for number in _NUMBER.findall(passage)}
    there |= {str(value) for word, value in _IN_WORDS.items() if word in passage.casefold()}
    named = (_figure(number) for number in _NUMBER.findall(statement))
    return all(number in there or float(number) <= _COUNTED for number in named)


def _figure(number: str) -> str:
    """Return a number without the commas between thousands and the zeros after a decimal point."""
    plain = number.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
