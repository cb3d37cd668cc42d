"""What is over goes after its time, on both databases, and what still tells something stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database.engine import Database
from storage.tables import (
    AuditLine,
    Conversation,
    Event,
    HeldLinks,
    HostTurn,
    League,
    Occurrence,
    OutboxMessage,
    Schedule,
    SeenLink,
    Standings,
    Tournament,
    Webhook,
    WebhookDelivery,
    Workspace,
)
from storage.work import retention

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


async def test_what_is_just_as_old_as_its_time_stays(database: Database) -> None:
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
        session.add(HostTurn(host="old.example", next_at=NOW - retention.TURN))
        session.add(HostTurn(host="ahead.example", next_at=NOW + retention.TURN))
    async with database.transaction("T1") as session:
        session.add(League(id=1, name="L", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        session.add(Event(event="Ev1", at=NOW - retention.EVENT))
        session.add(Conversation(channel="C1", thread="1", user="U1", at=NOW - retention.CONVERSATION))
        session.add(
            HeldLinks(
                league_id=1, user="U1", channel="C1", message_ts="1", at_once=1, at=NOW - retention.HELD_LINKS
            )
        )
        session.add(
            Schedule(
                id=1, league_id=1, kind="digest", channel="C1", cron="0 9 * * *", time_zone="UTC", options={},
                created_by="U1", created_at=NOW,
            )
        )  # fmt: skip
        await session.flush()
        for at in (NOW - retention.OCCURRENCE, NOW):
            session.add(Occurrence(schedule_id=1, slot=f"{at}", status="done", at=at))
        session.add(
            OutboxMessage(
                channel="C1", key="d", kind="digest", options={}, status="posted", created_at=NOW - retention.MESSAGE
            )
        )  # fmt: skip
        session.add(
            Webhook(id=1, league_id=1, url="https://e.org", secret="whsec_", made_by="U1", made_at=NOW)
        )
        await session.flush()
        old = NOW - retention.DELIVERY
        session.add(WebhookDelivery(webhook_id=1, event="evt_1", body="{}", status="sent", made_at=old))
    assert await retention.forget_old(database, NOW) == 0
    assert await retention.forget_old(database, NOW + timedelta(seconds=1)) >= 1


async def test_each_table_forgets_after_its_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
    async with database.transaction("T1") as session:
        session.add(League(id=1, name="L", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        for n in (1, 2):
            session.add(
                Schedule(
                    id=n, league_id=1, kind="digest", channel=f"C{n}", cron="0 9 * * *", time_zone="UTC", options={},
                    created_by="U1", created_at=ago(300),
                )
            )  # fmt: skip
        await session.flush()
        for schedule, days, status in (
            (1, 300, "done"), (1, 200, "missed"), (1, 150, "failed"), (1, 120, "done"), (1, 90, "missed"),
            (2, 300, "done"), (2, 200, "planned"), (2, 110, "missed"),
        ):  # fmt: skip
            session.add(Occurrence(schedule_id=schedule, slot=f"{days}", status=status, at=ago(days)))
        for days in (1, 3, 4, 5):
            session.add(Event(event=f"Ev{days}", at=ago(days)))
        for kind, days, status in (
            ("digest", 366, "posted"), ("digest", 364, "posted"), ("notice", 400, "due"), ("card", 4000, "posted"),
            ("poll", 900, "posted"), ("budget", 500, "deleted"),
        ):  # fmt: skip
            session.add(
                OutboxMessage(
                    channel="C1",
                    key=f"{kind}{days}",
                    kind=kind,
                    options={},
                    status=status,
                    created_at=ago(days),
                )
            )
        for days in (29, 31):
            session.add(Conversation(channel="C1", thread=f"{days}", user="U1", at=ago(days)))
        for days in (80, 100):
            session.add(
                HeldLinks(league_id=1, user="U1", channel="C1", message_ts=f"{days}", at_once=1, at=ago(days))
            )
    async with database.transaction(None) as session:
        for place, days in (("old.example", 2), ("now.example", 0), ("clock.example", -400)):
            session.add(HostTurn(host=place, next_at=ago(days)))
    assert await retention.forget_old(database, NOW) == 3 + 3 + 2 + 1 + 1 + 2
    assert await retention.forget_old(database, NOW) == 0
    async with database.reading(None) as session:

        async def names(column: Any) -> set[Any]:
            return set(await session.scalars(select(column)))

        assert await names(Event.event) == {"Ev1"}
        assert await names(OutboxMessage.key) == {"digest364", "notice400", "card4000", "poll900"}
        assert await names(Conversation.thread) == {"29"}
        assert await names(HeldLinks.message_ts) == {"80"}
        assert await names(HostTurn.host) == {"now.example"}
        rows = await session.execute(select(Occurrence.schedule_id, Occurrence.slot).order_by(Occurrence.id))
        assert [tuple(row) for row in rows] == [(1, "120"), (1, "90"), (2, "300"), (2, "200"), (2, "110")]
        assert await session.scalar(select(func.count()).select_from(Schedule)) == 2


async def test_links_standings_and_lines_of_the_log_have_their_time_and_what_is_needed_stays(
    database: Database,
) -> None:
    async with database.transaction(None) as session:
        session.add(Workspace(id="T1", name="T", installed_at=NOW))
    async with database.transaction("T1") as session:
        session.add(League(id=1, name="L", channel="C1", created_by="U1", created_at=NOW))
        await session.flush()
        for days in (399, 401):
            session.add(SeenLink(channel="C1", message_ts=f"{days}", canonical="x:a", at=ago(days)))
        for action, years in (
            ("vote.opened", 4),
            ("vote.opened", 6),
            ("owner.added", 6),
            ("paper.replayed", 6),
        ):
            session.add(
                AuditLine(league_id=1, user="U1", action=action, detail={"y": years}, at=ago(years * 365))
            )
        for number, (days, hour) in enumerate(((300, 0), (300, 1), (300, 2), (299, 0), (99, 0), (99, 1)), 1):
            session.add(
                Standings(
                    id=number, league_id=1, cause="match", entries=0, outcomes=number, figures=b"",
                    at=ago(days) + timedelta(hours=hour),
                )
            )  # fmt: skip
        await session.flush()
        session.add(
            Tournament(
                league_id=1, budget_matches=1, channel="C1", started_by="U1", created_at=NOW, before_id=1,
            )
        )  # fmt: skip
    assert await retention.forget_old(database, NOW) == 3
    assert await retention.forget_old(database, NOW) == 0
    async with database.reading(None) as session:
        assert list(await session.scalars(select(SeenLink.message_ts))) == ["399"]
        assert sorted(await session.scalars(select(AuditLine.action))) == [
            "owner.added", "paper.replayed", "vote.opened",
        ]  # fmt: skip
        assert list(await session.scalars(select(Standings.id).order_by(Standings.id))) == [1, 3, 4, 5, 6]
