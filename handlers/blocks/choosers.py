"""Menus to choose a paper or a league; the chosen one is then used in the same question."""

from collections.abc import Iterable, Sequence

from handlers.blocks import ids
from handlers.blocks.builders import Message, actions, button, escape, message, option, section, select

OPTION = 75
"""Maximum length in characters of an option in a menu."""
MOST_BUTTONS = 25


def choose_paper(sentence: str, choices: Iterable[tuple[int, str]], again: ids.Question) -> Message:
    """Build a message with a menu of (entry id, title); choosing a paper asks the question `again` about it."""
    options = [(title, again._replace(choice=entry)) for entry, title in choices]
    return _chooser(sentence, ids.CHOOSE_PAPER, "Choose a paper", options)


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
    values = [(text, action.encode(payload)) for text, payload in options]
    if all(len(value) <= OPTION for _, value in values):
        menu = select(placeholder, action.id("menu"), [option(text, value) for text, value in values])
        return message(escape(sentence), [section(escape(sentence)), actions(menu)])
    row = [button(text, action.id(place), value) for place, (text, value) in enumerate(values[:MOST_BUTTONS])]
    return message(escape(sentence), [section(escape(sentence)), actions(*row)])
