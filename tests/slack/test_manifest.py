"""What the manifest asks for is what the whole program hears."""

from handlers.slack.workspaces import scopes_and_events
from tests.slack.conftest import Group


async def test_the_manifest_is_in_step_with_what_the_program_hears(group: Group) -> None:
    assert group.app.slack.boundary is not None
    heard = group.app.slack.boundary.registered
    assert heard.events == {event.kind for event in scopes_and_events.EVENTS}
    assert heard.shortcuts == {shortcut.callback_id for shortcut in scopes_and_events.SHORTCUTS}
    assert heard.commands == {"/rank", "/h2h"}
