"""Menus to choose a paper or a league; the chosen one is then used in the same question."""

from collections.abc import Iterable, Sequence

from handlers.blocks import ids
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    escape,
    message,
    option,
    plain,
    section,
    select,
)

OPTION = 75
"""Maximum length in characters of an option in a menu."""
MOST_BUTTONS = 25
LONGEST_ID = 255


def choose_paper(sentence: str, choices: Iterable[tuple[int, str]], again: ids.Question) -> Message:
    """Build a message with a menu of (entry id, title); choosing a paper asks the question `again` about it."""
    options = [(title, again._replace(choice=entry)) for entry, title in choices]
    chooser = _chooser(sentence, ids.CHOOSE_PAPER, "Choose a paper", options)
    search = paper_search("Or type a title …", options[0][1]) if options else None
    if search is None:
        return chooser
    *rest, row = chooser.blocks
    elements = row["elements"]
    assert isinstance(elements, list)
    return Message(chooser.text, (*rest, actions(*elements[: MOST_BUTTONS - 1], search)))


def paper_search(placeholder: str, question: ids.Question) -> Block | None:
    """Build a menu that finds papers while a person types; None if the question is too long for an action id.

    `question.choice` is any entry of the league that is searched.
    """
    action_id = ids.PICK_PAPER.id(ids.CHOOSE_PAPER.encode(question))
    if len(action_id) > LONGEST_ID:
        return None
    return {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "min_query_length": 0,
    }


def searched_for(action_id: str) -> ids.Question:
    """Read the question from the action id of a paper search menu. Raises `BadRequestError` if it can't be read."""
    return ids.CHOOSE_PAPER.decode(action_id.partition(":")[2])


def paper_options(papers: Iterable[tuple[int, str]]) -> list[Block]:
    """Build the options of a paper search menu from pairs of entry id and title."""
    return [option(title, ids.PICK_PAPER.encode(ids.OfEntry(entry))) for entry, title in papers]


def choose_league(sentence: str, choices: Iterable[tuple[int, str]], again: ids.Question) -> Message:
    """Build a message with a menu of (league id, name); choosing a league asks the question `again` in it."""
    options = [(name, again._replace(choice=league)) for league, name in choices]
    return _chooser(sentence, ids.CHOOSE_LEAGUE, "Choose a league", options)


def offer_league(sentence: str, channel: str) -> Message:
    """Build a message that a channel has no league, with a button to set one up."""
    setup = button("Set up a league here", *ids.CREATE_LEAGUE.carry(ids.InChannel(channel)), style="primary")
    return message(escape(sentence), [section(escape(sentence)), actions(setup)])


def _chooser(
    sentence: str,
    action: ids.Action[ids.Question],
    placeholder: str,
    options: Sequence[tuple[str, ids.Question]],
) -> Message:
    if not options:
        return message(escape(sentence), [section(escape(sentence))])
    values = [(text, action.encode(payload)) for text, payload in options]
    if all(len(value) <= OPTION for _, value in values):
        menu = select(placeholder, action.id("menu"), [option(text, value) for text, value in values])
        return message(escape(sentence), [section(escape(sentence)), actions(menu)])
    row = [button(text, action.id(place), value) for place, (text, value) in enumerate(values[:MOST_BUTTONS])]
    return message(escape(sentence), [section(escape(sentence)), actions(*row)])
