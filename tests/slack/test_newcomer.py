"""The twelve questions a newcomer asks: each answered by one command or two clicks, and in the very words too."""

import re
from dataclasses import dataclass

import pytest

from handlers.features import COMMANDS
from tests.slack.conftest import Group, Person, shown
from tests.slack.test_tournaments import overturned


@dataclass(frozen=True)
class Row:
    """A question, the command that answers it, the texts of at most two buttons pressed, and what is then read."""

    asked: str
    command: str
    clicks: tuple[str, ...]
    reads: tuple[str, ...]


TABLE = (
    Row("Where is my paper?", "/rank mine", (), ("Attention Is All You Need", "±")),
    Row("Why did it lose?", "/rank why attention", (), ("Why this rank?", "It lost")),
    Row("Why did it lose?", "/rank attention", ("Why this rank?",), ("It lost",)),
    Row("Who voted?", "/rank history {overturned}", (), ("|the vote on it>", "decided by the team's vote")),
    Row("What did this cost?", "/rank cost", (), ("$0.00 of $10.00",)),
    Row("How sure is this rank?", "/rank attention", (), ("likely ", " ± ")),
    Row("How do I stop it?", "/rank stop", (), ("Digest settings", "Schedule…", "Mute", "remove PAPER")),
    Row("Who decides?", "/rank how", (), ("a judge decides a match", "<@{alice}>")),
    Row("What changed since yesterday?", "/rank changes since yesterday", (), ("4 new", "1 overturned")),
    Row("What plays next?", "/rank next", (), ("Next matches: <!date", "(every")),
    Row("How does it judge?", "/rank how", (), ("The very prompts and rubric in use", "Bradley")),
    Row("How do I add or remove a paper?", "/rank help", (), ("add <link>", "remove <paper>")),
    Row("What can you do?", "/rank help", (), ("Questions people ask",)),
    Row("How do I get it out of my channel?", "/rank stop", (), ("/remove @Paperbout",)),
)


def test_the_table_asks_all_twelve_questions() -> None:
    assert {row.asked for row in TABLE} == {question.text for question in COMMANDS.questions}
    assert all(len(row.clicks) <= 2 for row in TABLE)


@pytest.mark.slow
async def test_the_newcomers_questions_are_answered_in_two_clicks_or_one_command(group: Group) -> None:
    await overturned(group)
    alice = group.people["alice"]
    names = {"overturned": await _overturned_title(group), "alice": alice.id}
    missing: list[tuple[str, str]] = []
    for row in TABLE:
        said = await _steps(group, alice, row, names)
        missing += [(row.asked, text) for text in row.reads if text.format(**names) not in said]
        told = await alice.asks(f"/rank {row.asked}")
        if "Which paper?" not in told:
            missing += [
                (f"in plain words: {row.asked}", text)
                for text in row.reads
                if text.format(**names) not in told
            ]
    assert missing == []
    [menu] = (await alice.runs("/rank who voted?")).messages
    assert shown(menu).count('"value": "[') == 2, "only the papers of the match that was voted on"
    history = await alice.asks("/rank history {overturned}".format(**names))
    vote = re.findall(r"archives/\w+/p(\d+)[^|]*\|the vote on it>", history)[0]
    [poll] = [message for message in group.messages() if message["ts"].replace(".", "") == vote]
    thread = group.slack.replies(group.channel, str(poll.get("thread_ts", poll["ts"])))
    [result] = [message for message in thread if "vote.result" in shown(message)]
    await alice.clicks(result, "vote.result")
    assert "Bob" in shown(alice.modal)
    assert "Carol" in shown(alice.modal)


async def _steps(group: Group, alice: Person, row: Row, names: dict[str, str]) -> str:
    said = await alice.asks(row.command.format(**names))
    for text in row.clicks:
        before = len(group.slack.ephemerals(alice.id))
        await alice.presses(group.slack.ephemerals(alice.id)[-1], text)
        answers = [*group.slack.ephemerals(alice.id)[before - 1 :], *group.slack.views(alice.id)]
        said = "".join(map(shown, answers))
    return said


async def _overturned_title(group: Group) -> str:
    said = await group.people["alice"].asks("/rank changes")
    found = re.search(r"team\*\\n• (.+?) wins over", said)
    assert found is not None, said
    return found[1].split(":")[0]


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("why has mine lost to bert?", "why"),
        ("how much did we spend", "cost"),
        ("how do I turn the digest off", "stop"),
        ("when does it play next?", "next"),
        ("how does this work", "how"),
        ("How powerful are graph neural networks?", None),
        ("Attention is all you need", None),
        ("what is attention", None),
        ("x" * 5_000, None),
    ],
)
def test_only_questions_are_taken_for_questions(words: str, command: str | None) -> None:
    question = COMMANDS.question(words)
    assert (None if question is None else COMMANDS.of_question(question).name) == command
