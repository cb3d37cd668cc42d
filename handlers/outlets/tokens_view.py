"""Messages about tokens with which programs read a league."""

from collections.abc import Sequence

from bot.exchange.outlets.api_access import A_MINUTE
from handlers.blocks import builders, ids
from handlers.blocks.builders import Message, escape, message, section
from storage.outlets.api_tokens import ApiToken


def usage(command: str) -> str:
    """Return how tokens are made and revoked."""
    return f"{command} api lists the tokens and revokes them, {command} api new <name> makes one."


def made(name: str, token: str, address: str) -> Message:
    """Return the message with a new token, shown once."""
    text = (
        f"A token that reads *{escape(name)}*, shown only now:\n```{token}```\n"
        f"Send it as `Authorization: Bearer …` to {address}/papers, at most {A_MINUTE} times a minute. "
        "A program that has it can read the league, not change it."
    )
    return message(f"A token that reads {escape(name)}, shown only now.", [section(text)])


def tokens(league: int, name: str, rows: Sequence[ApiToken], command: str) -> Message:
    """Return the list of a league's tokens, each with a button that revokes it."""
    if not rows:
        return message(f"No program has a token for {escape(name)}. {command} api new <name> makes one.")
    blocks = [section(f"Tokens that read *{escape(name)}*")]
    for row in rows:
        ask = builders.confirm("Revoke?", "Programs that use this token are refused at once.", "Revoke")
        press = builders.button(
            "Revoke", *ids.REVOKE_TOKEN.carry(ids.OfToken(league, row.id)), style="danger", confirm=ask
        )
        line = f"*{escape(row.name)}*, made by <@{row.made_by}> {builders.date(row.made_at, lead='on')}"
        blocks.append(section(line, press))
    return message(f"Tokens that read {escape(name)}: {len(rows)}", blocks)
