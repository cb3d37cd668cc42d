"""Decides a match from its verdicts, and resumes the work that waited for the decision."""

from datetime import datetime

from bot.judges.interface import Winner
from bot.matches.opinions import Opinion, combine
from bot.matches.unanswered_calls import tell_ended
from bot.spending.held_tournaments import rate_decided
from bot.standings import refit
from bot.work.runtime import Runtime
from storage.database.engine import Transaction
from storage.matches import match_rows, verdict_rows
from storage.standings import counted_outcomes
from storage.tables import Match
from storage.work import leases, outbox
from storage.work.leases import Work


async def decide(
    runtime: Runtime, match: Match, session: Transaction, only_winner: str | None = None
) -> None:
    """Decide a match once all its verdicts are stored; does nothing if the lease was lost.

    `only_winner` is the winner of its only verdict, None if the verdicts must be read.
    """
    now = runtime.time.now()
    if only_winner is not None and not match.panel:
        until = leases.held_until(Work.MATCH, match.id)
        if await match_rows.decide(session, match.id, _winner(only_winner), now, until=until):
            await _decided(session, match, now)
        return
    if not await leases.is_ours(session, Work.MATCH, match.id):
        return
    decisions = await verdict_rows.decisions_on(session, match.id)
    opinions = [Opinion(one.judge, _winner(one.winner)) for one in decisions if one.kind != "evidence"]
    if match.panel:  # of a panel's judges only those that count, where there are any
        kept_out = await counted_outcomes.judges_kept_out(session, match.league_id)
        opinions = [opinion for opinion in opinions if opinion.judge not in kept_out] or opinions
    if await match_rows.decide(session, match.id, combine(opinions), now):
        await _decided(session, match, now)


def _winner(word: str) -> Winner:
    match word:
        case "first" | "second" | "draw":
            return word
        case _:
            raise ValueError(f"no winner is called {word!r}")


async def _decided(session: Transaction, match: Match, now: datetime) -> None:
    if match.tournament_id is None:
        await refit.refit(session, match.league_id, cause="match", about_id=match.id, now=now)
        for entry in (match.first_id, match.second_id):
            await outbox.bump(session, "card", entry)
    goes_on = await tell_ended(session, match)
    if match.tournament_id is not None and not goes_on:  # no round will refit with it
        await rate_decided(session, match.tournament_id, now)
