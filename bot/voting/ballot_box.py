"""Stores bursts of votes together: all votes that arrive during one transaction are stored in the next."""

import asyncio
from datetime import datetime

from bot.leagues.viewers import viewers_of
from bot.people import People
from bot.voting.casting import Receipt, cast_votes
from bot.voting.challenging import refusals
from storage.database.engine import Database
from storage.errors import PaperboutError
from storage.leagues.homes import About

MOST_AT_ONCE = 100
"""Most votes stored in one transaction."""

Place = tuple[str, int]
"""A workspace and a poll in it."""
Waiting = tuple[str, str, str | None, asyncio.Future[Receipt]]
"""A waiting vote: user, choice, reason, and the future of the receipt."""


class BallotBox:
    """Collects votes that arrive at this process at the same time, and stores all votes on one poll together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[Place, list[Waiting]] = {}
        self._emptying: set[asyncio.Task[None]] = set()

    async def cast(
        self,
        workspace: str,
        poll: int,
        user: str,
        choice: str,
        reason: str | None,
        *,
        people: People,
        now: datetime,
    ) -> Receipt:
        """Count a vote; it is stored when this returns.

        Raises as `cast_vote` does, and `NotFoundError` if the person may not see the poll.
        """
        place = workspace, poll
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        is_first = place not in self._waiting
        self._waiting.setdefault(place, []).append((user, choice, reason, receipt))
        if is_first:
            task = asyncio.create_task(self._empty(place, people, now))
            self._emptying.add(task)
            task.add_done_callback(self._emptying.discard)
        return await receipt

    async def _empty(self, place: Place, people: People, now: datetime) -> None:
        while self._waiting[place]:
            batch = self._next(place)
            try:
                await self._keep(place, batch, people, now)
            except Exception as error:  # noqa: BLE001 - each voter's listener makes a sentence of it
                for *_ballot, receipt in batch:
                    if not receipt.done():
                        receipt.set_exception(error)
        del self._waiting[place]

    def _next(self, place: Place) -> list[Waiting]:
        """Return waiting votes of different people, oldest first; a person's second vote waits for the next batch."""
        batch: dict[str, Waiting] = {}
        later: list[Waiting] = []
        for ballot in self._waiting[place]:
            if ballot[0] in batch or len(batch) == MOST_AT_ONCE:
                later.append(ballot)
            else:
                batch[ballot[0]] = ballot
        self._waiting[place] = later
        return list(batch.values())

    async def _keep(self, place: Place, batch: list[Waiting], people: People, now: datetime) -> None:
        answers = await self._counted(place, batch, people, now)
        for user, _choice, _reason, receipt in batch:
            answer = answers[user]
            if receipt.done():  # whoever clicked isn't waited for any more
                continue
            if isinstance(answer, PaperboutError):
                receipt.set_exception(answer)
            else:
                receipt.set_result(answer)

    async def _counted(
        self, place: Place, batch: list[Waiting], people: People, now: datetime
    ) -> dict[str, Receipt | PaperboutError]:
        workspace, poll = place
        users = [user for user, *_rest in batch]
        viewers = await viewers_of(self._database, people, workspace, users, About.POLL, poll)
        async with self._database.transaction(workspace) as session:
            refused = await refusals(session, poll, viewers.values())
            ballots = {
                user: (choice, reason) for user, choice, reason, _receipt in batch if user not in refused
            }
            return {**refused, **(await cast_votes(session, poll, ballots, now=now) if ballots else {})}
