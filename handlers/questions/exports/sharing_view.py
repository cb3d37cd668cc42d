"""Messages that confirm that something was posted in a channel."""


def posted(channel: str) -> str:
    """Return the confirmation that something was posted in a channel."""
    return f"Posted to <#{channel}>."
