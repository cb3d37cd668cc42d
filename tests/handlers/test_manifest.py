"""The manifest asks for what the registry says, and gives a reason for each of it."""

from handlers.features import COMMANDS
from handlers.slack.workspaces import scopes_and_events
from handlers.slack.workspaces.manifest import manifest


def test_every_scope_has_a_reason_and_every_event_its_scopes() -> None:
    needed = {scope for event in scopes_and_events.EVENTS for scope in event.scopes}
    assert needed <= set(scopes_and_events.SCOPES)
    assert list(scopes_and_events.SCOPES) == sorted(scopes_and_events.SCOPES)


def test_the_smaller_manifest_reads_no_channel() -> None:
    full, smaller = manifest(), manifest(smaller=True)
    assert "channels:history" in str(full)
    for word in (
        "channels:history",
        "groups:history",
        "links:",
        "message.channels",
        "message.groups",
        "unfurl",
    ):
        assert word not in str(smaller)
    assert "app_mention" in str(smaller)
    left = set(scopes_and_events.scopes(smaller=True))
    assert {scope for event in scopes_and_events.events(smaller=True) for scope in event.scopes} <= left


def test_socket_mode_needs_no_address_and_http_has_it_everywhere() -> None:
    assert "<paper> · vs A | B · history <paper> · help" in str(manifest(usage_hint=COMMANDS.usage_hint))
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
