"""Work due on a poll: remind, close, then notify the papers' followers."""

from bot.following import notices
from bot.voting.closing import settle_due
from bot.voting.rules import CLOSED_AS_LEFT, CLOSED_AS_VOID, effect
from bot.work.runtime import Runtime
from storage.matches import match_rows
from storage.voting import polls


async def settle(runtime: Runtime, workspace: str, poll_id: int) -> None:
    """Remind of a poll or close it if due; after the close, notify followers of the result."""
    async with runtime.database.transaction(workspace) as session:
        now = runtime.time.now()
        await settle_due(session, poll_id, now)
        poll = await polls.get(session, poll_id)
        if poll.status != "closed" or poll.told_at is not None:
            return
        await polls.mark_followers_notified(session, poll_id, now)
        if poll.closed_by in {CLOSED_AS_LEFT, CLOSED_AS_VOID}:
            return
        match = await match_rows.get(session, poll.match_id)
        await notices.tell_match(
            session,
            match.id,
            (match.first_id, match.second_id),
            effect(poll.result, match.verdict),
            poll_id,
            now=now,
        )
