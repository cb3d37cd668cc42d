"""Reasons why a message isn't posted, as owners read them."""

ENDED = {
    "channel_not_found": "the channel is gone, or the bot isn't in it",
    "not_in_channel": "the bot was removed from the channel",
    "is_archived": "the channel is archived",
    "account_inactive": "the bot's token was revoked",
    "token_revoked": "the bot's token was revoked",
    "token_expired": "the bot's token has expired",
    "not_authed": "the bot has no token for this workspace",
    "invalid_auth": "the bot's token isn't valid",
    "team_access_not_granted": "the workspace doesn't grant the bot access",
    "user_not_found": "the person isn't in the workspace any more",
    "user_disabled": "the person isn't in the workspace any more",
    "cannot_dm_bot": "bots get no messages",
    "restricted_action": "the workspace doesn't let the bot post there",
    "restricted_action_read_only_channel": "the workspace doesn't let the bot post there",
}
"""Reasons by Slack's error code for places that can't receive messages until they are reopened."""
FOR_THE_TOKEN = frozenset(
    ENDED[code]
    for code in (
        "account_inactive", "token_revoked", "token_expired", "not_authed", "invalid_auth", "team_access_not_granted"
    )
)  # fmt: skip
"""Reasons that end when the workspace has a valid token again."""
CLOSING = {
    "channel_not_found": ENDED["channel_not_found"],
    "not_in_channel": ENDED["not_in_channel"],
    "is_archived": ENDED["is_archived"],
    "archive": ENDED["is_archived"],
    "deleted": "the channel was deleted",
    "left": ENDED["not_in_channel"],
    "team_access_not_granted": ENDED["team_access_not_granted"],
}
"""Reasons for closing a league, by the error code of a message or the event."""
NO_ACCESS = ENDED["team_access_not_granted"]
"""Reason that ends when an organisation gives the bot to the workspace again."""
DELETED = {
    "message_not_found": "the message was deleted in Slack",
    "cant_update_message": "the message can't be changed any more",
    "edit_window_closed": "the message can't be changed any more",
    "thread_not_found": "the message it belongs under was deleted in Slack",
}
"""Reasons by Slack's error code for a message that was deleted and isn't posted again."""
WAITS = "waits for the message it belongs under"
ASKED_TO_WAIT = "Slack asked to wait"


def unanswered(error: Exception) -> str:
    """Return the reason that Slack couldn't be asked for data to show, such as names."""
    return f"Slack couldn't be asked what to show: {error!r}"


def unreached(error: Exception) -> str:
    """Return the reason that Slack couldn't be reached."""
    return f"Slack couldn't be reached: {error!r}"


def refused(code: str, detail: object) -> str:
    """Return the reason with Slack's error code and detail."""
    return f"Slack answered {code}: {detail}" if detail else f"Slack answered {code}"
