"""The audit log: sentences with titles, ways to the messages, and nothing that reads like an id."""

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.questions.answer_views.audit_log_view import WRITTEN
from storage.leagues import league_rows
from tests.slack.conftest import FOUR, Group, Person, key, shown
from tests.slack.test_tournaments import overturned

ROOT = Path(__file__).parents[2]
ID_LIKE = re.compile(
    r"\b(?:match|poll|vote|tournament|entry|override|merge|schedule|league|version|id)s?:? #?\d",
    re.IGNORECASE,
)


def noted() -> set[str]:
    """Every action that the program writes into the audit log."""
    found: set[str] = set()
    for file in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]:
        tree = ast.parse(file.read_text())
        named: dict[str, ast.expr | None] = {}
        for node in tree.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                named[node.target.id] = node.value
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named[node.targets[0].id] = node.value
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            if getattr(call.func, "attr", getattr(call.func, "id", "")) not in {"note", "_note", "_after"}:
                continue
            for argument in call.args:
                value = named.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
                    found.add(value.value)
    return found


def test_every_change_that_is_logged_has_its_words() -> None:
    actions = noted()
    assert len(actions) > 20
    assert actions == set(WRITTEN)


@pytest.mark.slow
async def test_the_log_names_papers_and_leads_to_messages_and_shows_no_numbers_of_rows(
    group: Group, alice: Person
) -> None:
    await overturned(group)
    [result] = group.messages("override.revert")
    await alice.clicks(result, "override.revert")
    await alice.submits(reason="The vote was about another paper.")
    await alice.removes("bert")
    await alice.runs("/rank merge attention | gpt")
    said = await alice.asks("/rank log")
    assert re.search(r"\*Alice\* started a tournament of at most 6 matches · <https://[^|]*\|see it>", said)
    challenged = re.search(
        r"\*Bob\* challenged the verdict on <https?://[^|]*\|[^>]+> against <https?://[^|]*\|[^>]+>"
        r" · <(https://[^|]*)\|see it>",
        said,
    )
    assert challenged is not None
    [poll] = [message for message in group.messages() if key(message).startswith("poll:")]
    assert poll["ts"].replace(".", "") in challenged[1]
    assert "reverted the team's decision on <" in said
    assert "took <" in said
    assert ID_LIKE.search(said) is None


async def test_a_long_log_is_paged_and_every_line_stands_on_one_page(group: Group, alice: Person) -> None:
    await alice.posts(FOUR[0])
    async with group.app.database.transaction(group.slack.world.team) as session:
        for cap in range(20):
            await league_rows.change(session, 1, alice.id, group.time.now(), monthly_cap=Decimal(cap))
    first = await alice.runs("/rank log")
    pages = [first.messages[-1]]
    assert "Later" not in shown(pages[0])
    await alice.presses(pages[0], "Earlier")
    pages.append(group.slack.ephemerals(alice.id)[-1])
    told = [re.findall(r"monthly cap: \$[\d.]+ → (\$[\d.]+)", shown(page)) for page in pages]
    assert len(told[0]) == 15
    assert [*told[0], *told[1]] == [f"${cap}.00" for cap in reversed(range(20))]
    assert "began the league" in shown(pages[1])
