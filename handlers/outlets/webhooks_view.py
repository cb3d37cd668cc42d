"""Messages about addresses that are told of a league's events."""

from collections.abc import Sequence

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message, escape, message, section
from storage.outlets.webhooks import Webhook


def added(name: str, url: str, secret: str) -> Message:
    """Return the message with the secret that signs an address's events, shown once."""
    text = (
        f"{escape(url)} is told when a vote overrules a judge, a tournament ends, or another paper leads "
        f"*{escape(name)}*. A test is on its way. This secret signs every event; it is shown only now:\n```{secret}```\n"
        "Signatures follow the Standard Webhooks specification."
    )
    return message(f"{escape(name)} sends its events to a new address.", [section(text)])


def addresses(league: int, name: str, rows: Sequence[Webhook], command: str) -> Message:
    """Return the list of a league's addresses, each with a button that removes it."""
    if not rows:
        return message(
            f"{escape(name)} tells no address of its events. {command} webhook https://… adds one."
        )
    blocks = [section(f"Webhooks of *{escape(name)}*")]
    for row in rows:
        ask = builders.confirm("Remove?", "It is told of nothing more.", "Remove")
        press = builders.button(
            "Remove", *ids.REMOVE_WEBHOOK.carry(ids.OfWebhook(league, row.id)), style="danger", confirm=ask
        )
        line = f"{escape(row.url)}, added by <@{row.made_by}> {builders.date(row.made_at, lead='on')}"
        if row.disabled_at is not None:
            line += f". *Turned off* {builders.date(row.disabled_at, lead='on')}"
        blocks.append(section(line, press))
    return message(f"Webhooks of {escape(name)}: {len(rows)}", blocks)


def turned_off(name: str, url: str, reason: str, command: str) -> Message:
    """Return the message that an address is no longer told of events, because it took none."""
    text = (
        f"I no longer tell {escape(url)} of events of *{escape(name)}*: it took none for three days or is gone. "
        f"Last reason: {escape(reason)} Once it works, remove it and add it again with {command} webhook."
    )
    return message(f"An address of {escape(name)} is turned off.", [section(text)])
