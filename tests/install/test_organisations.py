"""An organisation that installs the bot for all its teams is one workspace, under the organisation's id."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltContext, AsyncBoltRequest
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.work.timing import RealTime
from handlers.slack.calls import called_from
from handlers.slack.workspaces.directory import _person
from handlers.slack.workspaces.oauth import Authorize
from handlers.slack.workspaces.tokens import BotTokens, SealedInstallations
from storage.leagues import league_rows
from storage.workspaces import workspace_rows
from storage.workspaces.token_sealing import Keyring, new_key
from tests.databases import with_tables
from tests.install.conftest import Place, a_town
from tests.slack.conftest import ATTENTION, BERT, RESNET

ORGANISATION, TEAM = "E0ORG", "T0TEAM"


def event(*, everywhere: bool, team: str | None = TEAM) -> AsyncBoltRequest:
    """An event as Slack sends it for an organisation's app, or for one team of a grid."""
    authorization = {"enterprise_id": ORGANISATION, "team_id": team, "is_enterprise_install": everywhere}
    body = {
        "type": "event_callback", "team_id": TEAM, "enterprise_id": ORGANISATION,
        "authorizations": [authorization], "event": {"type": "app_mention", "user": "U1", "channel": "C1"},
    }  # fmt: skip
    return AsyncBoltRequest(mode="socket_mode", body=body)


def context_of(request: AsyncBoltRequest) -> AsyncBoltContext:
    return request.context


@pytest.mark.parametrize(
    ("request_", "workspace"),
    [
        (event(everywhere=True), ORGANISATION),
        (event(everywhere=True, team=None), ORGANISATION),
        (event(everywhere=False), TEAM),
    ],
)
def test_where_a_request_belongs(request_: AsyncBoltRequest, workspace: str) -> None:
    assert called_from(request_.body, context_of(request_)) == workspace


async def test_every_team_of_an_organisation_is_answered_with_its_one_token(tmp_path: Path) -> None:
    database = await with_tables(f"sqlite:///{tmp_path / 'org.db'}")
    store = SealedInstallations(database, "1.2", Keyring((new_key(),)), RealTime())
    shared: dict[str, Any] = {
        "app_id": "A1",
        "enterprise_id": ORGANISATION,
        "user_id": "U1",
        "bot_id": "B1",
        "bot_user_id": "U0",
    }
    now = datetime.now(UTC).timestamp()
    await store.async_save(
        Installation(bot_token="xoxb-org", is_enterprise_install=True, installed_at=now, **shared)
    )
    tokens = BotTokens(database, store, AsyncWebClient(), "1.2", "s", RealTime())
    authorize = Authorize(tokens)
    for request in (event(everywhere=True), event(everywhere=True, team=None)):
        context = context_of(request)
        found = await authorize(
            context=context, enterprise_id=context.enterprise_id, team_id=context.team_id, user_id="U1"
        )
        assert found is not None
        assert found.bot_token == "xoxb-org"
    alone = context_of(event(everywhere=False))
    assert await authorize(context=alone, enterprise_id=ORGANISATION, team_id=TEAM, user_id="U1") is None
    await store.async_save(Installation(bot_token="xoxb-team", team_id=TEAM, installed_at=now, **shared))
    assert await tokens.of(ORGANISATION) == "xoxb-org"
    tokens.forget(TEAM)
    assert await tokens.of(TEAM) == "xoxb-team"
    async with database.transaction(None) as session:
        await workspace_rows.remove(session, TEAM, datetime.now(UTC))
    for each in (TEAM, ORGANISATION):
        tokens.forget(each)
    assert await tokens.of(ORGANISATION) == "xoxb-org", "a team's removal leaves the organisation's token"
    await database.close()


def test_a_member_of_one_of_its_teams_is_no_stranger() -> None:
    member = {
        "id": "U1",
        "team_id": TEAM,
        "enterprise_user": {"enterprise_id": ORGANISATION, "teams": [TEAM]},
    }
    assert not _person(member, "U1", ORGANISATION).is_stranger
    assert not _person(member, "U1", TEAM).is_stranger
    assert _person(member, "U1", "T0OTHER").is_stranger


@pytest.mark.slow
async def test_an_organisations_two_teams_are_served_by_one_installation(tmp_path: Path) -> None:
    async with a_town(tmp_path, ORGANISATION) as town:
        page = await town.install(town.first, team=ORGANISATION)
        assert page.status_code == 200
        for place, link in ((town.first, ATTENTION), (town.second, BERT)):
            await place.slack.post(place.ann, place.channel, link)
            await town.calm()
            cards = [m for m in _all(place, place.channel) if '"card.' in json.dumps(m)]
            assert len({card["ts"] for card in cards}) == 1, "each team's channel gets its own card"
            reply = await place.slack.command(place.ann, place.channel, "/rank", "settings")
            await town.calm()
            assert reply.ack.ok
            assert place.slack.views(place.ann)[-1]["submit"], "a window opens in the team it was asked in"
            await place.slack.open_home(place.ann)
            await town.calm()
            assert "Leagues in your channels" in json.dumps(place.slack.home(place.ann))
        async with town.app.database.reading(ORGANISATION) as session:
            assert [league.channel for league in await league_rows.all_of(session)] == [
                town.first.channel,
                town.second.channel,
            ]
        board = await town.second.slack.command(town.second.ann, town.second.channel, "/rank", "board")
        await town.calm()
        assert "BERT" in json.dumps(board.messages[-1])
        assert "Attention" not in json.dumps(board.messages[-1])
        dm = town.second.slack.dm(town.second.ann)
        await town.second.slack.post(town.second.ann, dm, "where are my papers?")
        await town.calm()
        assert any(message["user"] == town.second.slack.bot_user for message in _all(town.second, dm))
        people = town.app.services.people(ORGANISATION)
        assert await people.admins() == {town.first.ann, town.second.ann}, "admins of every team"
        asked = [
            call for place in (town.first, town.second) for call in place.slack.calls if not call.answer["ok"]
        ]
        assert [call.answer["error"] for call in asked if call.answer["error"] in REFUSALS] == []
        await town.first.slack.uninstall()
        await town.calm()
        late = await town.second.slack.command(town.second.ann, town.second.channel, "/rank", "board")
        await town.calm()
        assert "BERT" not in json.dumps(late.messages)


@pytest.mark.slow
async def test_a_team_that_an_organisation_takes_the_bot_from_rests_alone_and_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with a_town(tmp_path, ORGANISATION) as town:
        await town.install(town.first, team=ORGANISATION)
        for place, link in ((town.first, ATTENTION), (town.second, BERT)):
            await place.slack.post(place.ann, place.channel, link)
            await town.calm()

        async def reasons() -> list[str | None]:
            async with town.app.database.reading(ORGANISATION) as session:
                return [league.closed_reason for league in await league_rows.all_of(session)]

        await town.first.slack.change_access(town.second.slack, is_granted=False)
        await town.second.slack.post(town.second.ann, town.second.channel, RESNET)
        await town.calm()
        assert (await reasons())[0] is None, "the other team's league goes on"
        assert "doesn't grant the bot access" in str((await reasons())[1])
        await town.first.slack.post(town.first.ann, town.first.channel, RESNET)
        await town.calm()
        await town.first.slack.change_access(town.second.slack, is_granted=True)
        await town.calm()
        assert await reasons() == [None, None]
        board = await town.second.slack.command(town.second.ann, town.second.channel, "/rank", "board")
        await town.calm()
        assert "BERT" in json.dumps(board.messages[-1])


REFUSALS = frozenset({"missing_argument", "team_access_not_granted", "channel_not_found", "invalid_auth"})


def _all(place: Place, channel: str) -> list[dict[str, Any]]:
    """The messages of a channel and of its threads."""
    roots = place.slack.history(channel)
    return [*roots, *(reply for root in roots for reply in place.slack.replies(channel, root["ts"]))]
