"""Base of all people's actions: delivers them to the bot and collects its answers."""

from handlers.demo.slack.delivery.deliveries import Deliveries
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.state.world import World
from handlers.demo.slack.wire import Ack, Reply


class Acting:
    """Base class of people's actions; each action returns when the bot acknowledged its events or failed to."""

    world: World
    deliveries: Deliveries
    faults: Faults

    async def _flush(self) -> None:
        self._changed()
        await self.deliveries.flush()

    def _changed(self) -> None:
        raise NotImplementedError

    def _reply(
        self,
        user: str,
        channel: str,
        origin: str = "",
        *,
        ephemeral: bool = False,
        thread_ts: str = "",
        view: str = "",
    ) -> Reply:
        """Create a trigger and, in a channel, a response_url whose messages the returned reply collects."""
        reply = Reply(Ack(ok=False), self.world.new_trigger(user, view))
        if channel:
            url = self.world.new_response_url(user, channel, origin, ephemeral=ephemeral, thread_ts=thread_ts)
            reply.response_url = url
            reply.messages = self.world.response_urls[url.rsplit("/", 1)[-1]].messages
        return reply
