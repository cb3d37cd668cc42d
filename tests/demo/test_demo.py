"""The demo's day, as a person starts it."""

import json
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.demo.day import furnish, open_demo, play
from storage.errors import SettingsError
from tests.slack.conftest import ATTENTION, a_group

KEYS = {
    "papers", "assessments", "matches", "draws", "overrides", "digests", "messages", "seconds", "standings",
}  # fmt: skip
ROW_KEYS = {
    "rank", "rank_low", "rank_high", "title", "paper", "score", "interval", "wins", "losses", "draws",
    "matches", "rating", "significance", "rigor", "novelty", "clarity",
}  # fmt: skip


async def test_a_port_that_is_taken_is_said_in_a_sentence(unused_tcp_port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", unused_tcp_port))
        other.listen()
        with pytest.raises(SettingsError, match=f"can't listen on port {unused_tcp_port} .* --port"):
            async with open_demo(unused_tcp_port):
                pass


@pytest.mark.slow
async def test_two_days_on_the_pages_clock_miss_no_digest(tmp_path: Path) -> None:
    async with a_group(tmp_path) as group:
        furnish(group.slack, group.app, group.time)
        await group.people["bob"].posts(ATTENTION)
        assert group.slack.on_move_clock is not None
        await group.slack.on_move_clock((group.time.now() + timedelta(days=2)).timestamp())
        await group.calm()
        assert len(group.messages(kind="digest")) == 2


@pytest.mark.slow
def test_the_demo_plays_its_day_and_prints_one_object() -> None:
    program = Path(sys.executable).with_name("paperbout")
    done = subprocess.run(
        [program, "demo", "--once", "--json"], capture_output=True, text=True, timeout=240, check=True
    )
    day = json.loads(done.stdout)
    assert set(day) == KEYS
    assert day["papers"] >= 24
    assert day["assessments"] >= day["papers"]
    assert (day["overrides"], day["digests"]) == (1, 1)
    assert len(day["standings"]) == day["papers"]
    assert all(set(row) == ROW_KEYS for row in day["standings"])
    assert sum(row["matches"] for row in day["standings"]) == 2 * day["matches"]


@pytest.mark.slow
async def test_the_strip_leads_to_a_verdict_on_which_the_judges_disagree() -> None:
    async with open_demo() as demo:
        await play(demo, lambda _words, _share: None, visitor=True)
        challenge = next(step for step in demo.slack.guide if step.get("action") == "match.challenge")
        [match] = [message for message in demo.bot_messages() if message["ts"] == challenge["ts"]]
        assert "The judges disagreed" in json.dumps(match)
        assert "match.challenge" in json.dumps(match), "it can be challenged"
