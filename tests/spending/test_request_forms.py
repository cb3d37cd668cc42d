"""What a server taught a judge about requests outlives a restart."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.judges.factory import open_judge
from bot.judges.llm.model_client import ModelClient
from bot.judges.llm.stances import Stance, stance_of, stance_values
from bot.spending import request_forms
from storage import spending
from tests.judges.fault_server import GOOD
from tests.judges.room import a_room

NAME = "openai:gpt-5-x@http://h.test/v1"


async def test_a_judge_opened_again_asks_at_once_as_its_server_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[dict[str, Any]] = []

    async def send(
        _self: ModelClient, _method: str, _address: str, content: bytes, **_more: object
    ) -> tuple[int, bytes, dict[str, str]]:
        bodies.append(json.loads(content))
        for word in ("max_completion_tokens", "response_format", "tools"):
            if word in bodies[-1]:
                return 400, json.dumps({"error": {"message": f"Unsupported parameter: {word}"}}).encode(), {}
        choice = {"message": {"content": json.dumps(GOOD)}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 900, "completion_tokens": 90}
        return 200, json.dumps({"choices": [choice], "usage": usage}).encode(), {}

    monkeypatch.setattr(ModelClient, "send", send)
    async with a_room(tmp_path, open_judge(NAME, keys={}, price_per_mtok=Decimal(1))) as room:
        one = await room.plan(NAME, 0, 1)
        await room.works()
        learned = len(bodies)
        room.runtime.judges[NAME] = open_judge(NAME, keys={}, price_per_mtok=Decimal(1))  # type: ignore[index]
        two = await room.plan(NAME, 2, 3)
        await room.works()
        assert {(await room.row(one)).status, (await room.row(two)).status} == {"decided"}
    assert (learned, len(bodies) - learned) == (4, 1)


async def test_a_form_is_stored_again_where_the_transaction_that_stored_it_was_lost(tmp_path: Path) -> None:
    judge: Any = open_judge(NAME, keys={}, price_per_mtok=Decimal(1))
    async with a_room(tmp_path, judge) as room:
        judge.habits._stance = Stance("text")
        async with room.world.writing() as session:
            await request_forms.note_form(session, room.runtime, NAME, room.time.now())
            session.info["news"].clear()  # as where its commit is lost
            await session.rollback()
        stored = []
        for stance in ("text", "text", "schema"):
            judge.habits._stance = Stance(stance)
            async with room.world.writing() as session:
                await request_forms.note_form(session, room.runtime, NAME, room.time.now())
                stored.append((await spending.request_form(session, NAME) or {})["mode"])
    assert stored == ["text", "text", "schema"]


def test_a_workspace_without_a_row_leaves_the_form_to_the_next_one() -> None:
    judge: Any = open_judge(NAME, keys={}, price_per_mtok=Decimal(1))
    judge.habits.recall(None)
    assert not judge.habits.has_recalled
    judge.habits.recall(stance_values(Stance("text")))
    assert judge.habits.has_recalled
    assert judge.habits.most_room is None
    assert judge.habits._stance == Stance("text")


def test_a_form_of_request_is_stored_whole_and_nonsense_is_forgotten() -> None:
    stance = Stance("text", frozenset({"a.b"}), frozenset({("old", "new")}), 900)
    assert stance_of(json.loads(json.dumps(stance_values(stance)))) == stance
    assert stance_of({"mode": "dance"}) == Stance("schema")
