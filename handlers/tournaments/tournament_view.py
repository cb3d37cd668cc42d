"""Views of tournaments and matches."""

from collections.abc import Sequence
from datetime import datetime

from bot.schedules.cron import in_words
from bot.schedules.zones import zone_in_words
from bot.tournaments.highlights import Course
from bot.tournaments.match_contents import MatchContents
from bot.tournaments.progress import Progress
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from handlers.blocks.feedback import ask_about_verdict
from handlers.blocks.text import date, escape, from_markdown, link, shorten

TITLE = 90
SHORT = 60
SHOWN = 140
"""Most characters of a rationale in a match's message; the *Read* window shows all."""
LEADERS = 5
"""Most leaders whose ranks before and after a tournament are told."""
USAGE = (
    "Say `tournament start 60 matches`, `tournament status`, `tournament pause`, `resume` or `cancel`, "
    "`tournament schedule every weekday at 19:00 40 matches`, or `tournament unschedule`."
)
_STATUS = {
    "planned": "is about to start",
    "running": "is running",
    "paused": "is paused",
    "finished": "is over",
    "cancelled": "was cancelled",
    "failed": "failed",
}


_UNDECIDED = {
    "cancelled": "Not played",
    "batched": "In a batch, answered by morning",
    "planned": "To be played",
}


def progress(view: Progress) -> Message:
    """Return a tournament's message, updated as it goes: one line, and any problem."""
    head = f"Tournament {view.number} in {escape(view.league_name)}"
    blocks: list[Block] = [builders.section(f"*{head}* {_STATUS[view.status]}: {' · '.join(_now(view))}")]
    if view.batched:
        since = "" if view.batched_since is None else f" since {date(view.batched_since)}"
        count = phrases.count(view.batched, "match", "matches")
        blocks.append(builders.context(f"{count} in a batch at half the price{since}: results by morning."))
    if view.reason and not (view.is_over and view.decided >= view.budget_matches):
        blocks.append(builders.context(_reason(view.reason)))
    if view.failed:
        blocks.append(builders.context(f"{view.failed} failed: {escape('; '.join(view.failures))}"))
    blocks.append(builders.actions(*_buttons(view)))
    count = f"{view.decided} of {view.budget_matches} matches decided."
    return builders.message(f"{head} {_STATUS[view.status]}: {count}", blocks)


def _now(view: Progress) -> list[str]:
    """Return a tournament's state: matches, time left (or the leader), money."""
    facts = [f"{view.decided} of {phrases.count(view.budget_matches, 'match', 'matches')}"]
    if view.minutes_left is not None:
        facts.append(phrases.time_left(view.minutes_left))
    if view.is_over:
        leader = [f"#1 is {link(url, shorten(title, SHORT))}" for title, url, _figures in view.leaders[:1]]
        facts = [phrases.count(view.decided, "match", "matches"), *leader]
    budget = "" if view.budget is None else f" of {phrases.money(view.budget)}"
    return [*facts, phrases.money(view.spent) + budget]


def _reason(reason: str) -> str:
    # A mention the program wrote itself stays one; everything else is text.
    before, mention, after = phrases.sentence(reason).partition("<@")
    return escape(before) + mention + after


def _buttons(view: Progress) -> list[Block]:
    payload = ids.OfTournament(view.tournament)
    buttons: list[Block] = [builders.button("Details", *ids.TOURNAMENT_DETAILS.carry(payload))]
    if view.status == "running":
        buttons.append(builders.button("Pause", *ids.PAUSE.carry(payload)))
    if view.status == "paused":
        buttons.append(_resume(view, payload))
    if not view.is_over:
        confirm = builders.confirm(
            "Cancel this tournament?", "Decided matches keep counting.", "Cancel it", "Keep playing"
        )
        buttons.append(builders.button("Cancel", *ids.CANCEL.carry(payload), style="danger", confirm=confirm))
    return buttons


def _resume(view: Progress, payload: ids.OfTournament) -> Block:
    if view.held_for == "cap":
        return builders.button(phrases.RAISE_CAP, *ids.RAISE_CAP.carry(payload), style="primary")
    if view.held_for != "budget" or view.budget is None:
        return builders.button("Resume", *ids.RESUME.carry(payload), style="primary")
    budget = phrases.money(2 * view.budget)
    confirm = builders.confirm(
        "Grant it more money?",
        f"Owners and admins can. Its budget becomes {budget}; {phrases.money(view.spent)} are spent. "
        "The league's monthly cap stays as it is.",
        f"Up to {budget}",
    )
    return builders.button("Resume…", *ids.RESUME.carry(payload), style="primary", confirm=confirm)


def match(view: MatchContents) -> Message:
    """Return a match's message: both papers, the winner and why in a line, and buttons to read and to challenge."""
    first, second = (link(url, shorten(title, SHORT)) for title, url in (view.first, view.second))
    blocks: list[Block] = []
    if view.status == "decided" and view.outcome is not None:
        head = _decided(first, second, view.outcome)
    elif view.status == "failed":
        head = f"No verdict between {first} and {second}: {escape(view.failure or 'no reason kept')}"
    else:
        head = f"{_UNDECIDED.get(view.status, 'Playing')}: {first} against {second}"
    blocks.append(builders.section(head))
    if view.overridden and view.verdict is not None:
        replaced = {"first": f"the verdict for {first}", "second": f"the verdict for {second}"}
        blocks.append(builders.context(f"The team's vote replaced {replaced.get(view.verdict, 'a draw')}."))
    if view.rationale:
        blocks.append(
            builders.section(f"> {from_markdown(shorten(phrases.unlabelled(view.rationale), SHOWN))}")
        )
    if view.status == "decided":
        blocks += [
            builders.context(f"Asked first, without success: {escape(why)}") for why in view.judge_failures
        ]
        blocks.append(builders.context(" · ".join(_facts(view))))
        blocks.append(builders.actions(*_match_buttons(view)))
        if not view.overridden:
            blocks.append(ask_about_verdict(view.match))
    titles = f"{view.first[0]} against {view.second[0]}"
    plain = {
        "first": f"{view.first[0]} beat {view.second[0]}",
        "second": f"{view.second[0]} beat {view.first[0]}",
    }
    return builders.message(escape(plain.get(view.outcome or "", titles)), blocks)


def _match_buttons(view: MatchContents) -> list[Block]:
    about = ids.OfMatch(view.match)
    buttons = [builders.button("Read", *ids.READ_MATCH.carry(about))]
    if not view.open_poll and not view.overridden:
        challenge = ids.CHALLENGE.carry(about)
        buttons.append(builders.button("Challenge", *challenge, confirm=phrases.confirm_challenge()))
    return buttons


def _decided(first: str, second: str, outcome: str) -> str:
    if outcome == "draw":
        return f"A draw: *{first}* and *{second}*"
    winner, loser = (first, second) if outcome == "first" else (second, first)
    return f"🏆 *{winner}* beat {loser}"


def _voices(view: MatchContents) -> str:
    """Return which judge of the panel chose what; if all chose what the message says already, that they agree."""
    if {voice.winner for voice in view.panel} == {view.outcome} and not view.overridden:
        names = [escape(voice.judge) for voice in view.panel]
        return f"{phrases.and_list(names, len(names))} agree"
    titles = {
        side: f"chose {escape(shorten(title, 40))}"
        for side, title in (("first", view.first[0]), ("second", view.second[0]))
    }
    return phrases.opinions(
        [(escape(voice.judge), titles.get(voice.winner, "called it a draw")) for voice in view.panel]
    )


def _facts(view: MatchContents) -> list[str]:
    """Return who decided, how sure they were, and on which criteria; order, cost and date stand behind *Read*."""
    sure = "" if view.confidence is None or view.panel else f", {phrases.percent(view.confidence)} sure"
    facts = [_voices(view) if view.panel else f"{escape(view.judge)}{sure}"]
    if view.panel and not view.rationale:
        facts[0] = f"The judges disagreed: {facts[0]}"
    if view.label and view.label not in (view.rationale or ""):
        facts.append(view.label)
    loser = {"first": "second", "second": "first"}.get(view.verdict or "")
    on = [phrases.CRITERIA.get(name, name) for name, better in view.criteria if better not in {loser, "even"}]
    if loser and on:
        facts.append(f"won on {phrases.and_list(on, 5)}")
    if view.flipped:
        facts.append("the judge said otherwise with the papers swapped, so it is a draw")
    return facts


def schedule_confirmation(
    cron: str, time_zone: str, matches: int | None, target: float, moments: Sequence[datetime]
) -> str:
    """Return the confirmation of a schedule: what it plays and when.

    Without a number of matches it plays until intervals meet the target.
    """
    size = (
        f"papers whose score isn't known to ±{target:g} points yet"
        if matches is None
        else f"at most {phrases.count(matches, 'match', 'matches')} each time"
    )
    times = ", ".join(builders.date(at) for at in moments)
    return f"Scheduled {in_words(cron)}, {zone_in_words(time_zone)}: {size}. Next: {times}."


def none_played(league: str, schedules: Sequence[tuple[str, str]]) -> str:
    """Return the message that a league has played no tournament, how to start one, and its schedules if any."""
    lines = "".join(f"\nScheduled: {in_words(cron)}, {time_zone}." for cron, time_zone in schedules)
    return f"No tournament was played in {escape(league)} yet. {USAGE}{lines}"


def usage(command: str) -> str:
    """Return what can follow the command `tournament`."""
    return USAGE.replace("`tournament", f"`{command} tournament")


def played_now(channel: str) -> str:
    """Return the confirmation that a single match has begun."""
    return f"The match is being played; its verdict comes to <#{channel}>."


def steering_confirmation(outcome: str) -> str:
    """Return the confirmation that a tournament was paused, resumed or cancelled."""
    return f"The tournament is {outcome}."


def rank_courses(courses: Sequence[Course]) -> Message:
    """Return how the leaders' ranks changed: the rank at the end and before."""
    new = all(course.ranks[0] is None for course in courses)
    lines = [
        f"{course.ranks[-1]}. {escape(shorten(course.title, 40 if new else 34))}"
        + ("" if new else f" ({_before(course)})")
        for course in courses[:LEADERS]
    ]
    head = "At the top now:" if new else "The leaders, and where they were before:"
    return builders.message(head, [builders.section("\n".join([head, *lines]))])


def _before(course: Course) -> str:
    """Return the rank of a paper before the tournament, in words."""
    first = next((rank for rank in course.ranks if rank is not None), None)
    if course.ranks[0] is None:
        return "new"
    return "as before" if first == course.ranks[-1] else f"from #{first}"
