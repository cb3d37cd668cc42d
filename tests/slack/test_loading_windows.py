"""A window that opens before its content is known is always filled: with the content, or with what went wrong."""

from typing import Any

import pytest

from handlers.leagues import settings_windows, settings_windows_view
from tests.slack.conftest import ATTENTION, Group, Person, shown


@pytest.mark.slow
async def test_whatever_goes_wrong_stands_in_the_window(
    group: Group, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await alice.posts(ATTENTION)
    await bob.runs("/rank settings")
    assert "One moment" not in shown(bob.modal)

    async def breaks(*_: Any) -> None:
        raise RuntimeError("a mistake of ours")

    def too_long(*_: Any) -> dict[str, Any]:
        text = {"type": "plain_text", "text": "x" * 25}
        return {"type": "modal", "title": text, "blocks": []}

    group.slack.faults.script("views.update", "error", "error")
    await alice.runs("/rank settings")
    assert "is logged as" in shown(alice.modal)
    for name, wrong in (("_form", breaks), ("settings_modal", too_long)):
        with monkeypatch.context() as patch:
            patch.setattr(settings_windows if name == "_form" else settings_windows_view, name, wrong)
            await alice.runs("/rank settings")
        assert "One moment" not in shown(alice.modal), name
        assert "is logged as" in shown(alice.modal), name
    await alice.runs("/rank settings")
    assert alice.modal["submit"]
    assert [each for each in group.slack.complaints if "views.update" not in each] == []
    group.slack.complaints.clear()
