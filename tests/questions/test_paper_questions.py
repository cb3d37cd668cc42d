"""A question on a paper is answered by the words of its own text, or not at all."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.judges.factory import close_judges, open_judge
from bot.judges.llm.replies.answers import read_answer
from bot.judges.llm.replies.paper_answer import answer_form, answer_prompt
from bot.questions.paper_questions import PaperAnswer, ask_paper
from bot.questions.passages import MOST, Passage, nearest_passages, passages_for, passages_of
from handlers.features import COMMANDS
from handlers.questions.answer_views import paper_answer_view
from handlers.slack.words.conversation import paper_question
from handlers.slack.words.sentences.understanding import understand
from storage.entries import entry_rows, full_texts
from tests.judges.fault_server import serving
from tests.judges.room import a_room
from tests.judges.test_injection import CANARIES
from tests.leagues.world import TEAM
from tests.questions.test_understanding import BERT, LORA, SHELF

PAPERS = Path(__file__).parent / "papers"
TEXTS = {path.stem: path.read_text() for path in PAPERS.glob("*.txt")}
with (PAPERS / "questions.tsv").open(newline="") as file:
    QUESTIONS = [
        (row["paper"], row["question"], row["quote"]) for row in csv.DictReader(file, delimiter="\t")
    ]
ANSWERABLE = [row for row in QUESTIONS if row[2]]


def test_of_20_answerable_questions_18_have_their_answer_in_the_four_nearest_passages() -> None:
    assert (len(QUESTIONS), len(ANSWERABLE)) == (30, 20)
    missed = [
        question
        for paper, question, quote in ANSWERABLE
        if not any(
            quote in passage.text for passage in nearest_passages(question, passages_of(TEXTS[paper]), 4)
        )
    ]
    assert set(missed) <= {"how long does a battery last?", "how heavy is moss?"}, "words the text hasn't"


@pytest.mark.parametrize(
    "question", ["Welche Daten wurden benutzt?", "¿cuánto pesa el musgo?", "苔はどのくらい重いですか", "?"]
)
def test_a_question_in_another_language_is_given_passages_of_every_part(question: str) -> None:
    passages = passages_of(TEXTS["moss"] * 5)
    given = passages_for(question, passages)
    assert len(given) == MOST
    assert given == sorted(given, key=passages.index)
    assert len({passages.index(passage) for passage in given}) == MOST
    assert given[0].share < 15
    assert given[-1].share > 75
    assert passages_for(question, passages[:3]) == passages[:3]


def test_a_table_is_found_by_its_number_in_any_language() -> None:
    passages = [Passage(f"Table {number}: results of run {number}.", "", number) for number in range(40)]
    for question in ("was steht in Tabelle 3?", "et le tableau 3 ?", "表3には何が", "and table 3?"):
        assert nearest_passages(question, passages, 1) == [passages[3]], question


def test_passages_hold_the_whole_text_and_say_where_they_stand() -> None:
    for text in TEXTS.values():
        passages = passages_of(text)
        kept = " ".join(f"{passage.place} {passage.text}" for passage in passages)
        assert {word for line in text.splitlines() if len(line) > 90 for word in line.split()} <= set(
            kept.split()
        )
        assert all(len(passage.text) <= 1_200 for passage in passages)
        assert [passage.share for passage in passages] == sorted(passage.share for passage in passages)
    places = {passage.place for passage in passages_of(TEXTS["moss"])}
    assert {"2.1 Site", "3.2 Rain", "4 Discussion"} <= places
    assert passages_of("x" * 5_000)[-1].text


def test_a_quotation_that_stands_nowhere_takes_its_statement_with_it() -> None:
    texts = [passage.text for passage in passages_of(TEXTS["spelling"])]
    for paper, question, quote in QUESTIONS:
        made_up = {
            "text": f"An answer to {question}",
            "passage": 1,
            "quote": "we emitted 12 tonnes of carbon dioxide",
        }
        real = {"text": "So it says.", "passage": 99, "quote": quote.replace("'", "’").upper()}
        answer = read_answer(json.dumps({"statements": [made_up, real]}), answer_form(texts))
        assert [each.text for each in answer] == (["So it says."] if quote and paper == "spelling" else [])
    assert read_answer('{"statements": []}', answer_form(texts)) == ()


def answered(question: str, paper: str, *statements: dict[str, Any]) -> list[str]:
    """The quotations that pass the check, for a model that answers so from the passages of a paper."""
    texts = [passage.text for passage in nearest_passages(question, passages_of(TEXTS[paper]))]
    answer = read_answer(json.dumps({"statements": [*statements]}), answer_form(texts))
    return [each.quote for each in answer]


def said(text: str, quote: str, passage: int = 1) -> dict[str, Any]:
    """A statement as a model writes it."""
    return {"text": text, "passage": passage, "quote": quote}


def test_an_honest_model_is_believed_and_one_that_invents_or_quotes_another_paper_never() -> None:
    honest = [answered(question, paper, said("So.", quote)) for paper, question, quote in ANSWERABLE]
    assert sum(map(bool, honest)) >= 18, honest  # two questions share no word with their passage
    unanswerable = [(paper, question) for paper, question, quote in QUESTIONS if not quote]
    assert len(unanswerable) == 10
    for paper, question in unanswerable:
        words = " ".join(question.split()[1:]).rstrip("?")
        other = next(quote for elsewhere, _, quote in ANSWERABLE if elsewhere != paper)
        for quote in (f"we found {words}, as expected", f"{words} was 42", other, "", "42", question):
            assert answered(question, paper, said("It was 42.", quote)) == [], (question, quote)
        assert answered(question, paper) == []


@pytest.mark.parametrize(
    ("quote", "statement", "is_shown"),
    [
        ("a learning rate of 0.05 and stopped early", "The rate was 0.05.", True),
        ("a  learning\nrate of 0.05 and stopped", "The rate was 0.05.", True),
        ("A gradient boosted tree with 400 rounds", "It has 400 rounds.", False),
        ("A gradient-boosted tree with 400 rounds", "It has 400 rounds.", True),
        ("A gradient- boosted tree with 400 rounds", "It has 400 rounds.", True),
        ("A gradientboosted tree with 400 rounds", "It has 400 rounds.", True),
        ("A gradient-boosted tree with 400 rounds", "It has 4,000 rounds.", False),
        ("A gradient-boosted tree with 400 rounds", "It has 400.0 rounds, 9 of them deep.", True),
        ("runs for fourteen months on two AA cells", "It lasts 14 months.", True),
        ("runs for fourteen months on two AA cells", "It lasts 41 months.", False),
        ("the peak gust of the next three hours from the last ﬁve hours", "Hours.", False),
        ("a held-out week", "It was stopped early.", True),
        ("learning rate of 0.05 … and was stopped", "Two pieces of a text are no quotation.", False),
    ],
)
def test_a_quotation_is_compared_without_white_space_ligatures_and_hyphens(
    quote: str, statement: str, is_shown: bool
) -> None:
    texts = [passage.text for passage in passages_of(TEXTS["harbour"])]
    answer = read_answer(json.dumps({"statements": [said(statement, quote)]}), answer_form(texts))
    assert bool(answer) is is_shown
    ligatures = [text.replace("fi", "ﬁ").replace("ff", "ﬀ") for text in texts]
    again = read_answer(json.dumps({"statements": [said(statement, quote)]}), answer_form(ligatures))
    assert bool(again) is is_shown


def test_what_a_paper_says_to_a_model_stays_inside_its_fence() -> None:
    for canary in CANARIES:
        prompt = answer_prompt(canary, [f"{canary} passage"], of_assessments=False, nonce="guessed")
        assert canary[:20] not in prompt.system
        inside = 0
        for line in prompt.user.splitlines()[1:]:
            if line.startswith(prompt.marker):
                inside += 1 if line.endswith("begins") else -1
            elif line.strip() and not inside:
                assert line == "Answer the question."
        assert inside == 0


async def test_the_answer_is_paid_for_quotes_the_text_and_says_when_there_is_none(tmp_path: Path) -> None:
    async with serving("good") as server:
        judge = open_judge(f"openai:fake@{server.url}", keys={}, price_per_mtok=Decimal(10))
        async with a_room(tmp_path, judge) as room:
            entry = room.entries[0]

            async def asks(question: str, *statements: dict[str, Any]) -> PaperAnswer:
                server.answer = {"statements": [*statements]}
                answer = await ask_paper(room.runtime, TEAM, entry, "bob", question)
                assert answer is not None
                return answer

            async with room.world.writing() as session:
                paper = (await entry_rows.entry(session, entry))[1]
                await full_texts.store(
                    session, paper.id, version=paper.version, text=TEXTS["moss"], source="html", hidden=[],
                    cut=False, failure=None, now=room.time.now(),
                )  # fmt: skip
            answer = await asks(
                "how heavy is moss?",
                {"text": "14 kg.", "passage": 1, "quote": "14 kilograms a square metre when wet"},
            )
            assert [(f.text, f.place) for f in answer.findings] == [("14 kg.", "4 Discussion")]
            [row] = await room.spendings()
            assert (row.kind, row.cost) == ("question", answer.cost)
            said = str(paper_answer_view.paper_answer(answer, entry, "how heavy?", shows_cost=True))
            assert "“14 kilograms a square metre when wet” (4 Discussion)" in said
            assert "$0.0" in said
            nothing = await asks("which genes make the moss tolerant?")
            assert paper_answer_view.DOESNT_SAY in str(
                paper_answer_view.paper_answer(nothing, entry, "?", shows_cost=False)
            )
            entry = room.entries[1]
            answer = await asks(
                "what is new?", {"text": "It is.", "passage": 1, "quote": "An abstract of this paper."}
            )
            said = str(paper_answer_view.paper_answer(answer, entry, "?", shows_cost=False))
            assert "from abstract and assessments alone" in said
            assert answer.findings == (), "these words stand nowhere"
        await close_judges([judge])


@pytest.mark.parametrize(
    ("sentence", "discussed", "request_words"),
    [
        ("which dataset did they use?", (BERT,), f"entry:{BERT} | which dataset did they use?"),
        ("what is the batch size in table 2?", (BERT,), f"entry:{BERT} | what is the batch size in table 2?"),
        ("which dataset did lora use?", (), f"entry:{LORA} | which dataset did lora use?"),
        ("summarise it for a biologist", (LORA,), f"entry:{LORA} | summarise it for a biologist"),
        ("which dataset did they use?", (), None),
        ("why is it so low?", (BERT,), None),
        ("purple elephants dance slowly", (BERT,), None),
    ],
)
def test_a_question_on_what_a_paper_says_goes_to_the_paper(
    sentence: str, discussed: tuple[int, ...], request_words: str | None
) -> None:
    meaning = understand(sentence, SHELF, COMMANDS, discussed)
    assert meaning is not None
    request = paper_question(sentence, SHELF, discussed, meaning)
    assert (None if request is None else request.words) == request_words
