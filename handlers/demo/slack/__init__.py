"""A strict stand-in for Slack, to try a bot on and to test it with; knows nothing of the bot."""

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.simulator import Simulator
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.wire import Ack, ApiCall, Delivered, Refusal, Reply

__all__ = ["LIMITS", "Ack", "ApiCall", "Delivered", "Faults", "Refusal", "Reply", "Simulator", "UploadedFile"]
