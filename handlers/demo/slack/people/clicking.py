"""Actions of people on buttons, menus, shortcuts, modals and App Home."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from handlers.demo.slack.checks.elements import check_loaded_options
from handlers.demo.slack.checks.problems import Problems
from handlers.demo.slack.methods.views import push_on, replace
from handlers.demo.slack.people.acting import Acting
from handlers.demo.slack.people.inputs import elements_in, entered, initial, is_empty, selected_button
from handlers.demo.slack.wire import Json, Refusal, Reply

Target = str | Callable[[Json], bool]
"""Names an element: by its action_id, by the text it shows, or by a function over the element."""


class Interacting(Acting):
    """Actions on buttons, modals and so on; each returns when the bot acknowledged it or failed to."""

    async def click(
        self,
        user: str,
        surface: Json | str,
        target: Target,
        value: str | None = None,
        *,
        selected: Any = None,
        block: str | None = None,
        drawn: Json | None = None,
    ) -> Reply:
        """Press a button or choose in a menu.

        Args:
            user: Who does.
            surface: A message, an ephemeral message or a view as this stand-in returned it, or a view's id.
            target: Which element.
            value: The button's value, where several match.
            selected: For anything but a button: an option's value or text, a list, a date.
            block: The block's id, where several match.
            drawn: The element as the person sees it; it is pressed even if the bot has just taken it away, as in Slack.
        """
        live = self._live(user, surface)
        try:
            place, element = _find(live, target, value, block)
        except LookupError:
            if drawn is None or block is None:
                raise
            place, element = {"block_id": block}, drawn
        action: Json = {
            "action_id": element["action_id"],
            "block_id": place["block_id"],
            "type": element["type"],
        }
        if element["type"] in {"button", "icon_button"}:
            action |= {key: element[key] for key in ("text", "value", "style") if key in element}
        elif element["type"] == "feedback_buttons":
            action |= {key: selected_button(element, selected)[key] for key in ("text", "value")}
        else:
            action |= entered(element, selected)
            _remember(live, place, element, action)
        action["action_ts"] = self.world.new_ts()
        payload: Json = {"type": "block_actions", "actions": [action]}
        if "hash" in live:
            reply = self._reply(user, "", view=live["id"] if live["type"] == "modal" else "")
            payload |= {"container": {"type": "view", "view_id": live["id"]}, "view": deepcopy(live)}
        else:
            reply = self._message_payload(user, live, payload)
        await self._interact(user, payload, reply)
        return reply

    def _message_payload(self, user: str, live: Json, payload: Json) -> Reply:
        channel, ephemeral = live["channel"], "ephemeral_to" in live
        thread_ts = live.get("thread_ts", "")
        reply = self._reply(user, channel, live["ts"], ephemeral=ephemeral, thread_ts=thread_ts)
        container = {
            "type": "message",
            "message_ts": live["ts"],
            "channel_id": channel,
            "is_ephemeral": ephemeral,
        }
        if thread_ts:
            container["thread_ts"] = thread_ts
        self._say_where_it_hangs(live, payload["actions"][0], container, payload)
        name = self.world.conversation(channel).name or "directmessage"
        payload |= {"container": container, "channel": {"id": channel, "name": name}}
        payload |= {"response_url": reply.response_url, "state": {"values": deepcopy(live["_state"])}}
        if not ephemeral:
            payload["message"] = {
                key: deepcopy(value) for key, value in live.items() if key not in {"channel", "_state"}
            }
        return reply

    @staticmethod
    def _say_where_it_hangs(live: Json, action: Json, container: Json, payload: Json) -> None:
        """Add the attachment to a click's payload if the button stands below a message's link."""
        for number, attachment in enumerate(live.get("attachments") or [], start=1):
            if action["block_id"] in {block.get("block_id") for block in attachment.get("blocks") or []}:
                more: Json = {"type": "message_attachment", "attachment_id": attachment.get("id", number)}
                if attachment.get("is_app_unfurl"):
                    more |= {"is_app_unfurl": True, "app_unfurl_url": attachment["from_url"]}
                    payload["app_unfurl"] = deepcopy(attachment)
                container |= more

    async def suggest(self, user: str, surface: Json | str, action_id: str, text: str) -> list[Json]:
        """Type into an external_select; returns the options that the bot offers."""
        live = self._live(user, surface)
        block, element = _find(live, action_id, None)
        payload: Json = {"type": "block_suggestion", "action_id": element["action_id"], "value": text}
        payload |= {"block_id": block["block_id"]}
        if "hash" in live:
            payload |= {"container": {"type": "view", "view_id": live["id"]}, "view": deepcopy(live)}
        else:
            container = {"type": "message", "message_ts": live["ts"], "channel_id": live["channel"]}
            payload |= {"container": container, "channel": {"id": live["channel"]}}
        reply = self._reply(user, "")
        await self._interact(user, payload, reply)
        body = reply.ack.body or {}
        problems = Problems()
        check_loaded_options(problems, body)
        self.world.complaints += [f"{action_id}: {reason}" for reason in problems.reasons]
        groups = [option for group in body.get("option_groups", []) for option in group["options"]]
        return list(body.get("options", [])) or groups

    async def shortcut(self, user: str, callback_id: str, message: Json | None = None) -> Reply:
        """Run a shortcut: a message shortcut on `message`, or a global one."""
        payload: Json = {"callback_id": callback_id, "action_ts": self.world.new_ts()}
        if message is None:
            reply = self._reply(user, "")
            payload["type"] = "shortcut"
        else:
            live = self._live(user, message)
            channel, thread_ts = live["channel"], live.get("thread_ts", "")
            reply = self._reply(user, channel, thread_ts=thread_ts)
            payload |= {
                "type": "message_action",
                "message_ts": live["ts"],
                "response_url": reply.response_url,
            }
            payload |= {"channel": {"id": channel, "name": self.world.conversation(channel).name}}
            payload["message"] = {
                key: deepcopy(value) for key, value in live.items() if key not in {"channel", "_state"}
            }
        await self._interact(user, payload, reply)
        return reply

    async def submit(
        self, user: str, view: Json | str | None = None, values: dict[str, Any] | None = None
    ) -> Reply:
        """Submit a modal (the topmost if none is named).

        `values` is `{block_id: {action_id: value}}` or `{action_id: value}`; other inputs stay as shown. Raises
        `ValueError` if Slack's client wouldn't let the person submit.
        """
        live = self._live(user, view if view is not None else self._top(user)["id"])
        state = self._filled(live, values or {})
        live["state"] = {"values": state}
        reply = self._reply(user, "", view=live["id"])
        payload: Json = {"type": "view_submission", "view": deepcopy(live), "response_urls": []}
        await self._interact(user, payload, reply)
        if reply.ack.ok:
            self._respond_to_submission(user, live, reply)
        else:
            reply.errors = {"": "We had some trouble connecting. Try again?"}
        self._changed()
        return reply

    def _filled(self, live: Json, values: dict[str, Any]) -> Json:
        state: Json = deepcopy(live["state"]["values"])
        used: set[str] = set()
        for block, element in elements_in(live["blocks"]):
            if element["type"] in {"button", "overflow"}:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            inner = values.get(block_id)
            if isinstance(inner, dict) and action_id in inner:
                used.add(block_id)
                value = entered(element, inner[action_id])
            elif action_id in values:
                used.add(action_id)
                value = entered(element, values[action_id])
            else:
                value = state.get(block_id, {}).get(action_id) or initial(element)
            state.setdefault(block_id, {})[action_id] = value
            if block["type"] == "input" and not block.get("optional") and is_empty(value):
                raise ValueError(
                    f"Slack's client asks for {block['label']['text']!r} ({block_id}/{action_id})"
                )
        if set(values) - used:
            names = [
                (block["block_id"], element["action_id"]) for block, element in elements_in(live["blocks"])
            ]
            raise LookupError(f"no such inputs: {sorted(set(values) - used)}, only {names}")
        return state

    def _respond_to_submission(self, user: str, live: Json, reply: Reply) -> None:
        stack = self.world.stacks.get(user, [])
        body = reply.ack.body if isinstance(reply.ack.body, dict) else {}
        action = body.get("response_action")
        if action == "errors":
            inputs = {block["block_id"] for block in live["blocks"] if block["type"] == "input"}
            if not body.get("errors") or set(body["errors"]) - inputs:
                raise Refusal("invalid_errors", given=body.get("errors"), inputs=sorted(inputs))
            reply.errors = dict(body["errors"])
        elif action == "update":
            replace(self.world, live, body["view"], self.faults)
        elif action == "push":
            push_on(self.world, user, body["view"], self.faults)
        elif action == "clear":
            stack.clear()
        elif live in stack:
            stack.remove(live)

    async def close(self, user: str, *, clear: bool = False) -> None:
        """Close the topmost modal, or all of them with `clear`."""
        stack = self.world.stacks.get(user, [])
        top = self._live(user, self._top(user)["id"])
        clear = clear or top["clear_on_close"]
        views = list(reversed(stack)) if clear else [top]
        for view in views:
            stack.remove(view)
            if view["notify_on_close"]:
                payload: Json = {"type": "view_closed", "view": deepcopy(view), "is_cleared": clear}
                await self._interact(user, payload, self._reply(user, ""))
        self._changed()

    async def open_home(self, user: str, tab: str = "home", *, looking_at: str = "") -> None:
        """Open the bot's App Home or its messages; `looking_at` is the channel open beside it."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": self.world.dm(user), "tab": tab}
        if tab == "messages":
            event["context"] = self._context(looking_at)
        if user in self.world.homes:
            event["view"] = deepcopy(self.world.homes[user])
        self.world.emit(event)
        await self._flush()

    async def look_at(self, user: str, channel: str) -> None:
        """Open another channel beside the conversation with the bot."""
        event: Json = {"type": "app_context_changed", "user": user, "channel": self.world.dm(user)}
        self.world.emit(event | {"context": self._context(channel)})
        await self._flush()

    def _context(self, channel: str) -> Json:
        entity = {"type": "slack#/types/channel_id", "value": channel, "team_id": self.world.team}
        return {"entities": [entity]} if channel else {}

    def reload(self, user: str) -> None:
        """Reload the person's client, which removes messages that only they saw."""
        self.world.ephemeral = [each for each in self.world.ephemeral if each["ephemeral_to"] != user]
        self._changed()

    async def _interact(self, user: str, payload: Json, reply: Reply) -> None:
        record = self.world.user(user)
        who = {"id": user, "username": record["name"], "name": record["name"], "team_id": record["team_id"]}
        payload |= {
            "user": who,
            "team": {"id": self.world.team, "domain": "reading-group"},
            "enterprise": self.world.enterprise_described,
        }
        payload |= {
            "api_app_id": self.world.app_id,
            "token": "verification-token",
            "is_enterprise_install": self.world.is_enterprise_install,
        }
        if payload["type"] not in {"block_suggestion", "view_closed"}:
            payload["trigger_id"] = reply.trigger_id
        reply.ack = await self.deliveries.interact("interactive", payload)

    def _top(self, user: str) -> Json:
        stack = self.world.stacks.get(user)
        if not stack:
            raise LookupError(f"{user} has no modal open")
        return stack[-1]

    def _live(self, user: str, surface: Json | str) -> Json:
        """Return the stored record of a message or view. Raises `LookupError` if it is gone or not the person's."""
        if isinstance(surface, str) or "hash" in surface:
            view_id = surface if isinstance(surface, str) else surface["id"]
            every = [
                *self.world.stacks.get(user, []),
                *([self.world.homes[user]] if user in self.world.homes else []),
            ]
            for view in every:
                if view["id"] == view_id:
                    return view
            raise LookupError(f"{user} sees no view {view_id}")
        if "ephemeral_to" in surface:
            for record in self.world.ephemeral:
                if record["ts"] == surface["ts"] and record["ephemeral_to"] == user:
                    return record | {"_state": self.world.inputs.setdefault(record["ts"], {})}
            raise LookupError(f"{user} sees no ephemeral message {surface['ts']}")
        channel = surface["channel"]
        if user not in self.world.conversation(channel).members:
            raise LookupError(f"{user} is not in {channel}")
        state = self.world.inputs.setdefault(surface["ts"], {})
        return self.world.message(channel, surface["ts"]) | {"channel": channel, "_state": state}


def _find(live: Json, target: Target, value: str | None, block_id: str | None = None) -> tuple[Json, Json]:
    pairs = elements_in(live.get("blocks") or [])
    for attachment in live.get("attachments") or []:
        pairs += elements_in(attachment.get("blocks") or [])
    for block, element in pairs:
        if callable(target):
            matches = target(element)
        else:
            text = element["text"].get("text") if isinstance(element.get("text"), dict) else None
            matches = target in {element["action_id"], text}
        if (
            matches
            and block_id in {None, block["block_id"]}
            and (value is None or element.get("value") == value)
        ):
            return block, element
    names = [
        (element["action_id"], element.get("text", {}).get("text"), element.get("value"))
        for _, element in pairs
    ]
    raise LookupError(f"nothing like {target!r} (value {value!r}) among {names}")


def _remember(live: Json, block: Json, element: Json, action: Json) -> None:
    state = {key: value for key, value in action.items() if key not in {"action_id", "block_id"}}
    values = live["state"]["values"] if "state" in live else live["_state"]
    if element["type"] != "overflow":
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
