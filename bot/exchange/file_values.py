"""Types of the values in an export's files, and the base class of its rows.

Texts pass the same cleaning as those of sources, models and people, by their kind.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bot.exchange.plain_values import address, deadline, moment, plain_json, publication_date, text_of, zone
from bot.papers.text import (
    abstract_text,
    latex_title_text,
    name_text,
    name_texts,
    person_text,
    rationale_text,
)

BETWEEN = "; "

Outcome = Literal["first", "second", "draw"]
Result = Literal["first", "second", "draw", "stands"]
Side = Literal["first", "second", "even"]
Text = Annotated[str, AfterValidator(text_of)]
Name = Annotated[str, AfterValidator(text_of), Field(min_length=1, max_length=2_500)]
Title = Annotated[Text, Field(min_length=1, max_length=20_000), AfterValidator(latex_title_text)]
Abstract = Annotated[Text, AfterValidator(lambda text: abstract_text(text) or None)]
PlainName = Annotated[Text, AfterValidator(lambda text: name_text(text) or None)]
Rationale = Annotated[Text, AfterValidator(rationale_text)]
Words = Annotated[Text, AfterValidator(person_text)]
PerhapsEmpty = Annotated[Words, BeforeValidator(lambda value: "" if value is None else value)]
"""Words that a person may have cleared; an empty cell is an empty text here."""
LeagueName = Annotated[Text, Field(min_length=1, max_length=80), AfterValidator(person_text)]
Moment = Annotated[datetime, AfterValidator(moment)]
Deadline = Annotated[datetime, AfterValidator(deadline)]
Zone = Annotated[str, AfterValidator(zone)]
Published = Annotated[datetime, AfterValidator(publication_date)]
Address = Annotated[str, AfterValidator(address)]
Score = Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)]
Weight = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Points = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Quorum = Annotated[int, Field(ge=0, le=10_000)]
Usd = Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=6)]


def _list(value: object) -> object:
    """Parse a list from a CSV cell: JSON, or parts between semicolons."""
    if isinstance(value, str) and value:
        return _parsed(value) if value.startswith("[") else value.split(BETWEEN)
    return value or []


def parse_mapping(value: object) -> object:
    """Parse a mapping from a CSV cell with JSON."""
    return _parsed(value) if isinstance(value, str) and value else value or {}


def _parsed(cell: str) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"“{cell[:60]}” isn't JSON") from error


Texts = Annotated[list[Text], BeforeValidator(_list)]
PlainNames = Annotated[
    list[Text], BeforeValidator(_list), AfterValidator(lambda names: list(name_texts(names)))
]
PerhapsTexts = Annotated[
    list[Text] | None, BeforeValidator(lambda value: None if value is None else _list(value))
]
JsonMapping = Annotated[dict[Name, Any], BeforeValidator(parse_mapping), AfterValidator(plain_json)]
"""A mapping of which only the keys are checked; its values are texts, numbers, lists or mappings."""
Sections = Annotated[dict[Name, Rationale], BeforeValidator(parse_mapping)]
Criteria = Annotated[dict[Name, Side], BeforeValidator(parse_mapping)]


class Row(BaseModel):
    """Base class of the rows in an export's files; unknown columns are refused, empty cells mean None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return None if value == "" else value
