import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from handlers.blocks import ids
from handlers.entries import removals_view
from storage.leagues import league_rows
from storage.tables import Entry, Owner
from storage.tournaments import schedules
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import HOME, SECRET, TEAM, World, a_world


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    async with a_desk(world) as made:
        yield made


def _typed(**fields: Any) -> dict[str, Any]:
    return {
        name: {
            name: {"selected_options": [{"value": v} for v in value]}
            if isinstance(value, list)
            else {"value": value}
        }
        for name, value in fields.items()
    }


FIRST_RUN: dict[str, Any] = {
    "purpose": "", "schedule": "every weekday at 19:00", "digest": "every weekday at 08:30",
    "cap": "10.00", "zone": "Europe/Berlin", "import": [],
}  # fmt: skip
SETTINGS: dict[str, Any] = {
    "purpose": "agents", "schedule": "", "cap": "3", "zone": "Asia/Tokyo", "target": "120",
    "hours": "24", "quorum": "2", "allow": ["unfurls"], "rights": ["revert"],
}  # fmt: skip


async def _submit(desk: Desk, modal: Any, where: ids.Where, user: str = "alice", **fields: Any) -> Any:
    values = _typed(**fields)
    body = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "view": {
            "id": "V1", "type": "modal", "callback_id": modal.name, "private_metadata": modal.encode(where),
            "state": {"values": values}, "blocks": [{"type": "input", "block_id": name} for name in values],
        },
    }  # fmt: skip
    return (await desk.bot.gets(body)).body


async def test_the_bot_greets_a_channel_it_was_invited_to_once(desk: Desk, world: World) -> None:
    await desk.bot.event("member_joined_channel", event_id="EvL1", user="bob", channel=HOME)
    assert await world.messages("greeting") == []
    for _ in range(2):
        await desk.bot.event("member_joined_channel", event_id="EvL2", user="UBOT", channel=HOME)
    (message,) = await world.messages("greeting")
    shown = await desk.renders("greeting")
    assert shown is not None
    assert "Set up the league" in str(shown)
    assert str(shown.blocks[0]).count("\\n") == 2
    assert message.channel == HOME


async def test_a_league_is_set_up_in_one_modal_left_as_it_is(desk: Desk) -> None:
    said = await desk.clicks("alice", ids.CREATE_LEAGUE.carry(ids.InChannel(HOME)))
    assert "What matters to you?" in said
    assert "Weekdays" in said
    assert '"initial_time":"19:00"' in said.replace(" ", "")
    assert "Europe/Berlin" in said
    answer = await _submit(desk, ids.LEAGUE_CREATE_MODAL, ids.Where(0, HOME), **FIRST_RUN)
    assert "clear" in str(answer)
    shown = await desk.renders("greeting")
    assert "is set up" in str(shown)
    assert "The digest comes every weekday at 08:30 (Europe/Berlin)" in str(shown)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Moon/Base"}, "zone"),
        ({"cap": "a lot"}, "cap"),
        ({"schedule": "0 0 30 2 *"}, "schedule"),
        ({"digest": "whenever"}, "digest"),
        ({"purpose": "x" * 1001}, "purpose"),
    ],
)
async def test_a_wrong_field_keeps_the_modal_open_with_its_sentence(
    desk: Desk, wrong: dict[str, str], field: str
) -> None:
    answer = await _submit(desk, ids.LEAGUE_CREATE_MODAL, ids.Where(0, HOME), **{**FIRST_RUN, **wrong})
    assert '"errors"' in answer
    assert f'"{field}"' in answer


async def test_settings_show_what_is_set_and_change_it(desk: Desk, world: World) -> None:
    league = await world.league()
    said = await desk.runs("alice", "settings")
    assert "League settings" in said
    assert "Weekdays" in said
    answer = await _submit(desk, ids.LEAGUE_SETTINGS_MODAL, ids.Where(league.id, HOME), **SETTINGS)
    assert "clear" in str(answer)
    async with world.database.reading(TEAM) as session:
        row = await league_rows.get(session, league.id)
        assert (row.vote_hours, row.quorum, row.unfurls, row.purpose) == (24, 2, True, "agents")
        assert (row.members_may_start, row.members_may_budget, row.members_may_revert) == (False, False, True)
        assert [s.kind for s in await schedules.of_league(session, league.id)] == ["digest"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quorum": "nan"}, "quorum"),
        ({"hours": "1e999"}, "hours"),
        ({"target": "wide"}, "target"),
        ({"target": "5"}, "target"),
        ({"schedule": "every weekday at 19:00 Moon/Base"}, "schedule"),
        ({"arxiv": "cs.NOPE"}, "arxiv"),
        ({"most": "many"}, "most"),
    ],
)
async def test_a_wrong_setting_is_said_at_its_own_field(
    desk: Desk, world: World, wrong: dict[str, str], field: str
) -> None:
    league = await world.league()
    typed = {**SETTINGS, **wrong}
    answer = await _submit(desk, ids.LEAGUE_SETTINGS_MODAL, ids.Where(league.id, HOME), **typed)
    assert f'"errors":{{"{field}":' in answer.replace(" ", "")


async def test_settings_of_others_are_a_sentence(desk: Desk, world: World) -> None:
    league = await world.league()
    hidden = await world.league(SECRET)
    said = await desk.runs("bob", "settings")
    assert " or a workspace admin can " in said
    said = await desk.clicks("bob", ids.LEAGUE_SETTINGS.carry(ids.OfLeague(hidden.id)))
    assert "secret" not in said
    answer = await _submit(desk, ids.LEAGUE_SETTINGS_MODAL, ids.Where(league.id, HOME), "bob", **SETTINGS)
    assert " or a workspace admin can " in answer
    answer = await _submit(desk, ids.LEAGUE_SETTINGS_MODAL, ids.Where(hidden.id, HOME), "bob", **SETTINGS)
    assert "isn't here any more" in answer


async def test_settings_where_there_is_no_league_are_the_first_run(desk: Desk) -> None:
    said = await desk.runs("alice", "settings")
    assert "What matters to you?" in said


async def test_purpose_and_owners_are_asked_and_said(desk: Desk, world: World) -> None:
    await world.league()
    assert "nothing set" in await desk.runs("bob", "purpose")
    assert "version 1" in await desk.runs("alice", "purpose", "matters for <agents>")
    assert "&lt;agents&gt;" in await desk.runs("bob", "purpose")
    assert "<@alice>" in await desk.runs("bob", "owners")
    assert "<@alice>, <@bob>" in await desk.runs("alice", "owner", "<@bob|bob>")
    assert "owned by <@bob> and" in await desk.runs("alice", "owner", "drop <@alice>")
    assert "owned by <@alice> and" in await desk.runs("bob", "owner", "hand <@alice>")
    assert "Mention a person" in await desk.runs("alice", "owner", "bob")


async def test_a_departed_owner_hands_the_league_to_the_admins(desk: Desk, world: World) -> None:
    await world.league()
    await desk.bot.event("user_change", event_id="EvL3", user={"id": "alice", "deleted": True})
    assert [message.channel for message in await world.messages("succession")] == ["dora"]
    shown = await desk.renders("succession")
    assert shown is not None
    assert "lost its last owner" in shown.text


async def test_a_paper_is_removed_and_brought_back(desk: Desk, world: World) -> None:
    league = await world.league()
    a, b = await world.enters(league.id, "Alpha one", "Alpha two", user="bob")
    remove, restore = "remove", "restore"
    assert "can remove a paper that somebody else brought" in await desk.clicks(
        "carol", ids.REMOVE.carry(ids.OfEntry(a))
    )
    question = await desk.clicks("bob", ids.REMOVE.carry(ids.OfEntry(a)))
    assert "Remove *Alpha one*" in question
    assert '"danger"' in question
    assert "Bring it back" in await desk.clicks("bob", ids.CONFIRM_REMOVAL.carry(ids.OfEntry(a)))
    for action in (ids.REMOVE, ids.CONFIRM_REMOVAL):
        assert "removed already" in await desk.clicks("alice", action.carry(ids.OfEntry(a)))
    assert "is back in the league" in await desk.runs("bob", restore, "one")
    assert "Which one" in await desk.runs("alice", remove, "alpha")
    world.later(minutes=61)
    for action in (ids.REMOVE, ids.CONFIRM_REMOVAL):
        assert "hour" in await desk.clicks("bob", action.carry(ids.OfEntry(b)))
    assert "Its matches stop counting" in await desk.runs("alice", remove, "two")
    await desk.clicks("alice", ids.CONFIRM_REMOVAL.carry(ids.OfEntry(b)))
    assert "No paper that was removed" in await desk.runs("alice", restore, "gamma")
    world.later(days=31)
    assert "30 days" in await desk.clicks("alice", ids.RESTORE.carry(ids.OfEntry(b)))


async def test_a_paper_of_a_private_league_is_unknown_outside(desk: Desk, world: World) -> None:
    league = await world.league(SECRET)
    (entry,) = await world.enters(league.id, "Alpha", channel=SECRET)
    for action in (ids.REMOVE, ids.CONFIRM_REMOVAL, ids.RESTORE):
        assert "That paper isn't here" in await desk.clicks("dora", action.carry(ids.OfEntry(entry)))


async def test_a_league_that_costs_announces_it_before_any_call(tmp_path: Any) -> None:
    async with a_world(tmp_path, judges="openai:gpt-5.2") as world, a_desk(world) as desk:
        await world.league()
        shown = await desk.renders("greeting")
        assert "nothing is spent until somebody sets up" in str(shown)
        said = await desk.clicks("alice", ids.CREATE_LEAGUE.carry(ids.InChannel(HOME)))
        assert "openai:gpt-5.2" in said
        assert '"10.00"' in said


def test_a_title_never_breaks_a_view() -> None:
    shown = removals_view.which_paper(
        "Which?", [(n, "<!channel> *x* " * 40) for n in range(40)], restore=False
    )
    assert "<!channel>" not in str(shown)
    assert len(shown.blocks) <= 50


async def test_a_deleted_message_asks_its_submitter_once_about_the_paper(desk: Desk, world: World) -> None:
    league = await world.league()
    (entry,) = await world.enters(league.id, "Alpha", user="bob")
    async with world.writing() as session:
        (await session.get_one(Entry, entry)).message_ts = "7.0"
    for _ in range(2):
        await desk.bot.event(
            "message", event_id="EvL4", subtype="message_deleted", channel=HOME, deleted_ts="7.0", user=None
        )
    await desk.bot.event(
        "message", event_id="EvL5", subtype="message_deleted", channel=HOME, deleted_ts="8.0", user=None
    )
    assert [message.channel for message in await world.messages("deleted_link")] == ["bob"]
    assert "Remove the paper too" in str(await desk.renders("deleted_link"))
    await desk.clicks("bob", ids.CONFIRM_REMOVAL.carry(ids.OfEntry(entry)))
    assert await desk.renders("deleted_link") is None


async def test_a_leagues_own_rubric_is_versioned_said_and_given_back(desk: Desk, world: World) -> None:
    await world.league()
    mine = (
        "rating: 10 changes how we build agents; 1 changes nothing for us. rigor: ablations on our own tasks."
    )
    assert "usual rubric" in await desk.runs("bob", "rubric")
    assert "version 1" in await desk.runs("alice", "rubric", mine)
    assert "ablations on our own tasks" in await desk.runs("bob", "rubric")
    assert "Only" in await desk.runs("bob", "rubric", mine + " And more of it.")
    assert "40 to 8,000 characters" in await desk.runs("alice", "rubric", "be strict")
    league = await world.league()
    assert (league.rubric, league.rubric_version) == (mine, 1)
    assert "usual rubric" in await desk.runs("alice", "rubric", "off")
    league = await world.league()
    assert (league.rubric, league.rubric_version) == (None, 2)


async def test_the_window_has_a_leagues_own_rubric_and_one_too_long_for_it_stays(
    desk: Desk, world: World
) -> None:
    league = await world.league()
    where = ids.Where(league.id, HOME)

    async def saves(**typed: str) -> tuple[str | None, int, str]:
        """Open the window, save it with what was typed, and return the league's rubric, its version and the answer."""
        before = len(desk.slack.calls)
        await desk.runs("alice", "settings")
        fields = next(fields for name, fields in desk.slack.calls[before:] if name == "views.update")
        opened = json.loads(fields["view"]) if isinstance(fields["view"], str) else fields["view"]
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": "alice", "team_id": TEAM},
            "view": {
                **opened, "id": "V1", "callback_id": ids.LEAGUE_SETTINGS_MODAL.name,
                "private_metadata": ids.LEAGUE_SETTINGS_MODAL.encode(where),
                "state": {"values": {**_shown(opened), **_typed(**typed)}},
            },
        }  # fmt: skip
        answer = (await desk.bot.gets(body)).body
        row = await world.league()
        return row.rubric, row.rubric_version, str(answer)

    mine = "rating: 10 changes how we build agents.\n1 changes nothing for us; rigor: ablations."
    assert (await saves(rubric=mine))[:2] == (mine, 1)
    assert (await saves(purpose="agents"))[:2] == (mine, 1)
    refusal = await saves(rubric="be strict")
    assert refusal[:2] == (mine, 1)
    assert '"errors":{"rubric":' in refusal[2].replace(" ", "")
    assert (await saves(rubric=""))[:2] == (None, 2)
    long = "rating: what we can use. " * 200
    await desk.runs("alice", "rubric", long)
    assert "too many for this window" in await desk.runs("alice", "settings")
    assert (await saves(purpose="robots"))[:2] == (long.strip(), 3)
    answer = await _submit(desk, ids.LEAGUE_SETTINGS_MODAL, where, **SETTINGS, rubric="")
    assert "clear" in str(answer)
    assert (await world.league()).rubric_version == 3, "a window that was opened before shows no later rubric"


def _shown(opened: Any) -> dict[str, Any]:
    """Return the state of a window in which nothing was typed."""
    kinds = {
        "initial_value": "value",
        "initial_option": "selected_option",
        "initial_options": "selected_options",
    }
    return {
        block["block_id"]: {
            block["element"]["action_id"]: {
                kinds[name]: value for name, value in block["element"].items() if name in kinds
            }
        }
        for block in opened["blocks"]
        if block["type"] == "input"
    }


async def test_a_click_that_takes_a_league_over_asks_about_its_channel_and_lists_nobody(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everybody(_people: object) -> frozenset[str]:
        raise AssertionError("a workspace may have 20,000 people")

    monkeypatch.setattr(type(world.people), "admins", everybody)
    monkeypatch.setattr(type(world.people), "known_admins", lambda _people: frozenset())
    league = await world.league(SECRET)
    public = await world.league(HOME)
    world.people.rooms[SECRET] |= {"bob", "dora"}
    world.people.persons["dora"] = replace(world.people.persons["dora"], is_admin=True)
    async with world.writing() as session:
        await session.execute(delete(Owner))
    said = await desk.clicks("bob", ids.TAKE_OVER.carry(ids.OfLeague(league.id)), channel=SECRET)
    assert "has an owner again" in said
    said = await desk.clicks("bob", ids.TAKE_OVER.carry(ids.OfLeague(public.id)))
    assert "has an owner again" in said, "the admins of a workspace see its public leagues"
    world.people.rooms[SECRET] -= {"dora"}
    assert "is owned by <@bob>" in await desk.clicks(
        "bob", ids.TAKE_OVER.carry(ids.OfLeague(league.id)), channel=SECRET
    )
