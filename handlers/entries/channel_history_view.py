"""How it is told that a channel's links are brought in."""

from handlers.blocks import phrases

FORBIDDEN = "I may not read more of its history; post a link again to add it."
LIMITED = "Slack lets me read no more just now; `import` again later goes on."


def begun(channel: str) -> str:
    """That the reading began."""
    return f"I read the links already in <#{channel}>, newest first, and tell you when I'm through."


def slow(channel: str) -> str:
    """That Slack gives this app little history at a time, and that the reading goes on."""
    return (
        f"Slack gives this app 15 messages a minute of <#{channel}>, so reading 1,000 messages takes about an hour. "
        "I go on, and tell you when I'm through."
    )


def brought_in(new: int, messages: int, channel: str) -> str:
    """What came of it."""
    return (
        f"{phrases.count(new, 'new paper')} came from {phrases.count(messages, 'message')} of <#{channel}>."
    )


def broken_off(code: str) -> str:
    """Why it ended before its end."""
    return f"Slack stopped the reading ({code}); `import` again goes on."
