"""Replace or refresh a person's name in all tables: refresh when they left Slack, replace when they are forgotten."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.entries import reaction_rows
from storage.following import followers, news_times, person_choices, reading_lists, topics
from storage.matches import feedback_rows
from storage.questions import conversations
from storage.tables import (
    ApiToken,
    AuditLine,
    AuthorMark,
    Discussion,
    Entry,
    HeldLinks,
    JudgeAtChance,
    League,
    LeagueRubric,
    ListedPaper,
    Match,
    Merge,
    OutboxMessage,
    Override,
    Owner,
    Poll,
    PublishedSite,
    Purpose,
    Schedule,
    SlackInstallation,
    Tag,
    Tournament,
    Vote,
    Webhook,
)
from storage.tables.base import FORGOTTEN
from storage.voting import duels, votes
from storage.voting.reading_group import discussions
from storage.work import outbox

PERSONS: tuple[InstrumentedAttribute[Any], ...] = (
    ApiToken.made_by,
    AuditLine.user,
    AuthorMark.user,
    Discussion.by,
    Discussion.presenter,
    Entry.removed_by,
    Entry.submitted_by,
    HeldLinks.by,
    HeldLinks.user,
    JudgeAtChance.kept_by,
    League.created_by,
    LeagueRubric.by,
    ListedPaper.by,
    Match.requested_by,
    Merge.by,
    Merge.undone_by,
    OutboxMessage.person,
    Override.reverted_by,
    Poll.closed_by,
    Poll.opened_by,
    PublishedSite.made_by,
    Purpose.by,
    Schedule.created_by,
    Tag.by,
    Tournament.started_by,
    Webhook.made_by,
)
"""Columns that hold the user id of who did something; votes, reading lists and follows aren't among them."""
NOTES: tuple[InstrumentedAttribute[Any], ...] = (
    AuditLine.detail,
    League.reading,
    Merge.moved,
    OutboxMessage.options,
)
"""JSON columns that may contain user ids."""
ERASED = "(erased with the person's name)"


@dataclass(frozen=True, slots=True)
class Erasure:
    """Result of forgetting a person: number of votes made anonymous, and names of leagues left without an owner."""

    votes: int
    leagues: tuple[str, ...]


async def show_anew(session: Transaction, user: str) -> int:
    """Request a new version of every message that names a person; return how many."""
    mine = or_(Entry.submitted_by == user, Entry.removed_by == user)
    polls_voted_in = select(Vote.poll_id).where(Vote.user == user)
    polls_reverted = select(Override.poll_id).where(Override.reverted_by == user)
    polls = or_(
        Poll.opened_by == user,
        Poll.closed_by == user,
        Poll.id.in_(polls_voted_in),
        Poll.id.in_(polls_reverted),
    )
    led = or_(Tournament.started_by == user, Tournament.reason.contains(f"<@{user}>", autoescape=True))
    messages: list[tuple[str, int]] = [
        ("card", row) for row in await session.scalars(select(Entry.id).where(mine))
    ]
    messages += [("tournament", row) for row in await session.scalars(select(Tournament.id).where(led))]
    for row in await session.scalars(select(Poll.id).where(polls)):
        messages += [("poll", row), ("poll_result", row), ("revert", row)]
    leagues = select(Owner.league_id).where(Owner.user == user)
    messages += [("orphaned", row) for row in await session.scalars(leagues)]
    count = 0
    for kind, about in messages:
        count += await outbox.bump(session, kind, about)
    digests = await _digests(session, user) | await _noting(session, user)
    return count + await outbox.bump_rows(session, sorted(digests))


async def _digests(session: Transaction, user: str) -> set[int]:
    """Return the ids of digest messages that mention papers this person submitted."""
    entries = list(
        await session.execute(
            select(Entry.league_id, Entry.submitted_at).where(
                Entry.submitted_by == user, Entry.removed_at.is_(None)
            )
        )
    )
    rows = await session.execute(
        select(OutboxMessage.id, OutboxMessage.about_id, OutboxMessage.options).where(
            OutboxMessage.kind.in_(("digest", "digest_detail")),
            OutboxMessage.about_id.in_({row.league_id for row in entries}),
        )
    )
    return {
        row.id
        for row in rows
        if any(
            entry.league_id == row.about_id
            and datetime.fromisoformat(row.options["since"])
            < entry.submitted_at
            <= datetime.fromisoformat(row.options["until"])
            for entry in entries
        )
    }


async def _noting(session: Transaction, user: str) -> set[int]:
    """Return the ids of messages whose options contain the person's id."""
    condition = cast(OutboxMessage.options, String).contains(user, autoescape=True)
    return set(await session.scalars(select(OutboxMessage.id).where(condition)))


async def forget(session: Transaction, user: str) -> Erasure:
    """Replace a person's id everywhere by a made-up one, delete their notes, and refresh messages that named them.

    Votes get a different made-up id in each poll, so that they can't be linked.
    """
    await show_anew(session, user)
    await reading_lists.forget(session, user)
    await followers.forget(session, user)
    await person_choices.forget(session, user)
    await topics.forget(session, user)
    await news_times.forget(session, user)
    await changed(session, delete(Schedule).where(Schedule.channel == user))
    await conversations.forget(session, user)
    await reaction_rows.forget(session, user)
    await duels.forget(session, user)
    await discussions.forget(session, user)
    await feedback_rows.forget(session, user)
    vote_count = await votes.forget_voter(session, user)
    leagues = await _owned_alone(session, user)
    await changed(session, delete(Owner).where(Owner.user == user))
    await changed(session, delete(OutboxMessage).where(OutboxMessage.channel == user))
    nobody = f"{FORGOTTEN}{uuid4().hex[:12]}"
    statement = update(Override).where(Override.reverted_by == user)
    await changed(session, statement.values(revert_reason=ERASED))
    for column in PERSONS:
        table: Any = column.class_
        await changed(session, update(table).where(column == user).values({column: nobody}))
    await changed(session, update(PublishedSite).values(state=""))  # pages that name them are built anew
    installation = update(SlackInstallation).where(
        SlackInstallation.user_id == user,
        or_(
            SlackInstallation.team_id == session.workspace,
            SlackInstallation.enterprise_id == session.workspace,
        ),
    )
    await changed(session, installation.values(user_id=nobody))
    await _in_words(session, user, nobody)
    return Erasure(vote_count, tuple(leagues))


async def _owned_alone(session: Transaction, user: str) -> list[str]:
    others = select(Owner.league_id).where(Owner.user != user)
    return list(
        await session.scalars(
            select(League.name)
            .join(Owner, Owner.league_id == League.id)
            .where(Owner.user == user, League.id.not_in(others))
            .order_by(League.name)
        )
    )


async def _in_words(session: Transaction, user: str, nobody: str) -> None:
    """Replace a person's id inside texts and JSON: reasons of tournaments, keys of messages, details of the log."""
    name = re.compile(rf"(?<![A-Za-z0-9]){re.escape(user)}(?![A-Za-z0-9])")
    for column in (*NOTES, Tournament.reason, OutboxMessage.key):
        table: Any = column.class_
        condition = cast(column, String).contains(user, autoescape=True)
        for row_id, value in _rows(await session.execute(select(table.id, column).where(condition))):
            text = name.sub(nobody, value if isinstance(value, str) else json.dumps(value))
            new = text if isinstance(value, str) else json.loads(text)
            await changed(session, update(table).where(table.id == row_id).values({column: new}))


def _rows(result: Iterable[Any]) -> list[tuple[int, Any]]:
    """Read all rows of a result before the caller starts writing."""
    return [(row[0], row[1]) for row in result]
