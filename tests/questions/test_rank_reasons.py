"""Why a paper has its rank: sentences that are true of its matches, each with the way to what it tells."""

from dataclasses import replace

from bot import questions
from bot.questions.rank_reasons import DecisiveMatch
from handlers.blocks import ids
from handlers.questions.answer_views.rank_reasons_view import reasons_answer
from storage.tables import Match
from tests.questions.conftest import Asker, elements, label, words


def page(asker: Asker) -> ids.Page:
    return ids.Page("why", asker.league, 0)


async def text_of(asker: Asker, entry: int) -> str:
    async with asker.world.writing() as session:
        return reasons_answer(await questions.rank_reasons(session, entry), page(asker)).text


async def test_a_cards_first_button_says_why_in_three_sentences(asker: Asker) -> None:
    card = await asker.runs("#2")
    window = await asker.clicks(card, "Why this rank?")
    said = words({"blocks": window["view"]["blocks"]})
    assert "It lost 5 of 6 matches, to *Attention Is All You Need* (#1)." in said
    assert "It hasn't met a paper ranked below it." in said
    assert "Against the paper above it, *Attention Is All You Need*, it won 1 of 6." in said
    assert [label(e) for e in elements(window["view"])] == ["All its matches", "Read"]


async def test_a_draw_with_the_paper_above_is_told_as_one(asker: Asker) -> None:
    async with asker.world.writing() as session:
        reasons = await questions.rank_reasons(session, asker.entries[1])
    above = replace(reasons.above[0], wins=0, draws=1, matches=1)
    said = reasons_answer(replace(reasons, above=(above,)), page(asker)).text
    assert "it drew its one match." in said


async def test_losses_keep_their_criteria_apart(asker: Asker) -> None:
    async with asker.world.writing() as session:
        reasons = await questions.rank_reasons(session, asker.entries[1])
    losses = tuple(
        DecisiveMatch(number, number, title, number, criteria)
        for number, (title, criteria) in enumerate(
            [("Alpha", ("novelty",)), ("Beta", ("rigor", "breadth"))], 1
        )
    )
    said = reasons_answer(replace(reasons, costliest=losses, losses=2, winners=2), page(asker)).text
    assert "to *Alpha* (#1, on novelty) and *Beta* (#2, on rigor and breadth)." in said


async def test_a_loss_leads_to_its_match(asker: Asker) -> None:
    window = await asker.clicks(await asker.runs("#1"), "Why this rank?")
    assert "No paper is ranked above it." in words({"blocks": window["view"]["blocks"]})
    [read] = [e for e in elements(window["view"]) if label(e) == "Read"]
    reading = await asker.chooses(read["action_id"], read["value"], channel="")
    assert reading["view"]["title"]["text"] == "Match"


async def test_a_paper_that_never_met_the_one_above_is_offered_that_comparison(asker: Asker) -> None:
    said = await text_of(asker, asker.entries[2])
    assert (
        "It hasn't met *Denoising Diffusion Probabilistic Models*" in said
        or "it hasn't met *Denoising" in said
    )
    answer = await asker.runs("why #3")
    duel = await asker.clicks(answer, "Compare with Denoising Diffusion Probabilistic Models")
    assert "They have never met" in words(duel)
    assert "Play now" in map(label, elements(duel))


async def test_a_paper_without_a_match_says_that_it_has_not_played(asker: Asker) -> None:
    answer = await asker.runs("why #6")
    assert "It hasn't played yet." in words(answer)
    assert "What plays next" in map(label, elements(answer))


async def test_the_loss_named_first_is_the_one_to_the_lowest_paper(asker: Asker) -> None:
    async with asker.world.writing() as session:
        for opponent in (asker.entries[0], asker.entries[4]):
            session.add(
                Match(
                    league_id=asker.league, first_id=asker.entries[3], second_id=opponent, judge="one:m",
                    pool="real", status="decided", verdict="second", outcome="second",
                    planned_at=asker.world.now, decided_at=asker.world.now,
                )
            )  # fmt: skip
    async with asker.world.writing() as session:
        reasons = await questions.rank_reasons(session, asker.entries[3])
    assert [loss.opponent for loss in reasons.costliest] == [asker.entries[4], asker.entries[0]]
