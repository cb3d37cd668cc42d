"""Commands for setting the bot up: manifest, settings, doctor."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import read_settings, settings_table
from handlers.cli.running import progress

PANEL = "Set it up"

cli = typer.Typer()


@cli.command("manifest", rich_help_panel=PANEL)
def print_manifest(
    url: Annotated[
        str | None, typer.Option(help="Public address of /slack/events; without it, Socket Mode")
    ] = None,
) -> None:
    """Print the Slack app manifest, made from what the code registers."""
    from handlers.features import COMMANDS
    from handlers.slack.workspaces.manifest import manifest
    from handlers.slack.workspaces.oauth import BACK

    settings = read_settings()
    address = settings.public_url
    if url is None and address is not None and settings.slack_app_token is None:
        url = f"{address}/slack/events"
    if url is not None and not url.startswith("https://"):
        raise typer.BadParameter("--url is an https:// address that Slack can reach, ending in /slack/events")
    content = manifest(
        settings.rank_command,
        settings.h2h_command,
        url=url,
        usage_hint=COMMANDS.usage_hint,
        redirect_url=f"{address}{BACK}" if settings.many_workspaces and address is not None else None,
    )
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


@cli.command(rich_help_panel=PANEL)
def settings() -> None:
    """Print every setting with its default and meaning, in Markdown."""
    typer.echo(settings_table())


@cli.command(rich_help_panel=PANEL)
def doctor(
    blocks: Annotated[
        bool, typer.Option(help="Ask Slack's blocks.validate about every message and window; needs no token")
    ] = False,
    live: Annotated[
        str | None, typer.Option(help="Post, change and delete one message of each kind in this channel")
    ] = None,
) -> None:
    """Check settings, database, migrations, Slack token and scopes, judges and sources."""
    from handlers.cli.doctor import examine

    with progress("Checking"):
        if blocks or live is not None:
            from handlers.cli.slack_proof.checks import slack_findings

            findings = asyncio.run(slack_findings(read_settings(), blocks=blocks, channel=live))
        else:
            findings = asyncio.run(examine())
    table = Table("check", "verdict", "detail")
    for finding in findings:
        table.add_row(finding.check, "ok" if finding.ok else "wrong", finding.detail)
    Console().print(table)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
