"""The words of Slack's wire: JSON objects, refusals and what came back from a listener."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818  # Slack refuses; nothing of ours is in error
    """An `ok: false` answer: Slack's name of the error, and what else the answer holds."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One API request and its answer. `at` is in seconds of the stand-in's clock."""

    method: str
    arguments: Json
    status: int
    answer: Json
    at: float


@dataclass(frozen=True, slots=True)
class Ack:
    """How a listener answered a delivery. `reason` is Slack's name of the failure, empty when acked."""

    ok: bool
    status: int = 0
    body: Any = None
    reason: str = ""
    no_retry: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """One attempt at a delivery. `kind` is events_api, interactive or slash_commands."""

    kind: str
    payload: Json
    attempt: int
    ack: Ack
    at: float


@dataclass(slots=True)
class Reply:
    """What a person got for a command, click or submission.

    `messages` grows while answers arrive through the response_url; `errors` are a modal's, by block id.
    """

    ack: Ack
    trigger_id: str
    response_url: str = ""
    messages: list[Json] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All texts received so far, a line each."""
        return "\n".join(str(message.get("text", "")) for message in self.messages)
