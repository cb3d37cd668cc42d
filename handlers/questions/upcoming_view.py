"""How it looks what comes next, and how everything that runs is stopped."""

from bot.questions.upcoming import ActiveSchedule, Upcoming
from bot.schedules.cron import in_words
from handlers.blocks import builders, ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, Message

_WHAT = {"tournament": "Papers play", "digest": "The digest comes"}


def next_answer(found: Upcoming, page: ids.Page, command: str, evening: str) -> Answer:
    """What plays now, what plays next and when the digest comes; `evening` says what a schedule plays and costs."""
    lines = [_running(found)] if found.running else []
    lines += [_timed(one) for one in found.timed]
    if not any(one.kind == "tournament" for one in found.timed):
        lines.append(
            f"Nothing plays by itself: `{command} tournament start` plays now, `schedule` by itself."
        )
    lines.append(_unsettled(found))
    if evening:
        lines.append(builders.escape(evening))
    blocks: list[Block] = [builders.header(f"Next in {found.name}"), builders.section("\n".join(lines))]
    return Answer(builders.escape(f"Next in {found.name}: ") + lines[0], tuple(blocks), Frame(page))


def _running(found: Upcoming) -> str:
    assert found.running is not None
    one = found.running
    return f"Tournament {one.tournament} is {one.status}: {one.decided} of {one.budget} matches decided."


def _timed(one: ActiveSchedule) -> str:
    moments = ", ".join(builders.date(moment) for moment in one.upcoming)
    where = f" in <#{one.channel}>" if one.kind == "digest" else ""
    return (
        f"{_WHAT[one.kind]} {in_words(one.cron)} ({builders.escape(one.time_zone)}){where}. Next: {moments}."
    )


def _unsettled(found: Upcoming) -> str:
    if not found.ranked:
        return "No paper is ranked yet."
    if not found.unsettled:
        return f"Every paper is certain to ±{found.target:g} points, so the league rests until something new comes."
    papers = phrases.count(found.unsettled, "paper")
    verb = "is" if found.unsettled == 1 else "are"
    return f"{papers} of {found.ranked} {verb} less certain than the target of ±{found.target:g} points."


def stop_message(found: Upcoming | None, command: str) -> Message:
    """Everything that runs, each with the way to stop it; without a league only what holds everywhere."""
    blocks: list[Block] = []
    if found is not None:
        about = ids.OfLeague(found.league)
        if found.running is not None:
            blocks.append(
                builders.section(
                    f"*A tournament*: {_running(found)}",
                    builders.button(
                        "Cancel",
                        *ids.CANCEL.carry(ids.OfTournament(found.running.tournament)),
                        confirm=builders.confirm(
                            "Cancel this tournament?",
                            "Decided matches keep counting.",
                            "Cancel it",
                            "Keep playing",
                        ),
                    ),
                )
            )
        for one in found.timed:
            if one.kind == "tournament":
                blocks.append(
                    builders.section(
                        f"*Playing by itself*: {in_words(one.cron)}. Clear the time to stop it.",
                        builders.button("Schedule…", *ids.SCHEDULE_TOURNAMENT.carry(about)),
                    )
                )
            else:
                blocks.append(
                    builders.section(
                        f"*The digest in <#{one.channel}>*: {in_words(one.cron)}. `{command} digest off` there stops it.",
                        builders.button("Digest settings", *ids.DIGEST_SETTINGS.carry(about, one.channel)),
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
