"""Where people used to get stuck: typos, bare numbers, places that are none, channels without a league."""

import re
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import questions
from bot.questions.search.paper_mentions import Shelf, ShelfPaper
from bot.work.runtime import OfferedPaper
from handlers.blocks import ids
from handlers.questions.answer_views.boards_view import board_answer
from handlers.questions.board_words import parse_board
from handlers.questions.listeners import render_card
from storage.tables import AuditLine
from storage.work.delivery import MessageRequest
from tests.leagues.world import HOME
from tests.questions.conftest import Asker, elements, label, paper_of, words


@pytest.mark.parametrize(
    ("typed", "reads"),
    [
        ("atention is all you ned", "Attention Is All You Need"),
        ("denoisin difusion", "Denoising Diffusion Probabilistic Models"),
        ("5", "#5 of 6"),
        ("why atention is all you ned", "Why this rank?"),
        ("by rubric", "6 papers, by rubric"),
        ("vs atention is all you ned | depe residual", "Head to head"),
    ],
)
async def test_typos_and_bare_numbers_find_the_paper(asker: Asker, typed: str, reads: str) -> None:
    assert reads in words(await asker.runs(typed))


async def test_a_board_by_rubric_shows_what_it_is_sorted_by(asker: Asker) -> None:
    said = words(await asker.runs("by rubric"))
    assert "Rubric" in said
    assert "Score" not in said
    assert "±" not in said


async def test_a_board_on_which_all_is_new_marks_nothing_as_new(asker: Asker) -> None:
    async with asker.world.writing() as session:
        board = await questions.leaderboard(session, asker.league)
    new = tuple(replace(row, is_new=True) for row in board.rows)
    one, all_of_them = (
        words(
            {
                "blocks": list(
                    board_answer(replace(board, rows=rows), ids.Page("board", asker.league, 0)).blocks
                )
            }
        )
        for rows in ((*new[:1], *board.rows[1:]), new)
    )
    assert "1 new" in one
    assert " new" not in all_of_them
    assert "▲▼" not in all_of_them


async def test_a_typo_that_fits_several_papers_is_asked_back(asker: Asker) -> None:
    answer = await asker.runs("atention")
    assert "Which of these papers do you mean?" in words(answer)


async def test_what_is_near_nothing_gets_a_sentence_and_a_mistyped_command_is_forgiven(asker: Asker) -> None:
    assert "No paper here matches “zzzz qqqq”." in words(await asker.runs("zzzz qqqq"))
    assert words(await asker.runs("histroy")) == words(await asker.runs("history"))


async def test_papers_suggested_instead_of_a_missing_one_are_new_to_the_league(asker: Asker) -> None:
    offers = (
        OfferedPaper("Known", "https://arxiv.org/abs/1706.03760", "arxiv:1706.03760"),
        OfferedPaper("Fresh", "https://arxiv.org/abs/2312.00752", "arxiv:2312.00752"),
    )
    services = asker.bot.on.services
    services = replace(services, runtime=replace(services.runtime, offers=offers))
    request = MessageRequest(1, HOME, "card:1", "card", asker.entries[5], {}, None, None, 1, None, None, None)
    async with asker.world.writing() as session:
        paper = await paper_of(session, asker.entries[5])
        paper.status, paper.failure = "failed", "It is elsewhere."
    async with asker.world.writing() as session:
        card = await render_card(session, request, services)
    assert card is not None
    assert [label(each) for each in elements({"blocks": card.blocks})] == ["Add Fresh"]


async def test_a_guess_removes_nothing(asker: Asker) -> None:
    said = words(await asker.runs("remove atention is all you ned"))
    assert "Which of these papers do you mean?" in said, "it asks, and removes nothing by itself"
    assert "#1 of 6" in words(await asker.runs("attention is all you need"))


@pytest.mark.parametrize("typed", ["#-1", "# -3", "#1.5", "history #-1"])
async def test_a_place_that_is_none_is_refused(asker: Asker, typed: str) -> None:
    assert "isn't a place" in words(await asker.runs(typed))


async def test_top_five_shows_five(asker: Asker) -> None:
    for typed in ("top 5", "board top 5", "board 5"):
        [table] = [block for block in (await asker.runs(typed))["blocks"] if block["type"] == "data_table"]
        assert len(table["rows"]) == 1 + 5, typed
    assert parse_board(parse_board("top 5 in cs.CL wide").filters()) == parse_board("in cs.CL wide 5")


async def test_a_question_mark_is_the_help(asker: Asker) -> None:
    assert "Questions people ask" in words(await asker.runs("?"))


async def test_the_board_fits_a_phone_and_shows_all_columns_with_the_gap_on_a_tap(asker: Asker) -> None:
    board = await asker.runs("")
    [table] = [block for block in board["blocks"] if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][0]] == ["Place", "Paper", "Score"]
    assert "1700 ± 60" in words(board)
    wide = await asker.clicks(board, "All columns")
    [table] = [block for block in wide["blocks"] if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][0]][-2:] == ["Rubric", "Gap"]
    assert any(cell["text"][:1] in "▲▼" for row in table["rows"][1:] for cell in row[-1:])
    assert "Fewer columns" in map(label, elements(wide))


async def test_the_log_tells_who_had_a_verdict_overturned(asker: Asker) -> None:
    async with asker.world.writing() as session:
        session.add(
            AuditLine(
                league_id=asker.league, user="alice", action="override.made", detail={"match": 1},
                at=asker.world.now,
            )
        )  # fmt: skip
    said = words(await asker.runs("log"))
    assert re.search(r"overturned the verdict on .* by the team.s vote", said)
    async with asker.world.writing() as session:
        assert (await session.scalars(select(AuditLine))).all()


def test_near_titles_are_found_among_thousands_at_no_more_for_each_title() -> None:
    nouns = (
        "graph",
        "attention",
        "diffusion",
        "policy",
        "kernel",
        "protein",
        "robot",
        "speech",
        "vision",
        "prompt",
    )
    titles = [
        (
            number,
            f"{nouns[number % 10]} learning {number:x} with {nouns[number // 10 % 10]} models of kind{number % 997}",
        )
        for number in range(3_500)
    ]
    titles.append((9_999, "Attention Is All You Need"))

    def seconds(many: list[tuple[int, str]]) -> float:
        """Processor time of this thread, the least of three."""
        times = []
        for _ in range(3):
            began = time.thread_time()
            shelf = Shelf([ShelfPaper(number, title) for number, title in many])
            assert shelf.nearly_named("atention is all you ned") == [9_999]
            times.append(time.thread_time() - began)
        return min(times)

    assert seconds(titles) < 2 * 5 * seconds(titles[-700:]), "five times the titles"


async def test_a_paper_with_the_very_word_in_its_title_is_meant_before_longer_words(asker: Asker) -> None:
    await asker.world.enters(asker.league, "Zebra models of language")
    await asker.world.enters(asker.league, "Zebrafish and their models")
    assert "Zebra models of language" in words(await asker.runs("zebra"))
