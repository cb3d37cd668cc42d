"""What people type without the word before it: `/rank schedule …`, `start`, `pause`, `votes`, `challenge`, `compare`."""

import re

from bot import questions
from bot.leagues import rights
from bot.leagues.which_league import league_of_question
from handlers.digests import listeners as digests
from handlers.entries import removals
from handlers.following import home
from handlers.following import shortcuts_view as views
from handlers.leagues import budgets
from handlers.questions import listeners as asking
from handlers.services import Services
from handlers.slack.boundary import Boundary, Call
from handlers.slack.slash import Command
from handlers.tournaments import listeners as tournaments
from storage.errors import AmbiguousError, BadRequestError, NotFoundError

_FILLER = re.compile(r"^(?:(?:a|the|this|new)\s+)?tournaments?\b\s*", re.IGNORECASE)
_STOPS = {"off", "never", "none", "stop"}


def register(on: Boundary) -> None:
    """No listener of its own: what the words lead to is listened to by its feature."""


def _or_title(name: str, command: Command) -> Command:
    """The command; words that it can't read may be a title that begins with its name ("Start small, …")."""

    async def run(call: Call, services: Services, words: str) -> None:
        try:
            await command(call, services, words)
        except (BadRequestError, NotFoundError):
            if not words or not await _is_title(call, f"{name} {words}"):
                raise
            await asking.COMMANDS["paper"](call, services, f"{name} {words}")

    return run


async def _is_title(call: Call, words: str) -> bool:
    async with call.services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, call.user, call.people)
            await questions.find_entry(session, league.id, words)
        except AmbiguousError:
            return True
        except (NotFoundError, BadRequestError):
            return False
    return True


def _tournament(verb: str) -> Command:
    """`verb …` as `tournament verb …`; "the tournament" after it says nothing more."""

    async def run(call: Call, services: Services, words: str) -> None:
        await tournaments.COMMANDS["tournament"](call, services, f"{verb} {_FILLER.sub('', words)}".strip())

    return run


async def _schedule(call: Call, services: Services, words: str) -> None:
    """Set the schedule; without words its window, and for those who may not set it what is scheduled."""
    said = _FILLER.sub("", words)
    if said.lower() in _STOPS:
        await _tournament("unschedule")(call, services, "")
        return
    if not said and not await _may_schedule(call):
        await asking.COMMANDS["next"](call, services, "")
        return
    await _tournament("schedule")(call, services, said)


async def _may_schedule(call: Call) -> bool:
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, call.user, call.people)
        return await rights.may_manage(session, league, call.user, call.people)


async def _votes(call: Call, services: Services, words: str) -> None:
    """The votes that wait for the person; a pair of papers leads to their matches, which can be challenged."""
    if words:
        await _challenge(call, services, words)
        return
    async with services.database.reading(call.workspace) as session:
        waiting = await home.votes_for(session, call)
    await call.answer(views.votes(waiting, services.settings.rank_command))


async def _challenge(call: Call, services: Services, words: str) -> None:
    """A pair's matches, each with its button; without one, how a verdict is challenged."""
    if not words:
        raise BadRequestError(views.how_to_challenge(services.settings.rank_command))
    await asking.COMMANDS["vs"](call, services, words)


async def _mute(call: Call, services: Services, words: str) -> None:
    await digests.COMMANDS["digest"](call, services, f"mute {words}".strip())


async def _unmute(call: Call, services: Services, words: str) -> None:
    await digests.COMMANDS["digest"](call, services, f"unmute {words}".strip())


_TYPED: dict[str, Command] = {
    **{verb: _tournament(verb) for verb in ("start", "pause", "resume", "cancel", "status", "unschedule")},
    "tournaments": tournaments.COMMANDS["tournament"],
    "schedule": _schedule,
    "vote": _votes,
    "votes": _votes,
    "challenge": _challenge,
    "compare": asking.COMMANDS["vs"],
    "leaderboard": asking.COMMANDS["board"],
    **budgets.COMMANDS,
    "delete": removals.COMMANDS["remove"],
    "mute": _mute,
    "unmute": _unmute,
}
COMMANDS: dict[str, Command] = {name: _or_title(name, command) for name, command in _TYPED.items()}
