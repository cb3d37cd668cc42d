"""What a channel and a person are sent, counted: one quiet day and one busy day in a league of thirty papers."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.standings import refit
from storage.tables import Entry, League, Paper
from tests.slack.conftest import ATTENTION, BERT, FOUR, GPT3, RESNET, Group, a_group, key, shown

OLD = 26
"""Papers that were there before; the four of the busy day make it thirty."""


@pytest.fixture
async def thirty(tmp_path: Path) -> AsyncIterator[Group]:
    """Alice's league, whose old papers rest; the digest comes at 08:30, matches are played at 19:00."""
    async with a_group(tmp_path) as group:
        group.slack.pace.per_minute["chat.update"] = 0  # weeks pass in seconds here
        await group.people["alice"].runs("/rank settings")
        await group.people["alice"].submits(zone="UTC")
        async with group.app.database.transaction(group.slack.world.team) as session:
            league = await session.scalar(select(League))
            assert league is not None
            league.target_interval = 5_000
            for number in range(OLD):
                paper = Paper(
                    canonical=f"x:{number}", url=f"https://example.org/{number}", status="known", title=f"Old {number}",
                    title_raw=f"Old {number}", search_text=f"old {number}", abstract=f"About {number}.",
                    created_at=group.time.now(),
                )  # fmt: skip
                session.add(paper)
                await session.flush()
                session.add(
                    Entry(
                        league_id=league.id, paper_id=paper.id, submitted_by=group.people["alice"].id,
                        submitted_at=group.time.now() - timedelta(days=9), channel=group.channel,
                    )
                )  # fmt: skip
            await session.flush()
            await refit.refit(session, league.id, cause="test", now=group.time.now())
        await group.calm()
        yield group


class Sent:
    """What was newly posted since: to the channel itself, into its threads, and to each person."""

    def __init__(self, group: Group) -> None:
        self.group, self.before = group, len(group.slack.calls)

    @property
    def _posts(self) -> list[tuple[str, str, bool]]:
        return [
            (
                str(call.arguments["channel"]),
                key(call.arguments).partition(":")[0],
                "thread_ts" in call.arguments,
            )
            for call in self.group.slack.calls[self.before :]
            if call.method in {"chat.postMessage", "chat.postEphemeral"} and call.answer["ok"]
        ]

    @property
    def channel(self) -> Counter[str]:
        """Kinds of the messages that stand in the channel itself: these make it unread."""
        return Counter(
            k for where, k, threaded in self._posts if where == self.group.channel and not threaded
        )

    @property
    def threads(self) -> Counter[str]:
        """Kinds of the messages in threads: these are seen by who follows the thread."""
        return Counter(k for where, k, threaded in self._posts if where == self.group.channel and threaded)

    def person(self, name: str) -> Counter[str]:
        """Kinds of the direct messages to one person."""
        person = self.group.people[name].id
        return Counter(k for where, k, _ in self._posts if where in {person, self.group.slack.dm(person)})


async def _a_day_passes(group: Group) -> None:
    """From 10 in the morning past the evening's matches and the next morning's digest to 10 again."""
    for hours in (9.1, 13.5, 1.4):
        group.time.move(timedelta(hours=hours))
        await group.app.clock.tick()
        await group.calm()


@pytest.mark.slow
async def test_a_quiet_day_and_a_busy_day_send_what_they_must_and_no_more(thirty: Group) -> None:
    alice, bob, carol, dan = (thirty.people[name] for name in ("alice", "bob", "carol", "dan"))
    quiet = Sent(thirty)
    await _a_day_passes(thirty)
    assert quiet.channel == {"digest": 1}, "a line that nothing happened; `digest quiet silent` spares it"
    assert not quiet.threads
    assert not [name for name in thirty.people if quiet.person(name)]
    await alice.runs("/rank digest quiet silent")

    silent = Sent(thirty)
    await _a_day_passes(thirty)
    assert not silent.channel
    assert not silent.threads

    said = await alice.asks("/rank tournament schedule every weekday at 19:00 24 matches ±20")
    assert "24 matches" in said
    busy = Sent(thirty)
    await bob.posts(f"{ATTENTION} and {BERT}")
    await carol.posts(GPT3)
    await carol.posts(RESNET)
    await dan.posts(f"as said above, {RESNET}", thread_ts=None)
    await dan.runs("/rank follow attention")
    await _a_day_passes(thirty)
    assert busy.channel == {"tournament": 1, "digest": 1}
    threads = busy.threads
    assert threads["card"] == 5, "one under each message with a link, though one paper came twice"
    assert threads["match"] <= 10, "those worth reading, not all 24"
    assert threads["picture"] == 1, "how the ranks went, in the tournament's thread"
    assert set(threads) <= {"card", "match", "more", "picture"}
    assert not busy.person("alice"), "an owner hears of nothing that needs no owner"
    assert not busy.person("bob")
    assert not busy.person("carol")
    assert set(busy.person("dan")) <= {"notice"}
    assert busy.person("dan").total() <= 1, "a follower hears of a rank once a tournament"

    voted = Sent(thirty)
    await bob.clicks(thirty.messages("match.challenge")[0], "match.challenge")
    await carol.presses(thirty.messages("vote.cast")[0], "Draw")
    for _ in range(5):  # two of them are a weekend, which no vote counts
        await _a_day_passes(thirty)
    assert voted.threads["poll"] == voted.threads["poll_result"] == 1
    assert voted.person("carol") == {}, "who voted is not reminded"
    for name in ("alice", "bob"):
        assert voted.person(name) == {"poll_reminder": 1}
    assert set(voted.person("dan")) <= {"poll_reminder", "notice"}
    assert len(FOUR) + OLD == 30
    assert shown(thirty.messages(kind="digest")[-1])
