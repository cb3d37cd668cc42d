"""The views.* methods: a person's open modals, and App Home."""

from copy import deepcopy

from handlers.demo.slack.checks import surfaces
from handlers.demo.slack.faults import Faults
from handlers.demo.slack.limits import LIMITS
from handlers.demo.slack.state.world import World
from handlers.demo.slack.web_api.arguments import Arguments
from handlers.demo.slack.wire import Json, Refusal


def built(world: World, view: Json, kind: str, faults: Faults) -> Json:
    """Return a view as Slack stores it, from the one an app sent. Raises `Refusal` (`invalid_arguments`)."""
    surfaces.check_view(view, kind, faults.unknown_blocks)
    view_id = world.new_id("V")
    return {
        "id": view_id,
        "team_id": world.team,
        "type": kind,
        "callback_id": view.get("callback_id", ""),
        "external_id": view.get("external_id", ""),
        "private_metadata": view.get("private_metadata", ""),
        "title": view.get("title"),
        "submit": view.get("submit"),
        "close": view.get("close"),
        "blocks": world.with_block_ids(view["blocks"]),
        "state": {"values": {}},
        "hash": f"{world.new_ts()}.{view_id}",
        "clear_on_close": bool(view.get("clear_on_close")),
        "notify_on_close": bool(view.get("notify_on_close")),
        "submit_disabled": False,
        "previous_view_id": None,
        "root_view_id": view_id,
        "app_id": world.app_id,
        "bot_id": world.bot_id,
        "app_installed_team_id": world.team,
    }


def replace(world: World, old: Json, view: Json, faults: Faults) -> Json:
    """Replace a view by a new one, keeping its id and what the person typed; returns the stored record."""
    if view.get("external_id", "") != old["external_id"]:
        _fresh_external_id(world, view)
    fresh = built(world, view, old["type"], faults)
    block_ids = {block["block_id"] for block in fresh["blocks"]}
    values = {block: state for block, state in old["state"]["values"].items() if block in block_ids}
    fresh |= {key: old[key] for key in ("id", "previous_view_id", "root_view_id")} | {
        "state": {"values": values}
    }
    old.clear()
    old.update(fresh)
    return old


def push_on(world: World, user: str, view: Json, faults: Faults) -> Json:
    """Open another modal on top of a person's modals. Raises `Refusal` (`push_limit_reached`) beyond three."""
    stack = world.stacks.setdefault(user, [])
    if len(stack) >= LIMITS["view.stack"]:
        raise Refusal("push_limit_reached")
    _fresh_external_id(world, view)
    fresh = built(world, view, "modal", faults)
    if stack:
        fresh |= {"previous_view_id": stack[-1]["id"], "root_view_id": stack[0]["id"]}
    stack.append(fresh)
    return fresh


def _fresh_external_id(world: World, view: Json) -> None:
    external_id = view.get("external_id")
    if external_id and any(
        other["external_id"] == external_id for stack in world.stacks.values() for other in stack
    ):
        raise Refusal("duplicate_external_id")


def _view(arguments: Arguments) -> Json:
    view = arguments.loaded("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise Refusal(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]}
        )
    return view


def _trigger_id(arguments: Arguments) -> str:
    return arguments.text("trigger_id") or arguments.needed("interactivity_pointer", "invalid_trigger_id")


def views_open(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer views.open, which needs a new trigger; a trigger from a modal opens the view on top of it."""
    view = _view(arguments)
    surfaces.check_view(view, "modal", faults.unknown_blocks)
    trigger = world.use_trigger(_trigger_id(arguments))
    if not trigger.view:
        world.stacks[trigger.user] = []
    return {"view": deepcopy(push_on(world, trigger.user, view, faults))}


def views_push(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer views.push, which needs a trigger from a modal."""
    view = _view(arguments)
    surfaces.check_view(view, "modal", faults.unknown_blocks)
    trigger = world.use_trigger(_trigger_id(arguments))
    if not trigger.view or not world.stacks.get(trigger.user):
        raise Refusal("invalid_trigger_id")
    return {"view": deepcopy(push_on(world, trigger.user, view, faults))}


def views_update(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer views.update by view_id or external_id; refuses if a `hash` is sent and the view has changed."""
    view = _view(arguments)
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        raise Refusal("invalid_arguments")
    views = [*(each for stack in world.stacks.values() for each in stack), *world.homes.values()]
    old = next(
        (
            each
            for each in views
            if view_id == each["id"] or (external_id and external_id == each["external_id"])
        ),
        None,
    )
    if old is None:
        raise Refusal("not_found")
    if arguments.text("hash") and arguments.text("hash") != old["hash"]:
        raise Refusal("hash_conflict")
    return {"view": deepcopy(replace(world, old, view, faults))}


def views_publish(world: World, arguments: Arguments, faults: Faults) -> Json:
    """Answer views.publish: set a person's App Home."""
    user = arguments.needed("user_id")
    world.user(user)
    view, old = _view(arguments), world.homes.get(user)
    if old is not None and arguments.text("hash") and arguments.text("hash") != old["hash"]:
        raise Refusal("hash_conflict")
    if old is not None:
        return {"view": deepcopy(replace(world, old, view, faults))}
    world.homes[user] = built(world, view, "home", faults)
    return {"view": deepcopy(world.homes[user])}
