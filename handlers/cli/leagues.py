"""Commands that import and export leagues."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import read_settings
from handlers.cli.running import progress

PANEL = "Leagues and judges"

cli = typer.Typer()


@cli.command("import", rich_help_panel=PANEL)
def import_(
    source: Annotated[
        Path | None, typer.Argument(help="An export: its JSON file, or its folder of CSV files")
    ] = None,
    league: Annotated[str, typer.Option(help="Name of the league; made when there is none")] = "",
    papers: Annotated[
        Path | None, typer.Option(help="CSV: id, title; also scores, abstract, authors, address, date")
    ] = None,
    matches: Annotated[
        Path | None,
        typer.Option(help="CSV: first, second, winner, judge; also rationale, criteria, confidence, date"),
    ] = None,
    workspace: Annotated[str, typer.Option(help="Slack team id; the token's own by default")] = "",
    channel: Annotated[str, typer.Option(help="Home channel id of a new league")] = "",
) -> None:
    """Load an export, or recorded papers and verdicts, into a league; the same twice changes nothing."""
    from bot.exchange.league_transfer import import_export
    from bot.exchange.verdict_import import import_files

    if (source is None) == (papers is None):
        raise typer.BadParameter("name an export, or --papers (and --matches) of recorded verdicts")
    if not league and (papers is not None or (source is not None and source.is_dir())):
        raise typer.BadParameter("name the league with --league")
    settings = read_settings()
    with progress("Importing"):
        if source is not None:
            result = asyncio.run(import_export(settings, source, league, workspace, channel))
        else:
            assert papers is not None
            result = asyncio.run(import_files(settings, league, papers, matches, workspace, channel))
    typer.echo(f"{result.papers} papers and {result.matches} matches are new in {result.league}.")
    for match in result.one_here:
        typer.echo(f"Left out, since both are one paper here: {match}")
    for number, words in (
        (result.schedules, "Stopped until somebody sets them again in the league's settings: schedules,"),
        (result.tournaments, "Paused until somebody resumes or cancels them in Slack: tournaments,"),
        (result.owners, "Left out, since the export is of another Slack workspace: owners,"),
    ):
        if number:
            typer.echo(f"{words} {number}.")


@cli.command(rich_help_panel=PANEL)
def export(
    league: Annotated[str, typer.Option(help="Name of the league")],
    form: Annotated[str, typer.Option("--format", help="csv or json")] = "csv",
    output: Annotated[
        Path | None, typer.Option(help="JSON file, or folder for papers, ratings, matches and votes as CSV")
    ] = None,
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
) -> None:
    """Write a league's papers, ratings, matches and votes; without --output print the JSON, or the ratings as CSV."""
    from bot.exchange.export_format import as_csv, as_json, write
    from bot.exchange.league_transfer import export_league

    if form not in {"csv", "json"}:
        raise typer.BadParameter("--format is csv or json")
    with progress("Exporting"):
        tables = asyncio.run(export_league(read_settings(), league, workspace))
    if output is not None:
        for file in write(tables, output, form):
            typer.echo(f"Wrote {file}.")
        return
    typer.echo(as_json(tables) if form == "json" else as_csv(tables, "ratings"), nl=False)


@cli.command(rich_help_panel=PANEL)
def publish(
    league: Annotated[str, typer.Option(help="Name of the league")],
    output: Annotated[Path, typer.Option(help="Folder for the pages: empty, or published before")],
    address: Annotated[
        str,
        typer.Option(
            "--base-url",
            "--address",
            help="Where the pages will stand, such as https://example.org/papers/; adds share links and link previews",
        ),
    ] = "",
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
) -> None:
    """Write a league as pages to keep: a board in every order, a page a paper, weeks and months, a feed, citations."""
    from bot.exchange.published_league import published_league
    from handlers.publishing.site import write_site

    if address and not address.startswith(("http://", "https://")):
        raise typer.BadParameter("--base-url begins with https:// or http://")
    with progress("Publishing"):
        now = datetime.now(UTC)
        published = asyncio.run(published_league(read_settings(), league, workspace, now))
        count = write_site(published, output, f"{address.rstrip('/')}/" if address else "")
    typer.echo(f"Wrote {count} files of {len(published.papers)} papers to {output}. Begin at index.html.")
