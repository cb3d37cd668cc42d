"""Adds new preprints of chosen categories and venues to a league every day."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.entries import intake, relevance
from bot.entries.relevance import Interests, ScoredPreprint
from bot.entries.taste.shortlist import chosen_by_model
from bot.papers.records import PaperRecord
from bot.papers.sources.feeds.feed_names import feed_name
from bot.papers.sources.feeds.preprint_feeds import FeedDay
from bot.standings import refit
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows, taste_signs
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import League, Schedule
from storage.tournaments import schedules
from storage.tournaments.schedules import Firing
from storage.work import leases, outbox
from storage.work.leases import Work

KIND: Final = "intake"
SCHEMES: Final = ("arxiv", "doi", "openreview")
"""Schemes of the papers that feeds give."""
ANNOUNCED: Final = "announced"
EASTERN: Final = "America/New_York"
CRON: Final = "30 0 * * mon-fri"
"""When new preprints are fetched: arXiv announces at midnight Eastern time, except Saturdays and Sundays."""
MOST_CATEGORIES: Final = 10
MOST_A_DAY: Final = 50
USUAL_A_DAY: Final = 5
MOST_READ: Final = 400
"""How many of a day's new preprints are looked at."""
MISSED: Final = 10
"""How many of a day's preprints that didn't come in are remembered, the most wanted ones."""
REMEMBERED: Final = timedelta(days=30)
PATIENCE: Final = timedelta(hours=12)
LOOK_AGAIN: Final = timedelta(minutes=20)
"""For how long a feed that is away is asked again, and how often."""
LATE: Final = " late: "
"""Stands in a firing's slot before the names of the feeds that were away; what the others gave is in already."""
MOST_LEFT_OUT: Final = 300
"""For how long preprints that were left out tell which words go together, and how many."""
MOST_NAMES, LONGEST_NAME = 30, 60
"""Most keywords or authors of a league, and the length of each."""


@dataclass(frozen=True, slots=True)
class PreprintChoice:
    """A league's daily preprints: names of feeds (none: off), the most a day, and whether cross-listed ones count.

    Those that hold a keyword, are by an author, or are like what people chose come first. `signs`: reading lists and
    follows tell what people like, too.
    """

    categories: tuple[str, ...] = ()
    most: int = USUAL_A_DAY
    cross: bool = False
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    signs: bool = True
    model: bool = True
    """Whether a model may choose among the best, within the cap."""


def categories_of(text: str) -> tuple[str, ...]:
    """Parse names of feeds from a person's words, each once. Raises `BadRequestError` for an unknown one."""
    names: dict[str, None] = {}
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        names[feed_name(word)] = None
    if len(names) > MOST_CATEGORIES:
        raise BadRequestError(
            f"A league takes in at most {MOST_CATEGORIES} categories and venues.", about="arxiv"
        )
    return tuple(names)


def names_in(text: str, what: str) -> tuple[str, ...]:
    """Parse names separated by commas from a person's words, each once.

    Raises `BadRequestError` for too many; `what` says in its sentence what they name ("keywords").
    """
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := " ".join(part.split()))))
    if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        raise BadRequestError(
            f"At most {MOST_NAMES} {what}, of {LONGEST_NAME} characters each, separated by commas.",
            about="preprints",
        )
    return names


async def choice_of(session: Transaction, league: League) -> PreprintChoice:
    """Return the league's current choice of daily preprints."""
    schedule = await schedules.find(session, league.id, KIND, league.channel)
    return PreprintChoice() if schedule is None or not schedule.active else _wish(schedule.options)


def _wish(options: dict[str, Any]) -> PreprintChoice:
    return PreprintChoice(
        tuple(options.get("categories", ())),
        int(options.get("most", USUAL_A_DAY)),
        bool(options.get("cross")),
        tuple(options.get("keywords", ())),
        tuple(options.get("authors", ())),
        bool(options.get("signs", True)),
        bool(options.get("model", True)),
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
    options |= {
        "keywords": list(choice.keywords),
        "authors": list(choice.authors),
        "signs": choice.signs,
        "model": choice.model,
    }
    await schedules.put(
        session, league=league.id, kind=KIND, channel=league.channel, cron=CRON, time_zone=EASTERN,
        options=options, user=user, now=now,
    )  # fmt: skip
    await league_rows.note(session, league.id, user, "preprints.set", options, now)


@dataclass(frozen=True, slots=True)
class _Run:
    """A firing to carry out: feeds to read, how many papers may still come in that day, and ids that the league has."""

    schedule: Schedule
    slot: str
    day: str
    at: datetime
    choice: PreprintChoice
    feeds: Sequence[str]
    left: int
    known: Collection[str]


async def _run_of(session: Transaction, occurrence_id: int) -> _Run | None:
    occurrence = await schedules.occurrence(session, occurrence_id)
    if occurrence is None:
        return None
    schedule, slot, at = occurrence
    known = {
        name for scheme in SCHEMES for name in await entry_rows.names_in(session, schedule.league_id, scheme)
    }
    choice = _wish(schedule.options)
    day, _, late = slot.partition(LATE)
    feeds = [name for name in choice.categories if not late or name in late.split()]
    told = await taste_signs.announced(session, schedule.league_id, ANNOUNCED, at - PATIENCE)
    came_in = sum(len(each["entries"]) for each in told if each.get("day") == day)
    return _Run(schedule, slot, day, at, choice, feeds, max(choice.most - came_in, 0), known)


async def take_in(runtime: Runtime, workspace: str, occurrence_id: int) -> None:
    """Add a day's new preprints for a schedule's occurrence; a second run does nothing.

    Feeds that are away get an occurrence of their own, which is tried again for twelve hours without counting.
    """
    database = runtime.database
    async with database.reading(workspace) as session:
        run = await _run_of(session, occurrence_id)
    if run is None:
        return
    feed = FeedDay(())
    if runtime.feeds is not None and run.feeds and run.left:
        feed = await runtime.feeds.of_day(
            run.feeds, eastern_day(run.at), cross=run.choice.cross, skip=run.known, most=MOST_READ
        )
    if runtime.time.now() - run.at >= PATIENCE:
        given_up = tuple(f"{name}: {sentence}" for name, sentence in feed.late.items())
        feed = FeedDay(feed.records, feed.failures + given_up)
    elif feed.late and set(feed.late) == set(run.feeds):
        await _look_again(runtime, workspace, occurrence_id, next(iter(feed.late.values())))
        return
    preprints: Sequence[ScoredPreprint] = ()
    if feed.records:
        league = run.schedule.league_id
        async with database.reading(workspace) as session:
            interests = await _interests(session, league, run.choice, runtime.time.now())
        preprints = await relevance.ranked(interests, feed.records)
        if run.choice.model:
            preprints = await chosen_by_model(
                runtime, workspace, league, occurrence_id, interests, preprints, run.left
            )
    async with database.transaction(workspace) as session:
        now = runtime.time.now()
        if not await leases.take(session, Work.OCCURRENCE, occurrence_id, now, runtime.settings.lease_s):
            return
        await _announce(session, runtime, run, feed, preprints, now)
        if feed.late:
            slot = f"{run.day}{LATE}{' '.join(feed.late)}"
            await schedules.add_occurrences(session, [Firing(run.schedule.id, workspace, slot, run.at)])
        await schedules.end_occurrence(session, occurrence_id)


async def _announce(
    session: Transaction,
    runtime: Runtime,
    run: _Run,
    feed: FeedDay,
    preprints: Sequence[ScoredPreprint],
    now: datetime,
) -> None:
    """Enter the best preprints, and tell the channel of them or of feeds that refuse."""
    chosen, missed = preprints[: run.left], preprints[run.left : run.left + MISSED]
    schedule = run.schedule
    reasons: dict[str, str] = {}
    for preprint in chosen:
        if entry := await _enter(session, runtime, schedule, preprint.record, now):
            reasons[str(entry)] = preprint.reason
    if reasons:
        await refit.refit(session, schedule.league_id, cause=ANNOUNCED, now=now)
        await outbox.want(
            session, channel=schedule.channel, key=f"{ANNOUNCED}:{schedule.id}:{run.slot}", kind=ANNOUNCED,
            about_id=schedule.league_id,
            options={
                "entries": [int(entry) for entry in reasons], "day": run.day, "reasons": reasons,
                "categories": [name for name in run.feeds if name not in feed.late],
                "failures": list(feed.failures),
                "missed": [[each.record.title, each.record.url, each.reason] for each in missed],
            },
            now=now,
        )  # fmt: skip
    elif feed.failures:
        await _tell_refusals(session, schedule, run.choice, feed.failures, now)


async def _look_again(runtime: Runtime, workspace: str, occurrence_id: int, reason: str) -> None:
    """Let a firing wait whose feeds are all away; that is no attempt of its own."""
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        if await leases.take(session, Work.OCCURRENCE, occurrence_id, now, runtime.settings.lease_s):
            await leases.give_back(
                session, Work.OCCURRENCE, occurrence_id, reason=reason, not_before=now + LOOK_AGAIN, counts=False
            )  # fmt: skip


async def _tell_refusals(
    session: Transaction, schedule: Schedule, choice: PreprintChoice, failures: Sequence[str], now: datetime
) -> None:
    """Tell the channel that its feeds refuse, once for the same reasons."""
    key = f"{ANNOUNCED}:refused:{schedule.id}:{crc32(' '.join(failures).encode()):08x}"
    if not await outbox.is_wanted(session, schedule.channel, key):
        options = {"entries": [], "categories": list(choice.categories), "failures": list(failures)}
        await outbox.want(
            session, channel=schedule.channel, key=key, kind=ANNOUNCED, about_id=schedule.league_id,
            options=options, now=now,
        )  # fmt: skip


async def _interests(
    session: Transaction, league_id: int, choice: PreprintChoice, now: datetime
) -> Interests:
    """Return what a league wants, with the titles that it left out in the last thirty days."""
    options = await taste_signs.announced(session, league_id, ANNOUNCED, now - REMEMBERED)
    titles = [str(title) for each in options for title, _url, _why in each.get("missed", ())]
    league = await league_rows.get(session, league_id)
    return await relevance.interests_of(
        session, league, choice.keywords, choice.authors, signs=choice.signs, left_out=titles[:MOST_LEFT_OUT]
    )


async def missed(session: Transaction, league: int, now: datetime) -> list[tuple[str, str, str]]:
    """Return the last seven days' best preprints that didn't come in as (title, URL, reason), newest day first."""
    options = await taste_signs.announced(session, league, ANNOUNCED, now - timedelta(days=7))
    return [
        (str(title), str(url), str(why)) for each in options for title, url, why in each.get("missed", ())
    ]


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
