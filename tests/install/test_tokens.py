"""Kept tokens: sealed in the database, refreshed before they expire, gone when the bot is removed."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import select, text, update

from handlers.app import PURGE_AFTER
from handlers.slack.bolt_app import SlackSide
from handlers.slack.posting.refusal_reasons import ENDED
from handlers.slack.workspaces.tokens import REFRESH_BEFORE, NoTokenError
from storage.errors import SettingsError
from storage.tables import Base, OutboxMessage, SlackBot, SlackInstallation
from storage.work import outbox
from storage.workspaces import installations, workspace_rows
from storage.workspaces.token_sealing import Keyring, new_key
from tests.install.conftest import FIRST, SECOND, Town
from tests.slack.conftest import ATTENTION, shown


async def kept(town: Town) -> str:
    """Everything the database file holds, the log of changes included."""
    async with town.app.database.connection() as connection:
        await connection.execute(text("SELECT 1"))
    file = Path(town.settings.database_url.removeprefix("sqlite:///"))
    return "".join(
        path.read_bytes().decode("latin-1")
        for path in (file, file.with_name(file.name + "-wal"))
        if path.exists()
    )


def refreshes(town: Town) -> int:
    return sum(
        call.arguments.get("grant_type") == "refresh_token" and call.answer["ok"]
        for call in town.first.slack.api.calls_to("oauth.v2.access")
    )


async def say_hello(town: Town, key: str) -> None:
    async with town.app.database.transaction(FIRST) as session:
        await outbox.want(
            session, channel=town.first.channel, key=key, kind="greeting", now=town.time.now(), options={}
        )
    await town.calm()


async def test_no_token_stands_in_the_database_as_slack_gave_it(town: Town) -> None:
    await town.install(town.first)
    (token,) = town.first.slack.api.tokens
    assert token.startswith("xoxe.xoxb-")
    found = await kept(town)
    assert FIRST in found
    assert "xoxb-" not in found
    assert "xoxe-" not in found


async def test_a_reinstall_replaces_the_sealed_token_even_with_a_clock_behind(town: Town) -> None:
    await town.install(town.first)
    first = set(town.first.slack.api.tokens)
    async with town.app.database.transaction(None) as session:
        later = town.time.now().replace(tzinfo=None) + timedelta(days=1)
        await session.execute(update(SlackBot).values(installed_at=later))
    await town.install(town.first)
    async with town.app.database.transaction(None) as session:
        assert len((await session.scalars(select(SlackBot))).all()) == 1
        assert len((await session.scalars(select(SlackInstallation))).all()) == 1
    for token in first:
        town.first.slack.api.tokens.pop(token, None)
    await say_hello(town, "again")
    assert town.first.slack.history(town.first.channel)


async def test_a_post_hours_later_goes_out_with_a_fresh_token(town: Town) -> None:
    await town.install(town.first)
    town.time.move(timedelta(hours=11))
    await town.first.slack.post(town.first.ann, town.first.channel, ATTENTION)
    await town.calm()
    assert refreshes(town) == 1
    town.time.move(timedelta(hours=13))
    await say_hello(town, "hello")
    assert refreshes(town) == 2
    refused = [call.answer["error"] for call in town.first.slack.calls if not call.answer["ok"]]
    assert "token_expired" not in refused
    assert "invalid_auth" not in refused
    said = "".join(map(shown, town.first.slack.history(town.first.channel)))
    assert ATTENTION in said


async def test_two_processes_exchange_a_token_once_between_them(town: Town) -> None:
    await town.install(town.first)
    town.time.move(timedelta(hours=11))
    other = SlackSide(town.settings, town.time, town.app.database)
    assert other.tokens is not None
    assert town.app.slack.tokens is not None
    tokens = (town.app.slack.tokens, other.tokens)
    found = await asyncio.gather(*(each.of(FIRST) for each in tokens for _ in range(10)))
    assert refreshes(town) == 1
    # Who came second may have gone on with the old token, which is good for another hour.
    assert set(found) <= set(town.first.slack.api.tokens)
    for each in tokens:
        each.forget(FIRST)
    fresh = {await each.of(FIRST) for each in tokens}
    assert fresh == {list(town.first.slack.api.tokens)[-1]}


@pytest.mark.slow
async def test_an_expired_token_is_waited_for_while_another_process_exchanges_it(town: Town) -> None:
    await town.install(town.first)
    town.time.move(timedelta(hours=13))
    other = SlackSide(town.settings, town.time, town.app.database)
    assert other.tokens is not None
    assert town.app.slack.tokens is not None
    found = await asyncio.gather(town.app.slack.tokens.of(FIRST), other.tokens.of(FIRST))
    assert refreshes(town) == 1
    assert set(found) == {list(town.first.slack.api.tokens)[-1]}


async def test_a_token_that_another_process_exchanged_meanwhile_is_not_exchanged_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.install(town.first)
    town.time.move(timedelta(hours=13))
    tokens, other = town.app.slack.tokens, SlackSide(town.settings, town.time, town.app.database).tokens
    assert tokens is not None
    assert other is not None
    read, fresh = tokens._read, list[str]()

    async def read_before_the_other_is_done(workspace: str) -> Bot | None:
        bot = await read(workspace)
        if tokens._locks[FIRST].locked() and not fresh:
            fresh.append(await other.of(FIRST))
        return bot

    monkeypatch.setattr(tokens, "_read", read_before_the_other_is_done)
    assert [await tokens.of(FIRST)] == fresh
    assert refreshes(town) == 1


@pytest.mark.slow
async def test_a_refused_exchange_ends_messages_with_a_reason_once_the_token_is_over(town: Town) -> None:
    await town.install(town.first)
    town.first.slack.consent._refreshing.clear()  # Slack knows the refresh token no more
    town.time.move(timedelta(hours=11))
    assert town.app.slack.tokens is not None
    assert await town.app.slack.tokens.of(FIRST), "the old one is good for another hour"
    town.time.move(timedelta(hours=2))
    with pytest.raises(NoTokenError, match="invalid_refresh_token"):
        await town.app.slack.tokens.of(FIRST)
    await say_hello(town, "hello")
    async with town.app.database.reading(FIRST) as session:
        status = await session.scalar(select(OutboxMessage.status).where(OutboxMessage.key == "hello"))
    assert status == "failed"


@pytest.mark.slow
async def test_expiry_is_kept_as_utc_whatever_the_zone_of_the_computer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        await town.install(town.first)
        assert town.app.slack.tokens is not None
        bot = await town.app.slack.tokens.bot(FIRST)
        assert bot is not None
        assert bot.bot_token_expires_at is not None
        left = datetime.fromtimestamp(bot.bot_token_expires_at, UTC) - town.time.now()
        assert timedelta(hours=11) < left < timedelta(hours=13)
        bot.bot_token_expires_at += 86_400
        assert town.app.slack.tokens._is_short(bot, REFRESH_BEFORE), "a clock that was a day ahead said so"
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_an_old_key_opens_what_it_sealed_until_all_is_sealed_anew(town: Town) -> None:
    await town.install(town.first)
    old = town.settings.secret_keys[0]
    new = new_key()
    both = Keyring((new, old))
    async with town.app.database.transaction(None) as session:
        assert await installations.by_key(session, both) == {1: 4}
        assert await installations.reseal(session, both) == 4
        assert await installations.by_key(session, both) == {0: 4}
        assert await installations.by_key(session, Keyring((old,))) == {None: 4}
    settings = town.settings.model_copy(update={"secret_key": SecretStr(new)})
    tokens = SlackSide(settings, town.time, town.app.database).tokens
    assert tokens is not None
    assert await tokens.of(FIRST) in town.first.slack.api.tokens
    stale = SlackSide(
        settings.model_copy(update={"secret_key": SecretStr(new_key())}), town.time, town.app.database
    ).tokens
    assert stale is not None
    with pytest.raises(SettingsError, match="missing from PAPERBOUT_SECRET_KEY"):
        await stale.of(FIRST)


async def rows_left(town: Town, team: str) -> dict[str, int]:
    """How many rows name the workspace, over all tables and columns."""
    found: dict[str, int] = {}
    async with town.app.database.connection() as connection:
        for table in Base.metadata.sorted_tables:
            for row in await connection.execute(table.select()):
                if team in map(str, row) or f":{team}:" in str(row):
                    found[table.name] = found.get(table.name, 0) + 1
    return found


async def test_a_removed_workspace_falls_silent_at_once_and_is_erased_within_a_day(town: Town) -> None:
    for place in (town.first, town.second):
        await town.install(place)
        await place.slack.post(place.ann, place.channel, ATTENTION)
    await town.calm()
    before = len(town.first.slack.calls)
    await town.first.slack.uninstall()
    await town.calm()
    async with town.app.database.transaction(FIRST) as session:
        await outbox.bump(session, "card", 1)
        await outbox.want(
            session, channel=town.first.channel, key="late", kind="greeting", now=town.time.now(), options={}
        )
    await town.calm()
    await town.app.jobs.sweep()
    await town.calm()
    assert len(town.first.slack.calls) == before, "nothing is asked of Slack any more"
    left = await rows_left(town, FIRST)
    assert "papers" in left
    assert "slack_bots" not in left, "the tokens go at once"
    town.time.move(PURGE_AFTER - timedelta(hours=2))
    await town.calm()
    assert "papers" in await rows_left(town, FIRST)
    town.time.move(timedelta(hours=3))
    await town.calm()
    for _ in range(35):  # five minutes each: less than a day in all
        if not await rows_left(town, FIRST):
            break
        town.time.move(timedelta(minutes=5))
        await town.calm()
        await asyncio.sleep(0.1)
    assert await rows_left(town, FIRST) == {}
    assert timedelta(hours=24) > PURGE_AFTER + timedelta(hours=1), "the purge looks every hour"
    other = await rows_left(town, SECOND)
    assert {"papers", "entries", "messages", "slack_bots"} <= set(other)


@pytest.mark.slow
async def test_who_comes_back_within_the_day_finds_everything(town: Town) -> None:
    await town.install(town.first)
    await town.first.slack.post(town.first.ann, town.first.channel, ATTENTION)
    await town.calm()
    await town.first.slack.uninstall()
    await town.calm()
    town.time.move(timedelta(hours=10))
    await town.install(town.first)
    town.time.move(timedelta(hours=24))
    await town.calm()
    reply = await town.first.slack.command(town.first.ann, town.first.channel, "/rank", "attention")
    await town.calm()
    assert "Attention Is All" in "".join(map(shown, reply.messages))


async def test_what_ended_for_want_of_a_token_is_written_once_the_bot_is_installed_anew(town: Town) -> None:
    await town.install(town.first)
    async with town.app.database.transaction(FIRST) as session:
        for key, reason in (("for the token", "token_revoked"), ("for the channel", "is_archived")):
            row = await outbox.want(
                session, channel=town.first.channel, key=key, kind="greeting", now=town.time.now(), options={}
            )
            await session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row)
                .values(status="ended", failure=ENDED[reason])
            )
    await town.install(town.first)
    await town.calm()
    async with town.app.database.reading(FIRST) as session:
        rows = await session.execute(
            select(OutboxMessage.key, OutboxMessage.status).where(OutboxMessage.kind == "greeting")
        )
        states = {row.key: row.status for row in rows}
    assert states["for the token"] == "posted"
    assert states["for the channel"] == "ended"


@pytest.mark.slow
async def test_a_late_event_does_not_bring_a_removed_workspace_back(town: Town) -> None:
    await town.install(town.first)
    await town.first.slack.post(town.first.ann, town.first.channel, ATTENTION)
    await town.calm()
    await town.first.slack.uninstall()
    await town.first.slack.post(town.first.ann, town.first.channel, "delivered after the removal")
    await town.calm()
    async with town.app.database.reading(None) as session:
        known = await workspace_rows.state_of(session, FIRST)
    assert known is not None
    assert known.is_removed


@pytest.mark.slow
async def test_a_persons_revoked_token_removes_nothing(town: Town) -> None:
    await town.install(town.first)
    town.first.slack.world.emit({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    await town.first.slack._flush()
    await town.calm()
    async with town.app.database.reading(None) as session:
        assert FIRST in await workspace_rows.all_live(session)
