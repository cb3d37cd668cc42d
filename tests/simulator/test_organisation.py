"""An organisation's workspaces: one token for all, a team_id where Slack wants one, optional scopes."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.demo.slack import Simulator
from tests.simulator.conftest import Clock
from tests.simulator.test_messages import refused

ORGANISATION = "E0ORG"


@pytest.fixture
async def teams(clock: Clock) -> AsyncIterator[tuple[Simulator, Simulator]]:
    async with (
        Simulator(clock, message_seconds=0, team="T1", enterprise=ORGANISATION) as one,
        Simulator(clock, message_seconds=0, team="T2", enterprise=ORGANISATION) as two,
    ):
        one.joined_by(two)
        one.add_user("Installer", admin=True)
        yield one, two


async def install(slack: Simulator, place: str, button: str = "Allow") -> AsyncWebClient:
    """Grant the app to a workspace or an organisation; returns a client with the token."""
    query = {
        "client_id": slack.consent.client_id,
        "scope": "channels:read,chat:write,users:read,channels:history",
    }
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(
            f"{slack.world.base}/oauth/v2/authorize",
            params={**query, "redirect_uri": "http://127.0.0.1:1/back", "team": place},
        )
        found = re.search(rf'href="([^"]*)">{button}<', page.text)
        assert found is not None, page.text
        decided = await browser.get(httpx.URL(page.url).join(unescape(found[1])))
    code = httpx.URL(decided.headers["location"]).params["code"]
    answer = await AsyncWebClient(base_url=slack.url).oauth_v2_access(
        client_id=slack.consent.client_id,
        client_secret=slack.consent.client_secret,
        code=code,
        redirect_uri="http://127.0.0.1:1/back",
    )
    assert answer["is_enterprise_install"] is (place == ORGANISATION)
    return AsyncWebClient(token=answer["access_token"], base_url=slack.url)


async def test_one_token_is_good_in_every_workspace(teams: tuple[Simulator, Simulator]) -> None:
    one, two = teams
    ann, bob = one.add_user("Ann"), two.add_user("Bob")
    here, there = one.add_channel("here", members=[ann]), two.add_channel("there", members=[bob])
    client = await install(one, ORGANISATION)
    who = await client.auth_test()
    assert (who["team_id"], who["is_enterprise_install"]) == (ORGANISATION, True)
    for channel, slack in ((here, one), (there, two)):
        await client.chat_postMessage(channel=channel, text="hello")
        assert [message["text"] for message in slack.history(channel)] == ["hello"]
    assert (await client.users_info(user=bob))["user"]["enterprise_user"]["enterprise_id"] == ORGANISATION
    assert {team["id"] for team in (await client.auth_teams_list())["teams"]} == {"T1", "T2"}


async def test_listings_want_the_team_named(teams: tuple[Simulator, Simulator]) -> None:
    one, two = teams
    two.add_channel("there", members=[two.add_user("Bob")])
    client = await install(one, ORGANISATION)
    for call in (client.users_list(), client.conversations_list(), client.users_conversations()):
        assert (await refused(call))["error"] == "missing_argument"
    assert [each["name"] for each in (await client.conversations_list(team_id="T2"))["channels"]] == ["there"]
    foreign = await refused(client.users_list(team_id="T404"))
    assert foreign["error"] == "team_access_not_granted"


async def test_what_happens_names_the_organisation(teams: tuple[Simulator, Simulator]) -> None:
    one, two = teams
    bob = two.add_user("Bob")
    there = two.add_channel("there", members=[bob])
    await install(one, ORGANISATION)
    await two.post(bob, there, "hello")
    await two.command(bob, there, "/rank")
    event, command = [each.payload for each in two.delivered]
    (authorization,) = event["authorizations"]
    assert (event["team_id"], event["enterprise_id"]) == ("T2", ORGANISATION)
    assert (authorization["team_id"], authorization["is_enterprise_install"]) == (None, True)
    assert (command["enterprise_id"], command["is_enterprise_install"]) == (ORGANISATION, "true")


async def test_what_is_optional_can_be_declined(teams: tuple[Simulator, Simulator]) -> None:
    one, _ = teams
    one.consent.optional = frozenset({"channels:history"})
    client = await install(one, "T1", "Allow without what is optional")
    granted = (await client.auth_test()).headers["x-oauth-scopes"]
    assert "channels:history" not in granted
    assert "users:read" in granted
