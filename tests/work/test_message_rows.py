"""Messages as rows: what asks for them, who posts which next, and what a post leaves behind."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from storage.database.engine import Transaction
from storage.tables import OutboxMessage, Workspace
from storage.work import delivery, outbox
from tests.work.rows import NOW, ahead, announced, message, opened, values_of


async def seen(session: Transaction, row: int, *names: str) -> tuple[object, ...]:
    return await values_of(session, OutboxMessage, row, *names)


NEWER = {
    "due": ("due", 3), "posting": ("posting", 3), "posted": ("due", 3), "failed": ("due", 0), "ended": ("ended", 3),
    "deleted": ("deleted", 3),
}  # fmt: skip
"""Status of a message → its status and attempts once a newer version is asked for."""


async def test_a_newer_version_is_due_unless_its_place_takes_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        other = await message(session, "other", status="posted", about_id=800)
        for about, (before, (after, attempts)) in enumerate(NEWER.items()):
            row = await message(session, before, status=before, attempts=3, options={"a": 1}, about_id=about)
            for number, again in enumerate((None, {"b": 2}, {}), start=2):
                wanted = await outbox.want(
                    session, channel="C1", key=before, kind="poll", now=ahead(days=1), options=again
                )
                assert wanted == row
                options = {"a": 1} if again is None else again
                expected = (after, attempts, number, options, NOW, False, about)
                names = ("status", "attempts", "wanted", "options", "created_at", "is_urgent", "about_id")
                assert await seen(session, row, *names) == expected, before
                assert announced(session) == [("message", row)]
            assert await outbox.bump(session, "poll", about) == await outbox.bump_rows(session, [row]) == 1
            assert await outbox.bump(session, "card", about) == await outbox.bump(session, "poll", 900) == 0
            assert await seen(session, row, "status", "wanted") == (after, 6)
            assert announced(session) == [("message", row)] * 2
        assert await seen(session, other, "status", "wanted") == ("posted", 1)


async def test_a_new_message_is_stored_as_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        row = await outbox.want(
            session, channel="C1", key="k", kind="card", now=NOW, about_id=5, options=outbox.then("poll", "p:5"),
            thread_key="t", thread_ts="1.5", person="U1",
        )  # fmt: skip
        names = ("kind", "status", "wanted", "posted", "about_id", "thread_key", "thread_ts", "person")
        assert await seen(session, row, *names) == ("card", "due", 1, 0, 5, "t", "1.5", "U1")
        plain = await outbox.want(session, channel="C2", key="k", kind="card", now=NOW)
        assert plain != row
        assert await seen(session, plain, "options", "about_id", "is_urgent") == ({}, None, False)
        announced(session)
        await outbox.want_next(session, "C1", 5, {}, NOW)
        assert announced(session) == []
        await outbox.want_next(session, "C1", 5, outbox.then("poll", "p:5"), NOW)
        ((_, following),) = announced(session)
        assert await seen(session, following, "kind", "key", "channel", "about_id") == (
            "poll",
            "p:5",
            "C1",
            5,
        )


async def test_urgent_holds_for_its_block_and_a_message_stays_urgent(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        row = await message(session, "k", about_id=1)
        for block, bumped, is_urgent in (
            (outbox.background, outbox.bump, False), (outbox.urgent, outbox.bump, True),
            (outbox.background, outbox.bump, True),
        ):  # fmt: skip
            with block():
                await bumped(session, "poll", 1)
            assert await seen(session, row, "is_urgent") == (is_urgent,)
        with outbox.urgent():
            new = await outbox.want(session, channel="C1", key="n", kind="card", now=NOW)
            with outbox.background():
                quiet = await outbox.want(session, channel="C1", key="q", kind="card", now=NOW)
        after = await outbox.want(session, channel="C1", key="a", kind="card", now=NOW)
        assert [await seen(session, each, "is_urgent") for each in (new, quiet, after)] == [
            (True,), (False,), (False,),
        ]  # fmt: skip
        await outbox.want(session, channel="C1", key="n", kind="card", now=NOW)
        assert await seen(session, new, "is_urgent") == (True,)
        with outbox.urgent():
            await outbox.want(session, channel="C1", key="q", kind="card", now=NOW)
        assert await seen(session, quiet, "is_urgent") == (True,)


async def test_what_ended_comes_again_by_its_channel_or_its_reason(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        ended = await message(
            session, "a", status="ended", failure="gone", attempts=2, not_before=ahead(days=1)
        )
        elsewhere = await message(session, "b", channel="C2", status="ended", failure="gone")
        for status in ("posted", "failed", "deleted"):
            await message(session, status, status=status, failure="gone")
        assert await outbox.reopen(session, "C1") == 1
        assert announced(session) == [("message", ended)]
        names = ("status", "attempts", "failure", "not_before")
        assert await seen(session, ended, *names) == ("due", 0, None, None)
        assert await outbox.reopen_after(session, ["other"]) == 0
        assert await outbox.reopen_after(session, ["gone", "other"]) == 1
        assert announced(session) == [("message", elsewhere)]


async def test_a_place_is_known_once_posted(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        await message(session, "due")
        moved = await message(session, "dm", ts="2.0", posted_channel="D1")
        here = await message(session, "here", ts="3.0")
        assert await outbox.place(session, "C1", "due") is None
        assert await outbox.place(session, "C1", "none") is None
        assert await outbox.place(session, "C1", "dm") == ("D1", "2.0")
        assert await outbox.place(session, "C1", "here") == ("C1", "3.0")
        assert await outbox.place(session, "C2", "here") is None
        both = await outbox.places(session, "C1", ["due", "dm", "here", "none"])
        assert both == {"dm": ("D1", "2.0"), "here": ("C1", "3.0")}
        assert await outbox.places(session, "C2", ["here"]) == {}
        assert await outbox.is_wanted(session, "C1", "due")
        assert not await outbox.is_wanted(session, "C1", "none")
        assert not await outbox.is_wanted(session, "C2", "due")
        for channel, ts, is_taken in (
            ("D1", "2.0", True), ("C1", "2.0", False), ("C1", "3.0", True), ("C1", "4.0", False),
        ):  # fmt: skip
            assert await outbox.is_taken(session, channel, ts) is is_taken
        for row, ts, elsewhere in (
            (moved, "2.0", False),
            (moved, "2.5", True),
            (here + 9, "2.0", True),
            (1, "2.0", False),
        ):
            assert await outbox.stands_elsewhere(session, row, ts) is elsewhere


async def test_the_backlog_counts_what_waits(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        assert await outbox.backlog(session) == (0, None)
        for minutes, status in enumerate(("due", "posting", "posted", "failed", "ended")):
            await message(session, status, status=status, created_at=ahead(minutes=-minutes))
        assert await outbox.backlog(session) == (2, ahead(minutes=-1))


async def _posting(session: Transaction, key: str = "k", **values: object) -> int:
    return await message(session, key, **{"status": "posting", "leased_until": ahead(seconds=30), **values})


async def test_an_attempt_renews_the_lease_and_is_remembered(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        row = await _posting(session)
        attempt = await delivery.note_attempt(session, row, ahead(seconds=30), ahead(seconds=5), 60)
        assert attempt == delivery.PostAttempt(ahead(seconds=65), None)
        assert await seen(session, row, "tried_at", "leased_until") == (ahead(seconds=5), ahead(seconds=65))
        again = await delivery.note_attempt(session, row, ahead(seconds=65), ahead(seconds=9), 60)
        assert again is not None
        assert await seen(session, row, "tried_at") == (ahead(seconds=5),)
        assert await delivery.note_attempt(session, row, ahead(seconds=65), ahead(seconds=9), 60) is None
        lost = await _posting(session, "lost", status="due")
        assert await delivery.note_attempt(session, lost, ahead(seconds=30), NOW, 60) is None
        assert await seen(session, lost, "tried_at") == (None,)
        for place, posted_channel in (("C1", None), ("D1", "D1")):
            there = await _posting(session, place, ts="1.0", posted_channel=posted_channel)
            attempt = await delivery.note_attempt(session, there, ahead(seconds=30), NOW, 60)
            assert attempt is not None
            assert attempt.place == (place, "1.0")


AFTER = (
    "status",
    "posted",
    "ts",
    "posted_channel",
    "is_urgent",
    "attempts",
    "failure",
    "not_before",
    "leased_until",
)


async def test_a_post_is_noted_once_and_a_newer_version_is_due(tmp_path: Path) -> None:
    cases: dict[str, tuple[int, str | None, int, tuple[object, ...]]] = {
        "newest": (2, None, 30, ("posted", 2, "1.0", "D1", False, 0, None, None, None)),
        "newer wanted": (3, None, 30, ("due", 2, "1.0", "D1", True, 0, None, None, None)),
        "updated": (2, "1.0", 30, ("posted", 2, "1.0", "C9", False, 0, None, None, None)),
        "another was first": (2, "0.5", 30, ("due", 1, "0.5", "C9", True, 0, None, None, None)),
        "lease lost": (
            2, None, 31, ("posting", 1, "1.0", "D1", True, 4, "slow", ahead(days=1), ahead(seconds=30))
        ),
    }  # fmt: skip
    async with opened(tmp_path) as session:
        other = await _posting(session, "other")
        for case, (wanted, ts, until, expected) in cases.items():
            row = await _posting(
                session, case, wanted=wanted, posted=1, ts=ts, posted_channel=ts and "C9", attempts=4,
                failure="slow", not_before=ahead(days=1), is_urgent=True,
            )  # fmt: skip
            stands = await delivery.note_posted(
                session, row, until=ahead(seconds=until), version=2, ts="1.0", channel="D1"
            )
            assert stands == (ts or "1.0")
            assert await seen(session, row, *AFTER) == expected, case
            assert announced(session) == ([("message", row)] if expected[0] == "due" else [])
        assert await seen(session, other, "status", "ts", "leased_until") == (
            "posting",
            None,
            ahead(seconds=30),
        )


def test_a_message_of_which_no_more_is_known_is_neither_urgent_nor_leased_nor_somebodys() -> None:
    plain = delivery.MessageRequest(1, "C1", "key", "match", None, {}, None, None, 1, None, None, None)
    assert (plain.is_urgent, plain.may_be_another_row) == (False, False)
    assert (plain.held_until, plain.person) == (None, None)


async def test_a_message_ends_unless_a_newer_version_may_fit(tmp_path: Path) -> None:
    cases: list[tuple[int | None, int, str, tuple[object, ...]]] = [
        (None, 30, "posting", ("ended", "gone", None, 4)),
        (3, 30, "posting", ("ended", "gone", None, 4)),
        (2, 30, "posting", ("due", None, None, 0)),
        (2, 31, "posting", ("posting", "slow", ahead(seconds=30), 4)),
        (None, 31, "posting", ("posting", "slow", ahead(seconds=30), 4)),
        (None, 30, "posted", ("posted", "slow", ahead(seconds=30), 4)),
    ]
    async with opened(tmp_path) as session:
        for number, (version, until, status, expected) in enumerate(cases):
            row = await _posting(session, f"{number}", status=status, wanted=3, attempts=4, failure="slow")
            await delivery.end_message(session, row, ahead(seconds=until), "ended", "gone", version)
            names = ("status", "failure", "leased_until", "attempts")
            assert await seen(session, row, *names) == expected, number
            assert announced(session) == ([("message", row)] if expected[0] == "due" else [])


async def test_a_message_is_read_with_its_place_and_its_lease(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        row = await message(
            session, "k", about_id=4, options={"a": 1}, thread_key="t", thread_ts="0.1", wanted=6, ts="1.0",
            posted_channel="D1", tried_at=NOW, leased_until=ahead(seconds=30), person="U1",
        )  # fmt: skip
        assert await delivery.request_of(session, row) == delivery.MessageRequest(
            row, "C1", "k", "poll", 4, {"a": 1}, "t", "0.1", 6, "1.0", "D1", NOW, ahead(seconds=30),
            is_urgent=True, person="U1",
        )  # fmt: skip
        for number, (kind, asked_for, is_urgent) in enumerate(
            (("poll", False, True), ("card", False, False), ("card", True, True), ("match", False, False))
        ):
            row = await message(session, f"{number}", kind=kind, is_urgent=asked_for)
            assert (await delivery.request_of(session, row)).is_urgent is is_urgent
        assert await delivery.channel_of(session, row) == "C1"
        assert await delivery.channel_of(session, row + 1) is None


BACKUP = ahead(days=-2)


async def test_after_a_restore_a_message_may_stand_already(tmp_path: Path) -> None:
    cases: list[tuple[timedelta, datetime | None, str | None, tuple[object, bool]]] = [
        (delivery.AFTER_RESTORE, None, None, (BACKUP, True)),
        (delivery.AFTER_RESTORE + timedelta(seconds=1), None, None, (None, False)),
        (delivery.AFTER_RESTORE + timedelta(seconds=1), NOW, None, (NOW, False)),
        (timedelta(0), NOW, None, (BACKUP, True)),
        (timedelta(0), BACKUP - timedelta(days=1), None, (BACKUP - timedelta(days=1), True)),
        (timedelta(0), NOW, "1.0", (NOW, False)),
    ]
    async with opened(tmp_path, None) as session:
        workspace = await session.get_one(Workspace, "T1")
        workspace.restored_from, workspace.restored_at = BACKUP, NOW
    async with opened(tmp_path) as session:
        for number, (created, tried, ts, expected) in enumerate(cases):
            row = await message(session, f"{number}", created_at=NOW + created, tried_at=tried, ts=ts)
            request = await delivery.request_of(session, row)
            assert (request.tried_at, request.may_be_another_row) == expected, number


async def test_a_parent_wakes_the_due_messages_of_its_thread(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        parent = await message(session, "parent", status="posted", ts="1.0")
        waiting = await message(session, "child", thread_key="parent", not_before=ahead(days=1))
        posted = await message(
            session, "posted", thread_key="parent", status="posted", not_before=ahead(days=1)
        )
        await message(session, "far", thread_key="parent", channel="C2")
        await message(session, "other", thread_key="uncle")
        assert list(await delivery.waiting_under(session, parent)) == [waiting]
        await delivery.wake(session, [waiting, posted])
        assert announced(session) == [("message", waiting), ("message", posted)]
        assert await seen(session, waiting, "not_before") == (None,)
        assert await seen(session, posted, "not_before") == (ahead(days=1),)


async def test_the_next_message_of_a_channel_is_the_oldest_of_its_kind(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:

        async def next_one(
            kind: tuple[bool, bool], *last_served: str, now: datetime = NOW, channel: str = "C1"
        ) -> object:
            is_posted, is_urgent = kind
            row = await delivery.next_in(
                session, channel, now, is_posted=is_posted, is_urgent=is_urgent, last_served=last_served
            )
            return None if row is None else (await seen(session, row, "key"))[0]

        due: dict[str, dict[str, Any]] = {
            "early": {"not_before": ahead(minutes=1)}, "posting": {"status": "posting"},
            "elsewhere": {"channel": "C2"}, "asked card": {"kind": "card", "is_urgent": True}, "poll": {},
            "poll 2": {}, "card": {"kind": "card", "person": "U1"}, "match": {"kind": "match", "person": "U2"},
            "nobody's": {"kind": "match"}, "old poll": {"ts": "1.0"}, "old card": {"ts": "2.0", "kind": "card"},
        }  # fmt: skip
        for key, values in due.items():
            await message(session, key, **values)
        waited, quiet = (False, True), (False, False)
        assert await next_one(waited) == "poll"
        assert await next_one(waited, now=ahead(minutes=1)) == "early"
        assert await next_one(waited, channel="C2") == "elsewhere"
        assert await next_one(quiet, channel="C2") is None
        assert await next_one(quiet) == "card"
        assert await next_one(quiet, "U1") == "match"
        assert await next_one(quiet, "U1", "U2") == "nobody's"
        assert await next_one(quiet, "", "U2", "U1") == "nobody's"
        assert await next_one(quiet, "U2", "", "U1") == "match"
        assert await next_one((True, True)) == "old poll"
        assert await next_one((True, False)) == "old card"
        assert await delivery.due_in(session, "C1", NOW) == {
            (False, True), (False, False), (True, True), (True, False),
        }  # fmt: skip
        assert await delivery.due_in(session, "C2", NOW) == {(False, True)}
        for key in ("poll", "poll 2"):
            await delivery.wake(session, [])
            row = await outbox.want(session, channel="C1", key=key, kind="poll", now=NOW)
            (await session.get_one(OutboxMessage, row)).status = "posted"
        await session.flush()
        assert await next_one(waited) == "asked card"


async def test_a_removed_workspace_has_no_next_message(tmp_path: Path) -> None:
    async with opened(tmp_path, "T2") as session:
        await message(session, "k")
        assert await delivery.due_in(session, "C1", NOW) == set()
        assert await delivery.next_in(session, "C1", NOW, is_posted=False, is_urgent=True) is None


async def test_replies_go_to_the_thread_of_the_topmost_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as session:
        await message(session, "top", status="posted", ts="1.0")
        await message(session, "child", status="due", ts="2.0", thread_key="top")
        await message(session, "grandchild", status="posted", ts="3.0", thread_key="child")
        await message(session, "foreign", status="posted", ts="4.0", thread_ts="0.5")
        await message(session, "unposted", status="failed")
        await message(session, "waiting", status="posted", ts="5.0", thread_key="unposted")
        await message(session, "orphan", status="posted", ts="6.0", thread_key="nobody")
        for key, root in {
            "top": ("posted", "1.0"), "child": ("due", "1.0"), "grandchild": ("posted", "1.0"),
            "foreign": ("posted", "0.5"), "unposted": ("failed", None), "waiting": ("failed", None),
            "orphan": ("posted", None), "nobody": ("none", None),
        }.items():  # fmt: skip
            assert await delivery.root(session, "C1", key) == root, key
        assert await delivery.root(session, "C2", "top") == ("none", None)
