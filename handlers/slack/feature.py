"""What a feature brings to Slack: listeners, commands, and renderers of its messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.slack.boundary import Boundary
from handlers.slack.services import Renderer
from handlers.slack.words.commands import Command

Register = Callable[[Boundary], None]
"""Function that registers listeners."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Declaration of one feature folder of `handlers/`."""

    listeners: tuple[Register, ...] = ()
    commands: tuple[Command, ...] = ()
    messages: Mapping[str, Renderer] = field(default_factory=dict)
    """Renderers by kind of outbox message."""
