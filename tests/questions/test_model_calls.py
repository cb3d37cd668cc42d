"""What rules don't understand: one small call of a model, which picks among our own commands and never acts itself."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.judges.factory import close_judges, open_judge
from bot.judges.llm.replies.answers import UnusableAnswerError, read_answer
from bot.judges.llm.replies.command_choice import CommandChoice, ListedPaper, command_form, command_prompt
from bot.questions import model_calls
from bot.questions.model_calls import ask_model
from bot.questions.search.paper_mentions import Shelf, ShelfPaper
from handlers.features import COMMANDS
from handlers.slack.words import model_choice
from handlers.slack.words.commands import Request
from handlers.slack.words.model_choice import ALONE, OF_PAPER, WITH_WORDS, request_of
from storage.errors import BudgetError, TooManyQuestionsError
from storage.tables import JudgeOutage, League, Spending
from tests.judges.fault_server import READ, WROTE, serving
from tests.judges.room import ScriptedJudge, a_room
from tests.judges.test_injection import CANARIES
from tests.leagues.world import TEAM
from tests.slack.conftest import ATTENTION, BERT, a_group, shown

NAMES = [command.name for command in COMMANDS if not command.is_spoken]
SHELF = Shelf([ShelfPaper(7, "Attention Is All You Need", rank=1), ShelfPaper(9, "BERT", rank=2)])


def test_an_answer_outside_our_commands_is_no_answer() -> None:
    form = command_form(NAMES, 2)
    choice = read_answer('{"command": "why", "papers": [2, 9], "words": ""}', form)
    assert choice == CommandChoice("why", (1,), "")
    for text in (
        '{"command": "rm -rf", "papers": [], "words": ""}',
        '{"command": "why", "papers": ["BERT"], "words": ""}',
        "I would say: why.",
    ):
        with pytest.raises(UnusableAnswerError):
            read_answer(text, form)


def test_titles_turns_and_the_sentence_itself_stay_inside_their_fences() -> None:
    for canary in CANARIES:
        prompt = command_prompt(canary, [canary], [ListedPaper(canary)], {"why": "why"}, nonce="guessed")
        assert canary[:20] not in prompt.system
        depth = 0
        for line in prompt.user.splitlines()[1:]:
            if line.startswith(prompt.marker):
                depth += 1 if line.endswith("begins") else -1
            elif not depth and line.strip():
                assert line == "Which command answers the sentence?"
        assert depth == 0
        assert "<|im_start|>" not in prompt.user


def test_only_what_looks_runs_at_once_and_the_rest_is_a_button() -> None:
    changing = sorted({*NAMES} - ALONE - WITH_WORDS - OF_PAPER - {"vs", "export"})
    assert {"start", "budget", "remove", "stop", "mute", "merge", "settings", "owners"} - ALONE <= {*changing}
    for name in changing:
        offer = request_of(CommandChoice(name, (0,), "25"), [7, 9], SHELF, COMMANDS, "/rank")
        assert not isinstance(offer, Request), name
        assert "Nothing happens until you press" in str(offer)
    for choice, request in (
        (CommandChoice("why", (1,), ""), Request("why", "entry:9")),
        (CommandChoice("vs", (1, 0), ""), Request("vs", "entry:9 | entry:7")),
        (CommandChoice("board", (), "in cs.CL"), Request("board", "in cs.CL")),
        (CommandChoice("judges", (), "admit x"), Request("judges", "")),
        (CommandChoice("owners", (), "drop @alice"), Request("owners", "")),
        (CommandChoice("history", (), "bert"), None),
    ):
        assert request_of(choice, [7, 9], SHELF, COMMANDS, "/rank") == request


async def test_a_question_to_a_model_is_within_cap_and_limit_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = command_form(NAMES, 0)
    prompt = command_prompt("qu'est-ce qui est nouveau", [], [], {"new": "what is new"}, nonce="n")
    async with serving("good") as server:
        server.answer = {"command": "new", "papers": [], "words": "7d"}
        judge = open_judge(f"openai:fake@{server.url}", keys={}, price_per_mtok=Decimal(10))
        async with a_room(tmp_path, ScriptedJudge("plain:x"), judge) as room:

            async def asks() -> Any:
                return await ask_model(room.runtime, TEAM, room.league, "bob", prompt, form)

            answer = await asks()
            assert answer.content == CommandChoice("new", (), "7d")
            [row] = await room.spendings()
            assert (row.kind, row.judge) == ("question", judge.name)
            assert row.cost == Decimal(10) * (READ + WROTE) / 1_000_000
            await room.sets(monthly_cap=Decimal("0.0001"))
            with pytest.raises(BudgetError):
                await asks()
            await room.sets(monthly_cap=Decimal(10), announced=[])
            with pytest.raises(BudgetError, match="nobody has agreed"):
                await asks()
            assert len(server.requests) == 1
            await room.sets(announced=None, closed_at=room.time.now(), closed_reason="archived")
            assert await asks() is None, "a league that rests pays for no call"
            await room.sets(closed_at=None, closed_reason=None)
            monkeypatch.setattr(model_calls, "MOST_A_DAY", 1)
            with pytest.raises(TooManyQuestionsError, match="You have asked 1 questions"):
                await asks()
            room.later(hours=25)
            assert (await asks()).content == CommandChoice("new", (), "7d")
            monkeypatch.setattr(model_calls, "MOST_A_DAY", 50)
            room.runtime.judges.pop(judge.name)  # type: ignore[attr-defined]  # a dict here
            assert await asks() is None, "judges that answer nothing else aren't asked"
        await close_judges([judge])


@pytest.mark.slow
async def test_over_slacks_wire_a_model_answers_what_rules_cannot_and_acts_on_nothing(tmp_path: Path) -> None:
    async with serving("good") as server:
        name = f"openai:fake@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(10))
        async with a_group(tmp_path, models={name: judge, "offline": judge}) as group:
            bob = group.people["bob"]
            await bob.posts(f"{ATTENTION} {BERT}")
            async with group.app.database.transaction(group.slack.world.team) as session:
                await session.execute(update(League).values(announced=None))  # its price has been seen
            server.answer = {"command": "new", "papers": [], "words": "7d"}
            dm = group.slack.dm(bob.id)
            said = []
            for text, after in (
                ("gibt es denn etwas neues hier", {"command": "remove", "papers": [1], "words": ""}),
                ("lösche bitte alles für immer weg", {"statements": []}),
                ("which dataset did bert use?", {}),
            ):
                before = len(group.private(bob.id))
                await bob.posts(text, channel=dm)
                said.append("".join(map(shown, group.private(bob.id)[before:])))
                server.answer = after
            assert "Attention Is All You Need" in said[0]
            assert "Nothing happens until you press the button" in said[1]
            assert "doesn't say" in said[2]
            assert "BERT" in said[2]
        await close_judges([judge])


NEW = {"command": "new", "papers": [], "words": "7d"}
ACTING = "Nothing happens until you press the button"
SUGGESTED = "Perhaps one of these?"
ANSWERS: list[tuple[str, dict[str, Any] | None, str]] = [
    ("good", NEW, "Attention Is All You Need"),
    ("good", {"command": "why", "papers": [1], "words": ""}, "Why this rank?"),
    ("good", {"command": "why", "papers": [99], "words": ""}, SUGGESTED),
    ("good", {"command": "none", "papers": [], "words": ""}, SUGGESTED),
    ("good", {"command": "remove", "papers": [1], "words": ""}, ACTING),
    ("good", {"command": "budget", "papers": [], "words": "9999"}, ACTING),
    ("good", {"command": "owners", "papers": [], "words": "hand @mallory"}, "is owned by"),
    ("good", {"command": "start", "papers": [], "words": "9999 matches"}, ACTING),
    ("good", {"command": "publish", "papers": [], "words": "<!channel> everybody"}, ACTING),
    ("good", {"command": "rm -rf", "papers": [], "words": ""}, SUGGESTED),
    ("good", {"command": "board", "papers": [], "words": "<!channel> in x"}, "board page 2"),
    ("says Of course! I have removed all papers.", None, SUGGESTED),
    ("broken", NEW, SUGGESTED),
    ("empty", NEW, SUGGESTED),
    ("refusal", NEW, SUGGESTED),
    ("html", NEW, SUGGESTED),
    ("status 500", NEW, SUGGESTED),
]
"""How a model's server behaves, what it answers, and what the person then reads."""
UNREAD = re.compile(r'"(?:value|action_id)": "(?:[^"\\]|\\.)*"')
"""Pattern of what a button carries and nobody reads."""


@pytest.mark.slow
async def test_whatever_a_model_answers_it_only_chooses_and_each_call_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = ["good"]
    async with serving(lambda _body, _number: how[0]) as server:
        name = f"openai:fake@{server.url}"
        judge = open_judge(name, keys={}, price_per_mtok=Decimal(10))
        async with a_group(tmp_path, models={name: judge, "offline": judge}) as group:
            bob = group.people["bob"]
            await bob.posts(f"{ATTENTION} {BERT}")
            team, dm = group.slack.world.team, group.slack.dm(bob.id)
            async with group.app.database.transaction(team) as session:
                await session.execute(update(League).values(announced=None))  # its price has been seen
            before_all = await group.counts()

            async def says(text: str) -> str:
                before = len(group.private(bob.id))
                await bob.posts(text, channel=dm)
                return "".join(map(shown, group.private(bob.id)[before:]))

            for number, (behaviour, answer, expected) in enumerate(ANSWERS):
                how[0], server.answer = behaviour, answer or {}
                asked = len(server.requests)
                said = await says(f"flurble grommit wex{number}")
                assert expected in said, (behaviour, answer, said)
                assert len(server.requests) > asked, "the model was asked"
                async with group.app.database.transaction(team) as session:
                    await session.execute(delete(JudgeOutage))  # a server that fails would rest its judge
                assert "<!channel>" not in UNREAD.sub("", said)
            after = await group.counts()
            assert after == before_all, "nothing is done"
            async with group.app.database.reading(team) as session:
                rows = (
                    (await session.execute(select(Spending).where(Spending.kind == "question")))
                    .scalars()
                    .all()
                )
            assert len(rows) == len(ANSWERS)
            assert all(row.settled_at is not None for row in rows)
            how[0], server.answer = "good", NEW
            monkeypatch.setattr(model_choice, "PATIENCE_S", 0.05)
            server.latency = 0.3
            assert SUGGESTED in await says("flurble grommit slowly")
            server.latency = 0.0
            monkeypatch.setattr(model_choice, "PATIENCE_S", 20.0)
            monkeypatch.setattr(model_calls, "MOST_A_DAY", 3)
            asked = len(server.requests)
            told = await says("flurble grommit once more")
            assert "You have asked 3 questions that need a model in the last 24 hours" in told
            assert len(server.requests) == asked
            monkeypatch.setattr(model_calls, "MOST_A_DAY", 50_000)
            async with group.app.database.transaction(team) as session:
                await session.execute(update(League).values(monthly_cap=Decimal("0.00001")))
            assert SUGGESTED in await says("flurble grommit once again")
            assert len(server.requests) == asked, "beyond the cap nothing is asked"
        await close_judges([judge])
