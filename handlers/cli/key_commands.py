"""Commands on the keys that encrypt tokens."""

import asyncio

import typer

from bot.settings import read_settings

cli = typer.Typer(
    no_args_is_help=True, help="The keys that seal tokens in the database (PAPERBOUT_SECRET_KEY)."
)


@cli.command("new")
def print_new_key() -> None:
    """Print a fresh key for PAPERBOUT_SECRET_KEY; put it in front of the old ones to retire those."""
    from storage.workspaces.token_sealing import new_key

    typer.echo(new_key())


@cli.command("renew")
def renew_key() -> None:
    """Seal every kept token anew with the first key, so that the others can go."""
    from handlers.cli.keys import reseal

    number = asyncio.run(reseal(read_settings()))
    typer.echo(f"{number} kept tokens are sealed with the first key now; the others can go.")
