"""Claims about following authors, keywords and venues for oneself: by words, menus and Home; news at most once a day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.following import topic_news
from bot.schedules.clock import Clock
from handlers.blocks import ids
from handlers.slack.words.sentences.topic_phrases import topic_asked
from storage.database.engine import Transaction
from storage.following import followers, topics
from storage.tables import Entry, NewsTime, Paper, Topic
from storage.workspaces.forget_person import forget
from tests.leagues.slack import Desk, a_desk
from tests.leagues.world import OTHER, SECRET, TEAM, World

NEXT_DAY = datetime(2026, 11, 24, 9, 1, tzinfo=UTC)


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    async with a_desk(world) as made:
        yield made


async def _comes(world: World, league: int, title: str, channel: str = "C1", **about: object) -> int:
    """A paper that Alice brought, with what else is known of it."""
    (entry,) = await world.enters(league, title, channel=channel)
    async with world.writing() as session:
        paper = await session.scalar(
            select(Paper).join(Entry, Entry.paper_id == Paper.id).where(Entry.id == entry)
        )
        for name, value in about.items():
            setattr(paper, name, value)
    return entry


async def _news(desk: Desk, at: datetime, user: str = "bob") -> str:
    """What a person is sent when the clock looks at this moment; "" for nothing."""
    before = len(await desk.world.messages("news"))
    desk.world.now = at
    await Clock(desk.world.database, lambda: at, others=(topic_news.send_due,)).tick()
    rows = await desk.world.messages("news")
    if len(rows) == before:
        return ""
    assert [row.channel for row in rows[before:]] == [user]
    shown = await desk.renders("news")
    return "" if shown is None else str(shown)


async def test_news_of_what_a_person_follows_come_once_a_day_with_what_the_league_knows(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    await _comes(world, league, "An old paper on RL")
    world.later(minutes=1)
    assert "You follow the keyword *RL*" in await desk.runs("bob", "follow", 'keyword "RL"')
    assert "RL*already" not in (said := await desk.runs("bob", "follow", "keyword rl"))
    assert "already" in said
    await desk.runs("bob", "follow", "author J. Doe")
    await desk.runs("bob", "follow", "venue ICML")
    assert "2 to 80 characters" in await desk.runs("bob", "follow", "keyword x")
    world.later(minutes=1)
    first = await _comes(world, league, "Offline RL", abstract="[A note.] It learns without acting.")
    await _comes(world, league, "A world without it")
    await _comes(world, league, "Gamma", authors=["Jane Doe"])
    await _comes(world, league, "Delta", comment="Accepted at ICML 2026")
    await _comes(world, league, "Later RL", status="fetching")
    await world.ranks(league, [first])
    assert await _news(desk, world.now) == "", "nobody hears of anything at once"
    said = await _news(desk, NEXT_DAY)
    for words in (
        "3 new papers", "#1 of 1 · ", "Offline RL", "keyword: RL", "Gamma", "author: J. Doe", "venue: ICML",
        "papers", "not ranked yet", "_It learns without acting._",
    ):  # fmt: skip
        assert words in said, words
    assert "old paper" not in said, "what came before isn't new"
    assert "world" not in said
    await _comes(world, league, "Another RL")
    assert await _news(desk, NEXT_DAY + timedelta(hours=5)) == "", "at most one message a day"
    async with world.writing() as session:
        late = await session.scalar(select(Paper).where(Paper.title == "Later RL"))
        assert late is not None
        late.status = "known"
    said = await _news(desk, NEXT_DAY + timedelta(days=1))
    assert "Later RL" in said, "a paper that was read days later is told then"
    assert "Another RL" in said
    assert "Offline RL" not in said, "nothing is told twice"
    assert await _news(desk, NEXT_DAY + timedelta(days=2)) == "", "no news, no message"


async def test_a_person_whose_news_cant_be_made_keeps_nobody_else_from_theirs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.world
    league = (await world.league()).id
    for user in ("alice", "bob"):
        await desk.runs(user, "follow", "keyword moles")
    world.later(minutes=1)
    (entry,) = await world.enters(league, "Moles", user="carol")
    assert entry
    send = topic_news.send

    async def sends(session: Transaction, user: str, now: datetime) -> bool:
        if user == "alice":
            raise ValueError("an odd row")
        return await send(session, user, now)

    monkeypatch.setattr(topic_news, "send", sends)
    assert "Moles" in await _news(desk, NEXT_DAY)


async def test_news_keep_to_what_a_person_may_see_and_end_with_them(desk: Desk) -> None:
    world = desk.world
    public = (await world.league()).id
    secret = (await world.league(SECRET)).id
    for user in ("bob", "gus"):
        await desk.runs(user, "follow", "keyword moles")
    world.later(minutes=1)
    await _comes(world, secret, "Secret moles", channel=SECRET)
    world.now = NEXT_DAY
    async with world.writing() as session:
        assert await topic_news.send(session, "bob", NEXT_DAY)
        assert await topic_news.send(session, "gus", NEXT_DAY)
    assert await desk.renders("news") is None, "a guest isn't in the private channel"
    world.people.rooms[SECRET].add("gus")
    assert "Secret moles" in str(await desk.renders("news"))
    world.people.rooms[SECRET].discard("gus")
    await _comes(world, public, "Public moles")
    async with world.writing() as session:
        await followers.mute(session, public, "bob", world.now)
        assert not await topic_news.send(session, "bob", NEXT_DAY + timedelta(days=1)), (
            "muted leagues are silent"
        )
        await followers.unmute(session, public, "bob")
        assert await topic_news.send(session, "bob", NEXT_DAY + timedelta(days=2))
        await forget(session, "bob")
    async with world.database.reading(TEAM) as session:
        assert not list(await session.scalars(select(Topic).where(Topic.user == "bob")))
        assert not list(await session.scalars(select(NewsTime).where(NewsTime.user == "bob")))
    assert not [row for row in await world.messages("news") if row.channel == "bob"]


async def test_topics_are_chosen_in_a_papers_menu_and_ended_on_home_by_words_and_by_button(
    desk: Desk,
) -> None:
    world = desk.world
    league = (await world.league()).id
    entry = await _comes(world, league, "Alpha", authors=["Jane Doe", "Max Roe"], venue="ICML 2026")
    said = await desk.clicks("bob", ids.FOLLOW.carry(ids.OfEntry(entry)))
    for words in ("Venue: ICML 2026", "Author: Jane Doe", "Author: Max Roe"):
        assert words in said
    assert "Max Roe" in await desk.clicks("bob", ids.FOLLOW_TOPIC.carry(ids.PaperTopic(entry, 2)))
    await desk.clicks("bob", ids.FOLLOW_TOPIC.carry(ids.PaperTopic(entry, 0)))
    assert "isn't on the paper any more" in await desk.clicks(
        "bob", ids.FOLLOW_TOPIC.carry(ids.PaperTopic(entry, 9))
    )
    said = await desk.runs("bob", "follow")
    assert "You follow 1 author and 1 venue" in said
    assert "Next look for new papers" in said
    assert "Author *Max Roe*" in await desk.runs("bob", "following")
    await desk.bot.event("app_home_opened", event_id="EvT1", user="bob", tab="home")
    assert "Author *Max Roe*" in desk.said()
    async with world.database.reading(TEAM) as session:
        author, venue = await topics.of_person(session, "bob")
    assert "don't follow that" in await desk.clicks("carol", ids.UNFOLLOW_TOPIC.carry(ids.OfTopic(venue.id)))
    assert "no longer follow" in await desk.clicks("bob", ids.UNFOLLOW_TOPIC.carry(ids.OfTopic(author.id)))
    assert "no longer follow" in await desk.runs("bob", "unfollow", "venue icml 2026")
    assert "don't follow the venue" in await desk.runs("bob", "unfollow", "venue icml 2026")
    async with world.database.reading(TEAM) as session:
        assert await session.scalar(select(NewsTime)) is None, "nothing is looked for any more"


async def test_news_come_at_the_time_a_person_chose_on_their_own_clock(desk: Desk) -> None:
    world = desk.world
    league = (await world.league()).id
    assert "nothing is sent" in await desk.runs("bob", "follow", "at 17:00")
    world.people.persons["bob"] = world.people.persons["bob"].__class__("bob", "bob", time_zone="Asia/Tokyo")
    await desk.runs("bob", "follow", "keyword moles")
    await desk.runs("bob", "follow", "at 17:00")
    async with world.database.reading(TEAM) as session:
        row = await session.scalar(select(NewsTime))
        assert row is not None
        assert row.next_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
    world.later(minutes=1)
    await _comes(world, league, "Moles", channel=OTHER)
    assert await _news(desk, datetime(2026, 11, 24, 7, 59, tzinfo=UTC)) == ""
    assert "Moles" in await _news(desk, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sentence", "meaning"),
    [
        ("follow papers by Jane Doe", ("follow", "author Jane Doe")),
        ("Please follow everything about mixture of experts.", ("follow", "keyword mixture of experts")),
        ("follow the author Jane Doe", ("follow", "author Jane Doe")),
        ("follow the conference ICML", ("follow", "venue ICML")),
        ("tell me when there are new papers on RL", ("follow", "keyword RL")),
        ("notify me about new papers from Jane Doe", ("follow", "author Jane Doe")),
        ("let me know whenever something new by Jane Doe appears", ("follow", "author Jane Doe")),
        ("stop following the keyword RL", ("unfollow", "keyword RL")),
        ("don't follow papers by Jane Doe", ("unfollow", "author Jane Doe")),
        ("what do I follow?", None),
        ("follow attention is all you need", None),
        ("tell me about new papers on RL", ("follow", "keyword RL")),
        ("papers by Jane Doe", None),
    ],
)
def test_plain_sentences_follow_topics(sentence: str, meaning: tuple[str, str] | None) -> None:
    assert topic_asked(sentence) == meaning
