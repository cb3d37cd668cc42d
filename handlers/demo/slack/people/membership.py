"""Joins and departures of people and the bot, and changes of channels."""

from copy import deepcopy
from typing import Any

from handlers.demo.slack.people.acting import Acting
from handlers.demo.slack.wire import Json


class Membership(Acting):
    """Actions on channels: join, leave, rename, archive, share."""

    async def join(self, user: str, channel: str, inviter: str = "") -> None:
        """Add a person or the bot to a channel."""
        conversation = self.world.conversation(channel)
        if user not in conversation.members:
            conversation.members.append(user)
            self._member_event("member_joined_channel", user, channel, inviter)
        await self._flush()

    async def leave(self, user: str, channel: str) -> None:
        """Remove a person or the bot from a channel."""
        conversation = self.world.conversation(channel)
        if user in conversation.members:
            self._member_event("member_left_channel", user, channel)
            conversation.members.remove(user)
            if user == self.world.bot_user:
                kind = "group_left" if conversation.private else "channel_left"
                self.world.emit({"type": kind, "channel": channel, "actor_id": user})
        await self._flush()

    def _member_event(self, kind: str, user: str, channel: str, inviter: str = "") -> None:
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

    async def unarchive(self, channel: str, user: str = "") -> None:
        """Open an archived channel again."""
        conversation = self.world.conversation(channel)
        conversation.archived = False
        kind = "group_unarchive" if conversation.private else "channel_unarchive"
        self.world.emit({"type": kind, "channel": channel, "user": user or conversation.members[0]})
        await self._flush()

    async def rename_channel(self, channel: str, name: str) -> None:
        """Rename a channel."""
        conversation = self.world.conversation(channel)
        conversation.name = name
        kind = "group_rename" if conversation.private else "channel_rename"
        description = {"id": channel, "name": name, "name_normalized": name, "created": conversation.created}
        self.world.emit({"type": kind, "channel": description | {"is_channel": True, "is_mpim": False}})
        await self._flush()

    async def delete_channel(self, channel: str) -> None:
        """Delete a channel with all its messages."""
        conversation = self.world.channels.pop(channel)
        self.world.ephemeral = [record for record in self.world.ephemeral if record["channel"] != channel]
        kind = "group_deleted" if conversation.private else "channel_deleted"
        self.world.emit({"type": kind, "channel": channel, "actor_id": ""})
        await self._flush()

    async def share_channel(self, channel: str, team: str = "T0OTHER") -> str:
        """Share a channel with another workspace by Slack Connect; returns its id.

        A private channel gets a new id permanently; the old one no longer works.
        """
        world, conversation = self.world, self.world.conversation(channel)
        conversation.teams.append(team)
        if conversation.private:
            conversation.id = world.new_id("C")
            world.channels = {room.id: room for room in world.channels.values()}
            world.ephemeral = [record for record in world.ephemeral if record["channel"] != channel]
            for right in world.response_urls.values():
                right.channel = conversation.id if right.channel == channel else right.channel
            event = {"old_channel_id": channel, "new_channel_id": conversation.id}
            if world.bot_user in conversation.members:
                world.emit({"type": "channel_id_changed", **event})
        world.emit({"type": "channel_shared", "channel": conversation.id, "connected_team_id": team})
        await self._flush()
        return conversation.id

    async def unshare_channel(self, channel: str, team: str = "T0OTHER") -> None:
        """Stop sharing a channel with another workspace; that workspace's people leave it."""
        conversation = self.world.conversation(channel)
        conversation.teams.remove(team)
        conversation.members[:] = [
            user for user in conversation.members if self.world.users[user]["team_id"] != team
        ]
        event: Json = {"type": "channel_unshared", "channel": channel, "previously_connected_team_id": team}
        self.world.emit(event | {"is_ext_shared": bool(conversation.teams)})
        await self._flush()

    async def change_user(self, user: str, **changes: Any) -> None:
        """Change fields of a user's record (`deleted=True`, `tz=...`) and emit the event."""
        record = self.world.user(user)
        record |= changes | {"updated": int(self.world.clock())}
        if "real_name" in changes:
            record["profile"] |= {"real_name": changes["real_name"], "display_name": changes["real_name"]}
        self.world.emit({"type": "user_change", "user": deepcopy(record)})
        await self._flush()
