"""Links become papers with cards, each once, whichever way they come."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.entries import allowances
from storage.entries import entry_rows
from storage.tables import Entry
from storage.work import outbox
from tests.slack.conftest import ATTENTION, BERT, GPT3, RESNET, Group, Person, shown


async def test_a_posted_link_gets_its_card_in_the_thread(either: Group) -> None:
    ts = await either.people["alice"].posts(f"Worth reading: {ATTENTION}")
    cards = [
        reply for reply in either.slack.replies(either.channel, ts) if "Attention Is All" in shown(reply)
    ]
    assert len(cards) == 1
    counts = await either.counts()
    assert (counts.papers, counts.assessments) == (1, 1)


async def test_the_same_event_three_times_is_one_entry_and_one_card(either: Group) -> None:
    either.slack.faults.script("deliveries", "duplicate", "duplicate", "duplicate", "duplicate")
    ts = await either.people["alice"].posts(ATTENTION)
    again = await either.people["alice"].posts("thanks")
    assert again
    assert (await either.counts()).papers == 1
    assert len(either.slack.replies(either.channel, ts)) == 1


async def test_two_links_in_one_message_are_two_entries(either: Group) -> None:
    ts = await either.people["bob"].posts(f"{ATTENTION} and {BERT}")
    assert (await either.counts()).papers == 2
    text = json.dumps(either.slack.replies(either.channel, ts))
    assert "Attention Is All" in text
    assert "BERT" in text


async def test_an_edit_that_adds_a_link_adds_one_entry(group: Group, bob: Person) -> None:
    ts = await bob.posts(ATTENTION)
    await bob.edits(ts, f"{ATTENTION} and {BERT}")
    assert (await group.counts()).papers == 2
    await bob.edits(ts, f"{ATTENTION} and also {BERT}")
    assert (await group.counts()).papers == 2


async def test_a_mention_adds_its_link(group: Group, bob: Person) -> None:
    await bob.posts(f"<@{group.slack.bot_user}> {BERT}")
    assert (await group.counts()).papers == 1
    assert len(group.messages(kind="card")) == 1


async def test_a_direct_message_adds_its_link(group: Group, bob: Person) -> None:
    await bob.posts(ATTENTION)
    dm = group.slack.dm(bob.id)
    await bob.posts(GPT3, channel=dm)
    assert (await group.counts()).papers == 2


async def test_the_message_shortcut_adds_the_links_of_a_message(group: Group, bob: Person) -> None:
    await bob.posts(BERT)
    ts = await bob.posts("no link here")
    message = group.slack.message(group.channel, ts)
    message_reply = await group.slack.shortcut(bob.id, "add_paper", message)
    await group.calm()
    assert message_reply.ack.ok
    with_link = next(m for m in group.slack.history(group.channel) if "1810.04805" in shown(m))
    again = await group.slack.shortcut(bob.id, "add_paper", with_link)
    await group.calm()
    assert again.ack.ok
    assert (await group.counts()).papers == 1


async def test_the_add_command_adds_a_link(group: Group, bob: Person) -> None:
    assert "Added 1 paper" in await bob.asks(f"/rank add {GPT3}")
    assert (await group.counts()).papers == 1
    assert len(group.messages(kind="card")) == 1


async def test_the_assessment_opens_with_its_six_sections(group: Group, bob: Person) -> None:
    await bob.posts(ATTENTION)
    await bob.clicks(group.messages("card.assessment")[0], "card.assessment")
    said = shown(bob.modal)
    for section in (
        "Core contribution",
        "Methodological rigor",
        "Potential impact",
        "Timeliness and relevance",
        "Strengths and limitations",
        "Additional observations",
    ):
        assert f"*{section}*" in said


async def test_an_arxiv_id_with_an_impossible_month_is_answered_with_a_sentence(
    group: Group, bob: Person
) -> None:
    await bob.posts(ATTENTION)
    assert "arXiv:2413.01234 can't be" in await bob.asks("/rank add arXiv:2413.01234")
    dm = group.slack.dm(bob.id)
    await bob.posts("https://arxiv.org/abs/2499.00001", channel=dm)
    assert "arXiv:2499.00001 can't be" in json.dumps(group.private(bob.id))
    assert (await group.counts()).papers == 1


async def test_a_card_kept_back_for_a_guess_is_posted_once_its_paper_is_known(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    team = group.slack.world.team
    async with group.app.database.transaction(team) as session:
        paper = await entry_rows.by_identifier(session, "arxiv", "1706.03762")
        assert paper is not None
        ((entry, _league),) = await entry_rows.entries_of(session, paper.id)
        paper.status, paper.not_before = "fetching", group.time.now() + timedelta(days=9)
        await outbox.want(
            session, channel=group.channel, key=f"card:{entry}:2.0", kind="card", about_id=entry,
            options={"quiet": True}, now=group.time.now(),
        )  # fmt: skip
    await group.calm()
    assert len(group.messages(kind="card")) == 1
    async with group.app.database.transaction(team) as session:
        await entry_rows.store_record(session, paper.id, group.time.now(), {"title": "It is one"})
        await outbox.bump(session, "card", entry)
    await group.calm()
    assert len(group.messages(kind="card")) == 2


async def test_a_link_whose_message_was_deleted_at_once_is_taken_in_all_the_same(
    group: Group, bob: Person
) -> None:
    await bob.posts(ATTENTION)
    world, ts = group.slack.world, "1700000000.000100"
    event = {"type": "message", "user": bob.id, "channel": group.channel, "channel_type": "channel", "ts": ts}
    world.emit(event | {"text": f"<{BERT}>", "event_ts": ts})  # there is no such message any more
    await group.slack.deliveries.flush()
    await group.calm()
    assert (await group.counts()).papers == 2
    refused = [call.method for call in group.slack.calls if call.answer.get("error") == "message_not_found"]
    assert "reactions.add" in refused


async def test_a_forwarded_link_is_taken_in_wherever_it_is_forwarded_to(group: Group, bob: Person) -> None:
    ts = await bob.posts(BERT)
    dm = group.slack.dm(bob.id)
    forwarded = await group.slack.forward(bob.id, dm, group.channel, ts)
    await group.calm()
    assert "BERT" in json.dumps(group.slack.replies(dm, forwarded))
    with_words = await group.slack.forward(bob.id, dm, group.channel, ts, "worth a look")
    await group.calm()
    assert "BERT" in json.dumps(group.slack.replies(dm, with_words))


async def test_the_shortcut_takes_what_a_feed_bot_posted_in_an_attachment(group: Group, bob: Person) -> None:
    await bob.posts(BERT)
    ts = await bob.posts("a feed's post")
    message = group.slack.world.message(group.channel, ts)
    message |= {
        "text": "",
        "blocks": [],
        "attachments": [
            {"id": 1, "title": "Attention Is All You Need", "title_link": ATTENTION, "fallback": "x"}
        ],
    }
    await group.slack.shortcut(bob.id, "add_paper", {**message, "channel": group.channel})
    await group.calm()
    assert (await group.counts()).papers == 2


async def test_an_edited_question_is_answered_once(group: Group, bob: Person) -> None:
    await bob.posts(BERT)
    question = f"<@{group.slack.bot_user}> help"
    ts = await bob.posts(question)
    await group.calm()
    answers = len(group.slack.replies(group.channel, ts)) + len(group.slack.ephemerals(bob.id))
    await bob.edits(ts, f"{question}.")
    await group.calm()
    assert len(group.slack.replies(group.channel, ts)) + len(group.slack.ephemerals(bob.id)) == answers


async def test_add_this_takes_the_paper_that_the_thread_is_about(group: Group, bob: Person) -> None:
    await bob.posts(BERT)
    ts = await bob.posts("a paper to come")
    root = group.slack.world.message(group.channel, ts)
    root["text"] = f"<{ATTENTION}>"
    await bob.posts(f"<@{group.slack.bot_user}> add this", thread_ts=ts)
    await group.calm()
    assert (await group.counts()).papers == 2
    assert "Attention Is All" in json.dumps(group.slack.replies(group.channel, ts))


def many(number: int) -> str:
    """So many links of papers that there aren't."""
    return " ".join(f"https://arxiv.org/abs/1901.{place:05}" for place in range(1, number + 1))


async def entries(group: Group) -> int:
    """Papers in leagues, whatever their source says."""
    async with group.app.database.reading(group.slack.world.team) as session:
        return await session.scalar(select(func.count()).select_from(Entry)) or 0


@pytest.mark.slow
async def test_twenty_links_of_a_message_come_in_and_the_rest_after_a_click_that_says_what_they_cost(
    group: Group, bob: Person
) -> None:
    ts = await bob.posts(many(70))
    assert await entries(group) == 20
    assert len(group.messages(kind="card")) == 20
    (held,) = group.messages("links.add")
    assert held["thread_ts"] == ts
    assert "20 papers of this message came in without asking; 50 links wait for a click" in shown(held)
    assert "Reading them costs nothing" in shown(held)
    assert "Add 50 papers" in shown(held)
    await bob.edits(ts, many(71))  # what an edit adds to a full message waits as well
    assert await entries(group) == 20
    carol = await group.people["carol"].clicks(held, "links.add")
    assert "Only who posted them, " in carol.text
    reply = await bob.clicks(held, "links.add")
    assert "Added 50 papers" in reply.text
    assert await entries(group) == 70
    assert len(group.messages(kind="card")) == 20
    assert len(group.messages("links.add")) == 1  # of what the edit added


@pytest.mark.slow
async def test_a_thousand_links_of_a_message_are_twenty_papers_and_one_message_about_the_rest(
    group: Group, alice: Person, bob: Person
) -> None:
    await alice.posts(RESNET)  # hers is the league
    await bob.posts(many(996))
    assert await entries(group) == 21
    assert len(group.messages(kind="card")) == 21
    (held,) = group.messages("links.add")
    assert "20 papers of this message came in without asking; 976 links wait for a click" in shown(held)
    assert "Reading them costs nothing" in shown(held)
    reply = await bob.clicks(held, "links.add")
    assert "Added 180 papers; 796 wait until tomorrow, or for an owner's click." in reply.text
    assert await entries(group) == 201, "a day's allowance of one person"
    assert len(group.messages(kind="card")) == 21


@pytest.mark.slow
async def test_a_person_brings_in_so_many_papers_a_day_and_owners_answer_for_more(
    group: Group, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowances, "MOST_A_DAY", 2)
    await alice.posts(RESNET)  # hers is the league
    await bob.posts(f"{ATTENTION} {BERT} {GPT3}")
    assert await entries(group) == 3
    (held,) = group.messages("links.add")
    refused = await bob.clicks(held, "links.add")
    assert "Click again tomorrow" in refused.text
    assert await entries(group) == 3
    await group.people["carol"].posts("https://arxiv.org/abs/1901.00002")
    assert await entries(group) == 4, "one person's allowance is no other's"
    await alice.clicks(held, "links.add")
    assert await entries(group) == 5
