"""Adds links as entries, one per message and paper of a league, and posts their cards."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.assessments import planning
from bot.entries import allowances, entry_events, held_links, same_paper
from bot.entries.removals import RESTORABLE
from bot.leagues.closed_places import check_open
from bot.papers import text
from bot.papers.errors import SourceError, SourceUnavailableError
from bot.papers.links import Reference, is_guess
from bot.papers.records import PaperRecord
from bot.papers.sources.page import FROM_FILE
from bot.standings import refit
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows, removals, version_checks
from storage.errors import StorageError
from storage.leagues import league_rows
from storage.tables import Entry, Paper
from storage.work import leases, outbox
from storage.work.leases import MAX_ATTEMPTS, Work

BATCH = 100
YOUNG = timedelta(days=60)
LOOK_AT_YOUNG = timedelta(days=3)
LOOK_AT_OLD = timedelta(days=21)
LOOK_MONTHLY = timedelta(days=30)
SOURCES_WITH_VERSIONS = frozenset({"arXiv", "bioRxiv", "medRxiv", "OpenReview"})
BACK_OFF_S = (30, 120, 1200, 3600, 7200)
LONGEST_BACK_OFF_S = 900
OUTAGE = timedelta(days=1)
"""How long a source may be unreachable before the failures count as attempts."""
MOST_REASON = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the links of a message.

    `new` and `old` are ids of entries that are new to the league, or were in it before; also says how many links
    wait.
    """

    new: tuple[int, ...]
    old: tuple[int, ...]
    waiting_links: int = 0


async def take_in(
    session: Transaction,
    *,
    league: int,
    references: Sequence[Reference],
    user: str,
    channel: str,
    ts: str,
    thread_ts: str | None,
    assessors: Sequence[str],
    now: datetime,
    handed: bool = True,
) -> Intake:
    """Add each paper link of a message once, however often Slack delivers it, and queue its card in the thread.

    `handed`: the person gave the link to the bot. A link that was only posted, and may not be a paper, gets its card once
    it proves to be one. Links beyond the limits of `allowances` wait for confirmation; uncertain links are the first to
    wait.
    """
    check_open(await league_rows.get(session, league))
    new: list[int] = []
    old: list[int] = []
    thread_ts = thread_ts or (ts if _is_ts(ts) else None)
    now_in, later = await _divided(session, references, user=user, channel=channel, ts=ts, now=now)
    if later and (handed or not all(map(is_guess, later))):
        await held_links.hold(
            session, league=league, references=later, at_once=len(now_in), user=user, channel=channel, ts=ts,
            thread_ts=thread_ts, now=now,
        )  # fmt: skip
    for reference in now_in:
        paper, is_new_paper = await _paper_of(session, reference, now)
        if is_new_paper or await entry_rows.fetch_again(session, paper.id):
            leases.due(session, Work.PAPER, paper.id)
        if paper.status == "known" and (reference.version or 0) > (paper.version or 1):
            await version_checks.plan(session, paper.id, None)
        entry, is_new = await entry_rows.enter(
            session, league=league, paper=paper.id, user=user, channel=channel, ts=ts, now=now
        )
        if not is_new and _is_beyond_restoring(entry, now) and await removals.restore(session, entry.id):
            is_new = True
            await entry_events.entries_back(session, [entry.id])
        if is_new and paper.status == "known" and not paper.withdrawn:
            await planning.plan_assessments(session, entry.id, paper.id, paper.abstract, assessors, now)
            await refit.refit(session, league, cause="entry", about_id=entry.id, now=now)
        (new if is_new else old).append(entry.id)
        await outbox.want(
            session,
            channel=channel,
            key=f"card:{entry.id}:{ts}",
            kind="card",
            about_id=entry.id,
            options={"quiet": True} if not handed and is_guess(reference) else None,
            thread_ts=thread_ts,
            person=user,
            now=now,
        )
    return Intake(tuple(new), tuple(old), len(later))


async def _paper_of(session: Transaction, reference: Reference, now: datetime) -> tuple[Paper, bool]:
    """Return the paper known under any of a reference's ids, or else a new one, and whether it is new."""
    others = reference.also
    if others and await entry_rows.by_identifier(session, reference.scheme, reference.value) is not None:
        others = ()
    for name in others:
        scheme, _, value = name.partition(":")
        if (paper := await entry_rows.by_identifier(session, scheme, value)) is not None:
            return paper, False
    return await entry_rows.find_or_add(session, reference.scheme, reference.value, reference.link, now)


async def _divided(
    session: Transaction, references: Sequence[Reference], *, user: str, channel: str, ts: str, now: datetime
) -> tuple[list[Reference], list[Reference]]:
    """Split a message's new links into those to add now and those that wait."""
    room = await allowances.room(session, user, channel, ts, now)
    fresh = [
        reference
        for reference in sorted(references, key=is_guess)
        if await entry_rows.seen_first(session, channel, ts, reference.canonical, now)
    ]
    return fresh[:room], fresh[room:]


def _is_beyond_restoring(entry: Entry, now: datetime) -> bool:
    """Return whether an entry was removed too long ago for the restore button; posting its link again restores it."""
    return entry.removed_at is not None and entry.merged_into is None and now - entry.removed_at > RESTORABLE


def _is_ts(ts: str) -> bool:
    """Return whether this is the ts of a Slack message; a paper added by command has none."""
    return ts.replace(".", "", 1).isdecimal()


def most_at_once() -> int:
    """Return how many papers one request serves: 1 while each row is worked on by itself."""
    return 1 if leases.is_apart() else BATCH


async def fetch(runtime: Runtime, workspace: str, paper_id: int) -> None:
    """Fetch a paper's metadata from its source, in one request with other waiting papers."""
    database, time = runtime.database, runtime.time
    async with database.transaction(workspace) as session:
        now = time.now()
        waiting = [
            paper
            for paper in await entry_rows.papers_to_fetch(session, paper_id, now, most_at_once())
            if await leases.take(session, Work.PAPER, paper.id, now, runtime.settings.lease_s)
        ]
    if not waiting:
        return
    groups: dict[str, list[entry_rows.PaperToFetch]] = {}
    for paper in waiting:  # one kind of source that is slow holds up no other
        groups.setdefault(paper.canonical.partition(":")[0], []).append(paper)
    results = await asyncio.gather(
        *(_fetch_group(runtime, workspace, group) for group in groups.values()), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _fetch_group(runtime: Runtime, workspace: str, papers: Sequence[entry_rows.PaperToFetch]) -> None:
    """Fetch papers together; if that fails unexpectedly, each alone, so that one can't spoil the others."""
    references = {paper.id: _reference(paper) for paper in papers}
    try:
        answers = await runtime.sources.resolve(list(references.values()))
    except StorageError:
        raise
    except Exception as error:
        if len(papers) > 1:
            log.exception("sources_broke_off", papers=len(papers))
            for paper in papers:
                await _fetch_group(runtime, workspace, [paper])
            return
        await _broke(runtime, workspace, papers[0].id, error)
        return
    leagues: set[int] = set()
    missing = SourceUnavailableError("The source's answer left this paper out.")
    for paper in papers:
        answer = answers.get(references[paper.id].canonical, missing)
        try:
            leagues |= await _keep(runtime, workspace, paper, answer)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - noted with the paper, in the log too
            await _broke(runtime, workspace, paper.id, error)
    for league in sorted(leagues):
        async with runtime.database.transaction(workspace) as session:
            await refit.refit(session, league, cause="entry", now=runtime.time.now())


def _reference(paper: entry_rows.PaperToFetch) -> Reference:
    scheme, _, value = paper.canonical.partition(":")
    return Reference(scheme=scheme, value=value, version=None, url=paper.url)


async def _keep(
    runtime: Runtime, workspace: str, paper: entry_rows.PaperToFetch, answer: PaperRecord | SourceError
) -> set[int]:
    """Store a source's answer about one paper; return the leagues in which the paper is new."""
    async with runtime.database.transaction(workspace) as session:
        now, leagues = runtime.time.now(), set[int]()
        if isinstance(answer, SourceError):
            await _not_fetched(session, paper, answer, now)
        elif await entry_rows.store_record(session, paper.id, now, columns_of(answer)):
            await look_later(session, paper.id, answer, now)
            by_page = paper.canonical.startswith("page:")
            remains = await same_paper.store_identifiers(session, paper.id, answer, by_page=by_page, now=now)
            leagues = await plan_known_paper(session, remains, runtime.settings.assessors, now)
        for entry, _league in await entry_rows.entries_of(session, paper.id):
            await outbox.bump(session, "card", entry)
        return leagues


async def _broke(runtime: Runtime, workspace: str, paper_id: int, error: Exception) -> None:
    """Record an unexpected error with the paper it is about; after the fifth the paper fails."""
    log.error("paper_broke_off", paper=paper_id, exc_info=error)
    async with runtime.database.transaction(workspace) as session:
        later = runtime.time.now() + timedelta(seconds=BACK_OFF_S[0])
        reason = f"{type(error).__name__}: {error}"[:MOST_REASON]
        await leases.give_back(session, Work.PAPER, paper_id, reason=reason, not_before=later)
        for entry, _league in await entry_rows.entries_of(session, paper_id):
            await outbox.bump(session, "card", entry)


async def plan_known_paper(
    session: Transaction, paper_id: int, assessors: Sequence[str], now: datetime
) -> set[int]:
    """Plan the assessments of a paper in every league that has it, once its metadata is known.

    Returns the ids of these leagues.
    """
    paper = await entry_rows.get(session, paper_id)
    if paper.status != "known" or paper.withdrawn:
        return set()
    entries = await entry_rows.entries_of(session, paper_id)
    for entry, _league in entries:
        await planning.plan_assessments(session, entry, paper_id, paper.abstract, assessors, now)
    return {league for _entry, league in entries}


async def _not_fetched(
    session: Transaction, paper: entry_rows.PaperToFetch, error: SourceError, now: datetime
) -> None:
    """Fail a paper that its source doesn't have, else plan another attempt.

    An outage of the source counts as an attempt only after it has lasted a day.
    """
    attempts = paper.attempts + 1
    is_young = now - paper.created_at < OUTAGE
    is_away = isinstance(error, SourceUnavailableError)
    if not is_away or (attempts >= MAX_ATTEMPTS and not is_young):
        await entry_rows.mark_missing(session, paper.id, error.sentence)
        return
    if is_young:
        wait = min(max((now - paper.created_at).total_seconds() / 2, BACK_OFF_S[0]), LONGEST_BACK_OFF_S)
    else:
        wait = BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1]
    if isinstance(error, SourceUnavailableError) and error.retry_after is not None:
        wait = max(wait, min(error.retry_after, LONGEST_BACK_OFF_S))
    later = now + timedelta(seconds=wait)
    await leases.give_back(
        session, Work.PAPER, paper.id, reason=error.sentence, not_before=later, counts=not is_young
    )


async def look_later(session: Transaction, paper: int, record: PaperRecord, now: datetime) -> None:
    """Store when a paper's source is checked next for news, such as a newer version or a retraction."""
    if (look := next_look(record, now)) is not None:
        await version_checks.plan(session, paper, look)


def next_look(record: PaperRecord, now: datetime) -> datetime | None:
    """Return when to check a paper's source for a newer version, a retraction or citations; None: never.

    Young preprints are checked soon, papers without versions once a month; a file never changes.
    """
    if record.version is None and record.source not in SOURCES_WITH_VERSIONS:
        return None if record.source == FROM_FILE else now + LOOK_MONTHLY
    change = record.updated or record.published
    return now + (LOOK_AT_YOUNG if change is not None and now - change < YOUNG else LOOK_AT_OLD)


def columns_of(record: PaperRecord) -> dict[str, object]:
    """Return a record's values for the columns of table `papers`."""
    names = f"{record.title} {' '.join(record.authors)}"
    return {
        "title": record.title,
        "title_raw": record.raw_title or record.title,
        "search_text": f"{names.casefold()} {text.folded(names)}",
        "authors": list(record.authors),
        "abstract": record.abstract,
        "categories": list(record.categories),
        "category": record.primary_category,
        "published": record.published,
        "version": record.version,
        "comment": record.comment,
        "withdrawn": record.withdrawn,
        "standing": record.standing,
        "venue": record.venue,
        "citations": record.citations,
        "code": list(record.code),
        "data": list(record.data),
        "versions": {str(number): at.date().isoformat() for number, at in record.versions},
        "licence": record.licence,
        "pdf_url": record.pdf_url,
        "url": record.url,
        "source": record.source,
    }
