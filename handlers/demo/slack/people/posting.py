"""What people do in channels: post, edit, react, come and go, run commands."""

from copy import deepcopy
from typing import Any

from handlers.demo.slack.delivery.deliveries import Deliveries
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.methods.reactions import change_reaction
from handlers.demo.slack.state.links import escape, links_in, slack_links
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.response_urls import apply
from handlers.demo.slack.wire import Ack, Json, Refusal, Reply


class Acting:
    """Each method returns when the bot has acked what it caused, or has failed to."""

    world: World
    deliveries: Deliveries
    faults: Faults

    async def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Say something; returns the ts. Bare URLs become links, a mention is `<@ID>`."""
        conversation = self.world.conversation(channel)
        if conversation.archived:
            raise Refusal("is_archived")
        if user not in conversation.members:
            raise Refusal("not_in_channel")
        message: Json = {
            "user": user,
            "text": slack_links(escape(text)),
            "client_msg_id": self.world.new_id("m"),
        }
        if thread_ts:
            message["thread_ts"] = thread_ts
        record = self.world.add_message(channel, message)
        self._announce(channel, record)
        await self._flush()
        return str(record["ts"])

    def _announce(self, channel: str, record: Json) -> None:
        world, conversation = self.world, self.world.conversation(channel)
        shared = {"user": record["user"], "channel": channel}
        if f"<@{world.bot_user}" in record["text"] and not conversation.dm_user:
            mention = {"type": "app_mention", "text": record["text"], "ts": record["ts"], "team": world.team}
            if record.get("thread_ts"):
                mention["thread_ts"] = record["thread_ts"]
            world.emit(mention | shared)
        links = [
            {"url": url, "domain": domain}
            for url in links_in(record["text"])
            for domain in [url.split("/")[2]]
            if any(domain == wanted or domain.endswith(f".{wanted}") for wanted in world.unfurl_domains)
        ]
        if links and world.bot_user in conversation.members:
            event: Json = {
                "type": "link_shared",
                "message_ts": record["ts"],
                "links": links,
                "source": "conversations_history",
            }
            if record.get("thread_ts"):
                event["thread_ts"] = record["thread_ts"]
            world.emit(
                event | shared | {"unfurl_id": f"{channel}.{record['ts']}", "is_bot_user_member": True}
            )

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        record = self.world.message(channel, ts)
        if record.get("user") != user:
            raise Refusal("cant_update_message")
        edited = {"user": user, "ts": self.world.new_ts()}
        self.world.change_message(channel, ts, text=slack_links(escape(text)), edited=edited)
        await self._flush()

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message (admins: anyone's)."""
        record = self.world.message(channel, ts)
        if record.get("user") != user and not self.world.user(user)["is_admin"]:
            raise Refusal("cant_delete_message")
        self.world.remove_message(channel, ts)
        await self._flush()

    async def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Put a reaction on a message, or take it away."""
        change_reaction(self.world, user, channel, ts, name, add=not remove)
        await self._flush()

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Reply:
        """Run a slash command; raises `not_in_channel` where the person isn't."""
        world, conversation = self.world, self.world.conversation(channel)
        if user not in conversation.members:
            raise Refusal("not_in_channel")
        name = (
            "directmessage"
            if conversation.dm_user
            else "privategroup"
            if conversation.private
            else conversation.name
        )
        reply = self._reply(user, channel)
        payload = {
            "token": "verification-token",
            "team_id": world.team,
            "team_domain": "reading-group",
            "channel_id": channel,
            "channel_name": name,
            "user_id": user,
            "user_name": world.user(user)["name"],
            "command": command,
            "text": text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": reply.response_url,
            "trigger_id": reply.trigger_id,
        }
        reply.ack = await self.deliveries.interact("slash_commands", payload)
        self._show_ack(reply, user, command)
        return reply

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
        """A fresh trigger and, in a channel, a response_url whose messages the reply collects."""
        reply = Reply(Ack(ok=False), self.world.new_trigger(user, view))
        if channel:
            url = self.world.new_response_url(user, channel, origin, ephemeral=ephemeral, thread_ts=thread_ts)
            reply.response_url = url
            reply.messages = self.world.response_urls[url.rsplit("/", 1)[-1]].messages
        return reply

    # coming and going

    async def join(self, user: str, channel: str, inviter: str = "") -> None:
        """Bring a person or the bot into a channel."""
        conversation = self.world.conversation(channel)
        if user not in conversation.members:
            conversation.members.append(user)
            self._membership("member_joined_channel", user, channel, inviter)
        await self._flush()

    async def leave(self, user: str, channel: str) -> None:
        """Take a person or the bot out of a channel."""
        conversation = self.world.conversation(channel)
        if user in conversation.members:
            self._membership("member_left_channel", user, channel)
            conversation.members.remove(user)
            if user == self.world.bot_user:
                self.world.emit(
                    {"type": "group_left" if conversation.private else "channel_left", "channel": channel}
                )
        await self._flush()

    def _membership(self, kind: str, user: str, channel: str, inviter: str = "") -> None:
        conversation = self.world.conversation(channel)
        if self.world.bot_user in conversation.members:
            event = {"type": kind, "user": user, "channel": channel, "team": self.world.team}
            place = {"channel_type": "G" if conversation.private else "C"}
            self.world.emit(event | place | ({"inviter": inviter} if inviter else {}))

    async def archive(self, channel: str, user: str = "") -> None:
        """Archive a channel."""
        conversation = self.world.conversation(channel)
        conversation.archived = True
        kind = "group_archive" if conversation.private else "channel_archive"
        self.world.emit({"type": kind, "channel": channel, "user": user or conversation.members[0]})
        await self._flush()

    async def rename_channel(self, channel: str, name: str) -> None:
        """Rename a channel."""
        conversation = self.world.conversation(channel)
        conversation.name = name
        kind = "group_rename" if conversation.private else "channel_rename"
        self.world.emit(
            {"type": kind, "channel": {"id": channel, "name": name, "created": conversation.created}}
        )
        await self._flush()

    async def delete_channel(self, channel: str) -> None:
        """Delete a channel with all it held."""
        conversation = self.world.channels.pop(channel)
        self.world.ephemeral = [record for record in self.world.ephemeral if record["channel"] != channel]
        kind = "group_deleted" if conversation.private else "channel_deleted"
        self.world.emit({"type": kind, "channel": channel, "actor_id": ""})
        await self._flush()

    async def change_user(self, user: str, **changes: Any) -> None:
        """Change fields of a user's record (`deleted=True`, `tz=...`), and say so."""
        record = self.world.user(user)
        record |= changes | {"updated": int(self.world.clock())}
        if "real_name" in changes:
            record["profile"] |= {"real_name": changes["real_name"], "display_name": changes["real_name"]}
        self.world.emit({"type": "user_change", "user": deepcopy(record)})
        await self._flush()

    async def _flush(self) -> None:
        self._changed()
        await self.deliveries.flush()

    def _changed(self) -> None:
        raise NotImplementedError
