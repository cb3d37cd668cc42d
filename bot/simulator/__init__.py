"""A strict stand-in for Slack, to try a bot on and to test it with; knows nothing of the bot."""

from bot.simulator.faults import Faults
from bot.simulator.limits import LIMITS
from bot.simulator.simulator import Simulator
from bot.simulator.wire import Ack, Call, Delivered, Refusal, Reply
from bot.simulator.world import UploadedFile

__all__ = ["LIMITS", "Ack", "Call", "Delivered", "Faults", "Refusal", "Reply", "Simulator", "UploadedFile"]
