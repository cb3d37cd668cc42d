"""A reading group's week: three papers are proposed, people choose among them, and somebody offers to present one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from bot.leagues.visibility import visible_league
from bot.papers.relevance.lexical import PaperText
from bot.people import Viewer
from bot.schedules.zones import stored_zone
from bot.voting import duels
from bot.voting.duels import Duel, check_voter
from bot.voting.reading_group.proposals import Candidate, choose
from storage.database.engine import Transaction
from storage.errors import BadRequestError, ClosedError, NotAllowedError
from storage.leagues.league_rows import League
from storage.standings import rating_rows
from storage.voting import duels as duel_rows
from storage.voting.reading_group import picks
from storage.voting.reading_group.picks import KIND
from storage.work import outbox

PROPOSED = 3
LOOKED_AT = 50
"""How many of the best ranked papers may be proposed."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class PickVotes:
    """How people chose among proposed papers: how many answered, and the favourite by user id where they have one."""

    people: int
    favourites: Mapping[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[int]:
        """Number of people by their favourite entry."""
        return Counter(self.favourites.values())


async def propose(session: Transaction, league_id: int, viewer: Viewer, when: str, now: datetime) -> int:
    """Post a proposal of papers that the group hasn't discussed in the league's channel; once a day.

    `when` is the day in a person's words; a weekday becomes its next date. Raises `NotAllowedError`, `BadRequestError`
    if no ranked paper is left.
    """
    league = await visible_league(session, league_id, viewer)
    check_voter(league, viewer)
    key = f"pick:{league.id}:{now:%Y-%m-%d}"
    taken = await picks.taken_entries(session, league.id)
    papers = await picks.best_papers(session, league.id, LOOKED_AT, taken)
    if not papers:
        raise BadRequestError("No ranked paper is left to propose. Compare some first: duels rank them, too.")
    if await picks.pick_options(session, league.channel, key) is not None:
        raise ClosedError("Today's proposal is in the channel already.")
    earlier = await picks.earlier_texts(session, sorted(taken))
    proposals = choose(
        [
            Candidate(p.entry, p.rank, p.asked, p.chosen, p.is_listed, PaperText(p.title, p.abstract))
            for p in papers
        ],
        [PaperText(title, abstract) for title, abstract in earlier],
        await rating_rows.count_rated(session, league.id),
        PROPOSED,
    )
    return await outbox.want(
        session, channel=league.channel, key=key, kind=KIND, about_id=league.id,
        options={
            "entries": [proposal.entry for proposal in proposals],
            "when": day_in_words(when, now, league.time_zone),
            "presenters": {},
            "facts": [astuple(proposal) for proposal in proposals],
        },
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
    league, options = await _proposal(session, league_id, key, viewer)
    if entry not in options["entries"]:
        raise ClosedError("That proposal isn't here any more.")
    presenters = dict(options["presenters"])
    presenter = presenters.get(str(entry))
    if presenter not in {None, viewer.user}:
        raise ClosedError("Somebody else presents it already.")
    if presenter is None:
        presenters[str(entry)] = viewer.user
    else:
        del presenters[str(entry)]
    await _show_anew(session, league, key, {**options, "presenters": presenters}, now)
    return presenter is None


async def _proposal(
    session: Transaction, league_id: int, key: str, viewer: Viewer
) -> tuple[League, Mapping[str, Any]]:
    """Return a proposal's league and options. Raises `NotAllowedError`, `ClosedError` if it is gone."""
    league = await visible_league(session, league_id, viewer)
    check_voter(league, viewer)
    options = await picks.pick_options(session, league.channel, key)
    if options is None:
        raise ClosedError("That proposal isn't here any more.")
    return league, options


async def _show_anew(
    session: Transaction, league: League, key: str, options: Mapping[str, Any], now: datetime
) -> None:
    await outbox.want(
        session, channel=league.channel, key=key, kind=KIND, about_id=league.id, options=options, now=now
    )


async def next_pair(session: Transaction, league_id: int, key: str, viewer: Viewer) -> Duel | None:
    """Return the next two proposed papers to ask a person about; None once they have chosen.

    The winner of the first two meets the third. Raises `NotAllowedError` if too few of them are for this person.
    """
    league, options = await _proposal(session, league_id, key, viewer)
    allowed = {
        paper.entry
        for paper in await duel_rows.duel_papers(session, league.id, viewer.user, options["entries"])
    }
    entries = [entry for entry in options["entries"] if entry in allowed]
    if len(entries) < 2:  # noqa: PLR2004 - a pair
        raise NotAllowedError("You brought or wrote these papers, so the others choose among them.")
    winner = await _winner(session, entries[0], entries[1], viewer.user)
    if winner is None:
        return await duels.asked_duel(session, league.id, entries[0], entries[1])
    for other in entries[2:]:
        champion = winner or entries[0]
        winner = await _winner(session, champion, other, viewer.user)
        if winner is None:
            return await duels.asked_duel(session, league.id, champion, other)
    return None


async def _winner(session: Transaction, first: int, second: int, user: str) -> int | None:
    """Return the entry that a person chose of two; 0 if they couldn't say, None if they haven't answered."""
    choice = (await duel_rows.votes_on(session, first, second)).choices.get(user)
    low, high = min(first, second), max(first, second)
    return None if choice is None else {"first": low, "second": high}.get(choice, 0)


async def choose_paper(
    session: Transaction,
    league_id: int,
    key: str,
    pair: tuple[int, int],
    choice: str,
    viewer: Viewer,
    now: datetime,
) -> Duel | None:
    """Count a person's choice between two proposed papers as a duel; return the next pair, or None once they chose."""
    league, options = await _proposal(session, league_id, key, viewer)
    if not set(pair) <= set(options["entries"]):
        raise ClosedError("That proposal isn't here any more.")
    await duels.answer(session, *pair, choice, viewer, now)
    await _show_anew(session, league, key, options, now)
    return await next_pair(session, league_id, key, viewer)


async def choose_again(
    session: Transaction, league_id: int, key: str, viewer: Viewer, now: datetime
) -> Duel | None:
    """Take back a person's choices among the proposed papers; return the first pair again."""
    league, options = await _proposal(session, league_id, key, viewer)
    for first, second in combinations(options["entries"], 2):
        if await _winner(session, first, second, viewer.user) is not None:
            await duels.take_back(session, first, second, viewer, now)
    await _show_anew(session, league, key, options, now)
    return await next_pair(session, league_id, key, viewer)


async def votes_among(session: Transaction, entry_ids: Sequence[int]) -> PickVotes:
    """Return how people chose among these entries in duels; a favourite won at least one of them and lost none."""
    wins: dict[str, set[int]] = {}
    losses: dict[str, set[int]] = {}
    for first, second in combinations(entry_ids, 2):
        low, high = min(first, second), max(first, second)
        for user, choice in (await duel_rows.votes_on(session, low, high)).choices.items():
            won, lost = wins.setdefault(user, set()), losses.setdefault(user, set())
            if choice != "skip":
                won.add(low if choice == "first" else high)
                lost.add(high if choice == "first" else low)
    undefeated = {user: won - losses[user] for user, won in wins.items()}
    return PickVotes(
        len(wins), {user: next(iter(best)) for user, best in undefeated.items() if len(best) == 1}
    )


async def votes_of_proposal(
    session: Transaction, league_id: int, key: str, viewer: Viewer
) -> tuple[Mapping[str, Any], PickVotes]:
    """Return a proposal's options and how people chose among its papers, for a person who has chosen."""
    _, options = await _proposal(session, league_id, key, viewer)
    return options, await votes_among(session, options["entries"])
