"""Messages about pages that are served under a secret address, and their part of the window *Publish the pages*."""

from datetime import datetime

from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message, escape, message, section

NO_ADDRESS = (
    "I don't know my own web address, so I can't serve pages. Whoever runs me sets PAPERBOUT_PUBLIC_URL; "
    "the ZIP file of `publish` works without it."
)


def served(name: str, address: str, *, is_new: bool) -> Message:
    """Return the message with a league's secret address, shown once."""
    ended = " The earlier address no longer works." if is_new else ""
    text = (
        f"The pages of *{escape(name)}* are at {address}\n"
        "Whoever has this address can read them. Keep it like a password: I don't store it and can't show it again."
        f"{ended} The pages are ready in a moment, and follow changes within ten minutes."
    )
    return message(f"The pages of {escape(name)} have a secret address.", [section(text)])


def stopped(name: str, *, was_served: bool) -> Message:
    """Return the message that a league's pages are no longer served."""
    if not was_served:
        return message(f"The pages of {escape(name)} weren't served.")
    return message(f"The pages of {escape(name)} are no longer served; their address ends here.")


def serving_blocks(league: int, since: datetime | None, failure: str | None) -> list[Block]:
    """Return the window's part about the secret address; `since` is when it was made, None if nothing is served."""

    def press(text: str, word: str, confirm: Block | None = None) -> Block:
        return builders.button(text, *ids.SERVE.carry(ids.ServeChoice(league, word)), confirm=confirm)

    if since is None:
        text = "Or I serve the pages myself, at a secret address that follows changes."
        return [section(text), builders.actions(press("Serve at a secret address", "on"))]
    text = f"I serve the pages at a secret address{builders.date(since, lead=', made')}."
    if failure:
        text += f" The last update failed: {escape(failure)}."
    ask = builders.confirm("New address?", "The present address stops working.", "Make a new one")
    end = builders.confirm("Stop serving?", "The address stops working for everybody.", "Stop")
    return [
        section(text),
        builders.actions(press("New address", "renew", ask), press("Stop serving", "off", end)),
    ]
