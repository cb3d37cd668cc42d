"""The `paperbout demo` command, which plays a day of a made-up team."""

import asyncio
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from handlers.blocks.phrases import count
from handlers.cli.running import progress, run_until_stopped

PANEL = "Try it"

cli = typer.Typer()


@cli.command(rich_help_panel=PANEL)
def demo(
    once: Annotated[bool, typer.Option(help="Exit when the day is over")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object (with --once)")] = False,
    port: Annotated[int, typer.Option(help="Port of the stand-in for Slack", min=0, max=65535)] = 8765,
    online: Annotated[bool, typer.Option(help="Ask the real paper sources for links you paste")] = False,
) -> None:
    """Play a day of a made-up team: no token, no network, no server."""
    run_until_stopped(_demo(once=once or as_json, as_json=as_json, port=port, online=online))


async def _demo(*, once: bool, as_json: bool, port: int, online: bool) -> None:
    from handlers.demo import day

    console = Console(stderr=as_json)
    async with day.open_demo(0 if once else port, online=online) as demo:
        if not once:
            console.print(
                f"Watch a team's day on {demo.slack.world.base}/ while it is played; soon it is yours."
            )
        with progress("Starting", console=console) as bar:

            def say(words: str, share: float) -> None:
                bar.update(bar.task_ids[0], description=words, completed=share, total=1.0)

            await day.play(demo, say, visitor=not once)
        summary = await day.summary(demo)
        if as_json:
            typer.echo(json.dumps(summary, ensure_ascii=False))
            return
        _print_summary(console, summary)
        if once:
            return
        demo.time.set_speed(1.0)
        console.print(f"\nThe stand-in for Slack stays up at {demo.slack.world.base}/ (Ctrl-C ends it).")
        console.print("Be anyone of the team there, paste a link, type /rank, vote, move the clock.")
        await asyncio.Event().wait()


def _print_summary(console: Console, summary: dict[str, Any]) -> None:
    table = Table("#", "95 %", "paper", "score", "W–L–D", "rubric", title="Leaderboard")
    for row in summary["standings"]:
        rubric = "" if row["rating"] is None else f"{row['rating']:g}"
        table.add_row(
            str(row["rank"]), f"{row['rank_low']}–{row['rank_high']}", row["title"],
            f"{row['score']:.0f} ± {row['interval']:.0f}", f"{row['wins']}–{row['losses']}–{row['draws']}", rubric,
        )  # fmt: skip
    console.print(table)
    nouns = ("paper", "assessment", "match", "draw", "override", "digest", "message")
    many = {noun: f"{noun}s" for noun in nouns} | {"match": "matches"}
    figures = ", ".join(count(summary[many[noun]], noun, many[noun]) for noun in nouns)
    console.print(f"{figures}; {summary['seconds']} seconds.")
    console.print("Verdicts and assessments here were recorded for this demo by a language model.")
