"""A private league cannot be learned of from outside, whatever is asked, clicked, sent off or opened."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.blocks import ids
from handlers.features import COMMANDS
from tests.slack.conftest import RESNET, Group, Person, a_group
from tests.weeks.outside import (
    NAME,
    Secret,
    alike,
    betrays,
    carriers,
    forge_click,
    forge_submission,
    make_secret,
    payloads,
    said,
)


@pytest.fixture
async def hidden(tmp_path: Path) -> AsyncIterator[tuple[Group, Secret]]:
    async with a_group(tmp_path) as group:
        yield group, await make_secret(group)


OUTSIDERS = ("carol", "guest")


@pytest.fixture(params=OUTSIDERS)
async def outside(
    tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Group, Secret, Person]]:
    """Somebody to whom a league is a secret: a private one to a member, a public one to guests and strangers."""
    async with a_group(tmp_path) as group:
        slack, carol = group.slack, group.people["carol"]
        secret = await make_secret(group, private=request.param == "carol")
        if request.param == "guest":
            carol = Person(group, slack.add_user("Gina", tz="UTC", guest=True))
            slack.world.channels[group.channel].members.append(carol.id)
        yield group, secret, carol


@pytest.mark.slow
async def test_every_button_about_a_private_league_answers_outside_as_about_nothing(
    outside: tuple[Group, Secret, Person],
) -> None:
    group, secret, carol = outside
    group.slack.pace.per_minute["conversations.members"] = 0  # no person clicks so fast
    assert group.app.slack.boundary is not None
    actions, wrong = carriers(ids.Action), []
    for name in sorted(group.app.slack.boundary.registered.actions):
        action = actions[name]
        pairs = zip(
            payloads(name, action.payload, secret),
            payloads(name, action.payload, secret.unknown()),
            strict=True,
        )
        for real, unknown in pairs:
            told = await forge_click(group, carol, name, action.encode(real))
            nothing = await forge_click(group, carol, name, action.encode(unknown))
            if betrays(told, secret) or alike(told) != alike(nothing):
                wrong.append(f"{name} {real}\n  {told[:400]}\n  {nothing[:400]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
async def test_every_window_about_a_private_league_answers_outside_as_about_nothing(
    outside: tuple[Group, Secret, Person],
) -> None:
    group, secret, carol = outside
    assert group.app.slack.boundary is not None
    modals, wrong = carriers(ids.Modal), []
    for name in sorted(group.app.slack.boundary.registered.modals):
        modal = modals[name]
        pairs = zip(
            payloads(name, modal.payload, secret),
            payloads(name, modal.payload, secret.unknown()),
            strict=True,
        )
        for real, unknown in pairs:
            told = await forge_submission(group, carol, name, modal.encode(real))
            nothing = await forge_submission(group, carol, name, modal.encode(unknown))
            if betrays(told, secret) or alike(told) != alike(nothing):
                wrong.append(f"{name} {real}\n  {told[:400]}\n  {nothing[:400]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
async def test_every_command_answers_outside_as_if_the_private_league_were_not(
    hidden: tuple[Group, Secret],
) -> None:
    group, secret = hidden
    carol = group.people["carol"]
    wrong = []
    for channel in (group.channel, group.slack.dm(carol.id)):
        for verb in sorted(name for command in COMMANDS for name in command.names):
            words = ["", "residual", RESNET, "residual | attention", "attention | residual", NAME]
            if verb in {"add", "digest", "import"}:  # these do what is said: only what they can show is asked
                words = ["", NAME] if verb != "import" else []
            if verb == "tournament":
                words = [f"pause {secret.tournament}", f"cancel {secret.tournament}", "status"]
                pairs = [
                    [await carol.asks(f"/rank tournament {step} {number}", channel)
                     for number in (secret.tournament, secret.tournament + 999)]
                    for step in ("pause", "resume", "cancel")
                ]  # fmt: skip
                wrong += [str(pair) for pair in pairs if alike(pair[0]) != alike(pair[1])]
            if channel != group.channel:  # answers there are messages, one a second
                words = words[1:2]
            for one in words:
                before = len(group.slack.calls)
                told = await carol.asks(f"/rank {verb} {one}", channel)
                shown = json.dumps(said(group, before), default=str)
                marks = [mark for mark in betrays(told + shown, secret) if mark not in one]
                if marks:
                    wrong.append(f"/rank {verb} {one}: {marks}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
async def test_a_paper_in_both_leagues_shows_outside_what_the_public_one_knows(
    hidden: tuple[Group, Secret],
) -> None:
    group, _secret = hidden
    assert "irst matches" in await group.people["carol"].asks("/rank attention")
    assert " of 2*" in await group.people["alice"].asks("/rank attention", _secret.channel)


@pytest.mark.slow
async def test_home_export_and_overall_board_hold_nothing_of_it_outside(
    hidden: tuple[Group, Secret],
) -> None:
    group, secret = hidden
    carol, alice = group.people["carol"], group.people["alice"]
    assert not betrays(json.dumps(await carol.opens_home()), secret)
    assert NAME in json.dumps(await alice.opens_home())
    before = len(group.slack.world.files)
    await carol.runs("/rank export")
    files = list(group.slack.world.files.values())[before:]
    assert files
    assert not [file for file in files if b"1512.03385" in file.content]
    assert not betrays(await alice.asks("/rank all"), secret)


@pytest.mark.slow
async def test_a_link_to_a_secret_paper_does_not_unfold_elsewhere(hidden: tuple[Group, Secret]) -> None:
    group, secret = hidden
    await group.people["alice"].runs("/rank settings")
    await group.people["alice"].submits(allow=["unfurls"])
    for channel in (group.channel, secret.channel):
        event = {
            "type": "link_shared", "user": group.people["carol"].id, "channel": channel,
            "message_ts": "1.000001", "links": [{"url": RESNET, "domain": "arxiv.org"}],
        }  # fmt: skip
        group.slack.world.emit(event)
        await group.slack.deliveries.flush()
        await group.calm()
    assert not [call for call in group.slack.calls if call.method == "chat.unfurl"]


@pytest.mark.slow
async def test_a_member_may_ask_from_anywhere_but_share_only_at_home(hidden: tuple[Group, Secret]) -> None:
    group, secret = hidden
    alice = group.people["alice"]
    page = ids.Page("card", secret.league, 0, secret.entries[0])
    before = len(group.slack.calls)
    told = await forge_click(group, alice, ids.SHARE.name, ids.SHARE.encode(page))
    assert "can be shared in its own channel only" in told
    posts = [call for call in group.slack.calls[before:] if call.method == "chat.postMessage"]
    assert not posts


@pytest.mark.slow
async def test_who_leaves_the_channel_sees_and_hears_no_more_of_it_at_once(
    hidden: tuple[Group, Secret],
) -> None:
    group, secret = hidden
    dan, alice = group.people["dan"], group.people["alice"]
    assert NAME in json.dumps(await dan.opens_home())
    await dan.runs("/rank follow residual", secret.channel)
    await group.slack.leave(dan.id, secret.channel)
    await group.calm()
    before = len(group.slack.calls)
    assert not betrays(json.dumps(await dan.opens_home()), secret)
    told = await dan.asks("/rank residual", group.slack.dm(dan.id))
    assert not betrays(told, secret)
    assert "No paper here" in told
    group.time.move(timedelta(hours=25))
    await group.calm()
    await alice.runs("/rank tournament start 4 matches", secret.channel)
    await group.calm()
    dms = [
        arguments
        for method, arguments in said(group, before)
        if method == "chat.postMessage" and arguments["channel"] in {dan.id, group.slack.dm(dan.id)}
    ]
    assert not betrays(json.dumps(dms), secret)


@pytest.mark.slow
async def test_a_channel_made_private_takes_its_league_with_it(hidden: tuple[Group, Secret]) -> None:
    group, _secret = hidden
    carol, alice = group.people["carol"], group.people["alice"]
    general = group.slack.add_channel("general", members=[carol.id, alice.id])
    await group.slack.leave(carol.id, group.channel)
    assert "Attention" in await carol.asks("/rank attention", general)
    group.slack.world.conversation(group.channel).private = True
    group.time.move(timedelta(minutes=6))
    assert "Attention" not in await carol.asks("/rank attention", general)
    before = len(group.slack.calls)
    await alice.asks("/rank all", general)
    shared = await forge_click(group, alice, ids.SHARE.name, ids.SHARE.encode(ids.Page("all", 0, 0)))
    assert "Attention" not in shared
    assert "Attention" not in json.dumps(said(group, before), default=str)
