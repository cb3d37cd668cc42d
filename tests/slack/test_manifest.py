"""What the manifest asks for is what the whole program hears."""

from handlers import registry
from tests.slack.conftest import Group


async def test_the_manifest_is_in_step_with_what_the_program_hears(group: Group) -> None:
    assert group.app.slack.boundary is not None
    heard = group.app.slack.boundary.registered
    assert registry.drift(heard.events, heard.shortcuts, heard.commands, "/rank", "/h2h") == []
