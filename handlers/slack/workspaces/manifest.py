"""The app manifest, made from the registry of what the code listens to."""

from handlers.blocks.builders import Block
from handlers.slack.workspaces.scopes_and_events import SHORTCUTS, UNFURL_DOMAINS, events, scopes

NAME = "Paperbout"
DESCRIPTION = "Ranks research papers with your team: assessments, judged matches, votes."
LONG_DESCRIPTION = (
    "{how} and Paperbout assesses it against a rubric, lets language models judge it "
    "against the other papers of your channel's league, and keeps a rating with an honest error bar. "
    "Ask with the slash command, follow papers, and overrule a judge by voting."
)


def manifest(
    rank_command: str = "/rank",
    h2h_command: str = "/h2h",
    url: str | None = None,
    *,
    usage_hint: str = "help",
    smaller: bool = False,
    redirect_url: str | None = None,
) -> Block:
    """The manifest for Socket Mode, or for HTTP when `url` (the public `https://…/slack/events`) is given.

    `redirect_url` is where Slack sends people back to, for an app that many workspaces install: its tokens rotate.
    `usage_hint` is what Slack shows beside the slash command.
    `smaller` asks for no reading of channels: links come by mention, command, shortcut or DM.
    """
    request = {} if url is None else {"request_url": url}
    features = _features(rank_command, h2h_command, url, usage_hint)
    if not smaller:
        features["unfurl_domains"] = list(UNFURL_DOMAINS)
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION.format(
                how="Mention it with a link to a paper" if smaller else "Paste a link to a paper"
            ),
            "background_color": "#2b3a55",
        },
        "features": features,
        "oauth_config": {
            **({} if redirect_url is None else {"redirect_urls": [redirect_url]}),
            "scopes": {"bot": list(scopes(smaller=smaller))},
        },
        "settings": {
            "event_subscriptions": {
                **request,
                "bot_events": [event.name for event in events(smaller=smaller)],
            },
            "interactivity": {
                "is_enabled": True,
                **request,
                **({} if url is None else {"message_menu_options_url": url}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": redirect_url is not None,
        },
    }


def _features(rank_command: str, h2h_command: str, url: str | None, usage_hint: str) -> Block:
    """Home tab, bot user, shortcuts and slash commands."""
    command_url = {} if url is None else {"url": url}
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {
                "name": shortcut.name,
                "type": shortcut.kind,
                "callback_id": shortcut.callback_id,
                "description": shortcut.description,
            }
            for shortcut in SHORTCUTS
        ],
        "slash_commands": [
            {
                "command": rank_command,
                "description": "The leaderboard, a paper's card, tournaments, digests",
                "usage_hint": usage_hint,
                "should_escape": False,
                **command_url,
            },
            {
                "command": h2h_command,
                "description": "Two papers head to head",
                "usage_hint": "A | B",
                "should_escape": False,
                **command_url,
            },
        ],
    }
