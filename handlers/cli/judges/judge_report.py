"""Reports on judges' measurements without Slack, for `paperbout judges` and the doctor."""

from dataclasses import dataclass

from bot import questions
from bot.exchange.verdict_import import open_workspace
from bot.judges.exams.exam_results import ExamResult
from bot.judges.order_statistics import Rate
from bot.matches.order_effects import order_effects
from bot.questions.judge_reports import JudgeReport, Judges
from bot.settings import Settings
from handlers.judges.judges_view import exam_cell
from storage.database.engine import Database
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.matches import exam_rows, verdict_statistics
from storage.workspaces import workspace_rows


@dataclass(frozen=True, slots=True)
class Warned:
    """A judge that prefers a position (the paper shown first or second) in a league; `sentence` starts with its verb."""

    league: str
    judge: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ExamNotPassed:
    """A judge that failed its exam in a workspace and that nobody admitted."""

    workspace: str
    judge: str
    result: ExamResult


async def warnings(database: Database) -> list[Warned]:
    """Return all warnings on judges, over every league of every workspace."""
    async with database.reading(None) as session:
        live = await workspace_rows.all_live(session)
    rows: list[Warned] = []
    for workspace in live:
        async with database.reading(workspace) as session:
            for league in await league_rows.all_of(session):
                effects = await order_effects(
                    session, league.id, await verdict_statistics.counts_of_judges(session, league.id)
                )
                rows += [
                    Warned(league.name, judge, sentence)
                    for judge, effect in effects.items()
                    for sentence in effect.warnings
                ]
    return rows


async def kept_out(database: Database) -> list[ExamNotPassed]:
    """Return every judge that failed its exam and whose verdicts therefore don't count, by workspace."""
    async with database.reading(None) as session:
        live = await workspace_rows.all_live(session)
    judges: list[ExamNotPassed] = []
    for workspace in live:
        async with database.reading(workspace) as session:
            names_out = await exam_rows.not_admitted(session)
            judges += [
                ExamNotPassed(workspace, name, ExamResult.from_json(row.result))
                for name, row in sorted((await exam_rows.exams(session)).items())
                if name in names_out
            ]
    return judges


async def measurements(settings: Settings, league: str, workspace: str) -> list[Judges]:
    """Return the measurements of judges in a league, or in all. Raises `BadRequestError` for an unknown league name."""
    async with open_workspace(settings, workspace) as (database, team), database.reading(team) as session:
        if not league:
            return [await questions.judges(session, row.id) for row in await league_rows.all_of(session)]
        row = await league_rows.league_named(session, league)
        if row is None:
            raise BadRequestError(f"There is no league called {league}.")
        return [await questions.judges(session, row.id)]


def as_text(report: Judges) -> str:
    """Format the measurements of a league's judges as a few lines of text each."""
    lines = [report.name]
    for judge in report.judges:
        lines += [f"  {judge.judge}", *(f"    {line}" for line in _figures(judge))]
    if report.alpha is not None:
        lines.append(f"  Krippendorff's alpha over all judges: {report.alpha:.2f}")
    if report.cycles.triads:
        lines.append(f"  circles: {report.cycles.share:.1%} of {report.cycles.triads} triads")
    if report.longer.of:
        lines.append(f"  the longer abstract won: {_rate(report.longer)}")
    return "\n".join(lines)


def _figures(judge: JudgeReport) -> list[str]:
    lines = [
        f"{judge.calls} calls, {judge.failures} without an answer, {judge.cost:.4f} USD",
        f"median time {judge.latency_ms / 1000:.1f} s",
        f"first shown wins {_rate(judge.first_shown)}; same in both orders {_rate(judge.consistent)}",
        f"the longer abstract wins {_rate(judge.longer)}",
        f"with the team {_rate(judge.with_team)}"
        + ("" if judge.kappa is None else f"; kappa with the others {judge.kappa:.2f}"),
    ]
    if judge.estimate is not None:
        lines.append(
            f"discrimination {judge.estimate.discrimination:.2f}, bias {judge.estimate.bias:+.2f} logits"
        )
    if judge.exam is not None:
        remark = "" if judge.exam.counts else "; its verdicts don't count until an owner says so"
        lines.append(f"exam: {exam_cell(judge.exam)}{remark}")
    if judge.paused:
        lines.append(f"paused: {judge.paused}")
    return [*lines, *(f"warning: it {sentence}" for sentence in judge.warnings)]


def _rate(rate: Rate) -> str:
    return f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%}, n={rate.of})" if rate.of else "not measured"
