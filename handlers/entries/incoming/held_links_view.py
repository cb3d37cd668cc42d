"""Messages about links that wait: how many, their cost, and what became of them."""

from bot.entries.allowances import MOST_A_DAY, MOST_IN_MESSAGE
from bot.spending.price_estimates import Prices
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Message
from storage.entries.held_link_rows import LinkBatch


def held_links(batch: LinkBatch, prices: Prices) -> Message:
    """Build the message that asks whether a message's remaining links should be added.

    It says how many were added, how many wait and what they cost, and has a button.
    """
    count = len(batch.links)
    came = f"{phrases.count(batch.at_once, 'paper')} of this message came in without asking"
    if batch.taken:
        came += f"; <@{batch.by}> added {batch.taken:,} more"
    if not count:
        text = f"{came}. Those have no card here; /rank lists them."
        return builders.message(text, [builders.section(text)])
    text = f"{came}; {phrases.count(count, 'link')} wait for a click."
    hint = (
        f"At most {MOST_IN_MESSAGE} papers a message and {MOST_A_DAY} a person a day are added without asking. "
        f"<@{batch.user}> or an owner of the league can add the rest; those get no cards."
    )
    add = builders.button(
        f"Add {phrases.count(count, 'paper')}", *ids.ADD_HELD.carry(ids.OfHeldLinks(batch.id))
    )
    return builders.message(
        f"{text} {_cost(prices, count)}",
        [
            builders.section(f"{text} {_cost(prices, count)}"),
            builders.context(hint),
            builders.actions(add),
        ],
    )


def brought_in(number: int, rest: int) -> str:
    """Return the confirmation of a click that brought in waiting links; `rest` still wait."""
    if not number:
        return "These links are in the league already."
    if rest:
        return (
            f"Added {phrases.count(number, 'paper')}; {rest:,} wait until tomorrow, or for an owner's click."
        )
    return f"Added {phrases.count(number, 'paper')}. They are on the board once they are read."


def some_held(new: int, rest: int) -> str:
    """Return the sentence that some of a person's links were added (`new`) and `rest` wait to be confirmed."""
    return (
        f"Added {phrases.count(new, 'paper')}; {phrases.count(rest, 'link')} wait for a click on the message that tells "
        "what they cost."
    )


def _cost(prices: Prices, papers: int) -> str:
    if prices.is_free:
        return "Reading them costs nothing."
    typical = (
        ""
        if prices.usual_paper is None
        else f"typically about {phrases.money(prices.usual_paper * papers)}, "
    )
    cost = (
        f"Reading them costs {typical}at most {phrases.money(prices.paper * papers)}, and each match at most "
    )
    return f"{cost}{phrases.money(prices.match)}, within the league's monthly cap."
