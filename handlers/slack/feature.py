"""What a feature brings to Slack: listeners, commands, and the messages of the outbox that it renders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.commands import Command
from handlers.services import Renderer
from handlers.slack.boundary import Boundary

Register = Callable[[Boundary], None]
"""Registers listeners."""


@dataclass(frozen=True, slots=True)
class Feature:
    """All that one feature folder of `handlers/` says of itself."""

    listeners: tuple[Register, ...] = ()
    commands: tuple[Command, ...] = ()
    messages: Mapping[str, Renderer] = field(default_factory=dict)
    """Renderers by the kind of outbox message."""
