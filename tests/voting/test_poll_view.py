import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.voting.authorship import Authorship
from bot.voting.casting import Receipt
from bot.voting.poll_contents import JudgeOpinion, PollContents, Revert, ShownBallot
from bot.voting.rating_changes import RatingChange, RatingFigures, Side
from bot.voting.rules import STANDS
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.demo.slack.checks.surfaces import check_view
from handlers.voting import poll_result_view, poll_view, receipts_view, reminders_view
from storage.voting.votes import Tally

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = {"U1": "Ada", "U2": "Grace <!channel>", "U3": "Barbara"}
HOSTILE = "<!channel> שלום & the *100%* \N{FAMILY} " + "x" * 4_000

OPEN = PollContents(
    poll=7, match=3, league=1, league_name="Reading", channel="C1HOME",
    first=Side(11, 21, "Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    second=Side(12, 22, "Deep Residual Learning", "https://arxiv.org/abs/1512.03385"),
    judgement="first",
    verdict=JudgeOpinion("first", "openai:gpt", 0.72, "Attention Is All You Need reaches further."),
    swap=None, evidence=None, wants_evidence=True, is_open=True, opened=False, opened_by="U1",
    opened_at=NOW, closes_at=NOW + timedelta(hours=48), closed_at=None, closed_by=None, quorum=3,
    wanted_quorum=3, eligible=5,
    voted=1, anonymous=False, result=None, tally=None, ballots=(), override=None, rating_changes=(),
    revert=None,
)  # fmt: skip
OVERRULED = replace(
    OPEN, is_open=False, closed_at=NOW + timedelta(hours=3), closed_by="settled", voted=4, result="second",
    tally=Tally(first=1, second=3, eligible=5), override=5,
    ballots=(
        ShownBallot("U1", "second", None), ShownBallot("U2", "second", "The *baselines* are stronger"),
        ShownBallot("U3", "second", None), ShownBallot("U9", "first", "It reaches further"),
    ),
    rating_changes=(
        RatingChange("Attention Is All You Need", RatingFigures(1612.4, 80.2, 1), RatingFigures(1570.0, 78.0, 2)),
        RatingChange("Deep Residual Learning", None, RatingFigures(1590.0, 81.0, 1)),
    ),
)  # fmt: skip
REVERTED = replace(
    OVERRULED,
    revert=Revert("U1", NOW + timedelta(hours=9), "The wrong version was read", OVERRULED.rating_changes),
)  # fmt: skip
CONTESTED = replace(
    OVERRULED, result=STANDS, closed_by="deadline", override=None, rating_changes=(),
    tally=Tally(second=2, abstain=1, eligible=5),
)  # fmt: skip
CONFIRMED = replace(
    OVERRULED,
    result="first",
    closed_by="U1",
    override=None,
    rating_changes=(),
    tally=Tally(first=3, eligible=5),
)
ANONYMOUS = replace(
    OVERRULED, anonymous=True, ballots=tuple(replace(ballot, user=None) for ballot in OVERRULED.ballots)
)  # fmt: skip
FEW = replace(
    OPEN, eligible=2, quorum=2, voted=0, evidence=JudgeOpinion("draw", "openai:gpt", 0.5, "Neither.")
)
FLIPPED = replace(OPEN, judgement="draw", swap=JudgeOpinion("second", "openai:gpt", 0.6, "The other one."))
RECEIPT = Receipt(7, "second", "Deep Residual Learning", None, None, NOW, closed=False, late=False)

STANDING = "*Attention Is All You Need* beats Deep Residual Learning"
MESSAGES = {
    "open": poll_view.poll_message(OPEN, NAMES),
    "open to few, with evidence": poll_view.poll_message(FEW, NAMES),
    "open on a flip": poll_view.poll_message(FLIPPED, NAMES),
    "closed": poll_view.poll_message(OVERRULED, NAMES),
    "overruled": poll_result_view.result_message(OVERRULED, NAMES),
    "confirmed": poll_result_view.result_message(CONFIRMED, NAMES),
    "contested": poll_result_view.result_message(CONTESTED, NAMES),
    "anonymous": poll_result_view.result_message(ANONYMOUS, NAMES),
    "result reverted": poll_result_view.result_message(REVERTED, NAMES),
    "revert": poll_result_view.revert_message(REVERTED, NAMES),
    "reminder": reminders_view.reminder_message(OPEN),
    "reminder too late": reminders_view.reminder_message(CONTESTED),
    "challenged": receipts_view.challenged_message(replace(OPEN, opened=True), None),
    "challenged already": receipts_view.challenged_message(FEW, "https://team.slack.com/archives/C1HOME/p1"),
    "receipt": receipts_view.receipt_message(RECEIPT),
    "receipt of a change": receipts_view.receipt_message(replace(RECEIPT, previous="draw", reason="a & b")),
    "receipt of the last vote": receipts_view.receipt_message(
        replace(RECEIPT, closed=True, closing=OVERRULED)
    ),
    "receipt of a late vote": receipts_view.receipt_message(replace(RECEIPT, closed=True, late=True)),
    "which paper": receipts_view.which_paper_message(OPEN),
    "author": receipts_view.author_message(Authorship(1, "Attention Is All You Need", True, (7,))),
    "author again": receipts_view.author_message(Authorship(1, "Attention Is All You Need", False, ())),
    "no author": receipts_view.no_author_message(Authorship(1, "Attention Is All You Need", True, (7,))),
    "no author as before": receipts_view.no_author_message(
        Authorship(1, "Attention Is All You Need", False, ())
    ),
    "closed by hand": receipts_view.closed_message(CONTESTED),
    "reverted": receipts_view.reverted_message(REVERTED),
}


@pytest.mark.parametrize(
    ("poll", "words"),
    [
        (
            OVERRULED,
            "The vote overruled openai:gpt: *Deep Residual Learning* beats Attention Is All You Need, 3 to 1.",
        ),
        (
            CONFIRMED,
            "The vote confirmed openai:gpt: *Attention Is All You Need* beats Deep Residual Learning, 3 to 0.",
        ),
        (
            replace(CONTESTED, tally=Tally(first=2, second=2, eligible=4)),
            f"The verdict stands ({STANDING}): the votes are tied, 2 to 2.",
        ),
        (
            CONTESTED,
            f"The verdict stands ({STANDING}): the leading option had 2 of the 3 votes it needs.",
        ),
        (
            replace(CONTESTED, tally=Tally(first=1, second=2, draw=1, eligible=4)),
            f"The verdict stands ({STANDING}): no option had more than half of the votes.",
        ),
    ],
)
def test_the_last_voters_receipt_says_what_the_vote_did(poll: PollContents, words: str) -> None:
    receipt = receipts_view.receipt_message(replace(RECEIPT, closed=True, closing=poll))
    assert receipt.text == f"Your vote for *Deep Residual Learning* is in, and the vote is closed. {words}"
    in_ratings = "each vote counts in the ratings" in str(poll_result_view.result_window(poll, NAMES))
    assert in_ratings == (poll.override is None), "ratings before and after say it themselves"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_a_vote_looks_as_it_did(name: str, snapshot: SnapshotAssertion) -> None:
    message = MESSAGES[name]
    assert message is not None
    assert {"text": message.text, "blocks": message.blocks} == snapshot


def test_the_modals_look_as_they_did(snapshot: SnapshotAssertion) -> None:
    about = ids.ModalSubject(7, "C1HOME", "1.2", "https://hooks.example/r")
    assert receipts_view.reason_modal(OPEN, "second", "because", about) == snapshot
    assert receipts_view.reason_modal(OPEN, None, None, about) == snapshot
    assert receipts_view.revert_modal(about) == snapshot
    assert poll_view.close_window(about, OPEN) == snapshot
    assert poll_view.rules(replace(FEW, no_evidence="the month's cap is reached")) == snapshot


@pytest.mark.parametrize("view", [OVERRULED, CONFIRMED, CONTESTED, ANONYMOUS])
def test_a_result_is_one_sentence_and_what_moved_with_the_rest_behind_a_button(
    view: PollContents, snapshot: SnapshotAssertion
) -> None:
    head, *rest = poll_result_view.result_message(view, NAMES).blocks
    assert "\n" not in str(head["text"])
    assert [block["type"] for block in rest] in (["actions"], ["context", "actions"])
    assert "Details" in str(rest)
    assert poll_result_view.result_window(view, NAMES) == snapshot


def test_an_open_poll_is_three_lines_and_one_row_of_buttons() -> None:
    blocks = poll_view.poll_message(OPEN, NAMES).blocks
    assert [block["type"] for block in blocks] == ["section", "section", "context", "actions"]
    assert "reaches further" not in str(blocks), "the rationale stands behind Read"


def test_an_open_poll_tells_no_leaning_and_carries_only_ids() -> None:
    message = poll_view.poll_message(replace(OPEN, tally=Tally(second=1, eligible=5)), NAMES)
    values = [
        element.get("value") for block in message.blocks for element in _buttons(block) if "value" in element
    ]
    assert values == ["[3]", "[7,0]", "[7,1]", "[7,2]", "[7,3]"]
    assert message == poll_view.poll_message(OPEN, NAMES)


def test_a_judgement_of_the_offline_heuristic_keeps_its_label() -> None:
    said = JudgeOpinion(
        "first", "offline", 0.6, "offline text heuristic, not an assessment. Cues counted: 3 and 2."
    )
    for shown in (replace(OPEN, verdict=said), replace(OPEN, verdict=said, swap=said, evidence=said)):
        told = json.dumps(poll_view.poll_message(shown, NAMES).blocks)
        assert told.count("offline text heuristic, not an assessment") == 1


@pytest.mark.parametrize("view", [OPEN, OVERRULED, CONTESTED, REVERTED])
def test_hostile_titles_names_and_reasons_shout_at_nobody_and_keep_the_limits(view: PollContents) -> None:
    side = Side(1, 2, HOSTILE, "https://x.example/")
    voted = tuple(ShownBallot(f"U{n}", "second", HOSTILE) for n in range(200))
    full = replace(
        view, first=side, second=side, verdict=JudgeOpinion("second", HOSTILE, 0.5, HOSTILE),
        ballots=voted if view.ballots else (),
        rating_changes=(
            RatingChange(HOSTILE, None, None),
            RatingChange(HOSTILE, RatingFigures(1, 2, 3), RatingFigures(1, 2, 3)),
        ),
        revert=None if view.revert is None else replace(view.revert, reason=HOSTILE),
    )  # fmt: skip
    names = {f"U{n}": HOSTILE for n in range(200)}
    shown = [
        poll_view.poll_message(full, names),
        poll_result_view.result_message(full, names),
        reminders_view.reminder_message(full),
        receipts_view.which_paper_message(full),
    ]
    window = poll_result_view.result_window(full, names)
    check_view(window, "modal")
    assert not any("<!channel>" in text for text in _markup(window["blocks"]))
    for message in shown:
        assert not any("<!channel>" in text for text in [message.text, *_markup(message.blocks)])
        _keeps_limits(message)


def _keeps_limits(message: Message) -> None:
    assert len(message.text) <= 4_000
    assert len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= 20_000
    for block in message.blocks:
        text = block.get("text")
        assert not isinstance(text, dict) or len(str(text["text"])) <= 3_000


def _markup(found: object) -> list[str]:
    """Every mrkdwn text; plain text calls nobody."""
    if isinstance(found, dict):
        own = [str(found["text"])] if found.get("type") == "mrkdwn" else []
        return own + [text for value in found.values() for text in _markup(value)]
    return [text for value in found for text in _markup(value)] if isinstance(found, (list, tuple)) else []


def _buttons(block: dict[str, object]) -> list[dict[str, object]]:
    elements = block.get("elements")
    inside = elements if isinstance(elements, list) else []
    return [element for element in [*inside, block.get("accessory")] if isinstance(element, dict)]


def test_judges_that_agree_are_told_in_one_phrase() -> None:
    other = JudgeOpinion("first", "google:gemini", 0.57, "It reaches further.")
    said = str(poll_view.poll_message(replace(OPEN, panel=(other,)), NAMES).blocks)
    assert (
        r"openai:gpt and google:gemini chose *Attention Is All You Need* (72\xa0% and 57\xa0% sure)." in said
    )
    assert "Together" not in said
