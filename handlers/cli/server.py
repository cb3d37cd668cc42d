"""Commands that run the bot: everything in one process, or one role per process."""

import typer

from bot.settings import read_settings
from handlers.cli.running import run_until_stopped
from handlers.web import logs

PANEL = "Run the bot"

cli = typer.Typer()


@cli.command("run", rich_help_panel=PANEL)
def run_all() -> None:
    """Run everything in one process: Socket Mode when SLACK_APP_TOKEN is set, else HTTP on PORT."""
    from handlers.app import run
    from handlers.cli.doctor import wiped_disk
    from handlers.cli.isolation import Isolation

    settings = read_settings()
    logs.configure(settings)
    warning = wiped_disk(settings)
    if warning is not None:
        typer.echo(f"Warning: {warning}", err=True)
    run_until_stopped(run(settings, Isolation(settings)))


@cli.command(hidden=True)
def work_alone() -> None:
    """Do jobs alone, one a line of standard input, for a process that would not be taken down by them."""
    from handlers.cli import isolation

    settings = read_settings()
    logs.configure(settings)
    run_until_stopped(isolation.work_alone(settings))


def _role(role: str) -> None:
    from handlers.app import run_role
    from handlers.cli.isolation import Isolation

    settings = read_settings()
    logs.configure(settings)
    run_until_stopped(run_role(settings, role, Isolation(settings)))


@cli.command(rich_help_panel=PANEL)
def web() -> None:
    """Answer Slack over HTTP (PostgreSQL only)."""
    _role("web")


@cli.command(rich_help_panel=PANEL)
def worker() -> None:
    """Fetch, assess, judge and post (PostgreSQL only)."""
    _role("worker")


@cli.command(rich_help_panel=PANEL)
def clock() -> None:
    """Start what is scheduled, until stopped (PostgreSQL only)."""
    _role("clock")


@cli.command(rich_help_panel=PANEL)
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

    run_until_stopped(work())
    typer.echo(f"The database is at revision {running.head()}.")
