"""Values of any type that the views take, made from type hints: everything there, as little as can be, or mixtures."""

import collections.abc
import dataclasses
import enum
import functools
import random
import types
import typing
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from handlers.blocks.builders import Block, Message, button, message, section
from handlers.blocks.ids import ALL_COMMANDS, Nothing
from handlers.features import COMMANDS
from handlers.slack.words.commands import Commands
from storage.errors import PaperboutError

NOW: Final = datetime(2026, 1, 12, 19, 0, tzinfo=UTC)
TEXTS: Final = ("Attention Is All You Need", "A <b>title</b> & more, of nearly two lines " * 3, "BERT")

Make = Callable[["Values"], Any]
Rules = Mapping[str, Mapping[str, Make]]
"""Functions that make an argument or field, by builder or class, then by name."""


class Way(StrEnum):
    """How much of what may be missing is there."""

    FULL = "full"
    BARE = "bare"
    MIXED = "mixed"


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """What types don't tell: words by name of parameter or field, fields by class."""

    words: Mapping[str, tuple[str, ...]]
    fields: Rules


class Values:
    """Makes one call's values; texts, choices and lengths follow `way`, mixtures are drawn from `lots`."""

    def __init__(self, vocabulary: Vocabulary, way: Way, lots: random.Random) -> None:
        self._vocabulary, self._way, self._lots = vocabulary, way, lots
        self._count = 0

    def named(self, rules: Mapping[str, Make], name: str, hint: Any) -> Any:
        """Make the value of a parameter or field; raises `TypeError` for a type without a rule."""
        if name in rules:
            return rules[name](self)
        words = self._vocabulary.words.get(name)
        if words is not None and hint in {str, str | None}:
            return self.choice(*words) if hint is str or self.is_there() else None
        return self.of(hint)

    def choice(self, *choices: Any) -> Any:
        """Return the first choice, the last, or any."""
        match self._way:
            case Way.FULL:
                return choices[0]
            case Way.BARE:
                return choices[-1]
            case Way.MIXED:
                return self._lots.choice(choices)

    def is_there(self) -> bool:
        """Return whether something that may be missing is there."""
        return bool(self.choice(True, False))

    def of(self, hint: Any) -> Any:
        """Make a value of a type. Raises `TypeError` for a type without a rule."""
        self._count += 1
        if hint in _PLAIN:
            return _PLAIN[hint](self)
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if isinstance(hint, typing.NewType):
            return self.of(hint.__supertype__)
        if origin is typing.Literal:
            return self.choice(*inner)
        if origin in {typing.Union, types.UnionType}:
            return self._one_of(inner)
        if origin is not None:
            return self._many(origin, inner)
        return self._made(hint)

    def _one_of(self, kinds: tuple[Any, ...]) -> Any:
        real = [kind for kind in kinds if kind is not types.NoneType]
        if len(real) < len(kinds) and not self.is_there():
            return None
        return self.of(self.choice(*real))

    def _many(self, origin: Any, inner: tuple[Any, ...]) -> Any:
        if origin is collections.abc.Callable:
            return lambda *_: self.of(inner[-1])
        length = range(self.choice(3, 1, 2, 7, 0))
        if issubclass(origin, collections.abc.Mapping):
            mapping: dict[Any, Any] = defaultdict(lambda: self.of(inner[1]))
            mapping.update({self.of(inner[0]): self.of(inner[1]) for _ in length})
            return mapping
        if origin is tuple and inner[-1] is not ...:
            return tuple(self.of(kind) for kind in inner)
        items = (section(self.text()) if inner[0] == Block else self.of(inner[0]) for _ in length)
        return frozenset(items) if issubclass(origin, collections.abc.Set) else tuple(items)

    def _made(self, kind: Any) -> Any:
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return self.choice(*kind)
        if dataclasses.is_dataclass(kind):
            names = [field.name for field in dataclasses.fields(kind) if field.init]
        elif hasattr(kind, "_fields"):  # a NamedTuple
            names = list(kind._fields)
        elif hasattr(kind, "__tablename__"):  # a row
            names = [name for name, hint in type_hints(kind).items() if _column(hint)]
        else:
            raise TypeError(f"no rule makes a {kind}")
        hints, rules = type_hints(kind), self._vocabulary.fields.get(kind.__name__, {})
        return kind(**{name: self.named(rules, name, _column(hints[name]) or hints[name]) for name in names})

    def text(self) -> str:
        """Make a title, one with all that must be escaped, or a short one."""
        return str(self.choice(*TEXTS))

    def number(self) -> int:
        """Make a whole number, another each time, because rows' ids differ."""
        return self._count


@functools.cache
def type_hints(of: Any) -> Mapping[str, Any]:
    """Return the types of a class's fields or a function's parameters, by name."""
    return {name: hint for name, hint in typing.get_type_hints(of).items() if name != "return"}


def _column(hint: Any) -> Any:
    """Return the type of a row's column, None for any other hint."""
    origin = typing.get_origin(hint)
    return typing.get_args(hint)[0] if getattr(origin, "__name__", "") == "Mapped" else None


_PLAIN: Final[Mapping[Any, Make]] = {
    str: Values.text,
    int: Values.number,
    float: lambda values: values.choice(0.8, 0.25, 0.0),
    bool: Values.is_there,
    Decimal: lambda values: Decimal(values.choice("12.5", "0.004", "0")),
    datetime: lambda values: NOW - timedelta(hours=values.number()),
    date: lambda _: NOW.date(),
    time: lambda _: NOW.timetz(),
    timedelta: lambda values: timedelta(minutes=5 + values.number()),
    object: Values.text,
    Any: Values.text,
    Block: lambda values: values.choice(section(TEXTS[0]), button(TEXTS[0], *ALL_COMMANDS.carry(Nothing()))),
    Message: lambda values: message(values.text(), [section(values.text())]),
    Commands: lambda _: COMMANDS,
    PaperboutError: lambda values: PaperboutError(values.text()),
}
