"""Opens a window at once, before its trigger expires, and fills it when the content is known."""

from collections.abc import Awaitable

from handlers.blocks.answers import loading_window, notice_window
from handlers.blocks.builders import Block
from handlers.slack.calls import Call
from handlers.slack.defects import defect
from storage.errors import PaperboutError


async def open_loading(call: Call, title: str, view: Awaitable[Block]) -> None:
    """Open a light window and fill it with the view; any error is shown in the window instead.

    If Slack refuses the view, the window says so and never stays as it opened.
    """
    try:
        view_id = await call.open(loading_window(title))
    except BaseException:
        _let_go(view)
        raise
    try:
        content = await view
        if view_id is not None:
            await call.update_view(view_id, content)
    except PaperboutError as error:
        await _say(call, view_id, title, error.sentence)
    except Exception:  # noqa: BLE001 - logged here, under the number that the window shows
        await _say(call, view_id, title, defect(call, title))


async def _say(call: Call, view_id: str | None, title: str, sentence: str) -> None:
    if view_id is not None:
        await call.update_view(view_id, notice_window(title, sentence))


def _let_go(view: Awaitable[Block]) -> None:
    """Close a coroutine that nobody will await."""
    close = getattr(view, "close", None)
    if close is not None:
        close()
