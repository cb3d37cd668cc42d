"""What whoever runs the program sees: figures, health, and one line an event without secrets or texts."""

import json
import logging
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.settings import Settings
from handlers.app import serving_metrics
from handlers.web import logs
from handlers.web.health_and_metrics import health_routes
from storage.database.engine import Database
from storage.migrations import running
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, Group, Person

WORDS = "a sentence that only Bob wrote"


async def figures(group: Group) -> dict[str, float]:
    """Every sample by its name and labels."""
    assert group.slack.deliveries.url is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(group.slack.deliveries.url.replace("/slack/events", "/metrics"))
    assert answer.status_code == 200
    return {
        sample.name + "".join(f" {value}" for _name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_the_figures_tell_calls_jobs_acks_and_refusals(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} and {BERT}")
    group.slack.faults.unknown_method("reactions.add")
    await bob.posts("https://arxiv.org/abs/2005.14165")
    await bob.runs("/rank")
    found = await figures(group)
    assert found["paperbout_judge_calls_total offline assessment ok"] == 3
    assert found["paperbout_cost_usd_total offline"] == 0
    assert found["paperbout_jobs_total assessment done"] == 3
    assert found["paperbout_ack_seconds_count command"] == 1
    assert found["paperbout_ack_seconds_count event_callback"] >= 2
    assert found["paperbout_slack_errors_total unknown_method reactions.add"] >= 1
    assert found["paperbout_queue_rows assessment"] == 0
    assert found["paperbout_outbox_rows"] == 0
    assert found["paperbout_database_up"] == 1


async def test_what_waits_is_counted_with_its_age(group: Group) -> None:
    now = group.time.now()
    async with group.app.database.transaction(group.slack.world.team) as session:
        await outbox.want(session, channel="C1", key="x:1", kind="greeting", now=now - timedelta(minutes=5))
        session.info["due"].clear()  # nobody is told, so that it waits for the next sweep
    found = await figures(group)
    assert found["paperbout_outbox_rows"] == 1
    assert found["paperbout_outbox_lag_seconds"] == 300


async def test_a_process_without_a_port_is_watched_at_one_of_its_own(group: Group) -> None:
    group.app.settings = group.app.settings.model_copy(update={"metrics_port": 0, "host": "127.0.0.1"})
    with structlog.testing.capture_logs() as lines:
        async with serving_metrics(group.app):
            (port,) = [line["port"] for line in lines if line["event"] == "watched"]
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                assert "paperbout_outbox_rows" in (await client.get("/metrics")).text
                assert (await client.get("/healthz")).json() == {"alive": True, "ready": True}


@pytest.mark.slow
async def test_ready_only_when_migrated_and_the_database_answers_alive_otherwise(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    transport = httpx.ASGITransport(app=Starlette(routes=health_routes(database)))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        before = await client.get("/healthz")
        assert before.status_code == 503
        assert "paperbout migrate" in before.json()["reason"]
        assert (await client.get("/healthz/alive")).status_code == 200
        await running.upgrade(database)
        assert (await client.get("/healthz")).status_code == 200
        await database.close()
        gone = Database("postgresql://nobody@127.0.0.1:1/none")
        lost = httpx.ASGITransport(app=Starlette(routes=health_routes(gone)))
        async with httpx.AsyncClient(transport=lost, base_url="http://x") as other:
            answer = await other.get("/healthz")
            assert answer.status_code == 503
            assert answer.json()["alive"] is True
            assert (await other.get("/healthz/alive")).status_code == 200
        await gone.close()


async def test_every_event_leaves_one_line_with_its_ids_and_no_text_of_people(
    group: Group, bob: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(Settings(_env_file=None))
    try:
        await bob.posts(f"{WORDS}: {ATTENTION} and {BERT}")
        await bob.runs(f"/rank {WORDS}")
        await bob.runs("/rank tournament start 1 match")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers.clear()
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert WORDS not in printed
    assert group.slack.bot_token not in printed
    team = group.slack.world.team
    assert all(
        line["workspace"] == team for line in lines if line["event"] in {"handled", "refused", "job_done"}
    )
    judged = [line for line in lines if line["event"] == "job_done" and line["job"] == "match"]
    assert judged
    assert all({"match", "league", "row", "seconds"} <= set(line) for line in judged)
    commands = [line for line in lines if line.get("listener") == "/rank"]
    assert len(commands) == 2, "one line each"
    assert all("league" in line for line in commands)


def test_what_looks_like_a_secret_is_blacked_out_wherever_it_stands() -> None:
    event = {
        "event": "x", "one": "xoxb-1-abc", "two": "xoxe.xoxb-1-abc", "three": "sk-proj-0123456789",
        "four": "postgresql://me:hunter2@db/x", "five": "xapp-1-A", "row": 7,
    }  # fmt: skip
    shown = json.dumps(logs.without_secrets(None, "info", dict(event)))
    for secret in ("abc", "0123456789", "hunter2", "xapp"):
        assert secret not in shown
    assert '"row": 7' in shown


def test_secrets_of_every_kind_are_blacked_out_at_any_depth() -> None:
    kinds = {
        "slack": "xoxe-1-My0x0123456789", "openai": "sk-ant-api03-abcdefgh01", "groq": "gsk_abcdefgh0123",
        "hf": "hf_abcdefgh0123",
        "github": "ghp_abcdefgh0123456789", "aws": "AKIAABCDEFGHIJKLMNOP", "jwt": "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
        "fernet": "gAAAAABmabcdefghijklmnopqrstuvwxyz0123456789==", "bearer": "Authorization: Bearer abcdefgh.0123",
        "url": "https://hooks.slack.com/commands/T1/2/abcdefgh0123", "query": "https://x.example/y?api_key=abcdefgh0123&z=1",
        "oauth": "https://x.example/slack/callback?code=1234567.abcdefgh0123",
        "json": '{"client_secret": "abcdefgh0123"}',
    }  # fmt: skip
    event = {"event": "x", "deep": {"list": [*kinds.values()], "error": ValueError(kinds["openai"])}, **kinds}
    line = json.dumps(logs.without_secrets(None, "info", event))
    for name, secret in kinds.items():
        assert secret not in line, name
    for part in ("abcdefgh", "My0x", "sdW", "c2lnb", "BCDEFG"):
        assert part not in line
    assert "channel_not_found" in json.dumps(
        logs.without_secrets(None, "info", {"event": "x", "error": "{'code': 'channel_not_found'}"})
    )


@pytest.mark.parametrize(
    "text",
    [
        "bearer\t{}", "postgresql://bot:a@{}@db/x", "postgresql+psycopg://bot:a/{}@db/x", "https://{}@github.com/x",
        "password = '{}'", "https://api.zotero.org/groups/1?key={}&x=1", "Zotero-API-Key: {}", "code={}&state=1",
        "Cookie: session={}", "b'api_key': b'{}'", "token%3D{}", "passphrase={}", "xoxb%2D1%2D{}",
        "AWS_SECRET_ACCESS_KEY={}", "whsec_{}", "xoxe.xoxp-1-{}", "sk-proj-{}", "gsk_{}", "AIza{}", "PGPASSWORD={}",
        "ghu_{}", "xai-{}", "pb_12_{}", "GET /published/{}/index.html", "https%3A%2F%2Fx.org%2Fpublished%2F{}%2F",
        "whsec_/+{}", "'webhook-signature': 'v1,{}'", "[('authorization', '{}')]", "'set-cookie': 'session={}; Path=/'",
        "https://discord.com/api/webhooks/1/{}", "bearer   {}", "-----BEGIN PRIVATE KEY-----\n{}\n-----END",
    ],
)  # fmt: skip
def test_a_secret_is_blacked_out_however_it_is_written(text: str) -> None:
    secret = "Zq8w7Lk2Vn4Xc6Bt9Mp1R"
    assert secret[:10] not in str(logs.masked(text.format(secret)))


def test_the_settings_own_secrets_are_blacked_out_whatever_they_look_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "_known_secrets", set())
    logs.hide_secrets(
        Settings(
            _env_file=None,
            slack_signing_secret=SecretStr("0f1e2d3c4b5a"),
            model_keys=SecretStr("llm.example=plain-words-key"),
            database_url="postgresql://me:p%40ssword1@db/x",
        )
    )
    told = {
        "event": "0f1e2d3c4b5a and plain-words-key",
        "password": "p@ssword1 or p%40ssword1",
        "host": "llm.example",
    }
    line = json.dumps(logs.without_secrets(None, "info", told))
    for secret in ("0f1e2d3c4b5a", "plain-words-key", "p@ssword1", "p%40ssword1"):
        assert secret not in line


async def test_failed_rows_and_the_oldest_overdue_ones_are_counted(group: Group, bob: Person) -> None:
    await bob.posts("https://arxiv.org/abs/1901.00001")  # there is no such paper
    now = group.time.now()
    async with group.app.database.transaction(group.slack.world.team) as session:
        await outbox.want(session, channel="C1", key="x:1", kind="greeting", now=now - timedelta(minutes=5))
        session.info["due"].clear()
    found = await figures(group)
    assert found["paperbout_failed_rows paper"] == 1
    assert found["paperbout_failed_rows match"] == 0
    assert found["paperbout_overdue_seconds message"] >= 300
    assert found["paperbout_overdue_seconds match"] == found["paperbout_overdue_seconds poll"] == 0
    assert found["paperbout_event_loop_lag_seconds"] >= 0


STANDING = """
import asyncio, re, time
from handlers.web import loop_watch
loop_watch.STANDS_S = 2
lags = []

async def patient():
    await asyncio.sleep(3600)

async def main():
    waiting = asyncio.create_task(patient(), name="a patient task")
    async with loop_watch.watching_loop(lags.append):
        await asyncio.sleep(0.7)
        {stands}
        await asyncio.sleep(1.2)
        print("went on, late by", max(lags))

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("stands", ["time.sleep(30)", "re.match('(a+)+$', 'a' * 60 + 'b')"])
def test_a_loop_that_stands_writes_every_tasks_stack_and_ends_the_process(stands: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STANDING.format(stands=stands)],
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )
    assert done.returncode == 70
    assert "a patient task" in done.stderr
    assert "in patient" in done.stderr
    assert "in main" in done.stderr


@pytest.mark.slow
def test_a_process_that_was_stopped_for_longer_than_that_goes_on() -> None:
    script = STANDING.format(stands="print('ready', flush=True)")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGSTOP)
        time.sleep(4)
        child.send_signal(signal.SIGCONT)
        assert "went on, late by" in child.stdout.read()
        assert child.wait() == 0
