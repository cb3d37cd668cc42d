"""Slash commands, as people run them and as Slack delivers them."""

import re

from handlers.demo.slack.people.acting import Acting
from handlers.demo.slack.state.links import escape, slack_links
from handlers.demo.slack.state.records import Conversation
from handlers.demo.slack.web_api.response_urls import apply
from handlers.demo.slack.wire import Json, Refusal, Reply

_NAMES = {"im": "directmessage", "private_channel": "privategroup"}


class Commanding(Acting):
    """Slash commands; they can be run in any conversation of the person, also without the bot."""

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Reply:
        """Run a slash command. Raises `Refusal` (`not_in_channel`) if the person isn't in the channel."""
        world, conversation = self.world, self.world.conversation(channel)
        if user not in conversation.members:
            raise Refusal("not_in_channel")
        reply = self._reply(user, channel)
        payload = {
            "token": "verification-token",
            "team_id": world.team,
            "team_domain": "reading-group",
            "channel_id": channel,
            "channel_name": _NAMES.get(conversation.kind, conversation.name),
            "user_id": user,
            "user_name": world.user(user)["name"],
            "command": command,
            "text": self._escaped(text) if world.escapes_commands else text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "true" if world.is_enterprise_install else "false",
            "response_url": reply.response_url,
            "trigger_id": reply.trigger_id,
        }
        if world.enterprise:
            payload |= {"enterprise_id": world.enterprise, "enterprise_name": world.enterprise_name}
        reply.ack = await self.deliveries.interact("slash_commands", payload)
        self._show_ack(reply, user, command)
        return reply

    def _escaped(self, text: str) -> str:
        """Replace completed names with ids and URLs with links, as the manifest's `should_escape` requests."""
        world = self.world
        people = {record["name"]: user for user, record in world.users.items()}
        rooms: dict[str, Conversation] = {
            room.name: room for room in world.channels.values() if room.kind == "public_channel"
        }

        def person(match: re.Match[str]) -> str:
            user = people.get(match[1].lower())
            return f"<@{user}|{match[1].lower()}>" if user else match[0]

        def room(match: re.Match[str]) -> str:
            conversation = rooms.get(match[1])
            return f"<#{conversation.id}|{conversation.name}>" if conversation else match[0]

        with_links = slack_links(escape(text))
        with_people = re.sub(r"(?<![\w<])@([\w.-]+)", person, with_links)
        return re.sub(r"(?<![\w<&/])#([a-z0-9_-]+)", room, with_people)

    def _show_ack(self, reply: Reply, user: str, command: str) -> None:
        right = self.world.response_urls[reply.response_url.rsplit("/", 1)[-1]]
        body = reply.ack.body
        answer: Json | None = {"text": body} if isinstance(body, str) and body else body
        if not reply.ack.ok:
            answer = {"text": f"{command} failed with the error “{reply.ack.reason}”"}
        if isinstance(answer, dict) and answer:
            apply(self.world, right, answer, self.faults)
            self._changed()
        if any(message.get("ephemeral_to") == user and not reply.ack.ok for message in reply.messages):
            self.world.ephemeral[-1]["user"] = "USLACKBOT"
