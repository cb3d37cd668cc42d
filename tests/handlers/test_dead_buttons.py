"""What views carry is listened to, and what is listened to stands on some view."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.work.timing import RealTime
from handlers import features
from handlers.blocks import ids
from handlers.blocks.ids import Action, Modal
from handlers.slack.bolt_app import SlackSide
from handlers.slack.boundary import Registered
from handlers.slack.services import Services
from storage.database.engine import Database

HANDLERS = Path(ids.__file__).parents[1]
LISTENING = {"action", "submission", "closed", "options"}
ONLY_SHOWN = {ids.ASSESSMENT_MODAL}
"""Modals without a button to send them."""

ACTIONS = {name: value for name, value in vars(ids).items() if isinstance(value, Action)}
MODALS = {name: value for name, value in vars(ids).items() if isinstance(value, Modal)}


def _names() -> Iterator[str]:
    """Every `ids.NAME` in the handlers that isn't the first argument of `on.action(…)` and the like."""
    for path in HANDLERS.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        heard = {
            call.args[0]
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in LISTENING
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "on"
            and call.args
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "ids"
                and node not in heard
            ):
                yield node.attr


@pytest.fixture(scope="module")
def carried() -> frozenset[str]:
    return frozenset(_names())


@pytest.fixture
async def registered(tmp_path: Path) -> Registered:
    side = SlackSide(Settings(_env_file=None, slack_bot_token=SecretStr("xoxb-1")), RealTime())
    database = Database(f"sqlite:///{tmp_path / 'unused.db'}")
    needed = {"database": database, "settings": side.settings, "now": side.time.now, "people": side.people}
    unused = dict.fromkeys(
        set(Services.__dataclass_fields__) - set(needed) - {"open_beside", "outsiders", "shelves"}
    )
    side.listen(Services(**needed, **unused), features.register_features)  # type: ignore[arg-type]  # nobody acts here
    await database.close()
    assert side.boundary is not None
    return side.boundary.registered


async def test_every_button_that_a_view_carries_has_a_listener(
    registered: Registered, carried: frozenset[str]
) -> None:
    assert {name for name in ACTIONS if name in carried} <= {
        name for name, action in ACTIONS.items() if action.name in registered.actions
    }


async def test_every_button_listened_to_stands_on_some_view(
    registered: Registered, carried: frozenset[str]
) -> None:
    names = {action.name for name, action in ACTIONS.items() if name in carried}
    assert registered.actions <= names | {ids.MENU.name}


async def test_every_modal_that_is_opened_is_read_when_sent(
    registered: Registered, carried: frozenset[str]
) -> None:
    opened = {modal.name for name, modal in MODALS.items() if name in carried and modal not in ONLY_SHOWN}
    assert opened == registered.modals


def test_no_id_is_made_for_nothing(carried: frozenset[str]) -> None:
    assert set(ACTIONS) | set(MODALS) <= carried | {"MENU"}
