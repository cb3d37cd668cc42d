"""A walk through what the bot shows: every command, then every kind of button, menu, tab and window once."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from handlers.blocks.ids import ADD_PAPER_SHORTCUT, ASK_SHORTCUT
from handlers.demo.day import Demo, open_vote
from handlers.demo.papers import PAPERS
from handlers.demo.slack.wire import Refusal
from handlers.features import COMMANDS
from handlers.slack.words.commands import Command

ENDING = frozenset({"stop", "cancel", "remove", "unschedule"})
"""Commands that take away what others show, so that they come last."""
ROUNDS = 4
"""How often what the last round showed is gone through again."""
WITHIN = 2
"""Windows in which elements are pressed: one, and one that it opened; a third is only looked at."""
QUIET_S = 0.05
PATIENCE_S = 10.0
_ENTERED = {"datepicker": "2026-01-12", "timepicker": "09:00"}


class Tour:
    """One person who presses, after the demo's made-up day, each kind of button and menu once, so that all views show.

    `seen` are the kinds of elements pressed so far.
    """

    def __init__(self, demo: Demo, who: str) -> None:
        self._demo, self._slack = demo, demo.slack
        self._user = demo.people[who]
        self._newcomers = ""
        self.seen: set[str] = set()

    async def walk(self) -> None:
        """Run every command, bare and as its usage says, and press what is shown, round by round."""
        await self._arrive()
        commands = sorted(COMMANDS, key=lambda command: command.name in ENDING)
        for command in (one for one in commands if one.name not in ENDING):
            await self._run(command)
        await self._demo.calm()
        await self._slack.open_home(self._user)
        await self._demo.calm()
        for _ in range(ROUNDS):
            before = len(self.seen)
            await self._press_all()
            await self._demo.calm()
            if len(self.seen) == before:
                break
        for command in (one for one in commands if one.name in ENDING):
            await self._run(command)
        await self._press_all()
        await self._demo.calm()

    async def _arrive(self) -> None:
        """Invite the bot to a channel without a league, talk to it, ask by its shortcuts, and challenge a match."""
        slack, user = self._slack, self._user
        self._newcomers = slack.add_channel("newcomers", members=[user])
        await slack.join(slack.bot_user, self._newcomers, inviter=user)
        await self._demo.calm()
        for greeting in slack.history(self._newcomers):
            await self._press(greeting, WITHIN)
        for words in ("hello", "who is winning?", "what is the weakness of attention?"):
            await slack.post(user, slack.dm(user), words)
        await slack.post(user, slack.dm(user), "https://arxiv.org/abs/1706.03762")
        await self._demo.calm()
        await slack.shortcut(user, ASK_SHORTCUT)
        await self._settle()
        await self._go_through_windows(WITHIN)
        link = await slack.post(user, self._newcomers, f"Worth reading: {PAPERS[6].link}")
        await slack.shortcut(user, ADD_PAPER_SHORTCUT, slack.message(self._newcomers, link))
        await self._settle()
        await self._go_through_windows(WITHIN)
        with suppress(LookupError):  # every pair on which judges disagree has been voted on
            await open_vote(self._demo, "noor")

    async def _run(self, command: Command) -> None:
        for words in dict.fromkeys((command.name, _filled(command.usage))):
            await self._slack.command(self._user, self._demo.channel, "/rank", words)
            await self._settle()

    async def _press_all(self) -> None:
        home = self._slack.home(self._user)
        surfaces = [
            *self._demo.bot_messages(),
            *self._slack.history(self._newcomers),
            *self._slack.ephemerals(self._user),
            *self._slack.history(self._slack.dm(self._user)),
            *([] if home is None else [home]),
        ]
        for surface in surfaces:
            await self._press(surface, WITHIN)

    async def _press(self, surface: dict[str, Any], depth: int) -> None:
        """Press each element of a message or window whose kind wasn't pressed before, and go through what opens."""
        for element, selected in _choices(surface):
            kind = f"{_root(element['action_id'])} {_root(selected or '')}"
            if kind in self.seen:
                continue
            self.seen.add(kind)
            with suppress(LookupError, Refusal):  # it went away, or takes nothing of this kind
                chosen = await self._chosen(surface, element, selected)
                await self._slack.click(
                    self._user, surface, element["action_id"], element.get("value"), selected=chosen
                )
            await self._settle()
            await self._go_through_windows(depth)

    async def _chosen(self, surface: dict[str, Any], element: dict[str, Any], selected: str | None) -> Any:
        match element["type"]:
            case "users_select":
                return self._user
            case "channels_select" | "conversations_select":
                return self._demo.channel
            case "external_select":
                options = await self._slack.suggest(self._user, surface, element["action_id"], "att")
                return options[0]["value"] if options else None
            case "checkboxes" | "multi_static_select":
                return [selected]
            case kind:
                return _ENTERED.get(kind, selected)

    async def _go_through_windows(self, depth: int) -> None:
        views = self._slack.views(self._user)
        if not views:
            return
        if depth:
            await self._press(views[-1], depth - 1)
            kind = f"submit {views[-1].get('callback_id')}"
            if views[-1].get("submit") and kind not in self.seen:
                self.seen.add(kind)
                with suppress(LookupError, Refusal):
                    await self._slack.submit(self._user, {})
                await self._settle()
        if depth == WITHIN and self._slack.views(self._user):
            await self._slack.close(self._user, clear=True)
            await self._settle()

    async def _settle(self) -> None:
        await self._slack.settle(quiet=QUIET_S, timeout=PATIENCE_S)


def _filled(usage: str) -> str:
    """Return a usage with papers of the demo in place of its gaps."""
    first, second = PAPERS[0].title, PAPERS[2].title
    words = usage.replace("<paper>", first).replace("A | B", f"{first} | {second}")
    return (
        words.replace("<link>", PAPERS[4].link)
        .replace("<question>", "what is it about?")
        .replace("@name", "@Wei")
    )


def _choices(surface: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Yield each element of a surface that can be pressed, with the value to choose: every one of an overflow menu."""
    for block in surface.get("blocks") or ():
        for element in (*(block.get("elements") or ()), block.get("accessory"), block.get("element")):
            if not isinstance(element, dict) or "action_id" not in element or element.get("url"):
                continue
            if block["type"] == "input" and not block.get("dispatch_action"):
                continue
            options = element.get("options") or [
                option for group in element.get("option_groups") or () for option in group["options"]
            ]
            if element["type"] == "feedback_buttons":
                yield element, element["positive_button"]["value"]
            elif element["type"] == "overflow":
                yield from ((element, option["value"]) for option in options)
            else:
                yield element, options[-1]["value"] if options else None


def _root(text: str) -> str:
    """Return the part of an id or value before its arguments, which differ from paper to paper."""
    return re.split(r"[:\s\[]", text, maxsplit=1)[0]
