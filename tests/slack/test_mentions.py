"""Whoever talks to the bot, by mention or direct message, is answered as the command answers."""

import re

import pytest

from handlers.features import COMMANDS
from handlers.slack.words.mentions import question_in
from handlers.slack.words.plain_questions import paper_named
from tests.slack.conftest import ATTENTION, BERT, FOUR, Group, Person, shown

BOT = "U0BOT"


async def hears(person: Person, text: str, thread_ts: str | None = None, channel: str = "") -> str:
    before = len(person.group.private(person.id))
    await person.posts(text, thread_ts, channel)
    return "".join(map(shown, person.group.private(person.id)[before:]))


async def test_questions_are_answered_where_they_are_said(group: Group) -> None:
    bob = group.people["bob"]
    ts = await bob.posts(ATTENTION)
    dm, bot = group.slack.dm(bob.id), f"<@{group.slack.bot_user}>"
    for channel, to in ((group.channel, f"{bot} "), (dm, "")):
        assert "Attention Is All You Need" in await hears(bob, f"{to}where is my paper?", channel=channel)
        assert "Paste a link to a paper" in await hears(bob, f"{to}hello", channel=channel)
        assert "$0.00 of $10.00" in await hears(bob, f"{to}what did this cost?", channel=channel)
    assert "Questions people ask" in await hears(bob, bot)
    assert "Why this rank?" in await hears(bob, f"{bot} why did it lose?", thread_ts=ts)
    assert "I know papers by their links" in await hears(bob, f"{bot} https://example.com/cooking")
    assert "change settings in a window" in await hears(bob, f"{bot} settings")
    assert "irst matches" in await hears(bob, f"{bot} /rank attention")


async def test_a_mention_that_names_a_paper_to_remove_does_not_take_it_in(group: Group) -> None:
    bob = group.people["bob"]
    await hears(bob, f"<@{group.slack.bot_user}> remove {ATTENTION}")
    assert (await group.counts()).papers == 0
    await hears(bob, f"<@{group.slack.bot_user}> new paper: {ATTENTION}")
    assert (await group.counts()).papers == 1


async def test_a_question_about_it_offers_the_papers_it_may_mean(group: Group) -> None:
    alice, bob = group.people["alice"], group.people["bob"]
    await bob.posts(ATTENTION)
    await alice.posts(BERT)
    reply = await alice.runs("/rank why did it lose?")
    menu = shown(reply.messages[-1])
    assert menu.index("BERT") < menu.index("Attention Is All You Need")
    chosen = await alice.clicks(
        reply.messages[-1],
        "choose.paper",
        selected='["why",2,0,""]',
    )
    assert "Why this rank?" in shown(chosen.messages[-1])
    assert "Attention Is All You Need" in await alice.asks("/rank how sure is attention's rank?")


async def test_one_paper_to_compare_gets_a_menu_of_the_others(group: Group) -> None:
    alice = group.people["alice"]
    await alice.posts(f"{ATTENTION} {BERT}")
    reply = await alice.runs("/rank vs attention")
    chosen = await alice.clicks(reply.messages[-1], "choose.paper", selected='["sv",2,1,""]')
    assert "Head to head" in shown(chosen.messages[-1])
    assert "by score" in await alice.asks("/rank leaderbord"), "a slip of the keyboard is forgiven"
    assert "by score" in await alice.asks("/rank leaderboard")


async def test_a_click_on_a_message_that_begins_a_thread_is_answered_where_it_is_seen(group: Group) -> None:
    bob = group.people["bob"]
    await bob.posts(" ".join(FOUR))
    await bob.runs("/rank digest now")
    [digest] = group.messages(kind="digest")
    await bob.posts("Thanks!", thread_ts=digest["ts"])
    [root] = [one for one in group.slack.history(group.channel) if one["ts"] == digest["ts"]]
    assert root["thread_ts"] == root["ts"]
    reply = await bob.clicks(root, "menu", selected="Mute: no more DMs to me")
    assert "thread_ts" not in reply.messages[-1]


async def test_what_was_shared_says_as_of_when(group: Group) -> None:
    alice = group.people["alice"]
    await alice.posts(ATTENTION)
    reply = await alice.runs("/rank attention")
    await alice.presses(reply.messages[-1], "Share to channel")
    assert re.search(r"shared, <!date\^\d+\^as of ", shown(group.messages(kind="shared")[-1]))


@pytest.mark.parametrize(
    ("words", "paper"),
    [
        ("why did attention lose to BERT?", "attention"),
        ("why has mine lost to bert?", ""),
        ("who voted on LoRA?", "LoRA"),
        ("how sure is BERT's rank?", "BERT"),
        ("Why did Attention Is All You Need beat ResNet", "Attention Is All You Need"),
        ("why is my paper so low?", ""),
        ("how sure is #3?", "#3"),
    ],
)
def test_a_question_says_which_paper_it_is_about(words: str, paper: str) -> None:
    question = COMMANDS.question(words)
    assert question is not None
    assert question.needs_paper
    assert paper_named(words) == paper


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<@{BOT}> wher is my papr?", "wher is my papr?"),
        (f"<@{BOT}>", "help"),
        (f"<@{BOT}> <{ATTENTION}> please", None),
        (f"<@{BOT}> add <{ATTENTION}>", None),
        (f"<@{BOT}> history <{ATTENTION}>", f"history <{ATTENTION}>"),
        (f"<@{BOT}> who voted on <{ATTENTION}>?", f"who voted on <{ATTENTION}>?"),
        (f"<@{BOT}> vs A &amp; B | C", "vs A & B | C"),
        (f"<@{BOT}> https://example.com", None),
        (f"<@{BOT}> arXiv:1799.00001", None),
    ],
)
def test_links_are_taken_in_and_words_are_answered(text: str, words: str | None) -> None:
    assert question_in(text, BOT, COMMANDS) == words
