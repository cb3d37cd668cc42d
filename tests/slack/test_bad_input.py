"""Whatever people type is answered with a sentence, and nothing is lost."""

import re

import pytest

from bot.exchange.recorded_files import RecordedMatch, RecordedPaper
from bot.exchange.verdict_import import load
from tests.slack.conftest import ATTENTION, BERT, FOUR, Group, Person, shown

MRKDWN = re.compile(r'"type": "mrkdwn", "text": "((?:[^"\\]|\\.)*)"')
TITLES = (
    "<!channel> Everyone look here",
    "🦜 Parrots & <Angles> *bold*",
    "عنوان من اليمين إلى اليسار",
    r"On $\ell_1$ and \textbf{$O(n \log n)$} bounds",
    "long " * 390 + "end",
)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/rank tournament start", ""),
        ("/rank tournament frobnicate", "There is no “tournament frobnicate”"),
        ("/rank tournament start soon", "I don't understand"),
        ("/rank tournament start 5 matches", "two"),
        ("/rank a gibberish of nowhere", "a gibberish of nowhere"),
        ("/rank history an unknown paper", "an unknown paper"),
        ("/rank vs only one", "bar between"),
        ("/rank #77", "77"),
        ("/rank digest at 8 Mars/Base", "no time zone"),
        ("/rank tournament schedule 0 0 30 2 * 40 matches", "never fires"),
        ("/rank tournament pause", "No tournament is running"),
        ("/rank add no link", "link to a paper"),
        ("/rank " + "x" * 3990, ""),
        ("/h2h " + "y" * 3990, ""),
        ("/rank 🦜 | <!channel>", ""),
    ],
)
async def test_odd_words_get_a_sentence(group: Group, alice: Person, line: str, sentence: str) -> None:
    await alice.posts(ATTENTION)
    reply = await alice.runs(line)
    said = "".join(map(shown, reply.messages)) + "".join(map(shown, group.slack.views(alice.id)))
    assert reply.ack.ok
    assert said
    assert sentence in said
    assert "Something went wrong" not in said
    assert (await group.counts()).papers == 1


async def test_a_tournament_without_budget_is_refused_in_a_sentence(group: Group, alice: Person) -> None:
    await alice.posts(" ".join(FOUR))
    assert "budget" in await alice.asks("/rank tournament start top 2")
    assert (await group.counts()).matches == 0


@pytest.mark.parametrize("link", ["https://arxiv.org/abs/2501.99999", "http://127.0.0.1:9/gone.pdf"])
async def test_a_link_that_leads_nowhere_gets_a_sentence_in_its_thread(
    group: Group, bob: Person, link: str
) -> None:
    ts = await bob.posts(f"<@{group.slack.bot_user}> {link} and {BERT}")
    said = "".join(map(shown, group.slack.replies(group.channel, ts)))
    assert "BERT" in said
    assert len(group.slack.replies(group.channel, ts)) >= (2 if "arxiv" in link else 1)


async def test_odd_titles_are_shown_without_pinging_or_breaking_anything(group: Group, alice: Person) -> None:
    await _with_titles(group)
    for line in (
        "/rank",
        "/rank #1",
        "/rank #2",
        "/rank #3",
        "/rank #4",
        "/rank #5",
        "/rank vs #1 | #2",
        "/rank history #3",
    ):
        said = await alice.asks(line)
        assert said, line
        assert "Something went wrong" not in said
        assert not [text for text in formatted(said) if "<!channel>" in text]
    board = await alice.asks("/rank")
    assert "عنوان" in board
    assert "Parrots" in board
    refused = [call for call in group.slack.calls if call.answer.get("error") == "invalid_blocks"]
    assert not refused


def formatted(said: str) -> list[str]:
    """The texts of an answer that Slack reads as mrkdwn, in which a title could call people."""
    return [match[1] for match in MRKDWN.finditer(said)]


async def _with_titles(group: Group) -> None:
    async with group.app.database.transaction(group.slack.world.team) as session:
        await load(
            session,
            name="Odd",
            papers=[RecordedPaper(f"p{n}", title, {}) for n, title in enumerate(TITLES)],
            matches=[
                RecordedMatch("p0", "p1", "first", "j", "k1"),
                RecordedMatch("p2", "p3", "draw", "j", "k2"),
            ],
            channel=group.channel,
            settings=group.app.settings,
            now=group.time.now(),
        )
