"""How a workspace's owners read that the bot needs to be installed again."""

from collections.abc import Mapping, Sequence

from handlers.blocks import builders
from handlers.blocks.builders import Message


def reinstall(scopes: Sequence[str], reasons: Mapping[str, str], *, address: str | None) -> Message:
    """What is new, why, and the way; `address` is the page to install from, None where the app was made by hand."""
    lines = "\n".join(f"• `{scope}` {reasons.get(scope, '')}" for scope in scopes)
    way = (
        f"Open <{address}|the installation page> and agree once more."
        if address is not None
        else "Whoever runs Paperbout prints the new manifest with `paperbout manifest`, pastes it at "
        "api.slack.com/apps → your app → App Manifest, saves, and chooses “Reinstall to Workspace” under Install App."
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
