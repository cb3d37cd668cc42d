"""Posts in channels by people and other apps: messages, edits, forwards, files, reactions."""

from copy import deepcopy
from typing import Any

from handlers.demo.slack.methods.files import described
from handlers.demo.slack.methods.reactions import change_reaction
from handlers.demo.slack.people.acting import Acting
from handlers.demo.slack.state.links import links_in
from handlers.demo.slack.state.records import UploadedFile
from handlers.demo.slack.state.typed_text import typed
from handlers.demo.slack.wire import Json, Refusal

_SHORT_LINE = 90


class Posting(Acting):
    """Messages of people, other apps, workflows and Slackbot."""

    async def post(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message as a person; returns its ts. Bare URLs become links, a mention is `<@ID>`."""
        return await self._say(user, channel, text, thread_ts)

    async def forward(
        self, user: str, channel: str, source: str, ts: str, text: str = "", thread_ts: str | None = None
    ) -> str:
        """Forward a message from another channel with an own text; returns the new message's ts."""
        world, original = self.world, self.world.message(source, ts)
        link = f"https://reading-group.slack.com/archives/{source}/p{ts.replace('.', '')}"
        inner = {
            "team": world.team,
            "channel": source,
            "ts": ts,
            "message": {"blocks": original.get("blocks", [])},
        }
        attachment: Json = {
            "id": 1,
            "ts": ts,
            "author_id": original.get("user", ""),
            "author_name": world.users.get(original.get("user", ""), {}).get("real_name", ""),
            "channel_id": source,
            "channel_team": world.team,
            "is_msg_unfurl": True,
            "is_share": True,
            "from_url": link,
            "original_url": link,
            "text": original.get("text", ""),
            "fallback": original.get("text", "")[:_SHORT_LINE],
            "message_blocks": [deepcopy(inner)],
            "mrkdwn_in": ["text"],
            "footer": f"Posted in #{world.conversation(source).name}",
        }
        attachments = [attachment, *deepcopy(original.get("attachments", []))]
        return await self._say(user, channel, text, thread_ts, attachments=attachments)

    async def share_file(
        self, user: str, channel: str, name: str, content: bytes, text: str = "", thread_ts: str | None = None
    ) -> str:
        """Share a file in a channel; returns the message's ts. Downloading the file needs the bot's token."""
        world = self.world
        file = UploadedFile(
            world.new_id("F"), name, len(content), name, content=content, complete=True, user=user
        )
        file.channels.append(channel)
        world.files[file.id] = file
        more = {"subtype": "file_share", "files": [described(world, file)], "upload": False}
        return await self._say(user, channel, text, thread_ts, **more)

    async def _say(self, user: str, channel: str, text: str, thread_ts: str | None, **more: Any) -> str:
        world, conversation = self.world, self.world.conversation(channel)
        if conversation.archived:
            raise Refusal("is_archived")
        if user not in conversation.members:
            raise Refusal("not_in_channel")
        as_stored, blocks = typed(text)
        message: Json = {
            "user": user,
            "text": as_stored,
            "blocks": blocks,
            "client_msg_id": world.new_id("m"),
            **more,
        }
        if world.users[user]["team_id"] != world.team:
            message |= {
                "user_team": world.users[user]["team_id"],
                "source_team": world.users[user]["team_id"],
            }
        if thread_ts:
            message["thread_ts"] = thread_ts
        record = world.add_message(channel, message)
        self._announce(channel, record, links_in(as_stored))
        await self._flush()
        return str(record["ts"])

    async def post_as_app(self, name: str, channel: str, text: str = "", **more: Any) -> str:
        """Post a message as another app, such as a feed with its link in `attachments`; returns the ts."""
        bot = f"B0{name.upper()}"
        self.world.apps[bot] = name
        return await self._say_as_app(
            channel, {"subtype": "bot_message", "bot_id": bot, "username": name, "text": text, **more}
        )

    async def post_as_workflow(self, name: str, channel: str, text: str, *, as_user: bool = True) -> str:
        """Post a message as a workflow; returns the ts. Without `as_user` it is a bot's message, which has no user."""
        bot = f"B0{name.upper()}"
        self.world.apps[bot] = name
        if not as_user:
            flow = {"workflow_id": f"Wf0{name.upper()}", "subtype": "bot_message"}
            return await self._say_as_app(channel, {**flow, "bot_id": bot, "username": name, "text": text})
        profile = {
            "id": bot,
            "name": name,
            "is_workflow_bot": True,
            "team_id": self.world.team,
            "deleted": False,
        }
        more = {
            "user": f"U0{name.upper()}",
            "bot_id": bot,
            "app_id": f"A0{name.upper()}",
            "bot_profile": profile,
        }
        return await self._say_as_app(channel, {"text": text, **more})

    async def post_as_slackbot(self, channel: str, text: str) -> str:
        """Post a message as Slackbot, such as a reminder; returns the ts."""
        return await self._say_as_app(
            channel, {"subtype": "slackbot_response", "user": "USLACKBOT", "text": text}
        )

    async def _say_as_app(self, channel: str, message: Json) -> str:
        as_stored, _ = typed(message["text"])
        record = self.world.add_message(channel, {**message, "text": as_stored})
        self._announce(channel, record, links_in(as_stored))
        await self._flush()
        return str(record["ts"])

    async def compose(self, user: str, channel: str, text: str) -> str:
        """Type a message without sending it, so that the bot gets an event for its links; returns the unfurl id."""
        as_stored, _ = typed(text)
        unfurl_id = self.world.new_id("uf-")
        links = self._own_links(links_in(as_stored))
        self.world.composing[unfurl_id] = {"text": as_stored, "attachments": []}
        if links:
            event: Json = {
                "type": "link_shared",
                "channel": "COMPOSER",
                "user": user,
                "message_ts": unfurl_id,
            }
            member = self.world.bot_user in self.world.conversation(channel).members
            more = {
                "links": links,
                "source": "composer",
                "unfurl_id": unfurl_id,
                "is_bot_user_member": member,
            }
            self.world.emit(event | more)
        await self._flush()
        return unfurl_id

    def _own_links(self, urls: list[str]) -> list[Json]:
        """Return the links whose domains the bot's manifest names."""
        return [
            {"url": url, "domain": domain}
            for url in urls
            for domain in [url.split("/")[2]]
            if any(domain == own or domain.endswith(f".{own}") for own in self.world.unfurl_domains)
        ]

    def _announce(self, channel: str, record: Json, urls: list[str]) -> None:
        """Emit the events that a message causes besides its own: a mention, or links of the bot's domains."""
        world, conversation = self.world, self.world.conversation(channel)
        common: Json = {"channel": channel} | ({"user": record["user"]} if record.get("user") else {})
        thread = {"thread_ts": record["thread_ts"]} if record.get("thread_ts") else {}
        is_called = f"<@{world.bot_user}" in record["text"] and world.bot_user in conversation.members
        if is_called and not conversation.is_dm:
            keys = (
                "text",
                "ts",
                "blocks",
                "attachments",
                "files",
                "edited",
                "client_msg_id",
                "bot_id",
                "bot_profile",
                "subtype",
                "workflow_id",
                "username",
            )
            mention = {key: deepcopy(record[key]) for key in keys if key in record}
            world.emit({"type": "app_mention", "team": world.team, **mention, **thread, **common})
        links = self._own_links(urls)
        if links:
            event: Json = {
                "type": "link_shared",
                "message_ts": record["ts"],
                "links": links,
                **thread,
                **common,
            }
            member = world.bot_user in conversation.members
            more = {"source": "conversations_history", "unfurl_id": f"{channel}.{record['ts']}"}
            world.emit(event | more | {"is_bot_user_member": member})

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Edit a person's own message; a mention in it calls the bot again, marked as edited."""
        world, record = self.world, self.world.message(channel, ts)
        if record.get("user") != user:
            raise Refusal("cant_update_message")
        before = links_in(record.get("text", ""))
        as_stored, blocks = typed(text)
        edit = {"user": user, "ts": world.new_ts()}
        world.change_message(channel, ts, text=as_stored, blocks=blocks or None, edited=edit)
        self._announce(channel, record, [url for url in links_in(as_stored) if url not in before])
        await self._flush()

    async def unfurl_by_slack(self, channel: str, ts: str, title: str) -> None:
        """Add Slack's own preview to a message's links, as a change that isn't an edit."""
        urls = links_in(self.world.message(channel, ts).get("text", ""))
        attachments: list[Json] = [
            {"id": number, "title": title, "title_link": url, "from_url": url, "fallback": title}
            for number, url in enumerate(urls, start=1)
        ]
        self.world.change_message(channel, ts, attachments=attachments)
        await self._flush()

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete a person's own message (admins: anyone's)."""
        record = self.world.message(channel, ts)
        if record.get("user") != user and not self.world.user(user)["is_admin"]:
            raise Refusal("cant_delete_message")
        self.world.remove_message(channel, ts)
        await self._flush()

    async def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Add a reaction to a message, or remove it."""
        change_reaction(self.world, user, channel, ts, name, add=not remove)
        await self._flush()
