"""The demo's recorded reviews and verdicts: whole, about the demo's papers, and two readings that differ at times."""

from bot.judges.interface import PaperText
from bot.leagues.creating import costs_money
from bot.papers.errors import PaperNotFoundError
from bot.papers.links import parse
from bot.papers.records import PaperRecord
from bot.settings import Settings
from handlers.demo.offline_sources import OFFERS, OFFLINE, OfflineSources
from handlers.demo.papers import PAPERS, SUGGESTIONS
from handlers.demo.recordings import EVIDENCE, INFLUENCE, LABEL, REVIEWS, recorded_judges

FEWEST_WORDS = 480


def text_of(key: str) -> PaperText:
    return PaperText(key, "title", "abstract")


async def test_every_paper_of_the_demo_has_a_whole_assessment_labelled_as_recorded() -> None:
    judge = recorded_judges()[REVIEWS]
    for paper in (*PAPERS, *SUGGESTIONS):
        review = await judge.assess(text_of(paper.key), purpose=None, nonce="1")
        assert sum(len(words.split()) for words in review.sections.values()) >= FEWEST_WORDS, paper.title
        assert review.model == LABEL


async def test_two_readings_judge_the_same_pairs_and_disagree_on_some() -> None:
    evidence, influence = recorded_judges()[EVIDENCE], recorded_judges()[INFLUENCE]
    keys = {paper.key for paper in (*PAPERS, *SUGGESTIONS)}
    assert evidence.pairs() == influence.pairs()
    differing = 0
    for first, second in evidence.pairs():
        assert {first, second} <= keys
        one, other = [
            await judge.compare(text_of(first), text_of(second), purpose=None, nonce="1")
            for judge in (evidence, influence)
        ]
        assert one.rationale != other.rationale
        assert len(one.rationale.split()) >= 58
        differing += one.winner != other.winner
    assert 0.15 < differing / len(evidence.pairs()) < 0.45


async def test_a_recorded_verdict_is_turned_with_its_criteria() -> None:
    judge = recorded_judges()[EVIDENCE]
    first, second = judge.pairs()[0]
    there = await judge.compare(text_of(first), text_of(second), purpose=None, nonce="1")
    back = await judge.compare(text_of(second), text_of(first), purpose=None, nonce="1")
    turned = {"first": "second", "second": "first", "even": "even", "draw": "draw"}
    assert back.winner == turned[there.winner]
    assert dict(back.criteria) == {name: turned[better] for name, better in there.criteria.items()}


async def test_links_of_the_demo_are_found_and_any_other_gets_the_truth() -> None:
    links = [paper.link for paper in (*PAPERS, *SUGGESTIONS)]
    links += [offer.link for offer in OFFERS]
    references = [reference for link in links if (reference := parse(link)) is not None]
    assert len(references) == len(links)
    answers = await OfflineSources().resolve(references)
    assert all(isinstance(answer, PaperRecord) for answer in answers.values())
    stranger = parse("https://openreview.net/forum?id=abcdefghij")
    assert stranger is not None
    answer = (await OfflineSources().resolve([stranger]))[stranger.canonical]
    assert isinstance(answer, PaperNotFoundError)
    assert answer.sentence == OFFLINE


async def test_recorded_readers_have_short_names_and_their_texts_say_who_wrote_them() -> None:
    settings = Settings(_env_file=None, judges=(EVIDENCE, INFLUENCE), assessors=(REVIEWS,))
    assert not costs_money(settings)
    for name in (EVIDENCE, INFLUENCE, REVIEWS):
        assert len(name) <= 30
        assert LABEL not in name
    judge = recorded_judges()[INFLUENCE]
    first, second = judge.pairs()[0]
    verdict = await judge.compare(text_of(first), text_of(second), purpose=None, nonce="1")
    assert verdict.model == LABEL
