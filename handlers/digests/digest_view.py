"""How a digest looks: what is new, who leads, who moved, what waits for the team, what it cost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.digests.digest_contents import Digest, Leader, NotableMatch, OpenPoll
from bot.digests.digest_schedules import DIGEST_AT
from bot.digests.sections import LINES_IN_DIGEST, LINES_IN_THREAD, SECTIONS
from bot.schedules.cron import in_words
from bot.schedules.zones import zone_in_words
from handlers.blocks import builders, ids, inputs, phrases, rank_moves
from handlers.blocks.builders import Block, Message

ROOM = 2_800
"""Characters of a section's list, its title and the count of the rest left out."""
_TITLE = 110
_NAMES = {
    "new": "New papers",
    "leaders": "Leaders",
    "movers": "Movers",
    "upsets": "Upsets",
    "overrides": "Overturned by the team",
    "votes": "Open votes",
    "costs": "Money",
}
"""What can be left out, as the settings name it."""


@dataclass(frozen=True, slots=True)
class DigestLinks:
    """The addresses of what a digest tells: of matches and of polls, by their ids."""

    matches: Mapping[int, str] = field(default_factory=dict)
    polls: Mapping[int, str] = field(default_factory=dict)


def digest(
    content: Digest,
    *,
    in_dm: bool = False,
    include: Collection[str] = SECTIONS,
    ways: DigestLinks | None = None,
) -> Message:
    """The digest of a period, short enough for a phone; a quiet one is a line and its buttons.

    In a direct message, where no thread holds the rest, it is told in full.
    """
    name = builders.escape(content.name)
    if content.quiet:
        line = f"*{name}* is quiet: nothing new {builders.date(content.since, lead='since')}.{_next(content)}"
        return builders.message(
            f"{name} is quiet: nothing new.", [builders.section(line), _buttons(content, in_dm=in_dm)]
        )
    papers = f"{phrases.count(content.entries, 'paper')} ranked"
    blocks: list[Block] = [
        builders.header(f"{content.name}: digest"),
        builders.context(
            f"{builders.date(content.since)} {builders.date(content.until, lead='to')} · {papers}"
        ),
        *_lists(content, include, ways or DigestLinks(), LINES_IN_THREAD if in_dm else LINES_IN_DIGEST),
        builders.context(_footer(content, costs="costs" in include, thread=content.has_more and not in_dm)),
        _buttons(content, in_dm=in_dm),
    ]
    return builders.message(_summary(content), blocks)


def detail(content: Digest, include: Collection[str], ways: DigestLinks) -> Message | None:
    """What the digest had no room for, for its thread; None where that is nothing."""
    if not content.has_more:
        return None
    return builders.message(
        f"The digest of {builders.escape(content.name)} in full.",
        _lists(content, include, ways, LINES_IN_THREAD),
    )


def _lists(content: Digest, include: Collection[str], ways: DigestLinks, most: int) -> list[Block]:
    caption = f"Upsets, of {phrases.count(content.matches, 'match', 'matches')} played"
    lists = {
        "new": ("New papers", [f"• {_link(p.url, p.title)} from <@{p.user}>" for p in content.new_entries]),
        "leaders": ("Leaders", [_place(place) for place in content.leaders[:most]]),
        "movers": (_movers_title(content), [rank_moves.line(move) for move in content.moves]),
        "upsets": (
            caption,
            [_upset(d) + _way(ways.matches.get(d.match), phrases.THE_MATCH) for d in content.upsets],
        ),
        "overrides": (
            "Overturned by the team",
            [
                _override(duel) + _way(ways.matches.get(duel.match), phrases.THE_MATCH)
                for duel in content.overrides
            ],
        ),
        "votes": (
            "Open votes",
            [_vote(vote) + _way(ways.polls.get(vote.poll), "vote") for vote in content.votes],
        ),
    }
    blocks: list[Block] = []
    for name, (title, lines) in lists.items():
        if lines and name in include:
            blocks.append(builders.section(f"*{title}*\n" + "\n".join(_some(lines, most))))
            blocks += rank_moves.beside(content.moves[:most]) if name == "movers" else []
    return blocks


def _movers_title(content: Digest) -> str:
    return (
        "Movers"
        if content.moved_since is None
        else f"Movers {builders.date(content.moved_since, lead='since')}"
    )


def _vote(vote: OpenPoll) -> str:
    return f"• {_title(vote.first)} or {_title(vote.second)}, {builders.date(vote.closes_at, lead='until')}"


def _way(url: str | None, word: str) -> str:
    return "" if url is None else f"  {builders.link(url, word)}"


def schedule_line(
    cron: str, time_zone: str, moments: Sequence[datetime], quiet: str, command: str, *, active: bool
) -> str:
    """When a channel's digest comes, and what a quiet day does."""
    if not active:
        return f"This channel gets no digest. `{command} digest on` starts it."
    days = "say so in a line" if quiet == "line" else "stay silent"
    times = ", ".join(builders.date(moment) for moment in moments)
    where = builders.escape(zone_in_words(time_zone))
    return f"The digest comes {in_words(cron)} ({where}); quiet days {days}. Next: {times}."


def _summary(content: Digest) -> str:
    facts = [
        _count(len(content.new_entries), "new paper", "new papers"),
        _count(content.matches, "match", "matches"),
        f"{len(content.overrides)} overturned" if content.overrides else "",
        _count(len(content.votes), "open vote", "open votes") if content.votes else "",
    ]
    return f"Digest of {builders.escape(content.name)}: " + ", ".join(filter(None, facts))


def _footer(content: Digest, *, costs: bool, thread: bool) -> str:
    matches = f"{_count(content.matches, 'match', 'matches')} played"
    month = f"{phrases.money(content.month)} of {phrases.money(content.cap)} this month"
    money = f" · {phrases.money(content.spent)} spent, {month}" if costs else ""
    more = " More in the thread." if thread else ""
    return f"{matches}{money}.{_next(content)}{more}"


def _next(content: Digest) -> str:
    return (
        "" if content.plays_next is None else f" {builders.date(content.plays_next, lead='New papers play')}."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _title(title: str) -> str:
    return builders.escape(builders.one_line(title, _TITLE))


def _link(url: str, title: str) -> str:
    return builders.link(url, builders.one_line(title, _TITLE))


def _some(lines: Sequence[str], most: int) -> list[str]:
    lines_shown: list[str] = []
    room = ROOM
    for line in lines[:most]:
        room -= builders.length(line) + 1
        if room < 0:
            break
        lines_shown.append(line)
    rest = len(lines) - len(lines_shown)
    return [*lines_shown, f"… and {rest} more"] if rest else lines_shown


def _place(place: Leader) -> str:
    return f"{place.rank}. {_link(place.url, place.title)} {phrases.score(place.score, place.interval)}"


def _upset(duel: NotableMatch) -> str:
    return f"• {_title(duel.winner)} (#{duel.winner_rank}) beat {_title(duel.loser)} (#{duel.loser_rank})"


def _override(duel: NotableMatch) -> str:
    if duel.draw:
        return f"• {_title(duel.winner)} and {_title(duel.loser)}: a draw"
    return f"• {_title(duel.winner)} wins over {_title(duel.loser)}"


def _buttons(content: Digest, *, in_dm: bool) -> Block:
    about = ids.OfLeague(content.league)
    mute = builders.button(
        "Mute", *ids.MUTE_DIGEST.carry(about), label="No messages about this league for me"
    )
    if in_dm:
        return builders.actions(mute)
    return builders.actions(
        mute,
        builders.button("Send me this in DM", *ids.DIGEST_IN_DM.carry(about)),
        builders.button("Settings", *ids.DIGEST_SETTINGS.carry(about), label="Digest settings, for owners"),
    )


QUIET, DAYS, TIME, ZONE, INCLUDE, WHEN, STOP = "quiet", "days", "time", "zone", "include", "when", "stop"
_DAY_NAMES = (
    ("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"),
    ("sat", "Saturday"), ("sun", "Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigestForm:
    """A channel's digest as its settings show it; `when` is a schedule that days and a time can't say."""

    league: str
    channel: str
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    time: str = DIGEST_AT
    when: str = ""
    time_zone: str = "UTC"
    quiet: str = "line"
    include: tuple[str, ...] = SECTIONS
    active: bool = True


def digest_modal(form: DigestForm, metadata: str) -> Block:
    """The settings of one channel's digest."""
    quiet = [
        builders.option("Say so in one line", "line"),
        builders.option("Stay silent", "silent"),
    ]
    blocks = [
        builders.section(f"The digest of *{builders.escape(form.league)}* in <#{form.channel}>."),
        inputs.input_checkboxes(
            DAYS, "Days", [builders.option(name, day) for day, name in _DAY_NAMES], initial=form.days
        ),
        inputs.input_time(TIME, "Time", initial=form.time, optional=True),
        inputs.input_text(ZONE, "Time zone", initial=form.time_zone, placeholder="Europe/Berlin", most=60),
        inputs.input_text(
            WHEN,
            "Or when, in words",
            initial=form.when,
            hint="Instead of days and time, for example: first of the month as cron, 0 9 1 * *",
            optional=True,
            most=100,
        ),
        inputs.input_checkboxes(
            INCLUDE,
            "What it holds",
            [builders.option(label, name) for name, label in _NAMES.items()],
            initial=form.include,
            optional=False,
        ),
        inputs.input_radio(QUIET, "On a quiet day", quiet, initial=form.quiet),
        inputs.input_checkboxes(
            STOP,
            "Stop it",
            [builders.option("No digest in this channel", "stop")],
            initial=() if form.active else ("stop",),
        ),
    ]
    return builders.modal(
        "Digest settings",
        blocks,
        submit="Save",
        private_metadata=metadata,
        callback_id=ids.DIGEST_SETTINGS_MODAL.name,
    )


def muted(league: str, command: str, *, muted: bool) -> str:
    """What a person reads who muted a league, or ended that."""
    name = builders.escape(league)
    if not muted:
        return f"You get direct messages about {name} again."
    return (
        f"You get no more direct messages about {name}; `{command} unmute` ends that, as does pressing “Mute” again. "
        f"An owner can stop the channel's digest with `{command} digest off`."
    )


def how_to_mute(command: str) -> str:
    """What can be muted, and by which words."""
    return (
        f"`{command} mute` ends the direct messages to you about this league, `{command} unmute` brings them back; "
        f"`{command} unfollow <paper>` ends those about one paper."
    )


NO_DAY = "Choose at least one day, or write when in words."
ON_ITS_WAY = "The digest is on its way."
JUST_POSTED = "It was posted a moment ago."
IN_DM = "It comes as a direct message."


def usage(command: str) -> str:
    """What can follow the command's `digest`."""
    ways = (
        "settings",
        "on",
        "off",
        "now",
        "weekly",
        "at 08:30 Europe/Berlin",
        "every weekday at 08:30",
        "quiet silent",
    )
    return "You can say " + ", ".join(f"`{command} digest {way}`" for way in ways) + "."


def no_digest(command: str) -> str:
    """That a channel gets none, and how it would."""
    return f"This channel gets no digest. {usage(command)}"


def stopped(command: str, *, stopped: bool) -> str:
    """That a channel's digest is off, by this or already."""
    if not stopped:
        return "This channel gets no digest as it is."
    return f"The digest of this channel is off; `{command} digest on` brings it back."


def off(channel: str) -> str:
    """That the digest of a channel is off, told elsewhere."""
    return f"The digest of <#{channel}> is off."
