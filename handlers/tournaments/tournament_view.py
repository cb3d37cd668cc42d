"""How a tournament and a match look."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.schedules.cron import in_words
from bot.schedules.zones import zone_in_words
from bot.tournaments.highlights import Course, Disagreement, Upset
from bot.tournaments.match_contents import MatchContents
from bot.tournaments.progress import Progress
from handlers.blocks import builders, ids, phrases, rank_moves
from handlers.blocks.builders import Block, Message
from handlers.blocks.text import date, escape, link, shorten

BAR = 12
TITLE = 90
WHOLE = "the whole ranking"
SHOWN = 300
"""Characters of a rationale in a match's message; "Read" has it whole."""
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


def bar(count: int, of: int) -> str:
    """A bar drawn in text, with the figures beside it; short, and its spaces don't break, for a phone."""
    width = 0 if of <= 0 else min(BAR, round(BAR * count / of))
    return f"{'█' * width}{'░' * (BAR - width)}\u00a0{count}\u00a0of\u00a0{of} matches"


def linked_matches(view: Progress) -> list[int]:
    """The matches that a tournament's message names, each with its link."""
    return [*(upset.match for upset in view.upsets), *(split.match for split in view.disagreements)]


def progress(view: Progress, links: Mapping[int, str] | None = None) -> Message:
    """The one message of a tournament, updated as it goes; `links` are addresses of matches told."""
    status = _STATUS[view.status]
    head = f"Tournament {view.tournament} in {escape(view.league_name)} {status}"
    blocks: list[Block] = [
        builders.section(f"*{head}*" + (f"\n{_reason(view.reason)}" if view.reason else "")),
        builders.section(bar(view.decided, view.budget_matches)),
        builders.context(" · ".join(_now(view))),
    ]
    if view.failed:
        blocks.append(builders.section(f"{view.failed} failed: {escape('; '.join(view.failures))}"))
    if view.leaders:
        lines = [
            f"{figures.rank}. {link(url, shorten(title, TITLE))}  {figures.score:.0f} ± {figures.interval:.0f}"
            for title, url, figures in view.leaders
        ]
        blocks.append(builders.section("*Leaders*\n" + "\n".join(lines)))
    blocks += _ending(view, links or {})
    end = f"{date(view.ended_at, lead='Ended')}. " if view.ended_at else ""
    may = (
        ""
        if view.is_over
        else (
            " Owners and admins can pause or cancel it."
            if view.by_schedule
            else f" <@{view.started_by}>, owners and admins can pause or cancel it."
        )
    )
    by = "by the league's schedule" if view.by_schedule else f"by <@{view.started_by}>"
    blocks.append(builders.context(f"{end}{date(view.started_at, lead='Started')} {by}.{may}"))
    if buttons := _buttons(view):
        blocks.append(builders.actions(*buttons))
    return builders.message(f"{head}: {view.decided} of {view.budget_matches} matches decided.", blocks)


def _now(view: Progress) -> list[str]:
    """Goal, round, money, judges, pace."""
    money = f"{phrases.money(view.spent)} spent" + (
        "" if view.budget is None else f" of {phrases.money(view.budget)}"
    )
    facts = [] if view.goal == WHOLE else [f"Goal: {view.goal}"]
    facts += [money, _judges(view)]
    if view.expected_end is not None:
        facts.append(date(view.expected_end, lead="ends about"))
    if view.deadline is not None and not view.is_over:
        facts.append(date(view.deadline, lead="at the latest"))
    return facts


def _ending(view: Progress, links: Mapping[int, str]) -> list[Block]:
    """What it came to: movers, upsets, disagreements, each with the way to its match."""
    blocks: list[Block] = []
    if view.movers:
        blocks += [*rank_moves.mover_blocks(view.movers), rank_moves.chart(view.movers)]
    if view.upsets:
        lines = [_upset(upset, links.get(upset.match)) for upset in view.upsets]
        blocks.append(builders.section("*Upsets*\n" + "\n".join(lines)))
    if view.disagreements:
        lines = [_disagreement(item, links.get(item.match)) for item in view.disagreements]
        blocks.append(builders.section("*Judges in disagreement*\n" + "\n".join(lines)))
    if 0 < view.messages < view.decided:
        rest = view.decided - view.messages
        blocks.append(
            builders.context(
                f"The thread tells {view.messages} of the matches; a card's History lists the other {rest} too."
            )
        )
    return blocks


def _way_back(url: str | None) -> str:
    return "" if url is None else f"  {link(url, phrases.THE_MATCH)}"


def _upset(upset: Upset, url: str | None) -> str:
    winner, loser = (escape(shorten(title, TITLE)) for title in (upset.winner, upset.loser))
    return f"• {winner} (#{upset.winner_rank}) beat {loser} (#{upset.loser_rank}){_way_back(url)}"


def _disagreement(disagreement: Disagreement, url: str | None) -> str:
    first, second = (escape(shorten(title, TITLE)) for title in (disagreement.first, disagreement.second))
    who = (
        f"{escape(disagreement.judge)} decided otherwise in the other order"
        if disagreement.other is None
        else f"{escape(disagreement.judge)} and {escape(disagreement.other)} decided differently"
    )
    return f"• {first} against {second}: {who}{_way_back(url)}"


def _reason(reason: str) -> str:
    # A mention the program wrote itself stays one; everything else is text.
    before, mention, after = phrases.sentence(reason).partition("<@")
    return escape(before) + mention + after


def _buttons(view: Progress) -> list[Block]:
    payload = ids.OfTournament(view.tournament)
    buttons: list[Block] = []
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


def _judges(view: Progress) -> str:
    names = escape(", ".join(view.judges))
    return f"each match by a panel of {names}" if view.panel else f"judges: {names}"


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
    """A match's message: both papers, who won and why, and the way to challenge it."""
    first, second = (link(url, shorten(title, TITLE)) for title, url in (view.first, view.second))
    blocks: list[Block] = []
    if view.status == "decided" and view.outcome is not None:
        head = _decided(first, second, view.outcome)
    elif view.status == "failed":
        head = f"No verdict between {first} and {second}: {escape(view.failure or 'no reason kept')}"
    elif view.status == "cancelled":
        head = f"Not played: {first} against {second}"
    elif view.status == "planned":
        head = f"To be played: {first} against {second}"
    else:
        head = f"Playing: {first} against {second}"
    blocks.append(builders.section(head))
    if view.overridden and view.verdict is not None:
        decision = _decided(first, second, view.verdict)
        blocks.append(builders.section(f"*Decided by the team.* The judge had said: {decision}"))
    if view.rationale:
        blocks.append(builders.section(f"> {escape(shorten(phrases.unlabelled(view.rationale), SHOWN))}"))
    if view.status == "decided":
        if view.panel:
            blocks.append(builders.context(f"Panel of {len(view.panel)}: {_voices(view)}"))
        blocks += [builders.context(f"Asked first in vain: {escape(why)}") for why in view.judge_failures]
        blocks.append(builders.context(" · ".join(_facts(view))))
        blocks.append(builders.actions(*_match_buttons(view)))
    titles = f"{view.first[0]} against {view.second[0]}"
    plain = {
        "first": f"{view.first[0]} beat {view.second[0]}",
        "second": f"{view.second[0]} beat {view.first[0]}",
    }
    return builders.message(escape(plain.get(view.outcome or "", f"Match {view.match}: {titles}")), blocks)


def _match_buttons(view: MatchContents) -> list[Block]:
    about = ids.OfMatch(view.match)
    buttons = [builders.button("Read", *ids.READ_MATCH.carry(about))]
    if not view.open_poll and not view.overridden:
        challenge = ids.CHALLENGE.carry(about)
        buttons.append(builders.button("Challenge", *challenge, confirm=phrases.confirm_challenge()))
    return buttons


def _decided(first: str, second: str, outcome: str) -> str:
    if outcome == "draw":
        return f"*Draw* between {first} and {second}"
    winner, loser = (first, second) if outcome == "first" else (second, first)
    return f"🏆 *Winner:* {winner}\n*over* {loser}"


def _voices(view: MatchContents) -> str:
    """Who on the panel chose what; a dissenting voice stands out."""
    titles = {"first": view.first[0], "second": view.second[0], "draw": "a draw"}
    opinions = [
        f"{escape(voice.judge)} chose {escape(shorten(titles[voice.winner], 60))}"
        + (" *(dissents)*" if voice.dissents else "")
        for voice in view.panel
    ]
    return "; ".join(opinions)


def _facts(view: MatchContents) -> list[str]:
    facts = [f"Match {view.match}", f"judge {escape(view.judge)}"]
    if view.label and view.label not in (view.rationale or ""):
        facts.append(view.label)
    if view.confidence is not None:
        facts.append(f"{phrases.percent(view.confidence)} sure")
    loser = {"first": "second", "second": "first"}.get(view.verdict or "")
    on = [phrases.CRITERIA.get(name, name) for name, better in view.criteria if better not in {loser, "even"}]
    if loser and on:
        facts.append(f"won on {phrases.and_list(on, 5)}")
    if view.flipped:
        facts.append("the judge said otherwise in the other order, so it is a draw")
    if view.cost:
        facts.append(phrases.money(view.cost))
    if view.decided_at:
        facts.append(date(view.decided_at))
    return facts


def scheduled(
    cron: str, time_zone: str, matches: int | None, target: float, moments: Sequence[datetime]
) -> str:
    """What a schedule plays from now on, and when; without a number of matches until intervals meet the target."""
    what = (
        f"what isn't certain to ±{target:g} points yet"
        if matches is None
        else f"at most {phrases.count(matches, 'match', 'matches')} each time"
    )
    times = ", ".join(builders.date(at) for at in moments)
    return f"Scheduled {in_words(cron)}, {zone_in_words(time_zone)}: {what}. Next: {times}."


def none_played(league: str, schedules: Sequence[tuple[str, str]]) -> str:
    """That a league has played no tournament, how one begins, and (cron, zone) of those that will by themselves."""
    lines = "".join(f"\nScheduled: {in_words(cron)}, {time_zone}." for cron, time_zone in schedules)
    return f"No tournament was played in {escape(league)} yet. {USAGE}{lines}"


def usage(command: str) -> str:
    """What can follow the command's `tournament`."""
    return USAGE.replace("`tournament", f"`{command} tournament")


def played_now(channel: str) -> str:
    """That a single match was begun."""
    return f"The match is being played; its verdict comes to <#{channel}>."


def steered(tournament: int, outcome: str) -> str:
    """That a tournament is what a person asked for: paused, resumed or cancelled."""
    return f"Tournament {tournament} is {outcome}."


def rank_courses(tournament: int, courses: Sequence[Course]) -> Message:
    """How the leaders' ranks went: each with its rank at the end and before."""
    lines = [
        f"{course.ranks[-1]}. {escape(shorten(course.title, TITLE))} ({_before(course)})"
        for course in courses
    ]
    head = f"How the ranks of the leaders went in tournament {tournament}:"
    return builders.message(head, [builders.section("\n".join([head, *lines]))])


def _before(course: Course) -> str:
    """Where a paper stood before."""
    first = next((rank for rank in course.ranks if rank is not None), None)
    if course.ranks[0] is None:
        return "new"
    return "as before" if first == course.ranks[-1] else f"from #{first}"
