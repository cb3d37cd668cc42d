"""Heights and words of the demo's messages: `python -m tests.benchmarks.texts [--draw 30] [--dump FILE]`."""

import argparse
import asyncio
import json
import random
import re
import textwrap
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from handlers.demo import day
from handlers.web import logs

WIDTH = 48
"""Characters in a line of a phone."""
WIDE, WIDE_SMALL = 92, 106
"""Characters in a line of a channel at 1,400 pixels, and in one of small print."""
_FRAME = 4
"""Characters that the frame of a button takes, besides its label."""
_MARKUP = re.compile(r"<!date\^[^|]*\|([^>]*)>|<[^|>]*\|([^>]*)>|<([@#][^>]*)>")
_EMOJI = re.compile(r":[a-z_]+:")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|\s·\s")


def plain(text: str) -> str:
    """Return mrkdwn as a person reads it: links and dates by their words, no marks of emphasis."""
    shown = _EMOJI.sub("⚖️", _MARKUP.sub(lambda hit: hit[1] or hit[2] or "@Somebody", text))
    return re.sub(r"(?<!\w)[*_~`]|[*_~`](?!\w)", "", shown).replace("&amp;", "&").replace("&gt;", ">")


def texts_of(block: dict[str, Any]) -> list[str]:
    """Return the texts of a block, each as a person reads it."""
    parts = [block.get("text"), *block.get("fields", [])]
    if block["type"] == "context":
        parts += block["elements"]
    return [
        plain(part["text"]) for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
    ]


def buttons_of(block: dict[str, Any]) -> list[str]:
    """Return the labels of a block's buttons and menus; a menu without words is "⋯"."""
    parts = [block.get("accessory"), *(block["elements"] if block["type"] == "actions" else [])]
    return [
        (part.get("text") or part.get("placeholder") or {"text": "⋯"})["text"]
        for part in parts
        if isinstance(part, dict)
    ]


def height(block: dict[str, Any]) -> int:
    """Return the lines of `WIDTH` characters that a block takes; an accessory stands below its text, as on a phone."""
    lines = sum(len(textwrap.wrap(line, WIDTH)) or 1 for text in texts_of(block) for line in text.split("\n"))
    if block["type"] in {"table", "data_table"}:
        return len(block.get("rows", []))
    if block["type"] == "context_actions":
        return 1
    row, rows = 0, 0
    for label in buttons_of(block):
        wide = len(label) + _FRAME
        if not rows or row + wide > WIDTH:
            row, rows = 0, rows + 1
        row += wide
    return lines + rows


def lines_of_text(block: dict[str, Any]) -> int:
    """Return the lines of text of a block in a channel at 1,400 pixels, without its rows of buttons."""
    width = WIDE_SMALL if block["type"] == "context" else WIDE
    return sum(len(textwrap.wrap(line, width)) or 1 for text in texts_of(block) for line in text.split("\n"))


def kind(message: dict[str, Any]) -> str:
    """Return what kind of message it is, by the first word of its key."""
    payload = message.get("metadata", {}).get("event_payload", {})
    return str(payload.get("key", "answer")).split(":", maxsplit=1)[0]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text that have three words or more."""
    return [part for part in _SENTENCE.split(text) if len(part.split()) > 2]


async def messages_of_the_day() -> list[dict[str, Any]]:
    """Return the bot's messages of the demo's whole day."""
    async with day.open_demo() as demo:
        await day.play(demo, lambda _words, _share: None)
        return demo.bot_messages()


def report(messages: list[dict[str, Any]]) -> list[str]:
    """Return a line for each kind of message, and one for all of them."""
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for message in messages:
        kinds[kind(message)].append(message)
    lines = [
        "kind: messages, lines of 48 (mean, most), lines of text at 1,400 px, buttons (mean), words a sentence"
    ]
    for name, some in [*sorted(kinds.items()), ("all", messages)]:
        blocks = [message.get("blocks", []) for message in some]
        heights = [sum(map(height, one)) for one in blocks]
        wide = [sum(map(lines_of_text, one)) for one in blocks]
        buttons = [sum(len(buttons_of(block)) for block in one) for one in blocks]
        words = [
            len(sentence.split())
            for one in blocks
            for block in one
            for text in texts_of(block)
            for sentence in sentences(text)
        ]
        lines.append(
            f"{name}: {len(some)}, {mean(heights):.1f}, {max(heights)}, {mean(wide):.1f}, {mean(buttons):.2f}, "
            f"{mean(words) if words else 0:.1f}"
        )
    return lines


def main() -> None:
    """Play the day and print its figures; `--draw` also prints that many texts at random."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dump", type=Path)
    options = parser.parse_args()
    logs.log_errors_only()
    messages = asyncio.run(messages_of_the_day())
    print("\n".join(report(messages)))
    if options.dump:
        options.dump.write_text(json.dumps(messages, indent=1, ensure_ascii=False))
    every = sorted(
        {text for message in messages for block in message.get("blocks", []) for text in texts_of(block)}
    )
    for text in random.Random(options.seed).sample(every, min(options.draw, len(every))):
        print(f"- {text}")


if __name__ == "__main__":
    main()
