"""Files that people carry in: nonsense is refused with its line and the reason, and nothing of a file is run."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.exchange import csv_files
from bot.exchange.export_format import as_csv, read_files
from bot.exchange.file_rows import TABLES, LeagueFile
from bot.exchange.league_transfer import load, named, read
from bot.exchange.recorded_files import read_matches, read_papers
from bot.exchange.verdict_import import import_files
from bot.exchange.verdict_import import load as load_verdicts
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.tables import Paper, Verdict
from tests.leagues.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


DAY = "2026-11-20T12:00:00+00:00"
FILE: dict[str, Any] = {
    "format": "paperbout", "version": 1, "league": "reading", "purpose": "What helps",
    "papers": [
        {
            "id": f"arxiv:2001.0000{n}", "url": "https://arxiv.org/abs/2001.00001", "title": f"Paper {n}",
            "abstract": None, "authors": ["Ada; Lovelace", "=cmd()"], "categories": ["cs.LG"], "published": DAY,
            "withdrawn": False, "submitted_by": "U1", "submitted_at": DAY, "rating": None, "significance": None,
            "rigor": None, "novelty": None, "clarity": None, "names": [f"doi:10.1/{n}"], "version": 2,
        }
        for n in (1, 2)
    ],
    "ratings": [],
    "matches": [
        {
            "key": "k", "first": "arxiv:2001.00001", "second": "arxiv:2001.00002", "judge": "a:b", "pool": "real",
            "model": "b", "verdict": "first", "outcome": "first", "weight": 1.0, "confidence": 0.9,
            "rationale": "Clearer.", "decided_at": DAY,
        }
    ],
    "votes": [],
    "verdicts": [
        {
            "match": "k", "kind": kind, "judge": "a:b", "model": "b", "swapped": kind == "swap", "winner": "first",
            "confidence": 0.9, "rationale": "Clearer.", "criteria": {"novelty": "first"}, "margin": "clear",
            "flags": ["ignore, all; of it"], "purpose_version": 1, "first_version": 2, "second_version": None,
            "first_assessor": "a:b", "second_assessor": None, "tokens_in": 900, "tokens_out": 90, "cost": "0.012300",
            "price_version": "2026-11", "latency_ms": 1200, "at": DAY,
        }
        for kind in ("verdict", "swap")
    ],
    "assessments": [
        {
            "paper": "arxiv:2001.00001", "assessor": assessor, "model": "b", "rating": 7.5, "significance": 7.0,
            "rigor": 6.5, "novelty": 8.0, "clarity": 9.0, "contribution": "It helps.",
            "sections": {"rigor": "-sound, =and fair"}, "flags": [], "read": "full text", "rubric_version": "abcd",
            "purpose_version": 1, "paper_version": 2, "tokens_in": 1, "tokens_out": 2, "cost": "0.5",
            "price_version": None, "latency_ms": 3, "created_at": DAY, "done_at": DAY,
        }
        for assessor in ("offline", "a:b")
    ],
    "purposes": [
        {"version": 1, "text": "What wins", "by": "U1", "at": DAY},
        {"version": 2, "text": "", "by": "U2", "at": DAY},
        {"version": 3, "text": "What helps", "by": "U2", "at": DAY},
    ],
    "rubrics": [
        {"version": 1, "text": "rating: 10 changes our field.\nrigor: ablations.", "by": "U1", "at": DAY},
        {"version": 2, "text": "", "by": "U2", "at": DAY},
        {"version": 3, "text": "rating: 10 helps us at once.\nrigor: proofs.", "by": "U2", "at": DAY},
    ],
    "duels": [
        {"first": "arxiv:2001.00002", "second": "arxiv:2001.00001", "user": "U3", "choice": "first", "at": DAY}
    ],
}  # fmt: skip


def _changed(table: str, place: int = 0, **values: object) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(json.dumps(FILE))
    file[table][place] |= values
    return file


def _twice(table: str) -> dict[str, Any]:
    return {**FILE, table: [*FILE[table], FILE[table][0]]}


TOURNAMENT: dict[str, Any] = {
    "number": 1, "status": "finished", "goal": "ranking", "top_k": None, "budget_matches": 9, "budget": None,
    "target_interval": None, "deadline": None, "judges": ["a:b"], "panel": False, "batch": False, "seed": 0, "round": 1,
    "channel": "C1", "started_by": "U1", "schedule": None, "created_at": DAY, "started_at": DAY, "ended_at": DAY,
    "reason": None, "held_for": None, "failure": None, "before": None, "after": None,
}  # fmt: skip
SCHEDULE: dict[str, Any] = {
    "number": 1, "kind": "digest", "channel": "C1", "cron": "0 9 * * mon", "time_zone": "UTC", "options": {},
    "active": True, "created_by": "U1", "created_at": DAY,
}  # fmt: skip
BOARD: dict[str, Any] = {
    "number": 1, "cause": "match", "match": None, "paper": None, "tournament": None, "outcomes": 1, "judges": {},
    "figures": {"arxiv:2001.00001": [1500.0, 90.0, 1, 1, 2, 3]}, "at": DAY,
}  # fmt: skip
SPENDING: dict[str, Any] = {
    "kind": "match", "match": "k", "paper": None, "tournament": None, "judge": "a:b", "reserved": "0.1", "cost": "0.1",
    "result": "ok", "at": DAY, "settled_at": DAY,
}  # fmt: skip
LINE: dict[str, Any] = {
    "user": "U1", "action": "vote.opened", "match": "k", "poll": None, "paper": None, "tournament": None, "detail": {},
    "at": DAY,
}  # fmt: skip
MARK: dict[str, Any] = {"match": "k", "paper": None, "judge": "a:b", "user": "U1", "is_good": True, "at": DAY}
RATING = {
    "paper": "arxiv:2001.00001", "rank": 1, "rank_low": 1, "rank_high": 2, "score": 1500.0, "interval": 90.0, "wins": 1,
    "losses": 0, "draws": 0,
}  # fmt: skip
VOTE = {
    "match": "k", "poll": 1, "user": "U1", "choice": "first", "reason": None, "at": DAY, "quorum": 3,
    "anonymous": False, "result": "stands", "closed_at": DAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "table", "place", "reason"),
    [
        *((_changed("matches", weight=weight), "matches", 0, "weight") for weight in (-1, 0, 1e9, "NaN")),
        *((_changed("matches", confidence=share), "matches", 0, "confidence") for share in (-0.1, 1.5, "x")),
        (_changed("papers", 1, rating=11), "papers", 1, "rating"),
        (_changed("papers", 1, rating="NaN"), "papers", 1, "rating"),
        (_changed("papers", 1, url="javascript:alert(1)"), "papers", 1, "isn't an address"),
        (_changed("papers", 1, url="https:// evil.example"), "papers", 1, "isn't an address"),
        (_changed("papers", 1, pdf_url="file:///etc/passwd"), "papers", 1, "isn't an address"),
        (_changed("papers", 1, published="0001-01-01T00:00:00+14:00"), "papers", 1, "published"),
        (_changed("papers", 1, submitted_at="3026-01-01T00:00:00Z"), "papers", 1, "isn't a day"),
        (_changed("papers", 1, title=None), "papers", 1, "title"),
        (_changed("papers", 1, title="a\0b"), "papers", 1, "no text"),
        (_changed("papers", 1, surprise=1), "papers", 1, "surprise"),
        (_changed("matches", decided_at="1066-10-14T00:00:00Z"), "matches", 0, "isn't a day"),
        (_changed("matches", decided_at="yesterday"), "matches", 0, "decided_at"),
        (_changed("matches", second="arxiv:2001.00001"), "matches", 0, "can't play itself"),
        (_changed("matches", second="arxiv:9"), "matches", 0, "isn't among the papers"),
        (_changed("duels", second="arxiv:2001.00002"), "duels", 0, "can't play itself"),
        (_changed("verdicts", 1, match="z"), "verdicts", 1, "no match"),
        (_changed("verdicts", 1, cost="-1"), "verdicts", 1, "cost"),
        (_changed("verdicts", 1, tokens_in=10**30), "verdicts", 1, "tokens_in"),
        (_changed("verdicts", 1, criteria={"novelty": "third"}), "verdicts", 1, "criteria"),
        (_changed("assessments", 1, paper="arxiv:9"), "assessments", 1, "isn't among the papers"),
        *(
            (_twice(table), table, len(FILE[table]), "twice")
            for table in ("papers", "matches", "verdicts", "rubrics", "duels")
        ),
        ({**FILE, "ratings": [RATING | {"rank": 3}]}, "ratings", 0, "rank"),
        ({**FILE, "ratings": [RATING | {"interval": -1}]}, "ratings", 0, "interval"),
        ({**FILE, "ratings": [RATING | {"score": 1e300}]}, "ratings", 0, "score"),
        ({**FILE, "ratings": [RATING | {"paper": "arxiv:9"}]}, "ratings", 0, "isn't among the papers"),
        ({**FILE, "votes": [VOTE | {"match": "z"}]}, "votes", 0, "no match"),
        ({**FILE, "votes": [VOTE | {"result": "won"}]}, "votes", 0, "result"),
        ({**FILE, "votes": [VOTE, VOTE | {"user": "U2", "quorum": 4}]}, "votes", 1, "quorum"),
        *(
            ({**FILE, table: [row | changes]}, table, 0, reason)
            for table, row, changes, reason in (
                ("tournaments", TOURNAMENT, {"status": "won"}, "status"),
                ("tournaments", TOURNAMENT, {"deadline": "9999-01-01T00:00:00Z"}, "isn't a day"),
                ("tournaments", TOURNAMENT, {"schedule": 4}, "no schedule 4"),
                ("tournaments", TOURNAMENT, {"before": 4}, "no standings 4"),
                ("tournaments", TOURNAMENT, {"seed": 10**30}, "seed"),
                ("schedules", SCHEDULE, {"cron": "every minute"}, "five fields"),
                ("schedules", SCHEDULE, {"cron": "99 * * * *"}, "isn't a schedule"),
                ("schedules", SCHEDULE, {"time_zone": "../etc/passwd"}, "isn't a time zone"),
                ("schedules", SCHEDULE, {"options": {"a": "x" * 30_000}}, "more than"),
                ("standings", BOARD, {"figures": {"arxiv:9": [1, 1, 1, 1, 1, 1]}}, "isn't among the papers"),
                ("standings", BOARD, {"figures": {"arxiv:2001.00001": [1]}}, "figures"),
                ("standings", BOARD, {"judges": {"a": {"b": "NaN"}}}, "judges"),
                ("spending", SPENDING, {"cost": "-1"}, "cost"),
                ("spending", SPENDING, {"match": "z"}, "no match"),
                ("log", LINE, {"tournament": 7}, "no tournament 7"),
                ("log", LINE, {"detail": {"a": float("nan")}}, "JSON"),
                ("feedback", MARK, {"match": None}, "a mark is on"),
                ("feedback", MARK, {"at": "3026-01-01T00:00:00Z"}, "isn't a day"),
            )
        ),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, file: dict[str, Any], table: str, place: int, reason: str
) -> None:
    path = tmp_path / "league.json"
    path.write_text(json.dumps(file, indent=1))
    with pytest.raises(BadRequestError, match=reason) as refusal:
        read_files(path, "")
    lines = path.read_text().split("\n")
    begin = lines.index(f' "{table}": [') + 1
    rows = [number for number, line in enumerate(lines[begin:], begin + 1) if line == "  {"]
    assert f"line {rows[place]}" in refusal.value.sentence


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_all_that_a_league_has_comes_back_and_twice_changes_nothing(tmp_path: Path, form: str) -> None:
    source = tmp_path / "league.json"
    source.write_text(json.dumps(FILE))
    if form == "csv":
        whole = read_files(source, "")
        source = tmp_path / "league"
        source.mkdir()
        for table in TABLES:
            (source / f"{table}.csv").write_text(as_csv(whole, table), encoding="utf-8", newline="")
    async with a_world(tmp_path) as world:
        for _ in range(2):
            async with world.writing() as session:
                file = read_files(source, "reading")
                await load(
                    session, file, name="reading", channel="C7", settings=world.settings, now=world.now
                )
            async with world.writing() as session:
                back = await read(session, await named(session, "reading"))
            given_file = LeagueFile.model_validate(FILE)
            for table in ("purposes", "rubrics", "verdicts", "assessments"):
                assert getattr(back, table) == getattr(given_file, table), table
            assert back.purpose == "What helps"
            async with world.writing() as session:
                league = await league_rows.league_named(session, "reading")
                assert league is not None
                assert (league.rubric, league.rubric_version) == (FILE["rubrics"][2]["text"], 3)
            assert [row.names for row in back.papers] == [["doi:10.1/1"], ["doi:10.1/2"]]
            assert [row.authors for row in back.papers] == [["Ada; Lovelace", "=cmd()"]] * 2
            assert [(row.first, row.choice, row.user) for row in back.duels or ()] == [
                ("arxiv:2001.00001", "second", "U3")
            ]
            assert back.papers[0].rating == 7.5, "the offline heuristic counts only where nothing else does"


async def test_recorded_verdicts_bring_all_that_their_files_tell(tmp_path: Path) -> None:
    papers, matches = tmp_path / "papers.csv", tmp_path / "matches.csv"
    papers.write_text(
        "id,title,rating,abstract,authors,address,date\n"
        'a,Alpha,7.5,"Two\nlines","Ada Lovelace; Alan Turing",https://example.org/a,2024-05-01\nb,Beta,,,,,\n'
    )
    matches.write_text(
        "first,second,winner,judge,rationale,criteria,confidence,date\n"
        "a,b,a,m,Because.,novelty: first; rigor: b; breadth: draw,0.8,2025-01-02T03:04:05+00:00\n"
        'a,b,,m,,"{""rigor"": ""a""}",,\n'
    )
    async with a_world(tmp_path) as world, world.writing() as session:
        await load_verdicts(
            session, name="recorded", papers=read_papers(papers), channel="C7", settings=world.settings,
            matches=read_matches(matches, frozenset("ab")), now=world.now,
        )  # fmt: skip
        paper = (await session.scalars(select(Paper).where(Paper.title == "Alpha"))).one()
        first, second = await session.scalars(select(Verdict).order_by(Verdict.id))
    assert (paper.authors, paper.abstract, paper.url) == (
        ["Ada Lovelace", "Alan Turing"],
        "Two lines",
        "https://example.org/a",
    )
    assert paper.published == datetime(2024, 5, 1, tzinfo=UTC)
    assert (first.rationale, first.confidence, first.at.year) == ("Because.", 0.8, 2025)
    assert first.criteria == {"novelty": "first", "rigor": "second", "breadth": "even"}
    assert (second.criteria, second.confidence) == ({"rigor": "first"}, 0.5)


async def test_what_files_carry_in_passes_the_gate_of_its_kind(tmp_path: Path) -> None:
    paper = FILE["papers"][0] | {
        "title": "<i>E. coli</i> in\u200b $\\alpha$", "abstract": "<p>Low &amp; <jats:sup>2</jats:sup>x</p>",
        "authors": ["O&#39;Brien", "<i></i>", "<b>Ada</b>", "Ada"], "venue": "J. <i>Words</i>", "comment": "a &lt; b",
    }  # fmt: skip
    match = FILE["matches"][0] | {"rationale": "one\r\ntwo\x07 <b>three</b>"}
    league_file = LeagueFile.model_validate(
        FILE | {"papers": [paper, FILE["papers"][1]], "matches": [match], "purpose": " what\u202e helps\r\n"}
    )
    row = league_file.papers[0]
    assert (row.title, row.abstract, row.venue, row.comment) == (
        "E. coli in $\\alpha$", "Low & ²x", "J. Words", "a < b",
    )  # fmt: skip
    assert (row.authors, league_file.purpose) == (["O'Brien", "Ada"], "what helps")
    assert league_file.matches[0].rationale == "one\ntwo <b>three</b>"
    (tmp_path / "papers.csv").write_text('id,title,abstract\na,<b>A</b>,"x &lt; 2"\nb,<i></i>,\n')
    (tmp_path / "matches.csv").write_text('first,second,winner,judge,rationale\na,b,a,m,"\u200bso\u202e"\n')
    papers = read_papers(tmp_path / "papers.csv")
    matches = read_matches(tmp_path / "matches.csv", frozenset("ab"))
    assert [(one.title, one.abstract) for one in papers] == [("A", "x < 2"), ("", None)]
    assert matches[0].rationale == "so"
    async with a_world(tmp_path) as world, world.writing() as session:
        counts = await load_verdicts(
            session, name="read\u200bing ", papers=papers, matches=matches, channel="C7", settings=world.settings,
            now=world.now,
        )  # fmt: skip
        titles = set(await session.scalars(select(Paper.title)))
    assert (counts.league, titles) == ("reading", {"A", "b"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a,A,nan,,,", "rating nan isn't between 1 and 10"),
        ("a,A,11,,,", "rating 11 isn't between"),
        ("a,A,7,,data:text/html,", "isn't an address"),
        ("a,A,7,,,12/31/2024", "isn't a date like"),
        ("a,A,7,,,9999-12-31", "isn't a day on which"),
        ("a,,7,,,", "needs an id and a title"),
        ("a,A,7,,", "has 5 cells"),
        ('a,"A,7,,,', "isn't CSV"),
        ("a,A\0,7,,,", "no text"),
        ("b,B,7,,,", "is there twice"),
    ],
)
async def test_recorded_papers_that_make_no_sense_are_refused_and_nothing_changes(
    tmp_path: Path, world: World, line: str, reason: str
) -> None:
    papers = tmp_path / "papers.csv"
    papers.write_text(f'id,title,rating,authors,url,published\nb,"B\nb",5,,,\n{line}\n')
    with pytest.raises(BadRequestError, match=reason) as refusal:
        await import_files(world.settings, "new", papers, None, "", "")
    assert "line 4" in refusal.value.sentence
    async with world.database.reading("T1") as session:
        assert await session.scalar(select(Paper.id)) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a,b,c,m,,", "neither of the two"),
        ("a,a,a,m,,", "can't play itself"),
        ("a,z,a,m,,", "there is no paper 'z'"),
        ("a,b,a,,,", "needs a judge"),
        ("a,b,a,m,2,", "confidence 2 isn't between 0 and 1"),
        ("a,b,a,m,,beauty: first", "isn't a criterion"),
        ("a,b,a,m,,rigor: third", "neither of the two papers"),
        ("a,b,a,m,,{broken", "can't be read as criteria"),
    ],
)
def test_recorded_verdicts_that_make_no_sense_are_refused(tmp_path: Path, line: str, reason: str) -> None:
    matches = tmp_path / "matches.csv"
    matches.write_text(f"first,second,winner,judge,confidence,criteria\n{line}\n")
    with pytest.raises(BadRequestError, match=f"line 2: .*{reason}"):
        read_matches(matches, frozenset("ab"))


CELLS = st.text(st.sampled_from("=+-@,;|\t\n\r'\" a1{＝"), max_size=12)


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_no_separator_makes_a_cell_that_a_spreadsheet_runs_and_texts_come_back(cells: list[str]) -> None:
    assert [csv_files.unguarded(csv_files.guarded(cell)) for cell in cells] == cells
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([csv_files.guarded(cell) for cell in cells])
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator):
            for cell in row:
                assert cell.lstrip()[:1] not in set("=+-@＝"), (separator, cell)


@pytest.mark.parametrize("make", [lambda n: "\n" * n, lambda n: ";" * n + "=", lambda n: "\"' " * n])
def test_guards_are_found_in_linear_time(make: Callable[[int], str]) -> None:
    text = make(200_000)
    assert csv_files.unguarded(csv_files.guarded(text)) == text
