"""Views of the windows that start or schedule a tournament, with costs and expected intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.league_schedules import PLAYS_AT
from bot.schedules.cron import in_words
from bot.tournaments.estimates import Estimate
from bot.tournaments.scheduled_tournaments import DueMatches
from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block
from handlers.slack.windows import times

MATCHES, TOP, USD, TARGET, JUDGES, DEADLINE, WHEN, DECIDES, PACE = (
    "matches", "top", "usd", "target", "judges", "deadline", "when", "decides", "pace",
)  # fmt: skip
HARDLY = 0.03
"""Share by which error bars must narrow for the window to give figures."""
NOT_A_NUMBER = "This must be a number."
STOPPED = "The schedule is stopped; tournaments start by hand only."
NOTHING_SCHEDULED = "Nothing is scheduled."
IN_TURN, PANEL = "turn", "panel"
AT_ONCE, BATCH = "live", "batch"
MOST_JUDGES = 10


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a schedule fires: as typed, as cron expression with time zone, and its next times. Empty if never."""

    text: str = ""
    cron: str = ""
    time_zone: str = "UTC"
    moments: tuple[datetime, ...] = ()
    problem: str = ""


def estimate_line(of: Estimate) -> str:
    """Return what a number of matches would bring to the league as it stands now, and its cost."""
    head = (
        f"{phrases.count(of.matches, 'match', 'matches')} among {phrases.count(of.entries, 'paper')}: "
        f"about {f'{of.per_paper:.1f}'.removesuffix('.0')} a paper."
    )
    return f"{head} {_narrowing(of)} {cost_line(of)}"


def _narrowing(of: Estimate) -> str:
    """Return how far the matches would narrow the error bars."""
    if of.interval_now is None:
        return f"Scores would then be known to about ±{of.interval:.0f}."
    now = f"±{of.interval_now:.0f} on average"
    if of.interval_now - of.interval < HARDLY * of.interval_now:
        return f"The error bars ({now}) would hardly narrow."
    return f"The error bars would narrow from {now} to about ±{of.interval:.0f}."


def cost_line(of: Estimate) -> str:
    """Return the cost of a number of matches in one sentence."""
    if of.is_free:
        return "The judges cost nothing."
    if of.most is None or of.likely is None:
        return "What the judges charge isn't known."
    likely, most = phrases.money(of.likely), phrases.money(of.most)
    return f"About {likely}, at most {most}; {phrases.money(of.available)} of this month's cap is left."


def saving_line(of: Estimate, at_once: Estimate) -> str:
    """Return the line that says how much money batches save; "" if the judges cost nothing."""
    if of.likely is None or at_once.likely is None or of.likely >= at_once.likely:
        return ""
    saved = phrases.money(at_once.likely - of.likely)
    return f" Batches save about {saved}; results come by morning."


def start_modal(
    where: ids.Where,
    league: str,
    of: Estimate,
    judges: Sequence[str],
    selection: Sequence[str] | None = None,
    *,
    panel: bool = False,
    schedules: bool,
) -> Block:
    """Return the window that starts a tournament; the estimate is updated with the inputs.

    `judges` are offered, `selection` are ticked (None: all); with `panel` all of them decide each match.
    """
    blocks: list[Block] = [
        builders.section(f"*{builders.escape(league)}*\n{builders.escape(estimate_line(of))}"),
        inputs.input_number(
            MATCHES,
            "How many matches at most?",
            initial=str(of.matches),
            least="1",
            dispatch=ids.ESTIMATE.id(),
        ),
        _top(),
        *_limits(),
        *_judges(judges, judges if selection is None else selection),
        *_decides(judges, panel=panel, dispatch=ids.ESTIMATE.id(DECIDES)),
        inputs.input_datetime(DEADLINE, "Ends at the latest"),
    ]
    if schedules:
        blocks.append(
            builders.actions(
                builders.button(
                    "Play on a schedule instead…", *ids.SCHEDULE_TOURNAMENT.carry(ids.OfLeague(where.league))
                )
            )
        )
    return builders.modal(
        "Start a tournament",
        blocks,
        submit="Start",
        callback_id=ids.TOURNAMENT_START_MODAL.name,
        private_metadata=ids.TOURNAMENT_START_MODAL.encode(where),
    )


def schedule_modal(
    where: ids.ScheduleWindow,
    league: str,
    zone: str,
    timetable: Timetable,
    limits: ids.ScheduleWindow,
    judges: Sequence[str],
    evening: str,
    *,
    batches: bool,
) -> Block:
    """Return the window of a league's schedule: time in words, next three dates, and `evening` (the cost each time)."""
    return builders.modal(
        "Play on a schedule",
        [
            builders.section(
                f"*{builders.escape(league)}* plays new and uncertain papers by itself, then rests. At rest it costs "
                "nothing."
            ),
            *times.time_inputs(
                WHEN,
                "When",
                timetable.text,
                zone,
                at=PLAYS_AT,
                off="Only by hand",
                clock=f"At ({zone})",
                hint="Other days or another time zone: write them after the command “schedule”.",
                dispatch=ids.PREVIEW_SCHEDULE.id,
            ),
            builders.section(f"{when_line(timetable)}\n{builders.escape(evening)}"),
            inputs.input_number(
                MATCHES,
                "Matches each time, at most",
                initial=limits.matches,
                least="1",
                hint="Empty: as many as its uncertain papers need.",
                optional=True,
                dispatch=ids.PREVIEW_SCHEDULE.id(MATCHES),
            ),
            _top(limits.top),
            *_limits(limits.usd, limits.target),
            *_decides(judges, panel=limits.panel, dispatch=ids.PREVIEW_SCHEDULE.id(DECIDES)),
            *_pace(limits, offered=batches),
        ],
        submit="Save",
        callback_id=ids.TOURNAMENT_SCHEDULE_MODAL.name,
        private_metadata=ids.TOURNAMENT_SCHEDULE_MODAL.encode(where),
    )


def when_line(timetable: Timetable) -> str:
    """Return a schedule in words with its next dates, or the error in it."""
    if timetable.problem:
        return f":warning: {builders.escape(timetable.problem)}"
    if not timetable.cron:
        return "Plays by hand only."
    dates = ", ".join(builders.date(moment) for moment in timetable.moments)
    return f"Plays {in_words(timetable.cron)} ({builders.escape(timetable.time_zone)}). Next: {dates}."


def _top(top: str = "") -> Block:
    """Build the input for a goal of the leading papers; empty, the whole ranking is the goal."""
    return inputs.input_number(
        TOP,
        "Find only the top … papers",
        initial=top,
        least="1",
        hint="Empty: the whole ranking.",
        optional=True,
    )


def _limits(usd: str = "", target: str = "") -> list[Block]:
    return [
        inputs.input_number(
            USD,
            "Money at most, in USD",
            initial=usd,
            least="0",
            decimal=True,
            hint="Empty: the month's cap alone.",
            optional=True,
        ),
        inputs.input_number(
            TARGET,
            "Stop early when all scores are within ± …",
            initial=target,
            least="1",
            decimal=True,
            optional=True,
        ),
    ]


def _judges(judges: Sequence[str], selection: Sequence[str]) -> list[Block]:
    if len(judges) < 2:  # noqa: PLR2004 - one judge leaves no choice
        return [builders.context(f"Judge: {builders.escape(', '.join(judges))}")]
    names_shown = judges[:MOST_JUDGES]
    options = [builders.option(judge, str(place)) for place, judge in enumerate(names_shown)]
    values = [str(place) for place, judge in enumerate(names_shown) if judge in selection]
    dispatch = ids.ESTIMATE.id(JUDGES)
    return [
        inputs.input_checkboxes(JUDGES, "Judges", options, initial=values, optional=False, dispatch=dispatch)
    ]


def _decides(judges: Sequence[str], *, panel: bool, dispatch: str) -> list[Block]:
    if len(judges) < 2:  # noqa: PLR2004 - one judge is no panel
        return []
    options = [
        builders.option("One of the judges, in turn", IN_TURN),
        builders.option("All of them, by majority: a match costs a call of each", PANEL),
    ]
    initial = PANEL if panel else IN_TURN
    return [inputs.input_radio(DECIDES, "Who decides a match?", options, initial=initial, dispatch=dispatch)]


def _pace(limits: ids.ScheduleWindow, *, offered: bool) -> list[Block]:
    if not offered:
        return []
    options = [
        builders.option("At once", AT_ONCE),
        builders.option("In batches: about half the price, results by morning", BATCH),
    ]
    initial = BATCH if limits.batch else AT_ONCE
    dispatch = ids.PREVIEW_SCHEDULE.id(PACE)
    return [inputs.input_radio(PACE, "How are judges asked?", options, initial=initial, dispatch=dispatch)]


def evening_line(of: DueMatches | None, cost: str) -> str:
    """Return the sentence on what a scheduled tournament would play now, followed by `cost`, the sentence on its price.

    None for `of` means that it would play nothing.
    """
    if of is None:
        return "Now it would rest: no match could make a rank more certain."
    most = phrases.count(of.matches, "match", "matches")
    size = f"about {of.expected} expected, {most} at most" if of.expected < of.matches else f"about {most}"
    return f"Now it would play {phrases.count(of.papers, 'paper')}: {size}. {cost}"


def start_confirmation(channel: str) -> str:
    """Return the confirmation for the person who started a tournament."""
    return f"The tournament begins; follow it in <#{channel}>."
