"""State of one simulated workspace: people, channels, messages, views, files."""

import itertools
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from typing import Final

from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.records import EVENT_KINDS, Conversation, ResponseUrl, Trigger, UploadedFile
from handlers.demo.slack.wire import Json, Refusal

BEYOND_LIMITS: Final = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_attachments", "no_text"),
        *("invalid_metadata_format", "invalid_unfurls_format", "msg_blocks_too_long", "msg_too_long"),
        *("metadata_too_large", "push_limit_reached", "too_many_attachments"),
    }
)
"""Error names of refusals for content that is too long, too much or malformed."""


class World:
    """All state of a simulated workspace; methods raise `Refusal` with Slack's error names."""

    def __init__(self, clock: Callable[[], float], team: str, enterprise: str = "") -> None:
        self.clock = clock
        self.team = team
        self.enterprise = enterprise
        """Id of the organisation that the workspace belongs to; empty if none."""
        self.enterprise_name = "Institute"
        self.is_enterprise_install = False
        """Whether the organisation installed the app for all its workspaces."""
        self.team_name = "Reading Group"
        self.app_id = "A0SIMULATOR"
        self.bot_user = "U0BOT"
        self.bot_id = "B0BOT"
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Conversation] = {}
        self.ephemeral: list[Json] = []
        self.inputs: dict[str, Json] = {}
        """Values chosen in a message's inputs, by the message's ts."""
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self.files: dict[str, UploadedFile] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.events: deque[Json] = deque()
        self.unfurl_domains: set[str] = set()
        self.complaints: list[str] = []
        """The bot's violations of Slack's limits or advice, in words; empty for a correct bot."""
        self.base = ""
        self.history_limit = 999
        """Most messages per call of conversations.history and .replies; 15 for apps outside the Marketplace."""
        self.escapes_commands = False
        """The manifest's `should_escape`: people, channels and links in a command's text arrive as ids."""
        self.apps: dict[str, str] = {}
        """Names of other apps that post as no user, by the id of their bot."""
        self.composing: dict[str, Json] = {}
        """Messages being written and their unfurled links, by unfurl id."""
        self.statuses: dict[tuple[str, str], str] = {}
        """The bot's status in each thread of a direct message, by channel and thread_ts."""
        self.prompts: dict[str, list[Json]] = {}
        """Prompts that the bot suggests, by direct message."""
        self.teams_of_token: Callable[[], dict[str, str]] = lambda: {self.team: self.team_name}
        """Function that returns the names of the workspaces in which the bot's token is valid, by id."""
        self.numbers = itertools.count(1)
        self._last_ts = 0
        self.add_user("paperbout", bot=True, user=self.bot_user)

    def complain(self, method: str, refusal: Refusal, unknown: set[str]) -> None:
        """Record a refusal that a bot should have avoided.

        `unknown` are types of blocks that this workspace doesn't take; a refusal because of them is not the bot's fault
        and is not recorded.
        """
        if refusal.error not in BEYOND_LIMITS:
            return
        reasons = [str(reason) for reason in refusal.more.get("response_metadata", {}).get("messages", [])]
        prefixes = tuple(f"[ERROR] unsupported type: {kind} " for kind in unknown)
        if not reasons or not all(reason.startswith(prefixes) for reason in reasons):
            self.complaints.append(f"{method}: {refusal.error} {reasons}")

    @property
    def enterprise_described(self) -> Json | None:
        """The organisation as payloads describe it; None if the workspace has none."""
        return {"id": self.enterprise, "name": self.enterprise_name} if self.enterprise else None

    def beside(self, other: "World") -> None:
        """Share ids with another workspace so that none occurs twice; within an organisation also share App Homes."""
        other.numbers = self.numbers
        if self.enterprise and other.enterprise == self.enterprise:
            other.homes = self.homes

    def holds(self, arguments: Json) -> bool:
        """Return whether a call's arguments name a channel, person, trigger, view or file of this workspace."""
        pairs = (
            ("channel", self.channels | self.users),
            ("channel_id", self.channels | self.users),
            ("user", self.users),
            ("user_id", self.users),
            ("users", self.users),
            ("trigger_id", self.triggers),
            ("view_id", {view["id"]: view for stack in self.stacks.values() for view in stack}),
            ("file", self.files),
        )
        return any(str(arguments[key]).split(",")[0] in ids for key, ids in pairs if arguments.get(key))

    # ids and time

    def new_id(self, prefix: str) -> str:
        """Return a new id, such as C0000001."""
        return f"{prefix}{next(self.numbers):07d}"

    def new_ts(self) -> str:
        """Return a new, unique ts: clock seconds with microseconds."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # people

    def add_user(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        bot: bool = False,
        tz: str = "Europe/Berlin",
        user: str = "",
        team: str = "",
    ) -> str:
        """Add a person or a bot; returns the user id."""
        user = user or self.new_id("U")
        profile = {
            "real_name": name,
            "display_name": name,
            "email": f"{user.lower()}@example.org",
            "image_48": "",
        }
        if bot:
            profile |= {
                "bot_id": self.bot_id if user == self.bot_user else f"B{user[1:]}",
                "api_app_id": self.app_id,
            }
        self.users[user] = {
            "id": user,
            "team_id": team or self.team,
            "name": name.lower().replace(" ", "."),
            "real_name": name,
            "deleted": False,
            "tz": tz,
            "tz_label": tz,
            "tz_offset": 0,
            "locale": "en-US",
            "profile": profile,
            "is_admin": admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": guest,
            "is_ultra_restricted": False,
            "is_bot": bot,
            "is_app_user": False,
            "is_stranger": bool(team and team != self.team),
            "updated": int(self.clock()),
        }
        if self.enterprise and (not team or team == self.team):
            self.users[user]["enterprise_user"] = {
                "id": user,
                "enterprise_id": self.enterprise,
                "enterprise_name": self.enterprise_name,
                "is_admin": False,
                "is_owner": False,
                "teams": [self.team],
            }
        return user

    def user(self, user: str) -> Json:
        """Return a user's record. Raises `Refusal` (`user_not_found`)."""
        if user not in self.users:
            raise Refusal("user_not_found")
        return self.users[user]

    # channels

    def add_channel(self, name: str, *, private: bool, members: list[str], with_bot: bool) -> str:
        """Add a channel; returns its id."""
        channel = self.new_id("C")
        people = list(dict.fromkeys([*members, *([self.bot_user] if with_bot else [])]))
        self.channels[channel] = Conversation(
            channel, name.lstrip("#"), private, created=int(self.clock()), members=people
        )
        return channel

    def dm(self, user: str) -> str:
        """Return the id of the direct message between the bot and a user, opening it if needed."""
        self.user(user)
        for conversation in self.channels.values():
            if conversation.dm_user == user:
                return conversation.id
        channel = self.new_id("D")
        self.channels[channel] = Conversation(
            channel, "", dm_user=user, is_dm=True, created=int(self.clock()), members=[user, self.bot_user]
        )
        return channel

    def dm_between(self, *people: str, with_bot: bool = False) -> str:
        """Return the id of the direct message among two to nine people, opening it if needed."""
        members = list(dict.fromkeys([*people, *([self.bot_user] if with_bot else [])]))
        for conversation in self.channels.values():
            if (conversation.is_dm or conversation.is_group_dm) and set(conversation.members) == set(members):
                return conversation.id
        for member in members:
            self.user(member)
        is_group = len(members) > 2  # noqa: PLR2004 - two have a direct message, more a group's
        channel = self.new_id("C" if is_group else "D")
        name = f"mpdm-{'--'.join(self.users[member]['name'] for member in members)}-1" if is_group else ""
        self.channels[channel] = Conversation(
            channel,
            name,
            is_dm=not is_group,
            is_group_dm=is_group,
            created=int(self.clock()),
            members=members,
        )
        return channel

    def conversation(self, channel: str) -> Conversation:
        """Return a conversation. Raises `Refusal` (`channel_not_found`)."""
        if channel not in self.channels:
            raise Refusal("channel_not_found")
        return self.channels[channel]

    def seen_by_bot(self, channel: str) -> Conversation:
        """Return a conversation that is public or includes the bot. Raises `Refusal` (`channel_not_found`)."""
        conversation = self.conversation(channel)
        if conversation.kind != "public_channel" and self.bot_user not in conversation.members:
            raise Refusal("channel_not_found")
        return conversation

    def joined_by_bot(self, channel: str) -> Conversation:
        """Return a conversation in which the bot can post; a user id stands for the direct message. Raises `Refusal`."""
        if channel in self.users:
            channel = self.dm(channel)
        conversation = self.seen_by_bot(channel)
        if conversation.archived:
            raise Refusal("is_archived")
        if self.bot_user not in conversation.members:
            raise Refusal("not_in_channel")
        return conversation

    # messages

    def message(self, channel: str, ts: str) -> Json:
        """Return the stored record of a message. Raises `Refusal` (`message_not_found`)."""
        record = self.conversation(channel).messages.get(ts)
        if record is None:
            raise Refusal("message_not_found")
        return record

    def add_message(self, channel: str, message: Json) -> Json:
        """Store a message under a new ts, count it in its thread and emit its event; returns the stored record."""
        conversation = self.conversation(channel)
        record: Json = {"type": "message", "ts": self.new_ts(), "team": self.team, **message}
        record["blocks"] = self.with_block_ids(record.get("blocks") or [])
        if not record["blocks"]:
            del record["blocks"]
        if record.get("thread_ts"):
            parent = conversation.messages.get(record["thread_ts"])
            if parent is None:
                raise Refusal("thread_not_found")
            if parent.get("thread_ts", parent["ts"]) != parent["ts"]:
                record["thread_ts"] = parent["thread_ts"]
                parent = conversation.messages[parent["thread_ts"]]
            self._count_reply(parent, record)
        conversation.messages[record["ts"]] = record
        self.emit_message(conversation, deepcopy(record))
        return record

    def _count_reply(self, parent: Json, record: Json) -> None:
        users = parent.setdefault("reply_users", [])
        if record.get("user") not in users:
            users.append(record.get("user"))
        parent["thread_ts"] = parent["ts"]
        parent["reply_count"] = parent.get("reply_count", 0) + 1
        parent["reply_users_count"] = len(users)
        parent["latest_reply"] = record["ts"]
        record["parent_user_id"] = parent.get("user", "")

    def change_message(self, channel: str, ts: str, **changes: object) -> Json:
        """Change a message and emit `message_changed`; a value of None removes the key."""
        record = self.message(channel, ts)
        before = deepcopy(record)
        for key, value in changes.items():
            if value is None:
                record.pop(key, None)
            else:
                record[key] = value
        if record.get("blocks"):
            record["blocks"] = self.with_block_ids(record["blocks"])
        conversation = self.conversation(channel)
        event = {"subtype": "message_changed", "hidden": True, "ts": self.new_ts()}
        self.emit_message(conversation, event | {"message": deepcopy(record), "previous_message": before})
        return record

    def remove_message(self, channel: str, ts: str) -> None:
        """Delete a message and emit `message_deleted`; a parent with replies leaves a tombstone."""
        conversation = self.conversation(channel)
        record = self.message(channel, ts)
        before = deepcopy(record)
        if record.get("reply_count"):
            for key in ("blocks", "attachments", "metadata", "bot_id", "app_id"):
                record.pop(key, None)
            record |= {
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
            }
        else:
            del conversation.messages[ts]
            parent = conversation.messages.get(record.get("thread_ts", ""))
            if parent is not None:
                parent["reply_count"] = max(0, parent.get("reply_count", 1) - 1)
        event = {"subtype": "message_deleted", "hidden": True, "deleted_ts": ts, "ts": self.new_ts()}
        self.emit_message(conversation, event | {"previous_message": before})

    def with_block_ids(self, blocks: list[Json]) -> list[Json]:
        """Return the blocks with missing block ids and action ids filled in, as Slack does."""
        copy = deepcopy(blocks)
        for block in copy:
            block.setdefault("block_id", self.new_id("b"))
            accessory, element = block.get("accessory"), block.get("element")
            for part in [*block.get("elements", []), accessory, element]:
                if isinstance(part, dict) and block["type"] in {
                    "actions",
                    "section",
                    "input",
                    "context_actions",
                }:
                    part.setdefault("action_id", self.new_id("a"))
        return copy

    # events

    def emit(self, event: Json) -> None:
        """Queue an event for the bot; the caller sends it from `events`."""
        self.events.append({"event_ts": event.get("ts") or self.new_ts(), **event})

    def emit_message(self, conversation: Conversation, event: Json) -> None:
        """Queue a message event if the bot is in the conversation."""
        if self.bot_user in conversation.members:
            kind = EVENT_KINDS[conversation.kind]
            self.emit({"type": "message", "channel": conversation.id, "channel_type": kind, **event})

    # short-lived rights

    def new_trigger(self, user: str, view: str = "") -> str:
        """Return a new trigger id, valid once and for 3 seconds."""
        trigger = f"{self.new_id('')}.{self.team}.{self.new_id('')}"
        self.triggers[trigger] = Trigger(user, self.clock(), view)
        return trigger

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger id, which is valid once. Raises `Refusal` as views.open does."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.clock() - trigger.issued > LIMITS["trigger.seconds"]:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(
        self, user: str, channel: str, origin: str = "", *, ephemeral: bool = False, thread_ts: str = ""
    ) -> str:
        """Return a new response_url for an interaction in a channel."""
        key = self.new_id("R")
        self.response_urls[key] = ResponseUrl(user, channel, self.clock(), origin, ephemeral, thread_ts)
        return f"{self.base}/respond/{self.team}/{key}"
