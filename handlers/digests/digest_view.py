"""View of a digest: five lines in the channel, a window with everything, and the settings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digests.digest_contents import Digest
from bot.digests.sending import DUEL
from bot.leagues.league_schedules import DIGEST_AT
from bot.schedules.cron import in_words
from bot.schedules.zones import zone_in_words
from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block, Message
from handlers.digests.sections_view import (
    JUDGES,
    MOVERS,
    NAMES,
    OVERRIDES,
    SECTIONS,
    DigestLinks,
    Line,
    Section,
    duel_blocks,
    is_told,
    judges_line,
)

TALLEST = 5
"""Most lines of text in a digest where the channel is 700 pixels wide."""
EVERYTHING = "Everything new"
_NAME, _FACTS = 24, 3


def digest(
    content: Digest, *, in_dm: bool = False, include: Collection[str] = NAMES, ways: DigestLinks | None = None
) -> Message:
    """Build the digest message of a period: at most five lines, one if nothing happened, and its buttons.

    `include` names the sections to show, `ways` has links to the votes mentioned.
    """
    duel = duel_blocks(content) if is_told(DUEL, include) else []
    if content.quiet:
        return _quiet(content, include, duel, in_dm=in_dm)
    lines = _lines(content, include, ways or DigestLinks(), TALLEST - 1 - bool(duel))
    facts = _facts(content, include, lines)
    name = _name(content)
    blocks: list[Block] = [builders.context(f"*{name}*{facts} {next_matches(content)}".rstrip())]
    buttons: list[Block] = []
    for line in lines.values():
        blocks += [builders.section(line.text), *line.below]
        buttons += line.last
    row = _buttons(content, include, in_dm=in_dm, before=buttons)
    return builders.message(f"Digest of {name}{facts}", [*blocks, *duel, row])


def _quiet(content: Digest, include: Collection[str], duel: list[Block], *, in_dm: bool) -> Message:
    name = _name(content)
    since = builders.date(content.since, builders.DAY, lead="since")
    sentence = f"*{name}* is quiet: nothing new {since}. {next_matches(content)}".rstrip()
    month = judges_line(content, DigestLinks()) if is_told(JUDGES, include) else None
    blocks = [builders.section(text) for text in (sentence, month.text if month else "") if text]
    row = _buttons(content, include, in_dm=in_dm)
    return builders.message(f"{name} is quiet: nothing new.", [*blocks, *duel, row])


def _lines(content: Digest, include: Collection[str], ways: DigestLinks, room: int) -> dict[str, Line]:
    """Return the lines by their section, `room` lines of text at most; of those about a match only the first."""
    lines: dict[str, Line] = {}
    has_match = False
    for section in _chosen(include):
        if section.on_a_match and has_match:
            continue
        if line := section.line(content, ways):
            lines[section.name] = line
            has_match = has_match or section.on_a_match
    room -= sum(not line.if_room for line in lines.values())
    fitting = {}
    for name, line in lines.items():
        why = line.why if room > 0 else ""
        room -= bool(why)
        fitting[name] = replace(line, text=line.text + why)
    return {name: line for name, line in fitting.items() if room > 0 or not line.if_room}


def detail(content: Digest, include: Collection[str], ways: DigestLinks) -> Block:
    """Build the window that lists everything that happened in a digest's period."""
    since, until = (
        builders.date(content.since, builders.DAY),
        builders.date(content.until, builders.DAY, lead="to"),
    )
    matches, papers = (
        phrases.count(content.matches, "match", "matches"),
        phrases.count(content.entries, "paper"),
    )
    blocks: list[Block] = [
        builders.context(f"{since} {until} · {matches} · {papers} ranked. {next_matches(content)}".rstrip())
    ]
    for section in _chosen(include):
        blocks += section.detail(content, ways)
    if content.matches and not content.moves and is_told(MOVERS, include):
        blocks.append(builders.context(phrases.NOTHING_MOVED))
    return builders.modal(EVERYTHING, blocks)


def _chosen(include: Collection[str]) -> list[Section]:
    return [section for section in SECTIONS if section.name in include]


def _facts(content: Digest, include: Collection[str], told: Collection[str]) -> str:
    """Return the main numbers, with a colon before them, of what the sections `told` don't say already."""
    moves, overrides = content.moves, content.overrides
    facts = [
        phrases.count(len(content.new_entries), "new paper") if content.new_entries else "",
        phrases.count(content.matches, "match", "matches") if content.matches else "",
        f"{len(overrides)} overturned" if overrides and OVERRIDES in include else "",
        f"{phrases.count(len(moves), 'rank')} clearly moved"
        if moves and MOVERS in include and MOVERS not in told
        else "",
    ]
    main = list(filter(None, facts))[:_FACTS]
    return f"{': ' if main else ''}{', '.join(main)}."


def next_matches(content: Digest) -> str:
    """Return when the league plays next, or "" if nothing is scheduled."""
    return f"{builders.date(content.plays_next, lead='Next matches:')}." if content.plays_next else ""


def _name(content: Digest) -> str:
    """Return the league's name, with the tag that the digest is limited to."""
    name = builders.one_line(content.name, _NAME)
    return builders.escape(name + (f" (tagged {content.tag})" if content.tag else ""))


def how_to_tag(command: str) -> str:
    """Return how a channel's digest is limited to papers with a tag."""
    return (
        f"`{command} digest tag rl` tells only of papers tagged rl, `{command} digest tag off` of all again."
    )


def tag_confirmation(tag: str, command: str) -> str:
    """Return the confirmation that a channel's digest is limited to a tag, or to none."""
    if not tag:
        return "The digest covers all papers again."
    return f"The digest tells only of papers tagged `{builders.escape(tag)}`. `{command} digest tag off` ends that."


def schedule_line(
    cron: str, time_zone: str, moments: Sequence[datetime], quiet: str, command: str, *, active: bool
) -> str:
    """Return the sentence that says when a channel's digest is posted, and what happens on a quiet day."""
    if not active:
        return f"This channel gets no digest. `{command} digest on` starts it."
    days = "say so in a line" if quiet == "line" else "stay silent"
    times = ", ".join(builders.date(moment) for moment in moments)
    where = builders.escape(zone_in_words(time_zone))
    return f"The digest comes {in_words(cron)} ({where}); quiet days {days}. Next: {times}."


def _buttons(
    content: Digest, include: Collection[str], *, in_dm: bool, before: Sequence[Block] = ()
) -> Block:
    about = ids.OfLeague(content.league)
    sections = "" if set(include) >= set(NAMES) else " ".join(include)
    since, until = content.since.isoformat(), content.until.isoformat()
    period = ids.Period(content.league, since, until, sections, content.tag)
    details = [] if content.quiet else [builders.button(EVERYTHING, *ids.DIGEST_DETAILS.carry(period))]
    menu = [builders.option("Mute: no more DMs to me", ids.MUTE_DIGEST.in_menu(about))]
    if not in_dm:
        menu += [
            builders.option("Send me this by DM", ids.DIGEST_IN_DM.in_menu(about)),
            builders.option("Settings (owners)", ids.DIGEST_SETTINGS.in_menu(about)),
        ]
        if content.duel is not None:
            menu.append(builders.option("No more pairs here (owners)", ids.NO_DUELS.in_menu(about)))
    return builders.actions(*before, *details, builders.overflow(ids.MENU_ID, menu))


QUIET, DAYS, TIME, ZONE, WHEN = "quiet", "days", "time", "zone", "when"
INCLUDE, TAG, STOP = "include", "tag", "stop"
_DAY_NAMES = (
    ("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"),
    ("sat", "Saturday"), ("sun", "Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigestForm:
    """Values of a channel's digest settings; `when` is a cron expression that days and a time can't express."""

    league: str
    channel: str
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    time: str = DIGEST_AT
    when: str = ""
    time_zone: str = "UTC"
    quiet: str = "line"
    include: tuple[str, ...] = NAMES
    tag: str = ""
    active: bool = True


def _when(when: str) -> Block:
    """Build the text input for a digest's schedule that can't be expressed as days and a time."""
    return inputs.input_text(
        WHEN, "When", initial=when, hint="Clear this to go by days and time.", optional=True, most=100
    )


def digest_modal(form: DigestForm, metadata: str) -> Block:
    """Return the window with the settings of a channel's digest."""
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
        inputs.input_zone(ZONE, inputs.zone_option(form.time_zone)),
        *([_when(form.when)] if form.when else []),
        inputs.input_checkboxes(
            INCLUDE,
            "What it holds",
            [builders.option(section.label, section.name) for section in SECTIONS],
            initial=form.include,
            optional=False,
        ),
        inputs.input_text(
            TAG,
            "Only papers tagged",
            initial=form.tag,
            hint="Leave it empty for all papers.",
            optional=True,
            most=40,
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
    """Return the confirmation that a league's direct messages are muted or unmuted for the person."""
    name = builders.escape(league)
    if not muted:
        return f"You get direct messages about {name} again."
    return f"Muted: no more direct messages about {name}. `{command} unmute` brings them back."


def how_to_mute(command: str) -> str:
    """Return the sentence on the commands that mute direct messages."""
    return (
        f"`{command} mute` ends the direct messages to you about this league, `{command} unmute` brings them back; "
        f"`{command} unfollow <paper>` ends those about one paper."
    )


NO_DUELS = "This channel's digest asks about no more pairs. Its settings bring them back."
NO_DAY = "Choose at least one day."
ON_ITS_WAY = "The digest is on its way."
JUST_POSTED = "It was posted a moment ago."
IN_DM = "Sent to you by direct message."


def usage(command: str) -> str:
    """Return the sentence that lists what can follow the command `digest`."""
    ways = (
        "settings",
        "on",
        "off",
        "now",
        "weekly",
        "at 08:30 Europe/Berlin",
        "every weekday at 08:30",
        "quiet silent",
        "tag rl",
    )
    return "You can say " + ", ".join(f"`{command} digest {way}`" for way in ways) + "."


def no_digest(command: str) -> str:
    """Return the sentence that the channel gets no digest, and how to start one."""
    return f"This channel gets no digest. {usage(command)}"


def stopped(command: str, *, stopped: bool) -> str:
    """Return the sentence that a channel gets no digest any more; `stopped` is False if it got none before."""
    if not stopped:
        return "This channel gets no digest as it is."
    return f"The digest of this channel is off; `{command} digest on` brings it back."


def off_confirmation(channel: str) -> str:
    """Return the confirmation, for another place, that a channel's digest is off."""
    return f"The digest of <#{channel}> is off."
