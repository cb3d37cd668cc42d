"""What a click changes shows before the cards while forty wait for Slack's rate limits, through the whole bot."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from bot.settings.variables import Settings
from bot.work.timing import RealTime
from tests.slack.conftest import FOUR, Group, a_group, shown
from tests.slack.test_intake import many

MOST_BEFORE = 3
"""Cards that may still be posted between a click's ack and its effect; forty wait."""
LONGEST_S = 20.0


async def _seconds_until(happened: Callable[[], bool], began: float) -> float:
    while not happened():
        assert monotonic() - began < LONGEST_S, "it never shows"
        await asyncio.sleep(0.02)
    return monotonic() - began


def _cards(group: Group) -> int:
    return len(group.messages(kind="card"))


def _differs(group: Group, old: str) -> bool:
    return shown(group.messages("vote.cast")[0]) != old


@pytest.mark.slow
async def test_the_effect_of_a_click_goes_before_the_forty_cards_that_are_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_group(tmp_path, time=RealTime()) as group:
        alice, bob, carol, dan = (group.people[name] for name in ("alice", "bob", "carol", "dan"))
        await alice.posts(" ".join(FOUR))
        await alice.runs("/rank tournament start 6 matches")
        await group.until(lambda: bool(group.messages("match.challenge")))
        match = group.messages("match.challenge")[0]
        before = _cards(group)
        # From here Slack takes one message a second in a channel, and the bot keeps to it.
        group.slack.pace.message_seconds = 1.0
        interval = Settings.model_fields["post_interval_s"].default
        object.__setattr__(group.app.settings, "post_interval_s", interval)
        await group.slack.post(bob.id, group.channel, many(20))
        await group.slack.post(carol.id, group.channel, many(40).split(" ", 20)[20])
        began = monotonic()
        await _seconds_until(lambda: _cards(group) >= before + 3, began)
        took: dict[str, tuple[float, float, int]] = {}

        began = monotonic()
        await group.slack.click(
            dan.id, match, lambda e: str(e.get("action_id")).startswith("match.challenge")
        )
        acked, cards = monotonic() - began, _cards(group)
        seconds = await _seconds_until(lambda: bool(group.messages("vote.cast")), began)
        took["a poll is posted"] = acked, seconds, _cards(group) - cards

        for person in (alice, dan):
            (poll,) = group.messages("vote.cast")
            old = shown(poll)
            began = monotonic()
            await group.slack.click(
                person.id, poll, lambda e: str(e.get("action_id")).startswith("vote.cast")
            )
            acked, cards = monotonic() - began, _cards(group)
            changed = await _seconds_until(partial(_differs, group, old), began)
            took[f"the poll changes for {person.id}"] = acked, changed, _cards(group) - cards
        waiting = 40 + before - _cards(group)
        assert waiting >= 20, "most cards were still due all the while"
    with capsys.disabled():
        told = "\n{}: acked {:.2f} s, shown {:.2f} s, {} cards before it"
        print("".join(told.format(what, *figures) for what, figures in took.items()))
    assert all(cards <= MOST_BEFORE for _acked, _seconds, cards in took.values()), took
