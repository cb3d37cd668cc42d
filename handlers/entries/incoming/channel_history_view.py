"""Messages about importing a channel's links."""

from handlers.blocks import phrases

FORBIDDEN = "I may not read more of its history; post a link again to add it."
LIMITED = "Slack lets me read no more just now. I try again later and tell you by direct message."


def import_begun(channel: str) -> str:
    """Return the message that the import has begun."""
    return f"I read the links already in <#{channel}>, newest first, and tell you when I'm through."


def import_is_slow(channel: str) -> str:
    """Return the message that Slack limits the import's speed, and how long it takes."""
    return (
        f"Slack gives this app 15 messages a minute of <#{channel}>, so reading 1,000 messages takes about an hour. "
        "I go on, also after a restart, and tell you when I'm through."
    )


def import_goes_on(channel: str, messages: int) -> str:
    """Return the message that an import asked for again is at work already."""
    return f"I'm still reading <#{channel}>: {phrases.count(messages, 'message')} so far. I tell you when I'm through."


def brought_in(new: int, messages: int, channel: str) -> str:
    """Return the message with the import's result: new papers and messages read."""
    return (
        f"{phrases.count(new, 'new paper')} came from {phrases.count(messages, 'message')} of <#{channel}>."
    )


def broken_off(code: str) -> str:
    """Return the message that Slack stopped the import, with Slack's error code."""
    return f"Slack stopped the reading ({code}); `import` again reads it anew."
