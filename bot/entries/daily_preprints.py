"""Adds new preprints of chosen arXiv categories to a league every day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.entries import intake
from bot.papers.categories import NAMES, REPLACED_BY
from bot.papers.records import PaperRecord
from bot.standings import refit
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League, Schedule
from storage.tournaments import schedules
from storage.work import leases, outbox
from storage.work.leases import Work

KIND: Final = "intake"
ANNOUNCED: Final = "announced"
EASTERN: Final = "America/New_York"
CRON: Final = "30 0 * * mon-fri"
"""When new preprints are fetched: arXiv announces at midnight Eastern time, except Saturdays and Sundays."""
MOST_CATEGORIES: Final = 10
MOST_A_DAY: Final = 50
USUAL_A_DAY: Final = 5
_FOLDED: Final = {name.casefold(): name for name in NAMES}


@dataclass(frozen=True, slots=True)
class PreprintChoice:
    """A league's daily preprints: categories (none: off), the most a day, and whether cross-listed ones count."""

    categories: tuple[str, ...] = ()
    most: int = USUAL_A_DAY
    cross: bool = False


def categories_of(text: str) -> tuple[str, ...]:
    """Parse arXiv categories from a person's words, each once. Raises `BadRequestError` for an unknown one."""
    names: dict[str, None] = {}
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        name = _FOLDED.get(word.casefold())
        if name is None:
            raise BadRequestError(
                f"arXiv has no category {word[:40]}; write categories such as cs.CL or hep-th.",
                about="arxiv",
            )
        names[REPLACED_BY.get(name, name)] = None
    if len(names) > MOST_CATEGORIES:
        raise BadRequestError(f"A league takes in at most {MOST_CATEGORIES} arXiv categories.", about="arxiv")
    return tuple(names)


async def choice_of(session: Transaction, league: League) -> PreprintChoice:
    """Return the league's current choice of daily preprints."""
    schedule = await schedules.find(session, league.id, KIND, league.channel)
    return PreprintChoice() if schedule is None or not schedule.active else _wish(schedule.options)


def _wish(options: dict[str, Any]) -> PreprintChoice:
    return PreprintChoice(
        tuple(options.get("categories", ())),
        int(options.get("most", USUAL_A_DAY)),
        bool(options.get("cross")),
    )


async def set_choice(
    session: Transaction, league: League, choice: PreprintChoice, user: str, now: datetime
) -> None:
    """Set the daily preprints of a league, from the next announcement on. Raises `BadRequestError`."""
    if not 1 <= choice.most <= MOST_A_DAY:
        raise BadRequestError(f"The number of preprints a day is from 1 to {MOST_A_DAY}.", about="preprints")
    schedule = await schedules.find(session, league.id, KIND, league.channel)
    if choice == await choice_of(session, league):
        return
    if not choice.categories:
        if schedule is not None and await schedules.stop(session, schedule.id):
            await league_rows.note(session, league.id, user, "preprints.stopped", {}, now)
        return
    options = {"categories": list(choice.categories), "most": choice.most, "cross": choice.cross}
    await schedules.put(
        session, league=league.id, kind=KIND, channel=league.channel, cron=CRON, time_zone=EASTERN,
        options=options, user=user, now=now,
    )  # fmt: skip
    await league_rows.note(session, league.id, user, "preprints.set", options, now)


async def take_in(runtime: Runtime, workspace: str, occurrence_id: int) -> None:
    """Add a day's new preprints for a schedule's occurrence; a second run does nothing.

    Raises `SourceError` if a feed can't be fetched; the occurrence is tried again.
    """
    database = runtime.database
    async with database.reading(workspace) as session:
        occurrence = await schedules.occurrence(session, occurrence_id)
        if occurrence is None:
            return
        schedule, slot, at = occurrence
        names = await entry_rows.names_in(session, schedule.league_id, "arxiv")
    choice = _wish(schedule.options)
    records: Sequence[PaperRecord] = ()
    if runtime.feeds is not None:
        records = await runtime.feeds.new_preprints(
            choice.categories, eastern_day(at), cross=choice.cross, skip=names, most=choice.most
        )
    async with database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.OCCURRENCE, occurrence_id, now, runtime.settings.lease_s):
            return
        entries = [
            entry for record in records if (entry := await _enter(session, runtime, schedule, record, now))
        ]
        if entries:
            await refit.refit(session, schedule.league_id, cause=ANNOUNCED, now=now)
            await outbox.want(
                session, channel=schedule.channel, key=f"{ANNOUNCED}:{schedule.id}:{slot}", kind=ANNOUNCED,
                about_id=schedule.league_id, options={"entries": entries, "categories": list(choice.categories)},
                now=now,
            )  # fmt: skip
        await schedules.end_occurrence(session, occurrence_id)


async def _enter(
    session: Transaction, runtime: Runtime, schedule: Schedule, record: PaperRecord, now: datetime
) -> int | None:
    """Add one preprint to a league; return the entry id, or None if the league has it already."""
    scheme, value = record.identifiers[0]
    paper, is_new_paper = await entry_rows.find_or_add(session, scheme, value, record.url, now)
    if is_new_paper:
        await entry_rows.store_record(session, paper.id, now, intake.columns_of(record))
        await intake.look_later(session, paper.id, record, now)
    entry, is_new = await entry_rows.enter(
        session, league=schedule.league_id, paper=paper.id, user=schedule.created_by, channel=schedule.channel,
        ts=None, now=now,
    )  # fmt: skip
    await intake.plan_known_paper(session, paper.id, runtime.settings.assessors, now)
    return entry.id if is_new else None


def eastern_day(at: datetime) -> date:
    """Return the date of the arXiv announcement at this moment (US Eastern time)."""
    return at.astimezone(UTC).astimezone(ZoneInfo(EASTERN)).date()
