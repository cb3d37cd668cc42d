"""A reading group's week: three papers are proposed, and people offer to present one by a click."""

from datetime import datetime, timedelta

from bot.leagues.visibility import visible_league
from bot.people import Viewer
from bot.schedules.zones import stored_zone
from bot.voting.duels import check_voter
from storage.database.engine import Transaction
from storage.errors import BadRequestError, ClosedError
from storage.voting import picks
from storage.voting.picks import KIND
from storage.work import outbox

PROPOSED = 3
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


async def propose(session: Transaction, league_id: int, viewer: Viewer, when: str, now: datetime) -> int:
    """Post a proposal of the best ranked papers that nobody has presented in the league's channel; once a day.

    `when` is the day in a person's words; a weekday becomes its next date. Raises `NotAllowedError`, `BadRequestError`
    if no ranked paper is left.
    """
    league = await visible_league(session, league_id, viewer)
    check_voter(league, viewer)
    presented = await picks.taken_entries(session, league.id)
    best = await picks.best_entries(session, league.id, PROPOSED + len(presented))
    entries = [entry for entry in best if entry not in presented][:PROPOSED]
    if not entries:
        raise BadRequestError("No ranked paper is left to propose. Compare some first: duels rank them, too.")
    key = f"pick:{league.id}:{now:%Y-%m-%d}"
    if await picks.pick_options(session, league.channel, key) is not None:
        raise ClosedError("Today's proposal is in the channel already.")
    return await outbox.want(
        session, channel=league.channel, key=key, kind=KIND, about_id=league.id,
        options={"entries": entries, "when": day_in_words(when, now, league.time_zone), "presenters": {}},
        now=now,
    )  # fmt: skip


def day_in_words(when: str, now: datetime, time_zone: str) -> str:
    """Return a named day with its date ("friday" gives "Friday, 16 January"), or the words as they are.

    A weekday means the next one, never today.
    """
    words = when.lower().removeprefix("on ").removeprefix("next ").removeprefix("this ").strip()
    today = now.astimezone(stored_zone(time_zone)).date()
    ahead = {"today": 0, "tomorrow": 1}.get(words)
    if ahead is None:
        weekday = next(
            (place for place, name in enumerate(_DAYS) if name == words or name[:3] == words), None
        )
        if weekday is None:
            return when
        ahead = (weekday - today.weekday() - 1) % 7 + 1
    day = today + timedelta(days=ahead)
    return f"{day:%A}, {day.day} {day:%B}"


async def present(
    session: Transaction, league_id: int, key: str, entry: int, viewer: Viewer, now: datetime
) -> bool:
    """Note that a person presents a paper of a proposal, or no longer does; return whether they do now.

    Raises `ClosedError` if somebody else does, or the proposal is gone.
    """
    league = await visible_league(session, league_id, viewer)
    check_voter(league, viewer)
    options = await picks.pick_options(session, league.channel, key)
    if options is None or entry not in options["entries"]:
        raise ClosedError("That proposal isn't here any more.")
    presenters = dict(options["presenters"])
    presenter = presenters.get(str(entry))
    if presenter not in {None, viewer.user}:
        raise ClosedError("Somebody else presents it already.")
    if presenter is None:
        presenters[str(entry)] = viewer.user
    else:
        del presenters[str(entry)]
    await outbox.want(
        session, channel=league.channel, key=key, kind=KIND, about_id=league.id,
        options={**options, "presenters": presenters}, now=now,
    )  # fmt: skip
    return presenter is None
