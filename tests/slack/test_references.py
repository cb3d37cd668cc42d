"""References to a league's papers, a filtered board's or one's reading list, as files in direct messages."""

import json

import pytest
import rispy
from pybtex.database import parse_string

from tests.slack.conftest import ATTENTION, BERT, Group, Person


async def exported(group: Group, person: Person, words: str) -> tuple[str, str]:
    """The file that a person gets, and what is answered."""
    before = len(group.slack.world.files)
    answer = await person.asks(f"/rank export {words}")
    files = list(group.slack.world.files.values())[before:]
    return (files[0].content.decode() if files else ""), answer


async def test_a_league_is_exported_for_three_reference_managers(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, "bib")
    entries = parse_string(text, "bibtex").entries
    assert {entry.fields["eprint"] for entry in entries.values()} == {"1706.03762", "1810.04805"}
    assert "vaswani2017attention" in entries
    assert "with 2 references" in answer
    text, _ = await exported(group, bob, "zotero")
    assert {entry["title"] for entry in rispy.loads(text.replace("\r\n", "\n"))} >= {
        "Attention Is All You Need"
    }
    text, _ = await exported(group, bob, "csl")
    assert {item["type"] for item in json.loads(text)} == {"article"}


@pytest.mark.parametrize(("words", "count"), [("bib in cs.CL", 2), ("bib in math", 0), ("ris from @bob", 2)])
async def test_a_board_is_exported_with_its_filters(
    group: Group, bob: Person, words: str, count: int
) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, words)
    assert bool(text) is bool(count)
    assert ("No paper fits" in answer) is not bool(count)


async def test_ones_own_reading_list_is_exported_and_nobody_elses(group: Group, bob: Person) -> None:
    await bob.posts(f"{ATTENTION} {BERT}")
    text, answer = await exported(group, bob, "bib reading")
    assert (text, "No paper fits" in answer) == ("", True)


async def test_other_words_after_the_format_are_refused_with_a_sentence(group: Group, bob: Person) -> None:
    await bob.posts(ATTENTION)
    text, answer = await exported(group, bob, "bib nonsense")
    assert text == ""
    assert "I don't understand" in answer
