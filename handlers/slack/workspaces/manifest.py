"""Builds the Slack app manifest from the registry of what the code listens to."""

from handlers.blocks.builders import Block
from handlers.slack.workspaces.scopes_and_events import EVENTS, OPTIONAL, SHORTCUTS, UNFURL_DOMAINS, scopes

NAME = "Paperbout"
DESCRIPTION = "Ranks research papers with your team: assessments, judged matches, votes."
LONG_DESCRIPTION = (
    "Paste a link to a paper, or mention the bot with one, and Paperbout assesses it against a rubric, "
    "lets language models judge it against the other papers of your channel's league, "
    "and keeps a rating with an honest error bar. "
    "Ask with the slash command, follow papers, and overrule a judge by voting."
)
AGENT_DESCRIPTION = (
    "Answers questions about your team's ranking of papers: places, matches, assessments, what is new."
)
PROMPTS = (
    ("The leaderboard", "board"),
    ("What is new?", "new"),
    ("Where are my papers?", "mine"),
    ("What can you do?", "help"),
)
"""Prompts suggested in the bot's direct message: (title, message sent when chosen); Slack accepts four."""


def manifest(
    rank_command: str = "/rank",
    h2h_command: str = "/h2h",
    url: str | None = None,
    *,
    usage_hint: str = "help",
    redirect_url: str | None = None,
) -> Block:
    """Return the app manifest for Socket Mode, or for HTTP if `url` (the public `https://…/slack/events`) is given.

    `redirect_url` is for an app that many workspaces install: Slack returns people there, and tokens rotate. `usage_hint`
    is shown beside the slash command. Scopes that may be declined stand under both `bot` and `bot_optional`, as Slack
    requires.
    """
    request = {} if url is None else {"request_url": url}
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#2b3a55",
        },
        "features": _features(rank_command, h2h_command, url, usage_hint),
        "oauth_config": {
            **({} if redirect_url is None else {"redirect_urls": [redirect_url]}),
            "scopes": {"bot": list(scopes()), "bot_optional": sorted(OPTIONAL)},
        },
        "settings": {
            "event_subscriptions": {
                **request,
                "bot_events": [event.name for event in EVENTS],
            },
            "interactivity": {
                "is_enabled": True,
                **request,
                **({} if url is None else {"message_menu_options_url": url}),
            },
            "org_deploy_enabled": True,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": redirect_url is not None,
        },
    }


def _features(rank_command: str, h2h_command: str, url: str | None, usage_hint: str) -> Block:
    """Return the manifest's features: Home tab, bot user, shortcuts and slash commands."""
    command_url = {} if url is None else {"url": url}
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "agent_view": {
            "agent_description": AGENT_DESCRIPTION,
            "suggested_prompts": [{"title": title, "message": question} for title, question in PROMPTS],
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
                "should_escape": True,
                **command_url,
            },
            {
                "command": h2h_command,
                "description": "Two papers head to head",
                "usage_hint": "A | B",
                "should_escape": True,
                **command_url,
            },
        ],
        "unfurl_domains": list(UNFURL_DOMAINS),
    }
