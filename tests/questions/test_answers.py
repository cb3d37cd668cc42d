"""Asking over Slack's wire protocol."""

import re
from datetime import timedelta
from statistics import median

import numpy as np
import pytest
from sqlalchemy import select

from bot.standings import refit
from handlers.blocks import ids
from handlers.questions.exports.sharing import MESSAGES
from storage.tables import Assessment, Entry, League
from storage.work import delivery
from tests.leagues.world import HOME, OTHER, SECRET
from tests.questions.conftest import TITLES, Asker, elements, keeps_limits, label, paper_of, words


async def test_rank_shows_the_board_with_movement(asker: Asker) -> None:
    said = words(await asker.runs(""))
    assert "Attention Is All You Need" in said
    assert "▲1" in said
    assert "▼1" in said
    assert "± 60" in said


async def test_a_link_a_place_and_words_lead_to_the_same_card(asker: Asker) -> None:
    for text in (
        "https://arxiv.org/abs/1706.03760v3",
        "#1",
        "all you need",
        "arxiv:1706.03760",
        "ATTENTION author0",
    ):
        said = words(await asker.runs(text))
        assert "#1 of 6" in said, text
        assert "1700 ± 60" in said


async def test_a_card_says_who_said_what_where_assessors_differ(asker: Asker) -> None:
    answer = await asker.runs("#1")
    assert "rubric 7 (6–8)" in words(answer)
    await asker.clicks(answer, "More about it")
    more = str(asker.slack.calls[-1])
    assert "one:m 6" in more
    assert r"67\xa0%" in more


async def test_a_paper_starts_where_the_median_of_its_assessors_puts_it(asker: Asker) -> None:
    entry = asker.entries[0]
    async with asker.world.writing() as session:
        said = {
            row.assessor: row.rating or 0.0
            for row in await session.scalars(select(Assessment).where(Assessment.entry_id == entry))
        }
        assert len(said) >= 2
        board = await refit.fit_input(session, asker.league)
        assert board.rubrics[board.index[entry]] == median(said.values())
        for row in await session.scalars(select(Assessment).where(Assessment.entry_id == entry)):
            if row.rating == max(said.values()):
                row.rating = 9.5
        await session.flush()
        after = await refit.fit_input(session, asker.league)
        now = [9.5 if rating == max(said.values()) else rating for rating in said.values()]
        assert after.rubrics[after.index[entry]] == median(now)
        rubrics = np.array([np.nan if rubric is None else rubric for rubric in after.rubrics])
        rated = np.argsort(rubrics)[: np.isfinite(rubrics).sum()]
        assert (np.diff(after.prior_mean[rated]) >= 0).all(), "who is assessed better starts higher"


async def test_new_papers_are_listed_by_age_within_the_span_asked_for(asker: Asker) -> None:
    async with asker.world.writing() as session:
        for entry, days in zip(asker.entries, (1, 6, 8, 29, 31, 400), strict=True):
            (await session.get_one(Entry, entry)).submitted_at = asker.world.now - timedelta(days=days)
    for line, count in (("new", 2), ("new 7d", 2), ("new 30d", 4)):
        said = words(await asker.runs(line))
        places = [said.find(title) for title in TITLES[:4]]
        assert sum(place >= 0 for place in places) == count, line
        assert [place for place in places if place >= 0] == sorted(p for p in places if p >= 0), (
            "newest first"
        )


async def test_several_hits_get_a_menu_that_goes_on(asker: Asker) -> None:
    answer = await asker.runs("attention")
    menu = elements(answer)[0]
    assert [option["text"]["text"] for option in menu["options"]] == [TITLES[0], TITLES[2]]
    said = words(await asker.chooses(menu["action_id"], menu["options"][1]["value"]))
    assert "Attention Based Pooling" in said


async def test_a_menu_in_a_comparison_goes_on_with_the_other_paper(asker: Asker) -> None:
    menu = elements(await asker.runs("vs attention | deep residual"))[0]
    said = words(await asker.chooses(menu["action_id"], menu["options"][0]["value"]))
    assert "against" in said
    assert "Deep Residual Learning" in said


async def test_two_menus_where_both_are_ambiguous(asker: Asker) -> None:
    first = elements(await asker.runs("attention vs attention", command="/h2h"))[0]
    second = elements(await asker.chooses(first["action_id"], first["options"][0]["value"]))[0]
    said = words(await asker.chooses(second["action_id"], second["options"][1]["value"]))
    assert "Attention Based Pooling" in said
    assert "is favoured" in said


async def test_head_to_head_tells_record_rationale_judge_and_override(asker: Asker) -> None:
    said = words(await asker.runs("attention is all | denoising", command="/h2h"))
    assert "decided by the team's vote" in said
    assert "“Attention Is All You Need” says more than “Denoising Diffusion" in said
    assert "one:m" in said
    assert "Attention Is All You Need is favoured, 6" in said


async def test_papers_that_never_met_can_play_now(asker: Asker) -> None:
    answer = await asker.runs("vs #2 | #3")
    assert "never met" in words(answer)
    assert "The judges cost nothing." in words(answer)
    [play] = [element for element in elements(answer) if label(element) == "Play now"]
    assert "cost nothing" in play["confirm"]["text"]["text"]
    assert "Papers both have met" in words(answer)


async def test_what_changed_is_charted_told_and_led_back_to_its_matches(asker: Asker) -> None:
    answer = await asker.runs("changes since 30 hours")
    [chart] = [block for block in answer["blocks"] if block["type"] == "data_visualization"]
    assert [point["value"] for point in chart["chart"]["series"][0]["data"]] == [1, -1]
    said = words(answer)
    assert "▲ up 1 to #1" in said
    assert "within the error bars" in said
    assert "wins over Attention Is All You Need" in said
    assert "No rank changed" in words(await asker.runs("movers 1 hour"))


async def test_history_is_paged_newest_first(asker: Asker) -> None:
    answer = await asker.runs("history #1")
    assert "24 matches" in words(answer)
    older = await asker.clicks(answer, "Earlier")
    assert {"Later", "Earlier"} <= set(map(label, elements(older)))
    oldest = await asker.clicks(older, "Earlier")
    assert "Earlier" not in map(label, elements(oldest))
    results = [block["text"]["text"] for block in oldest["blocks"] if "accessory" in block]
    assert len(results) == 4


async def test_every_report_answers(asker: Asker) -> None:
    for text, expected in (
        ("judges", "one:m"),
        ("cost", "No paid call this month"),
        ("log", "began the league"),
        ("how", "Bradley"),
        ("gap", "Better than, by rubric"),
        ("new 7d", TITLES[0]),
        ("all", TITLES[0]),
        ("at 2026-11-23", "as it stood"),
        ("at yesterday", "as it stood"),
        ("help commands", "/h2h"),
        ("board uncertain", "most uncertain first"),
        ("board in cs.CL", "3 papers"),
        ("board from <@U12345|x>", "No paper passes"),
        ("board from @Alice", "6 papers"),
        ("board from @nobody", "Nobody called"),
        ("mine", "6 papers"),
        ("how does this work", "Bradley"),
        ("board page 9", TITLES[0]),
    ):
        said = words(await asker.runs(text))
        assert expected in said, (text, said)
        assert "went wrong" not in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("histroy", "Which paper"),
        ("#99", "no #99"),
        ("zzzz", "No paper here"),
        ("x" * 4000, "too long"),
        ("🙂" * 100, "No paper here"),
        ("https://arxiv.org/abs/2401.99999", "isn't in this league"),
        ("at tomorrowish", "can't read"),
        ("at 1999-01-01", "no standings that old"),
        ("at", "Say when"),
        ("new banana", "can't read"),
        ("vs", "Compare two papers"),
        ("vs #1 | #1", "same paper"),
        ("history", "Which paper"),
        ("board sideways", "don't understand"),
        ("%", "No paper here"),
    ],
)
async def test_what_cannot_be_answered_gets_a_sentence(asker: Asker, text: str, expected: str) -> None:
    said = words(await asker.runs(text))
    assert expected in said
    assert "went wrong" not in said


async def test_right_to_left_and_shouting_titles_are_safe(asker: Asker) -> None:
    assert "نظام" in words(await asker.runs("نظام"))
    answer = await asker.runs("scaling laws")
    assert "<!channel>" not in answer["text"]
    assert all("<!channel>" not in str(block) for block in answer["blocks"])


async def test_sharing_wants_one_message_however_often_it_is_clicked(asker: Asker) -> None:
    answer = await asker.runs("#1")
    for _ in range(3):
        await asker.clicks(answer, "Share to channel")
    shared = await asker.world.messages("shared")
    assert [(message.channel, message.options["user"]) for message in shared] == [(HOME, "alice")]


async def test_what_is_shared_says_who_did_and_shows_the_newest_state(asker: Asker) -> None:
    for question in ("", "#1", "vs #1 | #2", "history #1", "judges"):
        await asker.clicks(await asker.runs(question), "Share to channel")
        wanted = (await asker.world.messages("shared"))[-1]
        async with asker.world.database.reading("T1") as session:
            taken = await delivery.request_of(session, wanted.id)
            shown = await MESSAGES["shared"](session, taken, asker.bot.on.services)
        assert shown is not None
        keeps_limits({"text": shown.text, "blocks": list(shown.blocks)})
        assert "<@alice> shared" in shown.text
        assert "Share to channel" not in map(label, elements({"blocks": list(shown.blocks)}))


async def test_a_private_league_is_unknown_elsewhere(asker: Asker) -> None:
    secret = await asker.world.league(SECRET)
    hidden = (await asker.world.enters(secret.id, "Hidden Paper", channel=SECRET))[0]
    async with asker.world.writing() as session:
        (await paper_of(session, hidden)).search_text = "hidden paper"
    assert "Hidden Paper" in words(await asker.runs("hidden", channel=SECRET))
    page = ids.Page("card", secret.id, 0, hidden)
    assert "isn't here" in words(await asker.chooses(*ids.PAGE.carry(page), user="bob"))
    assert "isn't here" in words(await asker.chooses(*ids.HISTORY.carry(ids.OfEntry(hidden)), user="bob"))
    assert "private" in words(await asker.chooses(*ids.SHARE.carry(page), channel=HOME))
    assert await asker.world.messages("shared") == []


async def test_a_person_with_several_leagues_chooses_one(asker: Asker) -> None:
    await asker.world.league(OTHER)
    answer = await asker.runs("#1", channel="D1")
    menu = elements(answer)[0]
    name = await _name(asker)
    chosen = next(option for option in menu["options"] if option["text"]["text"] == name)
    assert "#1 of 6" in words(await asker.chooses(menu["action_id"], chosen["value"], channel="D1"))


async def _name(asker: Asker) -> str:
    async with asker.world.database.reading("T1") as session:
        league = await session.get_one(League, asker.league)
        return league.name


async def test_a_title_that_begins_like_a_command_is_found(asker: Asker) -> None:
    (entry,) = await asker.world.enters(asker.league, "How Powerful Are Graph Networks?")
    async with asker.world.writing() as session:
        (await paper_of(session, entry)).search_text = "how powerful are graph networks?"
    assert "How Powerful" in words(await asker.runs("how powerful are graph"))


async def test_the_shortcut_answers_in_its_own_window(asker: Asker) -> None:
    for question, expected in (
        ("#1", "#1 of 6"),
        ("#1 vs #2", "is favoured"),
        ("judges", "one:m"),
        ("", TITLES[0]),
        ("What did this cost?", "of $10.00"),
        ("How can I get it out of here?", "/rank stop"),
    ):
        response = await asker.bot.submit(
            "ask",
            ids.Modal("ask", ids.Where).encode(ids.Where(0, HOME)),
            {"question": {"value": {"value": question}}},
            user="alice",
        )
        assert expected in response.body, question


async def test_compare_answers_in_its_own_window(asker: Asker) -> None:
    assert "Compare" in words(await asker.chooses(*ids.COMPARE.carry(ids.OfEntry(asker.entries[0]))))
    carried = ids.COMPARE_MODAL.encode(ids.ModalSubject(asker.entries[0], HOME))
    response = await asker.bot.submit(
        ids.COMPARE_MODAL.name, carried, {"other": {"value": {"value": "denoising"}}}, user="alice"
    )
    assert "is favoured" in response.body


async def test_every_card_of_a_league_is_drawn_on_the_same_scale(asker: Asker) -> None:
    ends = set()
    for place in range(1, 5):
        said = words(await asker.clicks(await asker.runs(f"#{place}"), "More about it"))
        for text in (said, words(await asker.runs(f"sure #{place}"))):
            found = re.search(r"(\d+)\u00a0[─━●]+\u00a0(\d+)", text)
            assert found is not None
            ends.add(found.groups())
    assert len(ends) == 1


async def test_read_opens_a_match_with_its_whole_rationale_and_the_way_to_challenge_it(asker: Asker) -> None:
    answer = await asker.runs("history #1")
    window = await asker.clicks(answer, "Read")
    text = str(window)
    assert window["view"]["title"]["text"] == "Match"
    assert "sure" in text
    assert "shown first: " in text
    assert "Challenge" in map(label, elements({"blocks": window["view"]["blocks"]}))
