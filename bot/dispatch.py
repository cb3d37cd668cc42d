"""Maps each kind of work to the use case that does it."""

from datetime import datetime

import structlog

from bot.assessments import assessing
from bot.digests import due_digests, sending
from bot.entries import daily_preprints, intake, new_versions
from bot.exchange.outlets import site_building, webhook_sending
from bot.exchange.outlets.site_building import Draw
from bot.matches import judge_exams, judging, match_batches, swapped_evidence
from bot.matches.unanswered_calls import tell_given_up
from bot.tournaments import rounds, scheduled_tournaments, stopping
from bot.voting import closing, daily_duels, settling
from bot.work.jobs import RowFunction
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.tables import Schedule
from storage.tournaments import schedules
from storage.work import leases, outbox
from storage.work.leases import Work

log = structlog.get_logger(__name__)


def functions(runtime: Runtime, post: RowFunction, draw: Draw) -> dict[Work, RowFunction]:
    """Return the function that does each kind of work, given (workspace id, row id).

    `post` posts messages to Slack and `draw` makes published pages; both are passed in because `handlers` knows how.
    """
    return {
        Work.PAPER: lambda workspace, row: intake.fetch(runtime, workspace, row),
        Work.ASSESSMENT: lambda workspace, row: assessing.assess(runtime, workspace, row),
        Work.MATCH: lambda workspace, row: judging.judge_match(runtime, workspace, row),
        Work.EVIDENCE: lambda workspace, row: swapped_evidence.find_evidence(runtime, workspace, row),
        Work.EXAM: lambda workspace, row: judge_exams.hold_exam(runtime, workspace, row),
        Work.BATCH: lambda workspace, row: match_batches.do_batch(runtime, workspace, row),
        Work.TOURNAMENT: lambda workspace, row: rounds.advance(runtime, workspace, row),
        Work.POLL: lambda workspace, row: settling.settle(runtime, workspace, row),
        Work.MESSAGE: post,
        Work.CHECK: lambda workspace, row: new_versions.check_source(runtime, workspace, row),
        Work.SITE: lambda workspace, row: site_building.build(runtime, workspace, row, draw),
        Work.HOOK: lambda workspace, row: webhook_sending.send(runtime, workspace, row),
        Work.OCCURRENCE: lambda workspace, row: run_occurrence(runtime, workspace, row),
    }


async def run_occurrence(runtime: Runtime, workspace: str, occurrence_id: int) -> None:
    """Run one firing of a schedule: send a digest or a duel, add new preprints, or start a tournament.

    A tournament with nothing to play isn't started. A digest takes along others that are due.
    """
    async with runtime.firing:  # one after another: each takes along what the next would have
        if occurrence_id in runtime.taken_along:
            runtime.taken_along.discard(occurrence_id)
            return
        async with runtime.database.reading(workspace) as session:
            kind = await schedules.kind_of_waiting(session, occurrence_id)
        if kind == sending.KIND and await due_digests.want_due(runtime, occurrence_id):
            return
    if kind is None:
        return
    if kind == daily_preprints.KIND:
        await daily_preprints.take_in(
            runtime, workspace, occurrence_id
        )  # asks the feeds outside any transaction
        return
    async with runtime.database.transaction(workspace) as session:
        occurrence = await schedules.occurrence(session, occurrence_id)
        if occurrence is not None:
            await _fire(session, runtime, occurrence_id, *occurrence)


async def _fire(
    session: Transaction, runtime: Runtime, occurrence_id: int, schedule: Schedule, slot: str, at: datetime
) -> None:
    now = runtime.time.now()
    lease_s = runtime.settings.lease_s
    if not await leases.take(session, Work.OCCURRENCE, occurrence_id, now, lease_s, ends=True):
        return
    if not schedule.active:  # it was stopped while this firing waited
        return
    if schedule.kind == "digest":
        await sending.want_scheduled_digest(session, schedule, slot, now, at)
    elif schedule.kind == "tournament":
        try:
            await scheduled_tournaments.start_scheduled(session, runtime, schedule, now)
        except BadRequestError as error:
            log.info("nothing_to_play", schedule=schedule.id, reason=error.sentence)
    elif schedule.kind == daily_duels.KIND:
        await daily_duels.send_by_dm(session, schedule, slot, now)


async def handle_failure(session: Transaction, kind: Work, row_id: int, now: datetime) -> None:
    """React to a row whose work failed for good: show it in its messages and free the work that waited for it."""
    match kind:
        case Work.MATCH:
            await tell_given_up(session, row_id)
        case Work.TOURNAMENT:
            await stopping.give_up(session, row_id, now)
        case Work.ASSESSMENT:
            await assessing.refresh_failed(session, row_id)
        case Work.EVIDENCE:
            await swapped_evidence.refresh_failed(session, row_id)
        case Work.PAPER:
            for entry, _league in await entry_rows.entries_of(session, row_id):
                await outbox.bump(session, "card", entry)
        case Work.POLL:
            await closing.close_as_void(session, row_id, now)
        case Work.MESSAGE | Work.OCCURRENCE | Work.CHECK | Work.EXAM | Work.BATCH | Work.SITE | Work.HOOK:
            pass
