"""Help for the current place, and how to stop everything that runs."""

from bot import questions
from bot.leagues.which_league import WhichLeagueError, league_of_question
from handlers.blocks import ids
from handlers.blocks.builders import escape
from handlers.questions.answer_views.upcoming_view import stop_message
from handlers.questions.help import help_view
from handlers.slack.boundary import Boundary
from handlers.slack.calls import Call
from handlers.slack.words.commands import Command
from handlers.slack.words.plain_questions import PlainQuestion
from storage.errors import NotFoundError
from storage.leagues import league_rows


async def _help(call: Call, words: str) -> None:
    """Answer `help`: about this place, or about the named command."""
    settings, commands = call.services.settings, call.services.commands
    topic = words.split(None, 1)[0].lower() if words else ""
    if topic in commands:
        await call.answer(help_view.command_help(commands[topic], commands, settings.rank_command))
        return
    if topic == help_view.COMMANDS_WORD:
        await _list_commands(call, ids.Nothing())
        return
    here = await _here(call)
    await call.answer(help_view.help_message(commands, settings.rank_command, here))


async def _list_commands(call: Call, _payload: ids.Nothing) -> None:
    settings = call.services.settings
    await call.answer(
        help_view.all_commands(call.services.commands, settings.rank_command, settings.h2h_command)
    )


async def _here(call: Call) -> str:
    """Return the sentence that says which league this place answers about."""
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, viewer)
        except (NotFoundError, WhichLeagueError) as error:
            return escape(error.sentence)
        if call.channel in await league_rows.channels_of(session, league.id):
            return help_view.at_home(league.name)
    return help_view.elsewhere(league.name, league.channel)


async def _stop(call: Call, _words: str) -> None:
    """Answer `stop`: everything that runs, each with a way to stop it."""
    viewer = await call.viewer()
    services = call.services
    async with services.database.reading(call.workspace) as session:
        try:
            league = await league_of_question(session, call.channel, viewer)
            plans = await questions.coming_up(session, league.id, services.now())
        except (NotFoundError, WhichLeagueError):
            plans = None
    await call.answer(stop_message(plans, services.settings.rank_command))


def register(on: Boundary) -> None:
    """Register the listener of the button that lists all commands."""
    on.action(ids.ALL_COMMANDS, _list_commands)


COMMANDS = (
    Command(
        name="help",
        run=_help,
        usage="help",
        help="what I can do; `help commands` lists all, `help history` explains one",
        group="Understand",
        aliases=("?",),
        questions=(
            PlainQuestion(
                "What can you do?",
                r"(?:what|how)\b.*\b(?:can you|are you|do you do|can i (?:do|ask))\b|what is this\W*$"
                r"|(?:hi|hello|hey|help)\b(?: me)?\W*$",
                is_broad=True,
            ),
            PlainQuestion(
                "How do I add or remove a paper?",
                r"how\b.*\b(?:add|remove|delete|submit)\b",
                commands=("add <link>", "remove <paper>"),
                is_broad=True,
            ),
        ),
    ),
    Command(
        name="stop",
        run=_stop,
        usage="stop",
        help="how to stop whatever runs, and how to get me out of the channel",
        group="Do",
        questions=(
            PlainQuestion("How do I get it out of my channel?", r"(?:how|can)\b.*\b(?:out of|leave|kick)\b"),
            PlainQuestion("How do I stop it?", r"(?:how|can)\b.*\b(?:stop|pause|mute|quiet|cancel|off)\b"),
        ),
    ),
)
