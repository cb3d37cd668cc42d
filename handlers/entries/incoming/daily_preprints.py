"""Daily preprints of a league: the channel's message about them, and their fields in the settings window."""

from bot.entries import daily_preprints
from bot.entries.daily_preprints import PreprintChoice
from bot.leagues.which_league import league_of_question
from handlers.blocks.builders import Message
from handlers.entries.incoming import daily_preprints_view
from handlers.slack.calls import Call
from handlers.slack.services import Renderer, Services
from handlers.slack.windows.view_state import ViewState
from handlers.slack.words.commands import Command
from storage.database.engine import Transaction
from storage.entries import entry_rows
from storage.errors import BadRequestError
from storage.work.delivery import MessageRequest


def entered_choice(view: ViewState) -> PreprintChoice:
    """Return the arXiv categories and limits that a person entered in the settings window. Raises `BadRequestError`."""
    return PreprintChoice(
        daily_preprints.categories_of(view.text(daily_preprints_view.ARXIV)),
        most_a_day(view),
        daily_preprints_view.CROSS in view.choices(daily_preprints_view.ALSO),
        daily_preprints.names_in(view.text(daily_preprints_view.KEYWORDS), "keywords"),
        daily_preprints.names_in(view.text(daily_preprints_view.AUTHORS), "authors"),
        daily_preprints_view.SIGNS in view.choices(daily_preprints_view.ALSO),
        daily_preprints_view.MODEL in view.choices(daily_preprints_view.ALSO),
    )


def most_a_day(view: ViewState) -> int:
    """Return the number of preprints per day typed into a window. Raises `BadRequestError` if it isn't in the range."""
    number = view.text(daily_preprints_view.MOST) or str(daily_preprints.USUAL_A_DAY)
    if not number.isdecimal() or not 1 <= int(number[:6]) <= daily_preprints.MOST_A_DAY:
        raise BadRequestError(
            f"The number of preprints a day is from 1 to {daily_preprints.MOST_A_DAY}.", about="preprints"
        )
    return int(number[:6])


async def render_announced(
    session: Transaction, request: MessageRequest, _services: Services
) -> Message | None:
    """Build the channel's message about the day's new preprints; None if none of them is left."""
    entries = [int(entry) for entry in request.options.get("entries", ())]
    titles = await entry_rows.titles(session, entries)
    return daily_preprints_view.preprints_message(
        [
            (entry, *titles[entry], str(request.options.get("reasons", {}).get(str(entry), "")))
            for entry in entries
            if entry in titles
        ],
        request.options.get("categories", ()),
        [str(sentence) for sentence in request.options.get("failures", ())],
    )


async def _missed(call: Call, _words: str) -> None:
    """Answer `missed`: the preprints of the last seven days that fitted next best and didn't come in."""
    viewer = await call.viewer()
    async with call.services.database.reading(call.workspace) as session:
        league = await league_of_question(session, call.channel, viewer)
        papers = await daily_preprints.missed(session, league.id, call.services.now())
        choice = await daily_preprints.choice_of(session, league)
    await call.answer(daily_preprints_view.missed_message(league.id, papers, is_on=bool(choice.categories)))


COMMANDS = (
    Command(
        name="missed",
        run=_missed,
        usage="missed",
        help="the week's new preprints that didn't come in",
        group="Look",
        beside="new",
    ),
)
MESSAGES: dict[str, Renderer] = {daily_preprints.ANNOUNCED: render_announced}
