"""Listeners for digests: `/rank digest …`, “Mute”, “Send me this in DM”, and the rendering of the message."""

from dataclasses import replace
from datetime import datetime

from bot.digests import digest_contents, digest_schedules, sending
from bot.following import notices
from bot.leagues import league_schedules
from bot.leagues.asking_limits import check_digest
from bot.leagues.visibility import visible_league
from bot.leagues.which_league import league_of_question
from bot.people import Viewer
from bot.schedules import cron
from bot.standings.team_agreement import league_agreement
from bot.voting import duels
from bot.voting.reading_group.tags import tag_of
from handlers.blocks import ids
from handlers.blocks.builders import Message
from handlers.digests import digest_view
from handlers.digests.digest_view import DigestForm
from handlers.digests.sections_view import NAMES, DigestLinks
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.posting import permalinks
from handlers.slack.services import Renderer, Services
from handlers.slack.windows.old_windows import changes_onto
from handlers.slack.windows.submissions import FieldErrors, SubmissionResult
from handlers.slack.windows.view_state import ViewState
from handlers.slack.words.commands import Command
from storage.database.engine import Transaction
from storage.errors import BadRequestError
from storage.leagues import league_rows
from storage.leagues.homes import About
from storage.leagues.league_rows import League
from storage.tournaments import schedules
from storage.tournaments.schedules import Schedule
from storage.work.delivery import MessageRequest


def register(on: Boundary) -> None:
    """Register the listeners for a digest's buttons."""
    on.action(ids.MUTE_DIGEST, _mute)
    on.action(ids.DIGEST_IN_DM, _in_dm)
    on.action(ids.DIGEST_DETAILS, _show_details)
    on.action(ids.DIGEST_SETTINGS, _settings_button)
    on.action(ids.NO_DUELS, _no_duels)
    on.submission(ids.DIGEST_SETTINGS_MODAL, _save)


async def _digest(call: Call, words: str) -> None:
    services = call.services
    verb, _, rest = words.strip().partition(" ")
    match verb.lower():
        case "" | "status":
            await call.answer(await _status(call, services))
        case "help":
            await call.answer(digest_view.usage(services.settings.rank_command))
        case "off" | "stop":
            await _off(call, services)
        case "now":
            await _now(call, services)
        case "on" | "start":
            await _set(call, services, rest or "at", None)
        case "settings":
            await _settings(call, None)
        case "mute" | "unmute":
            await _mute_here(call, rest, muted=verb.lower() == "mute")
        case "tag":
            await _set_tag(call, services, rest.strip())
        case "quiet":
            await _set(call, services, "", rest.strip().lower())
        case _:
            await _set(call, services, words, None)


async def _here(session: Transaction, call: Call, viewer: Viewer) -> League:
    return await league_of_question(session, call.channel, viewer)


async def _status(call: Call, services: Services) -> str:
    viewer = await call.viewer()
    async with services.database.reading(call.workspace) as session:
        league = await _here(session, call, viewer)
        schedule = await schedules.find(session, league.id, sending.KIND, call.channel)
        if schedule is None:
            return digest_view.no_digest(services.settings.rank_command)
        return _line(schedule, services)


def _line(schedule: Schedule, services: Services) -> str:
    moments = cron.next_times(schedule.cron, schedule.time_zone, services.now(), 3)
    command = services.settings.rank_command
    quiet = str(schedule.options.get("quiet", "line"))
    return digest_view.schedule_line(
        schedule.cron, schedule.time_zone, moments, quiet, command, active=schedule.active
    )


async def _set(call: Call, services: Services, phrase: str, quiet: str | None) -> None:
    viewer = await call.viewer()
    now = services.now()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        current = await schedules.find(session, league.id, sending.KIND, call.channel)
        text = phrase
        if not phrase or (phrase == "at" and current is not None):
            expression = current.cron if current is not None else league_schedules.DIGEST_CRON
            text = f"{expression} {current.time_zone if current is not None else league.time_zone}"
        schedule = await digest_schedules.set_digest(
            session, league, call.channel, viewer, text, now=now, quiet=quiet
        )
    await call.answer(_line(schedule, services))


async def _set_tag(call: Call, services: Services, name: str) -> None:
    """Limit this channel's digest to papers with a tag, or with `off` to all papers again."""
    if not name:
        raise BadRequestError(digest_view.how_to_tag(services.settings.rank_command))
    tag = "" if name.lower() == "off" else tag_of(name)
    viewer = await call.viewer()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        await digest_schedules.set_tag(session, league, call.channel, viewer, tag, now=services.now())
    await call.answer(digest_view.tag_confirmation(tag, services.settings.rank_command))


async def _off(call: Call, services: Services) -> None:
    viewer = await call.viewer()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        stopped = await digest_schedules.stop_digest(
            session, league, call.channel, viewer, now=services.now()
        )
    await call.answer(digest_view.stopped(services.settings.rank_command, stopped=stopped))


async def _settings_button(call: Call, payload: ids.OfLeague) -> None:
    await _settings(call, payload.league)


async def _settings(call: Call, league_id: int | None) -> None:
    """Open the digest settings of the channel in which a person asked."""
    viewer = await call.viewer_in(league_id)
    async with call.services.database.reading(call.workspace) as session:
        league = (
            await _here(session, call, viewer)
            if league_id is None
            else await visible_league(session, league_id, viewer)
        )
        channel = (
            call.channel
            if call.channel in await league_rows.channels_of(session, league.id)
            else league.channel
        )
        await digest_schedules.check_may_set(session, league, channel, viewer)
        form = await _form(session, league, channel)
    where = ids.Where(league.id, channel, call.response_url or "")
    await call.open(digest_view.digest_modal(form, ids.DIGEST_SETTINGS_MODAL.encode(where)))


async def _form(session: Transaction, league: League, channel: str) -> DigestForm:
    schedule = await schedules.find(session, league.id, sending.KIND, channel)
    form = DigestForm(
        league.name, channel, time_zone=league.time_zone, active=schedule is not None and schedule.active
    )
    if schedule is not None:
        plain = cron.days_and_time(schedule.cron)
        days, time = plain or ((), league_schedules.DIGEST_AT)
        form = replace(
            form,
            days=days,
            time=time,
            when="" if plain else schedule.cron,
            time_zone=schedule.time_zone,
            quiet=str(schedule.options.get("quiet", "line")),
            include=tuple(schedule.options.get("include", NAMES)),
            tag=str(schedule.options.get("tag") or ""),
        )
    return form


async def _save(call: Call, where: ids.Where) -> SubmissionResult:
    viewer = await call.viewer(About.LEAGUE, where.league)
    services = call.services
    async with services.database.reading(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        await digest_schedules.check_may_set(session, league, where.channel, viewer)
        form = await _form(session, league, where.channel)
    view = changes_onto(call.view, digest_view.digest_modal(form, call.view.private_metadata))
    zone, days, time = (
        view.choice_or_text(digest_view.ZONE),
        view.choices(digest_view.DAYS),
        view.time(digest_view.TIME),
    )
    phrase = view.text(digest_view.WHEN)
    if not phrase:
        if not days:
            return FieldErrors({digest_view.DAYS: digest_view.NO_DAY})
        hour, minute = (time or league_schedules.DIGEST_AT).split(":")
        phrase = f"{int(minute)} {int(hour)} * * {','.join(day for day in _DAYS if day in days)}"
    async with services.database.transaction(call.workspace) as session:
        league = await visible_league(session, where.league, viewer)
        if view.choices(digest_view.STOP):
            await digest_schedules.stop_digest(session, league, where.channel, viewer, now=services.now())
            text = digest_view.off_confirmation(where.channel)
        else:
            try:
                schedule = await digest_schedules.set_digest(
                    session,
                    league,
                    where.channel,
                    viewer,
                    f"{phrase} {zone}",
                    now=services.now(),
                    quiet=view.choice(digest_view.QUIET),
                    include=tuple(view.choices(digest_view.INCLUDE)),
                    tag=tag_of(words) if (words := view.text(digest_view.TAG)) else "",
                )
            except BadRequestError as error:
                return FieldErrors({_field(view, error): error.sentence})
            text = _line(schedule, services)
    body = {**call.body, "response_url": where.response_url or None}
    await replace(call, channel=where.channel, body=body).answer(text)
    return None


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _field(view: ViewState, error: BadRequestError) -> str:
    fields = {"time_zone": digest_view.ZONE, "tags": digest_view.TAG, "include": digest_view.INCLUDE}
    if error.about in fields:
        return fields[error.about]
    return digest_view.WHEN if view.text(digest_view.WHEN) else digest_view.TIME


async def _now(call: Call, services: Services) -> None:
    viewer = await call.viewer()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        if call.channel not in await league_rows.channels_of(session, league.id):
            raise BadRequestError(f"Ask for the digest of {league.name} in its own channel.")
        await check_digest(session, league, call.channel, viewer, services.now())
        digest = await sending.want_digest_now(session, league.id, call.channel, now=services.now())
    await call.answer(digest_view.ON_ITS_WAY if digest is not None else digest_view.JUST_POSTED)


async def _mute(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, payload.league, viewer)
        muted = await notices.toggle_mute(session, league, call.user, call.services.now())
    await call.answer(digest_view.muted(league.name, call.services.settings.rank_command, muted=muted))


async def _mute_command(call: Call, words: str) -> None:
    await _mute_here(call, words, muted=True)


async def _unmute_command(call: Call, words: str) -> None:
    await _mute_here(call, words, muted=False)


async def _mute_here(call: Call, words: str, *, muted: bool) -> None:
    services = call.services
    command = services.settings.rank_command
    if words:
        raise BadRequestError(digest_view.how_to_mute(command))
    viewer = await call.viewer()
    async with services.database.transaction(call.workspace) as session:
        league = await _here(session, call, viewer)
        await notices.set_mute(session, league, call.user, services.now(), muted=muted)
    await call.answer(digest_view.muted(league.name, command, muted=muted))


async def _in_dm(call: Call, payload: ids.OfLeague) -> None:
    viewer = await call.viewer(About.LEAGUE, payload.league)
    if call.message_ts is None:
        raise BadRequestError(
            "Slack didn't say which digest this is. Please press the button on the message."
        )
    async with call.services.database.transaction(call.workspace) as session:
        await sending.send_to_person(session, viewer, call.channel, call.message_ts, now=call.services.now())
    await call.answer(digest_view.IN_DM)


async def _no_duels(call: Call, payload: ids.OfLeague) -> None:
    """Ask about no pairs in this channel's digest any more; for owners."""
    viewer = await call.viewer(About.LEAGUE, payload.league)
    async with call.services.database.transaction(call.workspace) as session:
        league = await visible_league(session, payload.league, viewer)
        await digest_schedules.leave_out(
            session, league, call.channel, viewer, sending.DUEL, NAMES, now=call.services.now()
        )
    await call.answer(digest_view.NO_DUELS)


async def _show_details(call: Call, period: ids.Period) -> None:
    """Open the window with everything that happened in a digest's period."""
    viewer = await call.viewer(About.LEAGUE, period.league)
    since, until = datetime.fromisoformat(period.since), datetime.fromisoformat(period.until)
    async with call.services.database.reading(call.workspace) as session:
        await visible_league(session, period.league, viewer)
        content = await digest_contents.digest_of_period(session, period.league, since, until, period.tag)
        content = replace(content, agreement=await league_agreement(session, content.league))
        ways = await _ways(session, content, call.services)
    await call.open(digest_view.detail(content, period.sections.split() or NAMES, ways))


async def render_digest(session: Transaction, request: MessageRequest, services: Services) -> Message | None:
    """Build the digest message that a row of the outbox asks for; None if there is nothing to show."""
    since, until = (datetime.fromisoformat(request.options[name]) for name in ("since", "until"))
    tag = str(request.options.get("tag") or "")
    content = await digest_contents.digest_of_period(session, request.about, since, until, tag)
    if pair := request.options.get("duel"):
        content = replace(content, duel=await duels.asked_duel(session, content.league, *map(int, pair)))
    if request.options.get("judges"):
        content = replace(content, agreement=await league_agreement(session, content.league))
    include = tuple(request.options.get("include") or NAMES)
    ways = await _ways(session, content, services)
    return digest_view.digest(
        content, in_dm=not request.key.startswith("digest:"), include=include, ways=ways
    )


async def _ways(session: Transaction, content: digest_contents.Digest, services: Services) -> DigestLinks:
    home = (await league_rows.get(session, content.league)).channel
    return DigestLinks(
        await permalinks.of_polls(session, services, home, [vote.poll for vote in content.votes])
    )


COMMANDS = (
    Command(
        name="digest",
        run=_digest,
        usage="digest",
        help="when the channel gets its digest",
        group="Do",
        details=digest_view.usage,
    ),
    Command(
        name="mute",
        run=_mute_command,
        usage="mute",
        help="no more direct messages about the league",
        group="Do",
        beside="follow",
    ),
    Command(
        name="unmute",
        run=_unmute_command,
        usage="unmute",
        help="direct messages about the league again",
        group="Do",
        beside="follow",
    ),
)
MESSAGES: dict[str, Renderer] = {"digest": render_digest}
