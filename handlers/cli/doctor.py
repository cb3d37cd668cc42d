"""Checks of `paperbout doctor`, each with a plain result."""

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.judges.factory import close_judges, open_judge
from bot.judges.llm.judge_specs import parse_model
from bot.papers.fetching.fetcher import Fetcher
from bot.papers.links import parse
from bot.papers.resolving import Resolver
from bot.settings import Settings, read_settings
from bot.work.timing import RealTime
from handlers.cli import keys
from handlers.cli.judges.judge_report import kept_out, warnings
from handlers.slack.bolt_app import SlackSide
from handlers.slack.workspaces.oauth import START
from handlers.slack.workspaces.scopes_and_events import lacking_scopes
from handlers.web.logs import masked
from storage.database.backup import file_of
from storage.database.engine import Database
from storage.errors import PaperboutError, SettingsError
from storage.leagues import failed_work
from storage.migrations import running
from storage.work import leases
from storage.workspaces import workspace_rows

PROBE = "https://arxiv.org/abs/1706.03762"
WIPED = ("DYNO", "RENDER", "FLY_APP_NAME", "RAILWAY_ENVIRONMENT", "K_SERVICE", "VERCEL")
"""Environment variables of hosts whose disk is erased at each start, unless a volume is mounted."""

MOUNTS = Path("/proc/self/mountinfo")
IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs", "overlay"}
"""File systems that last no longer than the container."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check by `paperbout doctor`; `detail` is a sentence for the operator."""

    check: str
    ok: bool
    detail: str


def wiped_disk(settings: Settings) -> str | None:
    """Return a warning if the SQLite file lies on a disk that the host erases at restart, else None."""
    if not settings.on_sqlite:
        return None
    host = next((name for name in WIPED if os.environ.get(name)), None)
    file = file_of(settings.database_url).absolute()
    in_temporary = file.is_relative_to(tempfile.gettempdir())
    if not in_temporary and (host is None or on_volume(file, _mounts())):
        return None
    where = (
        f"this host ({host} is set) gives a fresh disk at each start"
        if host
        else "temporary folders are emptied"
    )
    return f"The database is a file at {file}, and {where}: use a mounted volume or PostgreSQL, or all ratings go."


def on_volume(file: Path, mounts: str) -> bool:
    """Return whether a file lies on a separately mounted disk; `mounts` is the text of `/proc/self/mountinfo`."""
    kinds = {}
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), before.split()[4])
        kinds[Path(point)] = after.split()[0]
    home = next((folder for folder in file.parents if folder in kinds), None)
    return home is not None and home != Path("/") and kinds[home] not in IN_MEMORY


def _mounts() -> str:
    try:
        return MOUNTS.read_text()
    except OSError:  # not Linux: nothing is known of its mounts
        return ""


async def examine() -> list[Finding]:
    """Check settings, database, migrations, Slack, judges and sources; a failed check doesn't stop the others."""
    try:
        settings = read_settings()
        findings = [Finding("settings", True, "every setting can be used")]
    except SettingsError as error:
        return [Finding("settings", False, error.sentence)]
    warning = wiped_disk(settings)
    findings.append(Finding("disk", warning is None, warning or "the database stays where it is"))
    findings += await _database(settings)
    findings.append(await _slack(settings))
    findings += await judges(settings)
    findings.append(await _sources(settings))
    return findings


async def _database(settings: Settings) -> list[Finding]:
    if settings.on_sqlite and not _exists(settings):
        return [Finding("database", True, "there is none yet; `paperbout run` makes it")]
    database = Database(settings.database_url)
    try:
        await database.answers()
        findings = [Finding("database", True, "it answers")]
        try:
            await running.check(database)
            findings.append(Finding("migrations", True, f"at revision {running.head()}"))
            async with database.reading(None) as session:
                failures = await leases.failures(session, failed_work.ENDED)
            detail = (
                "; ".join(f"{kind} {row}: {masked(reason)}" for kind, row, reason in failures[:5])
                or "nothing failed"
            )
            findings.append(Finding("failed work", not failures, detail))
            findings += [
                Finding(f"judge {warning.judge}", False, f"in {warning.league} it {warning.sentence}")
                for warning in await warnings(database)
            ]
            findings += [
                Finding(
                    f"exam of {judge.judge}",
                    False,
                    f"{judge.result.right} of {judge.result.questions} answers were right: its verdicts don't count "
                    f"in workspace {judge.workspace} until an owner says so",
                )
                for judge in await kept_out(database)
            ]
            if settings.many_workspaces:
                findings += await _installed(settings, database)
        except SettingsError as error:
            findings.append(Finding("migrations", False, error.sentence))
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is what the doctor has to report
        findings = [Finding("database", False, masked(f"it can't be used: {error}"))]
    finally:
        await database.close()
    return findings


async def _installed(settings: Settings, database: Database) -> list[Finding]:
    """Check each workspace's token with Slack, and the keys by which tokens are encrypted."""
    if not settings.secret_keys:
        return []
    tokens_by_key = await keys.count_by_key(settings, database)
    findings = [Finding("keys", *keys.keys_in_words(tokens_by_key, len(settings.secret_keys)))]
    if tokens_by_key[None]:
        return findings
    async with database.reading(None) as session:
        live = await workspace_rows.all_live(session)
    side = SlackSide(settings, RealTime(), database)
    for workspace in live:
        try:
            identity, scopes = await side.identify_with_scopes(workspace)
        except SettingsError as error:
            findings.append(Finding(f"workspace {workspace}", False, error.sentence))
            continue
        lack = lacking_scopes(scopes)
        detail = f"scopes are missing: {', '.join(lack)}" if lack else f"the token of {identity.name} works"
        findings.append(Finding(f"workspace {workspace}", not lack, detail))
    return findings or [
        Finding("workspaces", True, f"nobody has installed yet: {settings.public_url}{START}")
    ]


def _exists(settings: Settings) -> bool:
    return Path(file_of(settings.database_url)).exists()


async def _slack(settings: Settings) -> Finding:
    try:
        settings.require_slack()
        if settings.many_workspaces:
            return Finding("slack", True, f"workspaces install at {settings.public_url}{START}")
        side = SlackSide(settings, RealTime())
        identity, scopes = await side.identify_with_scopes()
        if settings.slack_app_token is not None:
            await side.check_app_token()
    except SettingsError as error:
        return Finding("slack", False, error.sentence)
    except Exception as error:  # noqa: BLE001 - network errors of many kinds, reported as they are
        return Finding("slack", False, f"Slack can't be reached: {error}")
    lack = lacking_scopes(scopes)
    if lack:
        return Finding(
            "slack", False, f"scopes are missing: {', '.join(lack)}; reinstall with `paperbout manifest`"
        )
    return Finding("slack", True, f"the token belongs to {identity.name or identity.workspace}")


async def judges(settings: Settings) -> list[Finding]:
    """Check whether each judge and assessor can be opened (name, key, package, file), without calling any."""
    findings = []
    for name in dict.fromkeys((*settings.judges, *settings.assessors)):
        try:
            judge = open_judge(name, keys=settings.keys, rubric_path=settings.rubric)
            await close_judges([judge])
            findings.append(Finding(f"judge {name}", True, _can_be_used(settings, name)))
        except SettingsError as error:
            findings.append(Finding(f"judge {name}", False, error.sentence))
    return findings + _unused_keys(settings)


def _can_be_used(settings: Settings, name: str) -> str:
    if name in {"offline", "rubric"} or name.startswith("recorded:"):
        return "can be used"
    spec = parse_model(name)
    if spec.at_home or spec.place in settings.keys_by_host:
        return "can be used"
    return f"can be used; {spec.place} is sent no key (PAPERBOUT_MODEL_KEYS names one where it wants one)"


def _unused_keys(settings: Settings) -> list[Finding]:
    """Report API keys for hosts that no judge uses: the host may be misspelt, or the key isn't needed."""
    places = set()
    for name in (*settings.judges, *settings.assessors):
        with suppress(SettingsError):  # offline, recorded, or told as a finding of its own
            places.add(parse_model(name).place)
    idle = settings.keys_by_host.keys() - places
    reason = "PAPERBOUT_MODEL_KEYS has a key for it, and no judge or assessor is there: a misspelt host?"
    return [Finding(f"key for {host}", False, reason) for host in sorted(idle)]


async def _sources(settings: Settings) -> Finding:
    reference = parse(PROBE)
    assert reference is not None
    async with Fetcher(settings.fetchable_hosts, settings.contact) as fetcher:
        try:
            answer = (await Resolver(fetcher, addresses={"arxiv": settings.arxiv_url}).resolve([reference]))[
                reference.canonical
            ]
        except PaperboutError as error:
            answer = error  # type: ignore[assignment]  # reported like an answer that is an error
    if isinstance(answer, PaperboutError):
        return Finding("sources", False, f"arXiv: {answer.sentence}")
    return Finding("sources", True, f"arXiv answers: {answer.title}")
