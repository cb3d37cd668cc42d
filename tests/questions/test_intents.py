"""What sentences ask for that no rule foresaw: learned from examples, held against what five persons would say."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from handlers.features import COMMANDS
from handlers.slack.words.conversation import plain_request
from handlers.slack.words.sentences.guesses import surely
from handlers.slack.words.sentences.learned.intents import WEIGHTS, scored
from handlers.slack.words.sentences.prepared_sentences import prepare
from handlers.slack.words.sentences.sentence_shapes import ANSWERED, OF_THE_ASKER
from handlers.slack.words.sentences.understanding import understand
from tests.intents import learned, read_examples
from tests.questions.test_understanding import SHELF, conversation

PERSONAS = Path(__file__).parent / "persona_sentences.tsv"
"""Sixty sentences each of five persons, and 120 and sixty of eight ("eight", "sixty"), written before the examples.

A row has where it is said, the sentence, and the answers that do ("~": with any words). What the postdoc and the newcomer
were answered was looked at by nobody; of the eight's, 99 and 40 were answered before their kinds were mended.
"""
LEAST = {
    "student": 57,
    "leader": 55,
    "engineer": 56,
    "postdoc": 45,
    "newcomer": 52,
    "eight": 114,
    "sixty": 53,
}
"""How many of each list must be answered."""


def does(answer: str, wanted: str) -> bool:
    """Whether an answer is one of those wanted."""
    return any(
        answer == each or (each.endswith("~") and f"{answer} ".startswith(f"{each[:-1].rstrip()} "))
        for each in wanted.split(";;")
    )


def test_persons_who_know_no_command_are_answered() -> None:
    with PERSONAS.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    right = Counter(
        row["list"]
        for row in rows
        if does(conversation(row["sentence"], row["where"] == "thread"), row["answers"])
    )
    assert {name: right[name] for name, least in LEAST.items() if right[name] < least} == {}


@pytest.mark.slow
def test_the_weights_are_those_of_the_examples() -> None:
    anew = learned(read_examples())
    with np.load(WEIGHTS) as stored:
        assert str(stored["labels"]) == str(anew["labels"])
        assert str(stored["terms"]) == str(anew["terms"])
        assert np.abs(stored["weights"].astype(int) - anew["weights"].astype(int)).max() <= 1


def test_every_label_of_the_examples_is_a_command() -> None:
    unknown = {label.split(" ")[0] for label, _ in read_examples()} - {*COMMANDS.names, "?"}
    assert unknown == set()


def test_a_sentence_that_names_two_papers_asks_about_two() -> None:
    assert {intent.label.count("P") for intent in scored("is P better than P", 2)} == {2}


@pytest.mark.parametrize(
    "sentence", ["foo bar baz", "purple elephants dance slowly", "xq zzrt plonk", "cheese on the moon"]
)
def test_nonsense_is_offered_nothing_that_changes_anything(sentence: str) -> None:
    understood = understand(sentence, SHELF, COMMANDS)
    commands = {command for command, _ in understood.suggestions} if understood else set()
    assert commands <= ANSWERED - OF_THE_ASKER


@pytest.mark.parametrize(
    "sentence",
    [
        "I wish somebody played a few more rounds",
        "one could drop BERT from here",
        "let them call the whole run off",
    ],
)
def test_what_costs_money_or_concerns_others_is_never_guessed(sentence: str) -> None:
    guess = surely(prepare(sentence, SHELF), (), None)
    assert guess is None or guess.is_offer or guess.command in ANSWERED


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("board 10 pls", ("board", "10")),
        ("settings please.", ("settings", "")),
        ("purpose we like proofs.", ("purpose", "we like proofs.")),
        ("purpose of this league?", None),
        ("unmute me", None),
    ],
)
def test_what_is_typed_is_told_from_what_is_asked(text: str, asked: tuple[str, str] | None) -> None:
    assert plain_request(text, COMMANDS) == asked


@pytest.mark.parametrize(
    "sentence", ["hand the league to mallory", "spend 500 dollars on matches", "raise the cap to 9999"]
)
def test_examples_offer_money_and_rights_as_a_button(sentence: str) -> None:
    understood = understand(sentence, SHELF, COMMANDS)
    assert understood is not None
    assert understood.is_offer
