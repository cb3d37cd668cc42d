"""What buttons and modals carry comes back as it went, or is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import ids
from handlers.blocks.builders import button
from handlers.blocks.ids import Action, Ballot, Modal, Page
from storage.errors import BadRequestError

ACTIONS = [value for value in vars(ids).values() if isinstance(value, Action)]
MODALS = [value for value in vars(ids).values() if isinstance(value, Modal)]


def test_every_name_is_used_once() -> None:
    names = [carrier.name for carrier in [*ACTIONS, *MODALS]]
    assert len(names) == len(set(names))


def test_no_action_answers_for_another() -> None:
    for action in ACTIONS:
        for name in (action.id(), action.id("1")):
            assert [other for other in ACTIONS if other.pattern.match(name)] == [action]


@given(st.integers(0, 2**62), st.integers(0, 3))
def test_a_ballot_comes_back_as_it_went(poll: int, choice: int) -> None:
    ballot = Ballot(poll, choice)
    assert ids.CAST_VOTE.decode(ids.CAST_VOTE.encode(ballot)) == ballot


@given(st.text(max_size=300))
def test_words_come_back_as_they_went(words: str) -> None:
    page = Page("history", 1, 40, 7, 0, "score", words)
    assert ids.PAGE.decode(ids.PAGE.encode(page)) == page


def test_fields_added_later_get_their_default() -> None:
    assert ids.PAGE.decode('["board",3,20]') == Page("board", 3, 20, 0, 0, "", "")
    assert ids.OfReview(7) == (7, 0)
    assert ids.Question("vs", 7) == ("vs", 7, 0, "")
    assert ids.DuelBallot(1, 2, "first") == (1, 2, "first", False)
    assert ids.ScheduleWindow(1)[-2:] == (False, False)


def test_limits_are_slacks() -> None:
    """A button's value, an option's and a view's metadata, as Slack's reference of blocks and views has them."""
    assert (ids.VALUE_LIMIT, ids.OPTION_LIMIT, ids.METADATA_LIMIT) == (2_000, 75, 3_000)


@pytest.mark.parametrize(
    "carried", ["", "7", "{}", '["x",1]', "[1]", "[1,2,3]", "[true,1]", "[1.5,1]", "[null,1]"]
)
def test_what_was_tampered_with_is_refused_with_a_sentence(carried: str) -> None:
    with pytest.raises(BadRequestError, match="ask again"):
        ids.CAST_VOTE.decode(carried)


def test_a_button_takes_id_and_value_at_once() -> None:
    element = button("Draw", *ids.CAST_VOTE.carry(Ballot(7, 2), "2"))
    assert (element["action_id"], element["value"]) == ("vote.cast:2", "[7,2]")


def test_a_menu_option_says_which_action_it_is() -> None:
    assert ids.from_menu(ids.REMOVE.in_menu(ids.OfEntry(12))) == ("card.remove", "[12]")


def test_too_much_to_carry_is_a_defect() -> None:
    with pytest.raises(ValueError, match="2000"):
        ids.PAGE.encode(Page("board", 1, 0, words="x" * 2_000))


def test_what_a_button_carries_is_counted_as_slack_counts_it() -> None:
    empty = len(ids.PAGE.encode(Page("board", 1, 0, words="")))
    room = ids.VALUE_LIMIT - empty
    assert len(ids.PAGE.encode(Page("board", 1, 0, words="é" * room))) == ids.VALUE_LIMIT
    assert ids.PAGE.encode(Page("board", 1, 0, words="😀" * (room // 2)))
    for words in ("é" * (room + 1), "😀" * (room // 2 + 1)):
        with pytest.raises(ValueError, match="2000"):
            ids.PAGE.encode(Page("board", 1, 0, words=words))


def test_a_menus_option_is_at_most_75_characters() -> None:
    name = "x" * (ids.OPTION_LIMIT - len(" [123]"))
    widest = Action(name, ids.OfEntry)
    assert len(widest.in_menu(ids.OfEntry(123))) == ids.OPTION_LIMIT
    with pytest.raises(ValueError, match="too much for a menu"):
        widest.in_menu(ids.OfEntry(1234))


@pytest.mark.parametrize(("number", "fits"), [(-1, False), (0, True), (2**63 - 1, True), (2**63, False)])
def test_ids_are_numbers_that_a_database_holds(number: int, fits: bool) -> None:
    if fits:
        assert ids.REMOVE.decode(f"[{number}]") == ids.OfEntry(number)
        return
    with pytest.raises(BadRequestError, match="ask again"):
        ids.REMOVE.decode(f"[{number}]")


def test_a_button_without_anything_to_carry_says_so() -> None:
    assert (Action("x", ids.Nothing).carries, ids.REMOVE.carries) == (False, True)
