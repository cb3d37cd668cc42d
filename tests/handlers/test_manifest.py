"""The manifest asks for what the registry says, and gives a reason for each of it."""

from handlers.features import COMMANDS
from handlers.slack.workspaces import scopes_and_events
from handlers.slack.workspaces.manifest import manifest


def test_every_scope_has_a_reason_and_every_event_its_scopes() -> None:
    needed = {scope for event in scopes_and_events.EVENTS for scope in event.scopes}
    assert needed <= set(scopes_and_events.SCOPES)
    assert list(scopes_and_events.SCOPES) == sorted(scopes_and_events.SCOPES)


def test_what_may_be_declined_is_asked_for_as_slack_wants_it() -> None:
    asked = manifest()["oauth_config"]
    assert isinstance(asked, dict)
    scopes = asked["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    required = scopes_and_events.required_scopes()
    assert [name for name in required if name.endswith(":history")] == ["im:history"]
    assert "links:read" in scopes["bot_optional"]


def test_an_organisation_can_install_it_commands_come_with_ids_and_the_dm_is_an_agent() -> None:
    made = manifest()
    features, settings = made["features"], made["settings"]
    assert isinstance(features, dict)
    assert isinstance(settings, dict)
    assert settings["org_deploy_enabled"]
    assert all(command["should_escape"] for command in features["slash_commands"])
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    assert len(features["agent_view"]["agent_description"]) <= 300


def test_socket_mode_needs_no_address_and_http_has_it_everywhere() -> None:
    assert "<paper> · vs A | B · why <paper> · help" in str(manifest(usage_hint=COMMANDS.usage_hint))
    assert "https://" not in str(manifest())
    assert (
        str(manifest(url="https://bot.example/slack/events")).count("'https://bot.example/slack/events'") == 5
    )


def test_commands_take_the_names_of_the_settings() -> None:
    shown = str(manifest("/papers", "/versus"))
    assert "'/papers'" in shown
    assert "'/versus'" in shown
    assert "'/rank'" not in shown


def test_names_keep_slacks_limits() -> None:
    assert all(len(shortcut.name) <= 24 for shortcut in scopes_and_events.SHORTCUTS)
    assert len(scopes_and_events.UNFURL_DOMAINS) <= 5
    information = manifest()["display_information"]
    assert isinstance(information, dict)
    assert len(information["description"]) <= 140
    assert 175 <= len(information["long_description"]) <= 4_000
