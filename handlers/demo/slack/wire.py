"""Types exchanged with Slack: JSON objects, refusals, and the bot's answers."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818  # Slack refuses; nothing of ours is in error
    """An answer of Slack's API with `ok: false`: the error's name, and further fields of the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An API request and its answer; `at` is in clock seconds."""

    method: str
    arguments: Json
    status: int
    answer: Json
    at: float


@dataclass(frozen=True, slots=True)
class Ack:
    """The bot's answer to a delivery; `reason` is Slack's name of the failure, empty if acknowledged."""

    ok: bool
    status: int = 0
    body: Any = None
    reason: str = ""
    no_retry: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """One attempt at a delivery; `kind` is events_api, interactive or slash_commands."""

    kind: str
    payload: Json
    attempt: int
    ack: Ack
    at: float


@dataclass(slots=True)
class Reply:
    """What a person saw after a command, click or submission.

    `messages` grows as answers arrive through the response_url; `errors` are those of a window, by block id.
    """

    ack: Ack
    trigger_id: str
    response_url: str = ""
    messages: list[Json] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Texts of all messages received so far, one per line."""
        return "\n".join(str(message.get("text", "")) for message in self.messages)
