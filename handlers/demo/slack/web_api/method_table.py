"""Table of the Web API's methods with their rate tier and scopes, from Slack's reference pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from handlers.demo.slack.faults import Faults
from handlers.demo.slack.methods import (
    agents,
    chat,
    conversations,
    files,
    people,
    reactions,
    unfurls,
    validation,
    views,
)
from handlers.demo.slack.state.records import SCOPE_PREFIXES, ConversationKind
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json

Method = Callable[[World, Arguments, Faults], Json]

_TIER2, _TIER3, _TIER4 = 20, 50, 100
_HUNDREDS = 600
"""Calls per minute of methods that Slack's pages allow "hundreds of requests per minute"."""
_A_SECOND = 60
"""Calls per minute where Slack allows one a second to a conversation."""
_UNTIERED = 0

HEARING: Final = frozenset({"app_mentions:read", "commands", "links:read", "reactions:read"})
"""Scopes that no method needs: they allow the bot to receive events."""


@dataclass(frozen=True, slots=True)
class MethodEntry:
    """A method of the Web API: `run` answers it; `tier` is calls per minute, 0 for no limit."""

    run: Method
    tier: int
    scopes: tuple[str, ...] = ()
    """Scopes of which one is needed."""
    by_kind: str = ""
    """Last part of the scope's name if it depends on the kind of conversation: "history" needs channels:history etc."""
    wants_team: bool = False
    """Whether a call with an organisation's token must name a `team_id`."""
    counted_by: str = ""
    """Argument by whose value calls are counted: the limit holds for each."""
    is_open: bool = False
    """Whether the method needs no token."""

    @property
    def every_scope(self) -> tuple[str, ...]:
        """All scopes that the method may need."""
        return self.scopes or tuple(self.scope_for(kind) for kind in SCOPE_PREFIXES if self.takes(kind))

    def takes(self, kind: ConversationKind) -> bool:
        """Return whether the method has its own scope for this kind of conversation."""
        return bool(self.by_kind) and (self.by_kind != "write" or kind in {"im", "mpim"})

    def scope_for(self, kind: ConversationKind) -> str:
        """Return the scope needed for a kind of conversation."""
        return f"{SCOPE_PREFIXES[kind]}:{self.by_kind}"


METHODS: Final[dict[str, MethodEntry]] = {
    "api.test": MethodEntry(people.api_test, _TIER4, is_open=True),
    "assistant.threads.setStatus": MethodEntry(
        agents.set_status, _A_SECOND, ("assistant:write", "chat:write"), counted_by="channel_id"
    ),
    "assistant.threads.setSuggestedPrompts": MethodEntry(agents.set_prompts, _TIER3, ("assistant:write",)),
    "auth.teams.list": MethodEntry(people.auth_teams_list, _TIER2),
    "auth.test": MethodEntry(people.auth_test, _HUNDREDS),
    "blocks.validate": MethodEntry(validation.blocks_validate, _HUNDREDS, is_open=True),
    "bots.info": MethodEntry(people.bots_info, _TIER3, ("users:read",), wants_team=True),
    "chat.delete": MethodEntry(chat.delete, _TIER3, ("chat:write",)),
    "chat.getPermalink": MethodEntry(chat.get_permalink, _HUNDREDS),
    "chat.postEphemeral": MethodEntry(chat.post_ephemeral, _TIER4, ("chat:write",)),
    "chat.postMessage": MethodEntry(chat.post_message, _UNTIERED, ("chat:write",)),
    "chat.unfurl": MethodEntry(unfurls.unfurl, _TIER3, ("links:write",)),
    "chat.update": MethodEntry(chat.update, _TIER3, ("chat:write",)),
    "conversations.history": MethodEntry(conversations.conversations_history, _TIER3, by_kind="history"),
    "conversations.info": MethodEntry(conversations.conversations_info, _TIER3, by_kind="read"),
    "conversations.join": MethodEntry(conversations.conversations_join, _TIER3, ("channels:join",)),
    "conversations.list": MethodEntry(
        conversations.conversations_list, _TIER2, by_kind="read", wants_team=True
    ),
    "conversations.members": MethodEntry(conversations.conversations_members, _TIER4, by_kind="read"),
    "conversations.open": MethodEntry(conversations.conversations_open, _TIER3, by_kind="write"),
    "conversations.replies": MethodEntry(conversations.conversations_replies, _TIER3, by_kind="history"),
    "files.completeUploadExternal": MethodEntry(files.complete_upload, _TIER4, ("files:write",)),
    "files.delete": MethodEntry(files.files_delete, _TIER3, ("files:write",)),
    "files.getUploadURLExternal": MethodEntry(files.get_upload_url, _TIER4, ("files:write",)),
    "files.info": MethodEntry(files.files_info, _TIER4, ("files:read",)),
    "reactions.add": MethodEntry(reactions.add_reaction, _TIER3, ("reactions:write",)),
    "reactions.get": MethodEntry(reactions.get_reactions, _TIER3, ("reactions:read",)),
    "reactions.remove": MethodEntry(reactions.remove_reaction, _TIER2, ("reactions:write",)),
    "team.info": MethodEntry(people.team_info, _TIER3, ("team:read",)),
    "users.conversations": MethodEntry(
        conversations.users_conversations, _TIER2, by_kind="read", wants_team=True
    ),
    "users.info": MethodEntry(people.users_info, _TIER4, ("users:read",)),
    "users.list": MethodEntry(people.users_list, _TIER2, ("users:read",), wants_team=True),
    "views.open": MethodEntry(views.views_open, _TIER4),
    "views.publish": MethodEntry(views.views_publish, _TIER4),
    "views.push": MethodEntry(views.views_push, _TIER4),
    "views.update": MethodEntry(views.views_update, _TIER4),
}

EVENT_SCOPES: Final[dict[str, tuple[str, ...]]] = {
    "app_mention": ("app_mentions:read",),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_id_changed": ("groups:read", "channels:read", "mpim:read", "im:read"),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unarchive": ("channels:read",),
    "channel_unshared": ("channels:read", "groups:read"),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "link_shared": ("links:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "user_change": ("users:read",),
}
"""Scopes by event, of which the bot needs one to receive the event; events not listed need none."""
