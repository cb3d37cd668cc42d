"""Tables of the program's own state: standings, schedules, messages, events, and turns at web hosts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Id, InWorkspace, Leased


class Standings(InWorkspace, Base):
    """All ratings of a league at one moment; `figures` is compressed, see `storage.standings.past_standings`.

    `judges` holds the fit's estimates by judge: discrimination and bias (logits for the paper shown first), both with
    standard errors, and the number of matches.
    """

    __tablename__ = "standings"
    __table_args__ = (Index("ix_standings_league_at", "league_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    cause: Mapped[str]
    about_id: Mapped[int | None] = mapped_column(default=None)
    entries: Mapped[int]
    outcomes: Mapped[int]
    figures: Mapped[bytes] = mapped_column(LargeBinary)
    judges: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class Schedule(InWorkspace, Base):
    """A cron expression with a time zone for a tournament, a digest or an intake of new preprints.

    `next_at` is when it fires next, as calculated at `reckoned_at`; NULL if it must be calculated.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        UniqueConstraint("league_id", "kind", "channel"),
        Index("ix_schedules_next_at", "next_at"),
        Index("ix_schedules_reckoned_at", "reckoned_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"))
    kind: Mapped[str]
    channel: Mapped[str]
    cron: Mapped[str]
    time_zone: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    reckoned_at: Mapped[datetime | None] = mapped_column(default=None)


class Occurrence(InWorkspace, Leased, Base):
    """One run of a schedule, once per local time (`slot`).

    `status` is planned → running → done | failed | missed.
    """

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("schedule_id", "slot"), Index("ix_occurrences_status", "status"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id", ondelete="CASCADE"))
    slot: Mapped[str]
    status: Mapped[str] = mapped_column(default="planned")
    at: Mapped[datetime]


class OutboxMessage(InWorkspace, Leased, Base):
    """A message to Slack: its subject, the version wanted and the version posted.

    `status` is due → posting → posted | failed; `ended` while its place can't receive messages (channel gone or archived,
    bot removed, token revoked), `deleted` if it was deleted in Slack. `key` is unique per channel ("match:123").
    `thread_key` is the key of the message above it, or `thread_ts` if that one isn't ours. `channel` is a user id for
    direct messages. `person` is whose link a card answers; `is_urgent`: somebody waits for the change.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "channel", "key"),
        Index("ix_messages_status", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    about_id: Mapped[int | None] = mapped_column(default=None)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    thread_key: Mapped[str | None] = mapped_column(default=None)
    thread_ts: Mapped[str | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default="due")
    wanted: Mapped[int] = mapped_column(default=1)
    posted: Mapped[int] = mapped_column(default=0)
    ts: Mapped[str | None] = mapped_column(default=None)
    posted_channel: Mapped[str | None] = mapped_column(default=None)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)
    person: Mapped[str | None] = mapped_column(default=None)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Event(InWorkspace, Base):
    """A Slack event by its id: when processing began, and when it was done."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("workspace_id", "event"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event: Mapped[str]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class SeenLink(InWorkspace, Base):
    """A paper link in a Slack message that was processed, so that no later event, edit or retry processes it again."""

    __tablename__ = "seen_links"
    __table_args__ = (UniqueConstraint("workspace_id", "channel", "message_ts", "canonical"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    message_ts: Mapped[str]
    canonical: Mapped[str]
    at: Mapped[datetime]


class HeldLinks(InWorkspace, Base):
    """The paper links of one Slack message that wait until a person confirms that they should be added.

    A message's links wait if there are more than are added without asking. `links` are [scheme, value, version, URL];
    the first `taken` were added since, the last of these after `by` confirmed.
    """

    __tablename__ = "held_links"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    league_id: Mapped[int] = mapped_column(ForeignKey("leagues.id", ondelete="CASCADE"), index=True)
    user: Mapped[str]
    channel: Mapped[str]
    message_ts: Mapped[str]
    links: Mapped[list[Any]] = mapped_column(JSON, default=list)
    at_once: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    by: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]


class HostTurn(Base):
    """When a web host or Slack channel may be asked again at the earliest, shared by all processes."""

    __tablename__ = "host_turns"

    host: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
