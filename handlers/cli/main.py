"""The `paperbout` command with its subcommands."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console

from handlers.cli import demo, key_commands, leagues, server, setup, upkeep
from handlers.cli.judges import judge_commands
from handlers.web import logs
from storage.errors import PaperboutError

cli = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
for part in (demo, setup, server, leagues, judge_commands, upkeep):
    cli.add_typer(part.cli)
cli.add_typer(key_commands.cli, name="key", rich_help_panel=setup.PANEL)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"paperbout {version('paperbout')}")
        raise typer.Exit


@cli.callback()
def paperbout(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _print_version(value=value),
            is_eager=True,
            help="Print the version",
        ),
    ] = False,
) -> None:
    """Rank research papers with your team in Slack: assessments, judged matches, votes."""


def main() -> None:
    """Run the command line; a person's mistake ends with one sentence instead of a traceback."""
    logs.log_errors_only()  # a server's commands set up their own
    try:
        cli()
    except PaperboutError as error:
        Console(stderr=True).print(error.sentence, markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
