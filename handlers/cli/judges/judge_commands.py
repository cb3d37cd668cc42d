"""Commands on judges: try one on papers without Slack, run an exam, or print measurements."""

import asyncio
import json
from typing import Annotated

import typer

from bot.settings import read_settings
from handlers.cli.running import progress

PANEL = "Leagues and judges"

cli = typer.Typer()


@cli.command(rich_help_panel=PANEL)
def assess(
    link: str,
    judge: Annotated[str, typer.Option(help="provider:model[@base_url], or offline")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Assess one paper without Slack."""
    from handlers.cli.judges.try_judges import assess_link

    with progress("Reading and assessing"):
        answer = asyncio.run(assess_link(read_settings(), link, judge, as_json=as_json))
    typer.echo(answer)


@cli.command(rich_help_panel=PANEL)
def compare(
    first: str,
    second: str,
    judge: Annotated[str, typer.Option(help="provider:model[@base_url], or offline")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Let a judge decide between two papers without Slack."""
    from handlers.cli.judges.try_judges import compare_links

    with progress("Reading and comparing"):
        answer = asyncio.run(compare_links(read_settings(), first, second, judge, as_json=as_json))
    typer.echo(answer)


@cli.command(rich_help_panel=PANEL)
def exam(
    judge: Annotated[str, typer.Argument(help="As in PAPERBOUT_JUDGES, for example openai:gpt-5-mini:low")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before money is spent")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Examine a judge by 40 pairs whose answer is known; the result is kept and shown by `/rank judges`."""
    from handlers.cli.judges import exam_judges

    settings = read_settings()
    number = exam_judges.NUMBER
    most = asyncio.run(exam_judges.price(settings, judge))
    cost = (
        "at a price that isn't known" if most is None else f"for at most {most:.4f} USD; most calls cost less"
    )
    typer.echo(f"{judge} is asked {number} questions, {cost}.", err=True)
    if most != 0 and not yes:
        typer.confirm("Go on?", abort=True, err=True)
    with progress("Asking") as bar:
        task = bar.tasks[0].id
        bar.update(task, total=number)
        sitting = asyncio.run(
            exam_judges.sit(settings, judge, lambda count: bar.update(task, completed=count))
        )
    typer.echo(sitting.as_json() if as_json else sitting.as_text())
    workspaces = asyncio.run(exam_judges.store_result(settings, sitting))
    sentence = (
        "There is no database yet, so the result isn't kept." if not workspaces else "The result is kept."
    )
    typer.echo(sentence, err=True)


@cli.command(rich_help_panel=PANEL)
def judges(
    league: Annotated[str, typer.Option(help="Name of the league; all without it")] = "",
    workspace: Annotated[str, typer.Option(help="Slack team id, where several are kept")] = "",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print each judge as measured: calls, failures, cost, bias, agreement."""
    from handlers.cli.judges.judge_report import as_text, measurements

    with progress("Measuring"):
        reports = asyncio.run(measurements(read_settings(), league, workspace))
    if as_json:
        typer.echo(
            json.dumps([report.as_json() for report in reports], indent=2, ensure_ascii=False, default=str)
        )
        return
    typer.echo("\n\n".join(as_text(report) for report in reports) or "There is no league yet.")
