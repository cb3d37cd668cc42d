"""Checks known papers for new versions and withdrawals, updates the cards, and asks owners about big changes."""

import dataclasses
import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.entries import entry_events, intake, same_paper
from bot.following import notices
from bot.leagues.rights import require_owner
from bot.leagues.viewers import admins_without_owners
from bot.leagues.visibility import league_of_entry
from bot.matches import single_matches
from bot.papers.links import Reference
from bot.papers.records import PaperRecord
from bot.papers.standing import known_standing
from bot.people import Viewer
from bot.standings import refit
from bot.work.runtime import Runtime
from storage import assessments
from storage.database.engine import Transaction
from storage.entries import entry_rows, version_checks
from storage.entries.version_checks import PaperToCheck
from storage.errors import ClosedError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.matches import match_rows
from storage.tables import Paper
from storage.work import leases, outbox
from storage.work.leases import Work

NEW_VERSION: Final = "new_version"
LOOK_AGAIN: Final = timedelta(hours=6)
MOST_REPLAYED: Final = 6
SAME_ABSTRACT: Final = 0.7
REPLAYED: Final = "paper.replayed"


async def check_source(runtime: Runtime, workspace: str, paper_id: int) -> None:
    """Ask a paper's source whether it has a new version, a retraction or other news, and store what changed.

    Other papers that are due are asked about in the same request.
    """
    database, time = runtime.database, runtime.time
    async with database.transaction(workspace) as session:
        now = time.now()
        papers = [
            one
            for one in await version_checks.papers_to_check(session, paper_id, now, intake.most_at_once())
            if await leases.take(session, Work.CHECK, one.id, now, runtime.settings.lease_s)
        ]
        entered_papers = [one for one in papers if one.is_entered]
        for one in papers:
            if not one.is_entered:
                await version_checks.plan(session, one.id, now + intake.LOOK_AT_OLD)
    if not entered_papers:
        return
    references = {one.id: _reference(one) for one in entered_papers}
    answers = await runtime.sources.resolve(list(references.values()))
    admins = await admins_without_owners(
        database, runtime.people(workspace), workspace, About.PAPER, [one.id for one in entered_papers]
    )
    async with database.transaction(workspace) as session:
        now = time.now()
        for one in entered_papers:
            answer = answers.get(references[one.id].canonical)
            paper = await entry_rows.get(session, one.id)
            if isinstance(answer, PaperRecord) and _speaks_for(paper, answer):
                await _compare(session, runtime, paper, answer, admins, now)
                await version_checks.plan(
                    session, one.id, intake.next_look(answer, now) or now + intake.LOOK_AT_OLD
                )
            else:  # the source is down, or another one answered in its place: that says nothing of versions
                await version_checks.plan(session, one.id, now + LOOK_AGAIN)


def _reference(one: PaperToCheck) -> Reference:
    scheme, _, value = one.canonical.partition(":")
    return Reference(scheme=scheme, value=value, version=None, url=one.url)


def _speaks_for(paper: Paper, record: PaperRecord) -> bool:
    """Return whether a record comes from the paper's own source, or from arXiv in its place."""
    return record.source == paper.source or (
        record.source == "arXiv" and paper.canonical.startswith("arxiv:")
    )


async def _compare(
    session: Transaction,
    runtime: Runtime,
    paper: Paper,
    record: PaperRecord,
    admins: Collection[str],
    now: datetime,
) -> None:
    newer = record.version is not None and record.version > (paper.version or 0)
    if (
        record.citations is None and paper.citations is not None
    ):  # OpenAlex is silent today, which says nothing
        record = dataclasses.replace(
            record,
            citations=paper.citations,
            venue=record.venue or paper.venue,
            licence=record.licence or paper.licence,
            standing=record.standing or known_standing(paper.standing),
            withdrawn=record.withdrawn or paper.withdrawn,
        )
    state = (record.standing, record.citations, record.venue)
    if not newer and state == (paper.standing, paper.citations, paper.venue):
        return
    before, is_major = paper.version, newer and paper.version is not None and changes_much(paper, record)
    values = intake.columns_of(record)
    versions = {**(paper.versions or {}), **{str(n): at.date().isoformat() for n, at in record.versions}}
    await version_checks.renew(
        session, paper.id, {**values, "versions": versions, "url": paper.url, "fetched_at": now}
    )
    entries = [entry for entry, _league in await entry_rows.entries_of(session, paper.id)]
    if record.withdrawn:
        await entry_events.entries_left(session, entries, now)
    else:
        await intake.plan_known_paper(session, paper.id, runtime.settings.assessors, now)
        await entry_events.entries_back(session, entries)
    for entry, league_id in await entry_rows.entries_of(session, paper.id):
        await outbox.bump(session, "card", entry)
        if newer and before is not None and record.version is not None:
            await notices.tell_version(session, [entry], record.version, now=now)
        if is_major and not record.withdrawn and await _was_judged(session, entry):
            await _ask_owners(session, entry, league_id, admins, (before, record.version), now)


def changes_much(paper: Paper, record: PaperRecord) -> bool:
    """Return whether a paper's new title or abstract differs so much from the old that it should be judged again."""
    if not same_paper.are_similar_titles(paper.title or "", record.title):
        return True
    old, new = (
        set(re.findall(r"\w+", (text or "").casefold())) for text in (paper.abstract, record.abstract)
    )
    return bool(old) and len(old & new) / len(old | new) < SAME_ABSTRACT


async def _was_judged(session: Transaction, entry: int) -> bool:
    return any(row.status == "done" for row in await assessments.of_entry(session, entry)) or bool(
        (await match_rows.count_played(session, [entry]))[entry]
    )


async def _ask_owners(
    session: Transaction,
    entry: int,
    league_id: int,
    admins: Collection[str],
    versions: tuple[int | None, int | None],
    now: datetime,
) -> None:
    for owner in await league_rows.owners(session, league_id) or sorted(admins):
        await outbox.want(
            session,
            channel=owner,
            key=f"{NEW_VERSION}:{entry}:{versions[1]}",
            kind=NEW_VERSION,
            about_id=entry,
            options={"from": versions[0], "to": versions[1]},
            now=now,
        )


async def who_replayed(session: Transaction, league: int, entry: int, version: int | None) -> str | None:
    """Return the id of the person who had this version of an entry assessed and played again; None if nobody has."""
    return next(
        (
            line.user
            for line in await league_rows.lines_of(session, league, REPLAYED)
            if (line.detail.get("entry"), line.detail.get("version")) == (entry, version)
        ),
        None,
    )


async def play_again(
    session: Transaction, runtime: Runtime, entry_id: int, viewer: Viewer, now: datetime
) -> int:
    """Assess an entry's new version and play it against its earlier opponents; returns the number of matches.

    Old verdicts stay and count. Owners only, once a version. Raises `NotAllowedError`, `ClosedError`,
    `BadRequestError`.
    """
    league = await league_of_entry(session, entry_id, viewer)
    await require_owner(session, league, viewer, "let a new version play")
    entry, paper = await entry_rows.entry(session, entry_id)
    if entry.removed_at is not None or paper.withdrawn:
        raise ClosedError("That paper plays no more matches: it was removed or withdrawn.")
    if await who_replayed(session, league.id, entry.id, paper.version) is not None:
        raise ClosedError("This version plays again already.")
    await assessments.plan_new_version(session, entry.id, paper.version)
    able = set(await entry_rows.playable(session, league.id))
    met = await version_checks.opponents(session, entry.id, paper.version, MOST_REPLAYED)
    pairs = [(entry.id, other) for other in met if other in able] if entry.id in able else []
    matches = (
        await single_matches.plan_pairs(session, runtime, league, pairs, viewer.user, now) if pairs else []
    )
    await league_rows.note(
        session, league.id, viewer.user, REPLAYED, {"entry": entry.id, "version": paper.version}, now
    )
    await refit.refit(session, league.id, cause=REPLAYED, about_id=entry.id, now=now)
    await outbox.bump(session, "card", entry.id)
    await outbox.bump(session, NEW_VERSION, entry.id)
    return len(matches)
