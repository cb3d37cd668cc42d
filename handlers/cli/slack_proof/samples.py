"""Samples of every message and window that the bot can send: every function that builds one is called.

They are made when they are asked for, so that a new view is among them from its first day.
"""

import importlib
import inspect
import pkgutil
import random
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import handlers
from handlers.blocks import answers
from handlers.blocks.answers import Answer
from handlers.blocks.builders import Block, Message, actions, modal
from handlers.blocks.degrading import LEVELS, degrade
from handlers.cli.slack_proof.shapes import shape
from handlers.cli.slack_proof.values import NOW, Values, Way, type_hints
from handlers.cli.slack_proof.vocabulary import ARGUMENTS, VOCABULARY
from handlers.slack.calls import Call

MIXTURES: Final = 24
"""Calls of each builder beside the fullest and the barest."""
ELSEWHERE: Final = ("handlers.demo", "handlers.cli", "handlers.web", "handlers.publishing")
"""What of handlers/ sends nothing to Slack."""
PARTS: Final = (list[Block], tuple[Block, ...], Sequence[Block])
"""What a view returns that makes a part of a message or window; it is shown in a window."""
MAKERS: Final = frozenset({"modal", "home"})
"""The functions of `handlers.blocks.builders` through which all windows go."""
Builder = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A message or view; `level` 0 is the richest, `kind` the function that builds it."""

    what: Literal["message", "view"]
    kind: str
    level: int
    content: dict[str, Any]


def corpus(mixtures: int = MIXTURES) -> list[Sample]:
    """Return samples of every message at each level of simplification, and of every window.

    Raises `ValueError` for a builder for which no values can be made.
    """
    return [
        simpler
        for name, builder in sorted(builders().items())
        for sample in _of_builder(name, builder, mixtures)
        for simpler in at_each_level(sample)
    ]


def builders() -> dict[str, Builder]:
    """Return every function that builds a message or window from plain values, by module and name."""
    return {
        f"{module.__name__.removeprefix('handlers.')}.{name}": function
        for module in modules()
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and _is_builder(function)
    }


def modules() -> Iterator[types.ModuleType]:
    """Yield every module that may build messages."""
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        if not module.name.startswith(ELSEWHERE):
            yield importlib.import_module(module.name)


def _is_builder(function: Builder) -> bool:
    if function.__name__.startswith("_") or inspect.iscoroutinefunction(function):
        return False
    if function.__module__ in {"handlers.blocks.builders", "handlers.blocks.degrading"}:
        return False
    if any(hint in {Answer, Call} for hint in type_hints(function).values()):
        return False  # it changes what another one built
    returned = typing.get_type_hints(function).get("return")
    is_window = returned == Block and bool(MAKERS & set(function.__code__.co_names))
    is_part = returned in PARTS and function.__module__.endswith("_view")
    return is_window or is_part or returned in {Message, Message | None, Answer}


def _of_builder(name: str, builder: Builder, mixtures: int) -> Iterator[Sample]:
    """Yield a builder's samples, the fullest first, each with a shape of block that those before it lack."""
    lots, shapes = random.Random(name), set[str]()  # noqa: S311 - the same samples each time, nothing secret
    rest = inspect.getfullargspec(builder).varargs
    hints = {each: hint for each, hint in type_hints(builder).items() if each != rest}
    problem: Exception | None = None
    for way in (Way.FULL, Way.BARE, *[Way.MIXED] * mixtures):
        values = Values(VOCABULARY, way, lots)
        rules = ARGUMENTS.get(name, {})
        try:
            built = builder(**{each: values.named(rules, each, hints[each]) for each in hints})
        except Exception as error:  # noqa: BLE001 - values that don't occur together fail in any way
            problem = problem or error
            continue
        for sample in _all_of(name, built):
            new = {shape(block) for block in sample.content["blocks"]} - shapes
            if new or not shapes:
                shapes |= new
                yield sample
    if problem is not None and not shapes:
        raise ValueError(f"{name} builds nothing from values of its types: {problem!r}") from problem


def _all_of(name: str, built: Any) -> Iterator[Sample]:
    """Yield what is sent of something built: an answer goes to a person, to a channel and into a window."""
    match built:
        case Answer():
            yield _message(name, answers.private(built))
            yield _message(f"{name}, shared", answers.shared(built, "U0ANN", NOW))
            for window in (answers.window(built), answers.card_window(built)):
                yield Sample("view", f"{name}, in a window", 0, window)
        case Message():
            yield _message(name, built)
        case dict():
            yield Sample("view", name, 0, built)
        case list() | tuple() if built:
            if all("action_id" in element for element in built):
                built = [actions(*built)]
            has_input = any(block["type"] == "input" for block in built)
            yield Sample("view", name, 0, modal("Paperbout", built, submit="Save" if has_input else None))


def _message(name: str, message: Message) -> Sample:
    return Sample("message", name, 0, {"text": message.text, "blocks": list(message.blocks)})


def at_each_level(sample: Sample) -> Iterator[Sample]:
    """Yield a sample, and each simpler form of it that differs from the one before."""
    yield sample
    if sample.what == "view":
        return
    before = full = Message(sample.content["text"], tuple(sample.content["blocks"]))
    for level in range(1, LEVELS):
        simpler = degrade(full, level)
        if simpler != before:
            content = {"text": simpler.text, "blocks": list(simpler.blocks)}
            yield Sample("message", sample.kind, level, content)
        before = simpler
