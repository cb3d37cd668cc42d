"""Commands on the data: backup, restore, forget a person."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import read_settings
from handlers.cli.running import progress

PANEL = "Look after the data"

cli = typer.Typer()


@cli.command("backup", rich_help_panel=PANEL)
def back_up(file: Path) -> None:
    """Copy the SQLite database to FILE while the bot runs (PostgreSQL: use pg_dump)."""
    from bot.exchange.verdict_import import check_is_here
    from storage.database.backup import backup

    settings = read_settings()
    check_is_here(settings)
    with progress("Copying"):
        backup(settings.database_url, file)
    typer.echo(f"Copied to {file}.")


@cli.command("restore", rich_help_panel=PANEL)
def restore_backup(
    file: Annotated[
        Path | None, typer.Argument(help="A copy; left out on PostgreSQL, after pg_restore")
    ] = None,
) -> None:
    """Replace the SQLite database by FILE (PostgreSQL: run it without FILE after pg_restore); stop the bot first."""
    from storage.database.backup import restore

    settings, now = read_settings(), datetime.now(UTC)
    copy = None
    with progress("Copying"):
        if settings.on_sqlite:
            if file is None:
                raise typer.BadParameter("name the copy to put back")
            copy = restore(settings.database_url, file, now)
        elif file is not None:
            raise typer.BadParameter("on PostgreSQL use pg_restore first, then run this without a file")
        asyncio.run(_settle(settings.database_url, now))
    if copy is not None:
        typer.echo(f"What was there is kept as {copy}.")
    typer.echo(
        "Restored. Start the bot: it looks for messages that it posted since the copy, and catches up links from the "
        "channels' history where it may read that."
    )


async def _settle(database_url: str, now: datetime) -> None:
    from storage.database.engine import Database
    from storage.migrations import running
    from storage.workspaces import restored_copies

    database = Database(database_url)
    try:
        await running.upgrade(database)
        await restored_copies.mark_restored(database, now)
    finally:
        await database.close()


@cli.command(rich_help_panel=PANEL)
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
    erasure = asyncio.run(forget_person(settings, user, workspace))
    votes = "1 vote" if erasure.votes == 1 else f"{erasure.votes} votes"
    typer.echo(
        f"{user} is forgotten: {votes} anonymous now, notes and reading list erased, "
        "“former member” stands where the name stood."
    )
    for league in erasure.leagues:
        typer.echo(
            f"{league} has no owner of its own now: the workspace's admins own it, "
            f"and `{settings.rank_command} owner @name` in its channel names another."
        )
