"""Installing by OAuth over HTTP, in two workspaces at once."""

import httpx
import pytest

from bot.settings import read_settings
from handlers.slack.workspaces.scopes_and_events import SCOPES, required_scopes, scopes
from storage.errors import SettingsError
from storage.questions import workspace_counts
from storage.workspaces.token_sealing import new_key
from tests.install.conftest import FIRST, SECOND, Town
from tests.slack.conftest import ATTENTION, BERT, shown


@pytest.mark.slow
async def test_both_workspaces_install_and_each_has_its_own_cards(town: Town) -> None:
    for place in (town.first, town.second):
        page = await town.install(place)
        assert page.status_code == 200
        assert "installed in Reading Group" in page.text
    await town.first.slack.post(town.first.ann, town.first.channel, f"look {ATTENTION}")
    await town.second.slack.post(town.second.ann, town.second.channel, f"look {BERT}")
    await town.calm()
    said = {
        place.slack.world.team: "".join(
            shown(reply)
            for message in place.slack.history(place.channel)
            for reply in place.slack.replies(place.channel, message["ts"])
        )
        for place in (town.first, town.second)
    }
    assert "Attention Is All" in said[FIRST]
    assert "BERT" not in said[FIRST]
    assert "BERT" in said[SECOND]
    assert "Attention Is All" not in said[SECOND]
    for team in (FIRST, SECOND):
        async with town.app.database.reading(team) as session:
            assert (await workspace_counts.count_workspace(session)).papers == 1


async def test_the_start_page_names_every_scope_with_its_reason(town: Town) -> None:
    page = (await town.start_page()).text
    for scope, reason in SCOPES.items():
        assert scope in page
        assert reason in page
    assert "https://" not in page, "nothing is loaded from elsewhere"


@pytest.mark.slow
async def test_who_declines_what_is_optional_grants_the_rest_only(town: Town) -> None:
    await town.install(town.first, all_scopes=False)
    assert town.first.slack.api.granted == set(required_scopes())
    await town.install(town.second)
    assert town.second.slack.api.granted == set(scopes())


@pytest.mark.slow
async def test_who_declines_reads_that_nothing_was_installed(town: Town) -> None:
    page = await town.install(town.first, allow=False)
    assert "Nothing was installed" in page.text
    assert town.first.slack.api.tokens == {}


@pytest.mark.parametrize(
    "how",
    [
        "a made-up state",
        *(pytest.param(how, marks=pytest.mark.slow) for how in ("no cookie", "the same way twice")),
    ],
)
async def test_a_way_back_that_was_not_begun_here_installs_nothing(town: Town, how: str) -> None:
    page = await town.start_page()
    url = httpx.URL(f"{town.address}/slack/oauth_redirect")
    state = page.headers["set-cookie"].split(";")[0].partition("=")[2]
    if how == "no cookie":
        answer = await town.browser.get(url, params={"code": "x", "state": state})
    elif how == "a made-up state":
        cookie = {"cookie": "slack-app-oauth-state=made-up"}
        answer = await town.browser.get(url, params={"code": "x", "state": "made-up"}, headers=cookie)
    else:
        cookie = {"cookie": f"slack-app-oauth-state={state}"}
        await town.browser.get(url, params={"code": "x", "state": state}, headers=cookie)
        answer = await town.browser.get(url, params={"code": "x", "state": state}, headers=cookie)
    assert answer.status_code in {400, 401}
    assert "Please start again" in answer.text
    assert town.first.slack.api.tokens == {}


async def test_a_command_where_the_bot_is_not_installed_says_so(town: Town) -> None:
    reply = await town.first.slack.command(town.first.ann, town.first.channel, "/rank")
    await town.calm()
    assert "isn't installed in this workspace" in "".join(map(shown, reply.messages))


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"slack_bot_token": "xoxb-1", "slack_client_id": "1.2"}, "one of them only"),
        ({"slack_client_id": "1.2"}, "PAPERBOUT_SECRET_KEY"),
        ({"slack_client_id": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"slack_client_id": "1.2"}, "PAPERBOUT_PUBLIC_URL"),
        ({}, "SLACK_BOT_TOKEN is not set"),
    ],
)
def test_settings_that_cannot_work_together_are_all_named(given: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        read_settings(_env_file=None, **given).require_slack()


def test_a_key_that_is_none_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="paperbout key new") as caught:
        read_settings(_env_file=None, secret_key=f"{new_key()},hunter2")
    assert "hunter2" not in caught.value.sentence
