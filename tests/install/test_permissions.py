"""Scopes: what owners read when an upgrade needs more, and what the approver's page says of each."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.slack.workspaces.scopes_and_events import SCOPES, required_scopes, scopes
from tests.slack.conftest import ATTENTION, Group, shown

PAGE = Path(__file__).parents[2] / "docs" / "approving.md"


async def an_hour_passes(group: Group) -> None:
    """Until the hourly look has asked Slack for the scopes, and what it led to has happened."""
    asked = len(group.slack.api.calls_to("auth.test"))
    group.time.move(timedelta(hours=1, minutes=1))
    await group.until(lambda: len(group.slack.api.calls_to("auth.test")) > asked)
    await group.calm()


def told(group: Group, name: str) -> list[str]:
    dm = group.slack.dm(group.people[name].id)
    return [shown(message) for message in group.slack.history(dm) if "installed again" in shown(message)]


async def test_owners_read_once_how_to_reinstall_when_scopes_grow(group: Group) -> None:
    await group.people["bob"].posts(ATTENTION)
    await group.people["bob"].runs("/rank")
    granted = set(scopes())
    group.slack.api.scopes = granted
    await an_hour_passes(group)
    assert told(group, "bob") == []
    group.slack.api.scopes = granted - {"reactions:write", "files:write"}
    await an_hour_passes(group)
    await an_hour_passes(group)
    (message,) = told(group, "bob")
    assert "reactions:write" in message
    assert SCOPES["files:write"] in message
    assert "Reinstall to Workspace" in message
    assert told(group, "carol") == [], "she owns nothing"
    group.slack.api.scopes = granted
    await an_hour_passes(group)
    assert len(told(group, "bob")) == 1
    group.slack.api.scopes = granted - {"reactions:write", "files:write"}
    await an_hour_passes(group)
    assert len(told(group, "bob")) == 1, "the same message, not another"


@pytest.mark.slow
async def test_who_declined_what_is_optional_is_not_asked_again(group: Group) -> None:
    await group.people["bob"].posts(ATTENTION)
    group.slack.api.scopes = set(required_scopes())
    await an_hour_passes(group)
    assert told(group, "bob") == []


def test_the_approvers_page_gives_each_scope_the_reason_of_the_manifest() -> None:
    page = PAGE.read_text()
    rows = dict(re.findall(r"^\| `([a-z_.:]+)` \| (.+) \|$", page, flags=re.MULTILINE))
    assert rows == SCOPES


def test_the_approvers_page_says_what_leaves_what_is_kept_and_how_to_erase_it() -> None:
    page = PAGE.read_text()
    for words in (
        "What leaves the workspace", "What is kept", "Erasing", "PAPERBOUT_JUDGES", "PAPERBOUT_ASSESSORS",
        "paperbout forget", "within a day", "optional",
    ):  # fmt: skip
        assert words in page
