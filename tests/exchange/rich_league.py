"""A league with something else than the default in each column that travels with its export."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from storage.database.engine import Transaction
from storage.standings.past_standings import PastRating, pack
from storage.tables import (
    Assessment,
    AuditLine,
    AuthorMark,
    Discussion,
    DuelVote,
    Entry,
    Feedback,
    Identifier,
    League,
    LeagueRubric,
    ListedPaper,
    Match,
    Note,
    Override,
    Owner,
    Paper,
    Poll,
    Purpose,
    Schedule,
    Spending,
    Standings,
    Tag,
    Tournament,
    Verdict,
    Vote,
    Voter,
)
from tests.leagues.world import HOME, World

HOUR = timedelta(hours=1)
CALL: dict[str, Any] = {
    "tokens_in": 9, "tokens_out": 8, "cost": Decimal("0.25"), "price_version": "p1", "latency_ms": 7,
}  # fmt: skip
SETTINGS: dict[str, Any] = {
    "time_zone": "Asia/Tokyo", "target_interval": 120.0, "vote_hours": 24, "quorum": 2, "vote_weight": 3.0,
    "anonymous_votes": True, "swap_share": 0.5, "monthly_cap": Decimal("7.5"), "strangers_vote": True,
    "takes_app_links": True,
    "members_may_start": False, "members_may_budget": True, "members_may_revert": True, "judges": ["a:b"],
    "purpose": "What helps", "purpose_version": 1, "rubric": "rating: 10 helps.", "rubric_version": 1,
}  # fmt: skip
PAPER: dict[str, Any] = {
    "title_raw": "Alpha $\\alpha$", "title": "Alpha α", "authors": ["Ada Lovelace"], "abstract": "Short.",
    "categories": ["cs.LG"], "version": 2, "comment": "12 pages", "withdrawn": True, "standing": "retracted",
    "venue": "ICML", "citations": 3, "code": ["https://github.com/a/b"], "data": ["https://zenodo.org/1"],
    "versions": {"2": "2026-01-01"}, "licence": "CC BY", "pdf_url": "https://example.org/a.pdf", "source": "arxiv",
    "left_out": "It is withdrawn.", "first_title": "Alpha before",
}  # fmt: skip


async def a_rich_league(world: World) -> None:
    """Fill each column that travels with something else than its default."""
    league = (await world.league(user="alice")).id
    entries = await world.enters(league, "Alpha", "Beta", "Gamma", "Delta")
    first, _second, _third, gone = entries
    now = world.now
    async with world.writing() as session:
        await _settings(session, league, now)
        await _papers(session, entries, now)
        review = Assessment(
            entry_id=first, assessor="a:b", status="done", model="b", rating=7.5, significance=7, rigor=6, novelty=8,
            clarity=9, contribution="It helps.", sections={"rigor": "Sound."}, flags=["obey"], read="abstract",
            rubric_version="r1", purpose_version=1, paper_version=2, created_at=now, done_at=now, **CALL,
        )  # fmt: skip
        boards = [
            Standings(
                league_id=league, cause=cause, entries=2, outcomes=number, at=now + timedelta(days=number),
                judges={"a:b": {"bias": 0.1}}, figures=pack(
                    [PastRating(first, 1600, 50, 1, 1, 2, number), PastRating(gone, 1400, 60.5, 2, 1, 2, number)]
                ),
            )
            for number, cause in enumerate(("entry.removed", "tournament", "match"))
        ]  # fmt: skip
        session.add_all([review, *boards])
        await session.flush()
        tournament = await _tournament(session, league, (boards[0].id, boards[1].id), now)
        played = await _matches(session, league, tournament, entries, now)
        poll, override = await _vote(session, played, now)
        for board, about in zip(boards, (gone, tournament, played), strict=True):
            board.about_id = about
        await _traces(session, league, entries, review.id, tournament, played, now)
        session.add_all(
            AuditLine(league_id=league, user="bob", action=action, detail=detail, at=now)
            for action, detail in (
                ("tournament.started", {"id": tournament}),
                ("entry.removed", {"entry": gone}),
                ("vote.opened", {"match": played, "poll": poll}),
                ("override.reverted", {"match": played, "override": override, "reason": "a mistake"}),
            )
        )


async def _settings(session: Transaction, league: int, now: datetime) -> None:
    row = await session.get_one(League, league)
    for name, value in SETTINGS.items():
        setattr(row, name, value)
    version: dict[str, Any] = {"league_id": league, "version": 1, "by": "bob", "at": now}
    session.add(Purpose(text="What helps", **version))
    session.add(LeagueRubric(text="rating: 10 helps.", **version))
    session.add(Owner(league_id=league, user="bob", since=now))


async def _papers(session: Transaction, entries: list[int], now: datetime) -> None:
    for entry in entries:
        paper = await session.get_one(Paper, (await session.get_one(Entry, entry)).paper_id)
        scheme, _, value = paper.canonical.partition(":")
        session.add(Identifier(paper_id=paper.id, scheme=scheme, value=value))
        paper.source = "arxiv"
    removed = await session.get_one(Entry, entries[3])
    removed.removed_at, removed.removed_by = now + HOUR, "carol"
    paper = await session.get_one(Paper, (await session.get_one(Entry, entries[0])).paper_id)
    for name, value in PAPER.items():
        setattr(paper, name, value)
    paper.published = now
    session.add(Identifier(paper_id=paper.id, scheme="doi", value="10.1/a"))
    session.add(AuthorMark(paper_id=paper.id, user="carol", at=now))


async def _tournament(session: Transaction, league: int, boards: tuple[int, int], now: datetime) -> int:
    schedule = Schedule(
        league_id=league, kind="preprints", channel=HOME, cron="0 19 * * mon", time_zone="Asia/Tokyo",
        options={"matches": 40}, created_by="bob", created_at=now,
    )  # fmt: skip
    session.add(schedule)
    await session.flush()
    tournament = Tournament(
        league_id=league, status="failed", goal="top", top_k=3, budget_matches=40, budget=Decimal("1.5"),
        target_interval=90.0, deadline=now, judges=["a:b"], panel=True, batch=True, seed=5, round=2, channel=HOME,
        started_by="carol", schedule_id=schedule.id, created_at=now, started_at=now, ended_at=now + HOUR,
        reason="it broke", held_for="cap", failure="no answer", before_id=boards[0], after_id=boards[1],
    )  # fmt: skip
    session.add(tournament)
    await session.flush()
    return tournament.id


async def _matches(
    session: Transaction, league: int, tournament: int, entries: list[int], now: datetime
) -> int:
    first, second, third, gone = entries
    played = Match(
        league_id=league, tournament_id=tournament, round=2, first_id=first, second_id=second, judge="a:b",
        status="decided", wants_swap=True, tried={"c:d": "late"}, panel=True, verdict="first", outcome="second",
        weight=2.0, requested_by="bob", planned_at=now, decided_at=now + HOUR,
    )  # fmt: skip
    of_removed = Match(
        league_id=league, first_id=gone, second_id=second, judge="offline", pool="offline", status="decided",
        verdict="draw", outcome="draw", planned_at=now, decided_at=now,
    )  # fmt: skip
    failed = Match(
        league_id=league, tournament_id=tournament, first_id=first, second_id=third, judge="a:b", status="failed",
        failure="five times", planned_at=now,
    )  # fmt: skip
    session.add_all([played, of_removed, failed])
    await session.flush()
    session.add_all(
        Verdict(
            match_id=match.id, kind=kind, judge="a:b", model="b", swapped=kind == "swap", winner="first",
            confidence=0.9, rationale="Clearer.", criteria={"novelty": "first"}, margin="clear", flags=["obey"],
            purpose_version=1, first_version=2, second_version=1, first_assessor="a:b", second_assessor="c:d",
            at=now, **CALL,
        )
        for match, kind in ((played, "verdict"), (played, "swap"), (of_removed, "verdict"))
    )  # fmt: skip
    return played.id


async def _vote(session: Transaction, match: int, now: datetime) -> tuple[int, int]:
    polls = [
        Poll(
            match_id=match, status="closed", opened_by="bob", opened_at=now, closes_at=now + 5 * HOUR, quorum=2,
            wanted_quorum=3, anonymous=anonymous, reminded_at=now, closed_at=now + HOUR, closed_by="alice",
            result="second",
        )
        for anonymous in (False, True)
    ]  # fmt: skip
    session.add_all(polls)
    await session.flush()
    poll = polls[0].id
    session.add_all([Voter(poll_id=poll, user="alice"), Voter(poll_id=poll, user="carol", author=True)])
    session.add(Vote(poll_id=poll, user="alice", choice="second", reason="Because.", at=now))
    override = Override(
        match_id=match, poll_id=poll, outcome="second", weight=2.0, at=now,
        ratings={"was": {"outcome": "first", "weight": 1.0}}, reverted_at=now, reverted_by="bob",
        revert_reason="a mistake",
    )  # fmt: skip
    session.add(override)
    await session.flush()
    return poll, override.id


async def _traces(
    session: Transaction,
    league: int,
    entries: list[int],
    assessment: int,
    tournament: int,
    match: int,
    now: datetime,
) -> None:
    """Store a person's marks, and what two calls cost."""
    session.add(
        DuelVote(
            first_id=entries[0], second_id=entries[1], user="bob", league_id=league, choice="second", at=now
        )
    )
    group: dict[str, Any] = {"entry_id": entries[0], "at": now}
    session.add(Discussion(league_id=league, by="bob", presenter="carol", url="https://x.test/p1", **group))
    session.add(Note(user="carol", text="Needs a baseline", **group))
    session.add(Tag(league_id=league, tag="long-context", by="bob", **group))
    session.add(ListedPaper(league_id=league, by="bob", **group))
    mark: dict[str, Any] = {"league_id": league, "judge": "a:b", "user": "bob", "at": now}
    session.add(Feedback(match_id=match, is_good=True, **mark))
    session.add(Feedback(assessment_id=assessment, is_good=False, **mark))
    money: dict[str, Any] = {
        "judge": "a:b", "reserved": Decimal("0.5"), "cost": Decimal("0.25"), "result": "ok", "at": now,
    }  # fmt: skip
    for kind, about, of in (("match", match, tournament), ("assessment", assessment, None)):
        session.add(
            Spending(
                league_id=league,
                kind=kind,
                about_id=about,
                settled_at=now + HOUR,
                tournament_id=of,
                **money,
            )
        )
