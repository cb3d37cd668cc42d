"""The `paperbout` command."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.settings import read_settings, settings_table
from handlers.web import logs
from storage.errors import PaperboutError

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A Slack bot that assesses, ranks and debates research papers.",
    pretty_exceptions_enable=False,
)  # fmt: skip


key_cli = typer.Typer(no_args_is_help=True, help="The keys that seal kept tokens (PAPERBOUT_SECRET_KEY).")
cli.add_typer(key_cli, name="key")


def main() -> None:
    """Run the command; a person's mistake ends in one sentence, not in a traceback."""
    try:
        cli()
    except PaperboutError as error:
        Console(stderr=True).print(error.sentence, markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or is told to stop: SIGTERM, as a host's restart sends it, or an interrupt from the keyboard."""

    async def stoppable() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await work

    try:
        asyncio.run(stoppable())
    except asyncio.CancelledError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


@cli.command()
def run() -> None:
    """Run everything in one process: Socket Mode when SLACK_APP_TOKEN is set, else HTTP on PORT."""
    from handlers.app import run as run_all
    from handlers.cli.doctor import wiped_disk
    from handlers.cli.isolation import Isolation

    settings = read_settings()
    logs.configure(settings)
    warning = wiped_disk(settings)
    if warning is not None:
        typer.echo(f"Warning: {warning}", err=True)
    _run(run_all(settings, Isolation(settings)))


@cli.command(hidden=True)
def work_alone(kind: str, workspace: str, row: int) -> None:
    """Do one job alone, for a process that would not be taken down by it."""
    from handlers.cli import isolation
    from storage.work.leases import Work

    settings = read_settings()
    logs.configure(settings)
    _run(isolation.work_alone(settings, Work(kind), workspace, row))


def _role(role: str) -> None:
    from handlers.app import run_role
    from handlers.cli.isolation import Isolation

    settings = read_settings()
    logs.configure(settings)
    _run(run_role(settings, role, Isolation(settings)))


@cli.command()
def web() -> None:
    """Answer Slack over HTTP (PostgreSQL only)."""
    _role("web")


@cli.command()
def worker() -> None:
    """Fetch, assess, judge and post (PostgreSQL only)."""
    _role("worker")


@cli.command()
def clock() -> None:
    """Fire schedules (PostgreSQL only)."""
    _role("clock")


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from storage.database.engine import Database
    from storage.migrations import running

    settings = read_settings()

    async def work() -> None:
        database = Database(settings.database_url)
        try:
            await running.upgrade(database)
        finally:
            await database.close()

    _run(work())
    typer.echo(f"The database is at revision {running.head()}.")


@cli.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="Public address of /slack/events; without it, Socket Mode")
    ] = None,
    smaller: Annotated[
        bool, typer.Option(help="Mentions, commands and direct messages only; reads no channel")
    ] = False,
) -> None:
    """Print the Slack app manifest, made from what the code registers."""
    from handlers.slack.workspaces.manifest import manifest as make
    from handlers.slack.workspaces.oauth import BACK

    settings = read_settings()
    address = settings.public_url
    if url is None and address is not None and settings.slack_app_token is None:
        url = f"{address}/slack/events"
    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("--url is an https:// address that Slack can reach, ending in /slack/events")
    made = make(
        settings.rank_command,
        settings.h2h_command,
        url=url,
        smaller=smaller,
        redirect_url=f"{address}{BACK}" if settings.many_workspaces and address is not None else None,
    )
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@key_cli.command("new")
def new_key() -> None:
    """Print a fresh key for PAPERBOUT_SECRET_KEY; put it in front of the old ones to retire those."""
    from storage.workspaces.token_sealing import new_key as make

    typer.echo(make())


@key_cli.command("renew")
def renew_key() -> None:
    """Seal every kept token anew with the first key, so that the others can go."""
    from handlers.cli.keys import reseal

    number = asyncio.run(reseal(read_settings()))
    typer.echo(f"{number} kept tokens are sealed with the first key now; the others can go.")


@cli.command()
def settings() -> None:
    """Print every setting with its default and meaning, in Markdown."""
    typer.echo(settings_table())


@cli.command()
def doctor() -> None:
    """Check settings, database, migrations, Slack token and scopes, judges and sources."""
    from handlers.cli.doctor import examine

    findings = asyncio.run(examine())
    table = Table("check", "verdict", "detail")
    for finding in findings:
        table.add_row(finding.check, "ok" if finding.ok else "wrong", finding.detail)
    Console().print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@cli.command("import")
def import_(
    source: Annotated[
        Path | None, typer.Argument(help="An export: its JSON file, or its folder of CSV files")
    ] = None,
    league: Annotated[str, typer.Option(help="Name of the league; made when there is none")] = "",
    papers: Annotated[
        Path | None, typer.Option(help="CSV: id, title, rating, significance, rigor, novelty, clarity")
    ] = None,
    matches: Annotated[Path | None, typer.Option(help="CSV: first, second, winner, judge")] = None,
    workspace: Annotated[str, typer.Option(help="Slack team id; the token's own by default")] = "",
    channel: Annotated[str, typer.Option(help="Home channel id of a new league")] = "",
) -> None:
    """Load an export, or recorded papers and verdicts, into a league; the same twice changes nothing."""
    from bot.exchange.league_files import import_export
    from bot.exchange.verdict_import import import_files

    if (source is None) == (papers is None):
        raise typer.BadParameter("name an export, or --papers (and --matches) of recorded verdicts")
    if not league and (papers is not None or (source is not None and source.is_dir())):
        raise typer.BadParameter("name the league with --league")
    settings = read_settings()
    if source is not None:
        loaded = asyncio.run(import_export(settings, source, league, workspace, channel))
    else:
        assert papers is not None
        loaded = asyncio.run(import_files(settings, league, papers, matches, workspace, channel))
    typer.echo(f"{loaded.papers} papers and {loaded.matches} matches are new in {loaded.league}.")


@cli.command()
def export(
    league: Annotated[str, typer.Option(help="Name of the league")],
    form: Annotated[str, typer.Option("--format", help="csv or json")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="JSON file, or folder for papers, ratings, matches and votes as CSV")
    ] = None,
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
) -> None:
    """Write a league's papers, ratings, matches and votes; without --output print the JSON, or the ratings as CSV."""
    from bot.exchange.league_files import as_csv, as_json, export_league, write

    if form not in {"csv", "json"}:
        raise typer.BadParameter("--format is csv or json")
    exported = asyncio.run(export_league(read_settings(), league, workspace))
    if output is not None:
        for file in write(exported, output, form):
            typer.echo(f"Wrote {file}.")
        return
    typer.echo(as_json(exported) if form == "json" else as_csv(exported, "ratings"), nl=False)


@cli.command()
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE while the bot runs (PostgreSQL: use pg_dump)."""
    from storage.database.backup import backup as copy

    settings = read_settings()
    copy(settings.database_url, file)
    typer.echo(f"Copied to {file}.")


@cli.command()
def restore(file: Path) -> None:
    """Replace the SQLite database by FILE; stop the bot first."""
    from storage.database.backup import restore as copy

    settings = read_settings()
    copy(settings.database_url, file)
    typer.echo(f"Restored from {file}. Run `paperbout migrate`, then start the bot.")


@cli.command()
def forget(
    user: Annotated[str, typer.Argument(help="Slack user id, for example U012AB3CD")],
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
) -> None:
    """Erase a person's name everywhere, and their notes, reading list and what they follow; votes keep counting."""
    from bot.exchange.verdict_import import forget_person

    if not re.fullmatch(r"[UW][A-Z0-9]+", user):
        raise typer.BadParameter(
            f"{user} isn't a Slack user id, which begins with U or W: in Slack, open the profile, ⋮, Copy member ID"
        )
    settings = read_settings()
    erased = asyncio.run(forget_person(settings, user, workspace))
    votes = "1 vote" if erased.votes == 1 else f"{erased.votes} votes"
    typer.echo(
        f"{user} is forgotten: {votes} anonymous now, notes and reading list erased, "
        "“former member” stands where the name stood."
    )
    for league in erased.leagues:
        typer.echo(
            f"{league} has no owner of its own now: the workspace's admins own it, "
            f"and `{settings.rank_command} owner @name` in its channel names another."
        )


@cli.command()
def assess(
    link: str,
    judge: Annotated[str, typer.Option(help="provider:model[@base_url], or offline")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Assess one paper without Slack."""
    from handlers.cli.try_judges import assess_link

    typer.echo(asyncio.run(assess_link(read_settings(), link, judge, as_json=as_json)))


@cli.command()
def compare(
    first: str,
    second: str,
    judge: Annotated[str, typer.Option(help="provider:model[@base_url], or offline")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Let a judge decide between two papers without Slack."""
    from handlers.cli.try_judges import compare_links

    typer.echo(asyncio.run(compare_links(read_settings(), first, second, judge, as_json=as_json)))


@cli.command()
def judges(
    league: Annotated[str, typer.Option(help="Name of the league; all without it")] = "",
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print each judge as measured: calls, failures, cost, bias, agreement."""
    from handlers.cli.judge_report import as_text, measured

    found = asyncio.run(measured(read_settings(), league, workspace))
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], indent=2, ensure_ascii=False, default=str))
        return
    typer.echo("\n\n".join(as_text(one) for one in found) or "There is no league yet.")


@cli.command()
def demo(
    once: Annotated[bool, typer.Option(help="Exit when the day is over")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object (with --once)")] = False,
    port: Annotated[int, typer.Option(help="Port of the stand-in for Slack", min=0, max=65535)] = 8765,
    online: Annotated[bool, typer.Option(help="Ask the real paper sources for links you paste")] = False,
) -> None:
    """Play a day of a made-up team: no token, no network, no server."""
    logs.quiet()
    _run(_demo(once=once or as_json, as_json=as_json, port=port, online=online))


async def _demo(*, once: bool, as_json: bool, port: int, online: bool) -> None:
    from handlers.demo import day

    console = Console(stderr=as_json)
    async with day.open_demo(0 if once else port, online=online) as opened:
        if not once:
            console.print(
                f"Watch a team's day on {opened.slack.world.base}/ while it is played; soon it is yours."
            )
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=as_json,
        ) as progress:
            task = progress.add_task("Starting", total=1.0)

            def say(words: str, share: float) -> None:
                progress.update(task, description=words, completed=share)

            await day.play(opened, say, visitor=not once)
        found = await day.summary(opened)
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False))
            return
        _print_summary(console, found)
        if once:
            return
        opened.time.set_speed(1.0)
        console.print(f"\nThe stand-in for Slack stays up at {opened.slack.world.base}/ (Ctrl-C ends it).")
        console.print("Be anyone of the team there, paste a link, type /rank, vote, move the clock.")
        await asyncio.Event().wait()


def _print_summary(console: Console, found: dict[str, Any]) -> None:
    from handlers.blocks.phrases import count

    table = Table("#", "95 %", "paper", "score", "W–L–D", "rubric", title="Leaderboard")
    for row in found["standings"]:
        rubric = "" if row["rating"] is None else f"{row['rating']:g}"
        table.add_row(
            str(row["rank"]), f"{row['rank_low']}–{row['rank_high']}", row["title"],
            f"{row['score']:.0f} ± {row['interval']:.0f}", f"{row['wins']}–{row['losses']}–{row['draws']}", rubric,
        )  # fmt: skip
    console.print(table)
    counted = ("paper", "assessment", "match", "draw", "override", "digest", "message")
    many = {one: f"{one}s" for one in counted} | {"match": "matches"}
    figures = ", ".join(count(found[many[one]], one, many[one]) for one in counted)
    console.print(f"{figures}; {found['seconds']} seconds.")
    console.print("Verdicts and assessments here were recorded for this demo by a language model.")


if __name__ == "__main__":
    main()
