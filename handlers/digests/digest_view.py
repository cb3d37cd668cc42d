"""View of a digest: five lines in the channel, a window with everything, and the settings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
    NAMES,
    SECTIONS,
    DigestLinks,
    Line,
    Section,
    duel_blocks,
    is_told,
    judges_line,
)

NOT_MOVED = "No rank clearly moved."


def digest(
    content: Digest, *, in_dm: bool = False, include: Collection[str] = NAMES, ways: DigestLinks | None = None
) -> Message:
    """Build the digest message of a period: five lines, or one line if nothing happened.

    `include` names the sections to show, `ways` has links to the votes mentioned.
    """
    name = _name(content)
    if content.quiet:
        since = builders.date(content.since, lead="since")
        sentence = f"*{name}* is quiet: nothing new {since}."
        sentence += f" {next_matches(content)}" if content.plays_next else ""
        month = judges_line(content, DigestLinks()) if is_told(JUDGES, include) else None
        monthly = [builders.section(month.text)] if month is not None else []
        return builders.message(
            f"{name} is quiet: nothing new.",
            [
                builders.section(sentence),
                *monthly,
                *_duel(content, include),
                _buttons(content, include, in_dm=in_dm),
            ],
        )
    blocks = [builders.section(f"*{name}*: {_happened(content)}{_unmoved(content, include)}")]
    buttons: list[Block] = []
    for line in _lines(content, include, ways or DigestLinks()):
        blocks += [builders.section(line.text), *line.below]
        buttons += line.last
    blocks += _duel(content, include)
    if last := _last(content, include):
        blocks.append(builders.context(last))
    row = _buttons(content, include, in_dm=in_dm, before=buttons)
    return builders.message(_summary(content), [*blocks, row])


def _lines(content: Digest, include: Collection[str], ways: DigestLinks) -> list[Line]:
    """Return the message's lines in the order of the sections; of those about a match only the first."""
    lines: list[Line] = []
    has_match = False
    for section in _chosen(include):
        if section.on_a_match and has_match:
            continue
        if line := section.line(content, ways):
            lines.append(line)
            has_match = has_match or section.on_a_match
    return lines


def _duel(content: Digest, include: Collection[str]) -> list[Block]:
    """Return the pair of papers that the channel is asked about, if its digest holds one."""
    return duel_blocks(content) if is_told(DUEL, include) else []


def detail(content: Digest, include: Collection[str], ways: DigestLinks) -> Block:
    """Build the window that lists everything that happened in a digest's period."""
    since, until = builders.date(content.since), builders.date(content.until, lead="to")
    papers = f"{phrases.count(content.entries, 'paper')} ranked"
    blocks: list[Block] = [builders.context(f"{since} {until} · {papers}")]
    for section in _chosen(include):
        blocks += section.detail(content, ways)
    if _unmoved(content, include):
        blocks.append(builders.context(phrases.NOTHING_MOVED))
    return builders.modal("Digest", blocks)


def _chosen(include: Collection[str]) -> list[Section]:
    return [section for section in SECTIONS if section.name in include]


def _happened(content: Digest) -> str:
    open_votes = sum(vote.is_open for vote in content.votes)
    facts = [
        phrases.count(len(content.new_entries), "new paper") if content.new_entries else "",
        phrases.count(content.matches, "match", "matches") if content.matches else "",
        f"{len(content.overrides)} overturned" if content.overrides else "",
        phrases.count(open_votes, "open vote") if open_votes else "",
        f"{phrases.count(len(content.votes), 'vote')} over by now"
        if content.votes and not open_votes
        else "",
    ]
    return ", ".join(filter(None, facts)) + "."


def _unmoved(content: Digest, include: Collection[str]) -> str:
    """Return the sentence that no rank clearly moved, or "" if ranks moved, none were played or moves aren't included."""
    if content.moves or not content.matches or not is_told("movers", include):
        return ""
    return f" {NOT_MOVED}"


def next_matches(content: Digest) -> str:
    """Return when the league plays next, or "" if nothing is scheduled."""
    return f"{builders.date(content.plays_next, lead='Next matches:')}." if content.plays_next else ""


def _last(content: Digest, include: Collection[str]) -> str:
    money = f"{phrases.money(content.month)} of {phrases.money(content.cap)} spent this month."
    return " ".join(filter(None, [next_matches(content), money if is_told("costs", include) else ""]))


def _summary(content: Digest) -> str:
    return f"Digest of {_name(content)}: {_happened(content)}"


def _name(content: Digest) -> str:
    """Return the league's name, with the tag that the digest is limited to."""
    return builders.escape(content.name + (f" (tagged {content.tag})" if content.tag else ""))


def how_to_tag(command: str) -> str:
    """Return how a channel's digest is limited to papers with a tag."""
    return (
        f"`{command} digest tag rl` tells only of papers tagged rl, `{command} digest tag off` of all again."
    )


def tag_confirmation(tag: str, command: str) -> str:
    """Return the confirmation that a channel's digest is limited to a tag, or to none."""
    if not tag:
        return "The digest tells of all papers again."
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
    details = [] if content.quiet else [builders.button("All of it", *ids.DIGEST_DETAILS.carry(period))]
    menu = [builders.option("Mute: no more DMs to me", ids.MUTE_DIGEST.in_menu(about))]
    if not in_dm:
        menu += [
            builders.option("Send me this by DM", ids.DIGEST_IN_DM.in_menu(about)),
            builders.option("Settings (owners)", ids.DIGEST_SETTINGS.in_menu(about)),
        ]
        if content.duel is not None:
            menu.append(builders.option("No more pairs here (owners)", ids.NO_DUELS.in_menu(about)))
    return builders.actions(*before, *details, builders.overflow(ids.MENU_ID, menu))


QUIET, DAYS, TIME, ZONE, INCLUDE, WHEN, STOP = "quiet", "days", "time", "zone", "include", "when", "stop"
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
