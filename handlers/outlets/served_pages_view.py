"""Messages about pages that are served under a secret address, and their part of the window *Publish the pages*."""

from dataclasses import dataclass
from datetime import datetime

from handlers.blocks import builders, ids
from handlers.blocks.builders import Block, Message, escape, message, section

NO_ADDRESS = (
    "I don't know my own web address, so I can't serve pages. The person who runs Paperbout can "
    "set PAPERBOUT_PUBLIC_URL; the ZIP file of `publish` works without it."
)


def served(name: str, address: str, *, is_new: bool) -> Message:
    """Return the message with a league's secret address, shown once."""
    ended = " The earlier address no longer works." if is_new else ""
    text = (
        f"The pages of *{escape(name)}* are at {address}\n"
        "Everybody with this address can read them. Keep it like a password: I don't store it and can't show it again."
        f"{ended} The pages are ready in a moment, and follow changes within ten minutes."
    )
    return message(f"The pages of {escape(name)} have a secret address.", [section(text)])


def stopped(name: str, *, was_served: bool) -> Message:
    """Return the message that a league's pages are no longer served."""
    if not was_served:
        return message(f"The pages of {escape(name)} weren't served.")
    return message(f"The pages of {escape(name)} are no longer served; their address ends here.")


@dataclass(frozen=True, slots=True)
class Serving:
    """How a league's pages are served: who made the address when, when the pages were last built, and what failed."""

    by: str
    since: datetime
    built_at: datetime | None
    failure: str | None


def serving_blocks(league: int, serving: Serving | None) -> list[Block]:
    """Return the window's part about the secret address; None if nothing is served."""

    def press(text: str, word: str, confirm: Block | None = None) -> Block:
        return builders.button(text, *ids.SERVE.carry(ids.ServeChoice(league, word)), confirm=confirm)

    if serving is None:
        text = "Or I serve the pages at a secret address, always up to date."
        return [section(text), builders.actions(press("Serve at a secret address", "on"))]
    text = f"I serve the pages at a secret address that <@{serving.by}> made {builders.date(serving.since, lead='on')}."
    if serving.built_at is not None:
        text += f" {builders.date(serving.built_at, lead='Last looked at')}."
    if serving.failure:
        text += f" The last update failed: {escape(serving.failure)}."
    ask = builders.confirm("New address?", "The present address stops working.", "Make a new one")
    end = builders.confirm("Stop serving?", "The address stops working for everybody.", "Stop")
    return [
        section(text),
        builders.actions(press("New address", "renew", ask), press("Stop serving", "off", end)),
    ]
