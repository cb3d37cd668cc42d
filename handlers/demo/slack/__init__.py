"""A strict simulation of Slack for trying and testing a bot; it knows nothing of this bot."""

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.simulator import Simulator
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.wire import Ack, ApiCall, Delivered, Refusal, Reply

__all__ = ["LIMITS", "Ack", "ApiCall", "Delivered", "Faults", "Refusal", "Reply", "Simulator", "UploadedFile"]
