"""Views of what comes next in a league, and of how to stop everything that runs."""

from bot.questions.upcoming import ActiveSchedule, Upcoming
from bot.schedules.cron import in_words
from handlers.blocks import builders, ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, Message

_WHAT = {"tournament": "Next matches", "digest": "Next digest"}


def next_answer(plans: Upcoming, page: ids.Page, command: str, evening: str) -> Answer:
    """Return what runs, what plays next, and when the digest comes.

    `evening` says what a scheduled run plays and costs.
    """
    lines = [_running(plans)] if plans.running else []
    lines += [_timed(plan) for plan in plans.schedules]
    if not any(plan.kind == "tournament" for plan in plans.schedules):
        lines.append(
            f"Nothing plays by itself: `{command} tournament start` plays now, `schedule` by itself."
        )
    lines.append(_unsettled(plans))
    if evening:
        lines.append(builders.escape(evening))
    blocks: list[Block] = [builders.header(f"Next in {plans.name}"), builders.section("\n".join(lines))]
    return Answer(builders.escape(f"Next in {plans.name}: ") + lines[0], tuple(blocks), Frame(page))


def _running(plans: Upcoming) -> str:
    assert plans.running is not None
    play = plans.running
    return f"A tournament is {play.status}: {play.decided} of {play.budget} matches decided."


def _timed(plan: ActiveSchedule) -> str:
    """Return when a schedule fires next, by the reader's clock only."""
    moments = ", ".join(builders.date(moment) for moment in plan.upcoming)
    where = f" in <#{plan.channel}>" if plan.kind == "digest" else ""
    days = in_words(plan.cron).partition(" at ")[0]
    return f"{_WHAT[plan.kind]}{where}: {moments} ({days})."


def _unsettled(plans: Upcoming) -> str:
    if not plans.entries:
        return "No paper is in the league yet."
    if not plans.uncertain_entries:
        return f"Every paper is certain to ±{plans.target:g} points, so the league rests until something new comes."
    papers = phrases.count(plans.entries, "paper")
    need = "needs" if plans.uncertain_entries == 1 else "need"
    return f"{plans.uncertain_entries} of {papers} still {need} matches to be certain to ±{plans.target:g} points."


def stop_message(plans: Upcoming | None, command: str) -> Message:
    """Return everything that runs, each with a way to stop it; without a league, only what applies everywhere."""
    blocks: list[Block] = []
    if plans is not None:
        about = ids.OfLeague(plans.league)
        if plans.running is not None:
            blocks.append(
                builders.section(
                    f"*A tournament*: {_running(plans)}",
                    builders.button(
                        "Cancel",
                        *ids.CANCEL.carry(ids.OfTournament(plans.running.tournament)),
                        confirm=builders.confirm(
                            "Cancel this tournament?",
                            "Decided matches keep counting.",
                            "Cancel it",
                            "Keep playing",
                        ),
                    ),
                )
            )
        for plan in plans.schedules:
            if plan.kind == "tournament":
                blocks.append(
                    builders.section(
                        f"*Playing by itself*: {in_words(plan.cron)}. Clear the time to stop it.",
                        builders.button("Schedule…", *ids.SCHEDULE_TOURNAMENT.carry(about)),
                    )
                )
            else:
                blocks.append(
                    builders.section(
                        f"*The digest in <#{plan.channel}>*: {in_words(plan.cron)}. "
                        f"`{command} digest off` there stops it.",
                        builders.button("Digest settings", *ids.DIGEST_SETTINGS.carry(about, plan.channel)),
                    )
                )
        blocks.append(
            builders.section(
                "*Direct messages to you* about this league",
                builders.button("Mute", *ids.MUTE_DIGEST.carry(about)),
            )
        )
    blocks.append(
        builders.section(
            f"*A paper*: `{command} remove PAPER`.  *All paid calls*: a monthly cap of 0 in `{command} settings`.\n"
            "*Me, in this channel*: type `/remove @Paperbout` here. What is ranked stays and comes back with me; "
            "removing the app from the workspace erases everything within a day."
        )
    )
    return builders.message("How to stop what runs here, and how to get me out of the channel.", blocks)
