"""A vote whose closing breaks has attempts like all other work, and is closed as void after five."""

from datetime import timedelta

from bot import dispatch
from bot.work import jobs
from bot.work.timing import MovableTime
from handlers.voting.poll_result_view import result_message
from storage.database.engine import Job
from storage.tables import Poll
from storage.work import leases
from storage.work.leases import Work
from storage.work.queue import Queue
from tests.voting.conftest import HOME, TEAM, Team


async def test_a_broken_poll_is_closed_as_void_and_its_channel_and_owner_read_it(team: Team) -> None:
    view = await team.challenge("U1")

    async def breaks(_workspace: str, _poll: int) -> None:
        raise RuntimeError("a defect")

    time = MovableTime(team.now + timedelta(days=9))
    work = jobs.Jobs(
        Queue(team.database.url), team.database, time, {Work.POLL: breaks}, dispatch.handle_failure, 2
    )
    for attempt in range(1, 6):
        await work._do(Work.POLL, breaks, Job("poll", view.poll, TEAM))
        async with team.database.reading(TEAM) as session:
            poll = await session.get_one(Poll, view.poll)
        assert (poll.status, poll.attempts) == ("closed" if attempt == 5 else "open", attempt)
        assert poll.failure == "RuntimeError: a defect"
        if attempt < 5:
            assert poll.not_before == time.now() + timedelta(seconds=leases.BACK_OFF_S[attempt - 1])
    team.poll = view.poll
    assert await team.outcome() == ("first", 1.0), "the verdict stands"
    for place in (HOME, "U0"):
        assert await team.message(f"poll_result:{view.poll}", place) is not None
    text = str(result_message(await team.view(), {}).blocks)
    assert "counting the votes failed five times" in text
