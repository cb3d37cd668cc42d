"""A flow does each costly thing once: a link is parsed, a digest's period read, and a poll's big join made."""

from functools import wraps
from typing import Any

import pytest

from bot.papers.links import parsing
from tests.slack.conftest import FOUR, Group
from tests.statements import counted

CONTEST = "JOIN papers AS papers_"
"""Part of the statement that reads a match with its league, entries and papers."""
DIGEST = "overrides JOIN matches"
"""Part of a statement that only the reading of a digest's period sends."""


async def test_links_votes_and_digests_are_read_once_each(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[str] = []
    read = parsing._from_url

    @wraps(read)
    def hear(url: str) -> Any:
        addresses.append(url)
        return read(url)

    monkeypatch.setattr(parsing, "_from_url", hear)
    parsing.parse.cache_clear()
    alice, database = group.people["alice"], group.app.database
    await alice.posts(" ".join(FOUR))
    await group.calm()
    posted = [address for address in addresses if address.startswith("https:")]
    assert sorted(posted) == sorted(FOUR)

    await alice.runs("/rank tournament start 6 matches")
    await group.until(lambda: bool(group.messages("match.challenge")))
    await alice.clicks(group.messages("match.challenge")[0], "match.challenge")
    await group.until(lambda: bool(group.messages("vote.cast")))
    await group.calm()
    with counted(database) as sent:
        await alice.clicks(group.messages("vote.cast")[0], "vote.cast:0")
        await group.calm()
    joins = sum(CONTEST in statement for statement in sent)
    assert joins == 2  # for the receipt, and for the poll shown anew

    with counted(database) as sent:
        await alice.runs("/rank digest now")
        await group.calm()
    assert sum(DIGEST in statement for statement in sent) == 1
