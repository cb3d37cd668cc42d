"""Listeners of the pair on the Home tab, and of the switch by which a person is asked no more pairs."""

from handlers.blocks import ids
from handlers.following import home
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.voting import duels


def register(on: Boundary) -> None:
    """Register the listeners of the Home tab's duel."""
    on.action(ids.HOME_DUEL, _answer)
    on.action(ids.DUELS, _switch)


async def _answer(call: Call, payload: ids.DuelBallot) -> None:
    """Count an answer given on Home (or take it back), and show the result there with the next pair."""
    if payload.choice == "back":
        await duels.taken_back(call, ids.Pair(payload.first, payload.second))
        await home.publish(call)
        return
    await home.publish(call, await duels.answered(call, payload))


async def _switch(call: Call, switch: ids.Switch) -> None:
    await duels.switch(call, on=switch.on)
    if call.in_home:
        await home.publish(call, switched_off=not switch.on)
