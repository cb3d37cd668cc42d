"""The approver's journey: reads what the bot can see, installs it without channels, erases a person, removes it."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.exchange.league_transfer import export_league
from handlers.app import PURGE_AFTER
from handlers.cli import main
from handlers.slack.workspaces.scopes_and_events import SCOPES, required_scopes
from storage.tables import Base
from tests.install.conftest import FIRST, Town, town
from tests.install.test_tokens import rows_left
from tests.slack.conftest import ATTENTION, BERT, GPT3, Group, Person, shown

__all__ = ["town"]

PAGE = Path(__file__).parents[2] / "docs" / "approving.md"
REASON = "The baselines of the first are older"


@pytest.fixture
def three(town: Town) -> Group:
    """Ann, who approves, with Ben and Cho; everything optional is declined."""
    slack, channel = town.first.slack, town.first.channel
    made = Group(slack, town.app, town.time, channel)
    people = {"ann": town.first.ann}
    for name in ("Ben", "Cho"):
        people[name.lower()] = slack.add_user(name, tz="UTC")
        slack.world.conversation(channel).members.append(people[name.lower()])
    made.people = {name: Person(made, user) for name, user in people.items()}
    return made


async def _typed(*words: str) -> Result:
    """A command of `paperbout`, as the operator types it while the bot runs."""
    return await asyncio.to_thread(CliRunner().invoke, main.cli, list(words))


async def _tables(group: Group) -> str:
    """Every row of every table, as text."""
    async with group.app.database.connection() as connection:
        rows = [
            row for table in Base.metadata.sorted_tables for row in await connection.execute(select(table))
        ]
    return "\n".join(str(tuple(row)) for row in rows)


def _ours(group: Group) -> str:
    """All that the bot's messages in the channel say now."""
    return "".join(
        shown({key: each.get(key) for key in ("text", "blocks", "metadata")}) for each in group.messages()
    )


async def _details(group: Group, person: Person) -> str:
    """The window behind a vote's result."""
    await person.clicks(group.messages("vote.result")[-1], "vote.result")
    return shown(person.modal)


async def _export(group: Group, person: Person) -> str:
    before = len(group.slack.files)
    await person.runs("/rank export")
    return "".join(file.content.decode() for file in group.slack.files[before:])


async def _plays_and_votes(group: Group) -> None:
    """Ben brings papers, starts a match, challenges it, and votes with a reason; the others vote too."""
    ann, ben, cho = (group.people[name] for name in ("ann", "ben", "cho"))
    await ben.posts(f"<@{group.slack.bot_user}> {ATTENTION} {BERT}")
    await ben.runs(f"/rank add {GPT3}")
    await ben.posts("no paper, and not heard")
    await ben.runs("/rank purpose matters for our work on agents")
    await ben.runs("/rank tournament start 1 match")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await ben.clicks(group.messages("match.challenge")[0], "match.challenge")
    (poll,) = group.messages("vote.cast")
    await ben.clicks(poll, "menu", selected="Vote with a reason…")
    await ben.submits(choice="Draw", reason=REASON)
    for voter in (ann, cho):
        await voter.presses(group.messages("vote.cast")[0], "Draw")
    await ben.runs("/rank follow attention")
    await ben.runs("/rank digest now")


async def _nobody_is_named(group: Group, ben: Person, ann: Person) -> None:
    """Neither tables nor messages, the log, a card or the home tab know the erased person or their note."""
    kept = await _tables(group)
    assert ben.id not in kept
    assert REASON not in kept
    assert ben.id not in _ours(group)
    assert not re.search(r"\bBen\b", _ours(group))
    assert REASON not in _ours(group)
    votes = await _details(group, ann)
    assert "former member" in votes
    assert REASON not in votes
    for told in (
        votes,
        await ann.asks("/rank log"),
        await ann.asks("/rank attention"),
        shown(await ann.opens_home()),
    ):
        assert ben.id not in told
        assert '"Ben"' not in told
    assert "former member" in await ann.asks("/rank log")


async def _reads_what_it_can_see() -> list[str]:
    """The page made of code and the manifest itself say the same; returns the scopes."""
    page = PAGE.read_text()
    asked = json.loads((await _typed("manifest")).stdout)
    declined = asked["oauth_config"]["scopes"]["bot_optional"]
    small = [scope for scope in asked["oauth_config"]["scopes"]["bot"] if scope not in declined]
    assert small == list(required_scopes())
    assert not [scope for scope in small if scope.endswith(":history") and scope != "im:history"]
    for scope in asked["oauth_config"]["scopes"]["bot"]:
        assert f"| `{scope}` | {SCOPES[scope]} |" in page
    return small


@pytest.mark.slow
async def test_the_approver_reads_declines_what_is_optional_erases_a_person_and_removes_the_bot(
    town: Town, three: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = three.people["ann"], three.people["ben"]
    slack = three.slack
    monkeypatch.setenv("DATABASE_URL", town.settings.database_url)

    small = await _reads_what_it_can_see()

    # Installed with that, and used.
    installed = await town.install(town.first, all_scopes=False)
    assert installed.status_code == 200
    assert slack.api.granted == set(small)
    await _plays_and_votes(three)
    assert "are *a draw*, 3 to 0" in _ours(three)
    votes = await _details(three, ann)
    assert REASON in votes
    assert "Ben" in votes
    assert ben.id in await _export(three, ann)
    refused = {call.answer.get("error") for call in slack.calls if not call.answer["ok"]}
    assert "missing_scope" not in refused
    heard = [each.payload["event"] for each in slack.delivered if each.kind == "events_api"]
    assert "link_shared" not in {event["type"] for event in heard}
    assert not [event for event in heard if event["type"] == "message" and event["channel_type"] != "im"]

    # A person is erased: the name goes everywhere, what was decided stays.
    before = await export_league(town.settings, "papers", FIRST)
    board = await ann.asks("/rank")
    said = await _typed("forget", ben.id)
    assert said.exit_code == 0, said.output
    assert f"{ben.id} is forgotten: 1 vote anonymous now" in said.stdout
    assert "papers has no owner of its own now" in said.stdout
    await three.app.jobs.sweep()
    await three.calm()
    await _nobody_is_named(three, ben, ann)
    after = await export_league(town.settings, "papers", FIRST)
    assert [vote.choice for vote in after.votes] == ["draw"] * 3, "the tally stays"
    assert len(before.votes) == len({vote.user for vote in after.votes}) == 3
    assert ben.id in {vote.user for vote in before.votes}
    exported = await _export(three, ann)
    assert ben.id not in exported
    assert "Attention Is All" in exported
    assert re.findall(r"± \d+", await ann.asks("/rank")) == re.findall(r"± \d+", board), "ratings stay"

    # Removed: within a day nothing of the workspace is left.
    await slack.uninstall()
    await three.calm()
    town.time.move(PURGE_AFTER + timedelta(hours=1, minutes=1))
    for _ in range(30):
        await three.calm()
        if not await rows_left(town, FIRST):
            break
        town.time.move(timedelta(minutes=5))
        await asyncio.sleep(0.1)
    assert await rows_left(town, FIRST) == {}
