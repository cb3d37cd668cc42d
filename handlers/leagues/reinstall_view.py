"""Messages to owners: reinstall the bot, or a league is closed."""

from collections.abc import Mapping, Sequence

from handlers.blocks import builders
from handlers.blocks.builders import Message


def reinstall(scopes: Sequence[str], reasons: Mapping[str, str], *, address: str | None) -> Message:
    """Return the message that new scopes need a reinstallation, with the reasons.

    `address` is the page to install from; None if the app was created by hand.
    """
    lines = "\n".join(f"• `{scope}` {reasons.get(scope, '')}" for scope in scopes)
    way = (
        f"Open <{address}|the installation page> and agree once more."
        if address is not None
        else "The person who runs Paperbout prints the new manifest with `paperbout manifest`. It goes into "
        "api.slack.com/apps → your app → App Manifest. Then choose “Reinstall to Workspace” under Install App."
    )
    sentence = (
        "Paperbout was upgraded and needs to be installed again: it asks for permissions it doesn't have yet."
    )
    return builders.message(
        sentence,
        [
            builders.section(sentence),
            builders.section(lines),
            builders.section(
                f"{way} Nothing is lost by it; until then what needs them doesn't work, and the rest does."
            ),
        ],
    )


def closed_league_notice(name: str, reason: str) -> Message:
    """Return the message to owners that a league stopped because its channel can't receive messages."""
    return builders.message(
        f"*{builders.escape(name)}* rests: {reason}. Nothing is played, taken in or paid for until its channel is open "
        "to me again; then it goes on by itself."
    )
