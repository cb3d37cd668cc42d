"""Answers read from the tables: what a page of each kind shows, the same for commands, paging and sharing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot import estimates, leagues, questions
from bot.judging.prompts import describe
from bot.judging.rubric import read_rubric
from bot.people import People
from bot.questions import boards as boards_of
from bot.questions import duels, reports
from handlers import permalinks
from handlers.blocks import boards as board_blocks
from handlers.blocks import duels as duel_blocks
from handlers.blocks import judges as judge_blocks
from handlers.blocks import reports as report_blocks
from handlers.blocks.cards import card_message
from handlers.blocks.changes import changes_answer
from handlers.blocks.questions import Answer, Frame
from handlers.blocks.starting import cost_line
from handlers.ids import Page
from handlers.services import Services
from handlers.words import parse_board
from storage.boards import Sort
from storage.database import Transaction
from storage.tables import League

MOMENT = "%Y-%m-%dT%H:%M:%S%z"
"""How a page of `at` writes its moment."""

SORTS: dict[str, Sort] = {"score": "score", "rating": "rating", "uncertain": "uncertain"}


@dataclass(frozen=True)
class Asked:
    """A question being answered: by whom, where, when."""

    session: Transaction
    services: Services
    people: People
    user: str
    now: datetime

    async def league(self, league: int) -> League:
        """The league of a page, if the person may see it."""
        return await leagues.seen(self.session, league, self.user, self.people)


Reading = Callable[[Asked, Page], Awaitable[Answer]]


async def _board(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    wanted = parse_board(page.words)
    sort: Sort = SORTS.get(page.sort, "score")
    since = asked.now - boards_of.parse_span(wanted.since) if wanted.since else None
    board = await questions.leaderboard(
        asked.session,
        league.id,
        offset=page.offset,
        sort=sort,
        category=wanted.category or None,
        submitter=wanted.submitter or None,
        since=since,
    )
    return board_blocks.board_answer(board, page)


async def _newest(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    span = boards_of.parse_span(page.words)
    board = await questions.newest(asked.session, league.id, span=span, now=asked.now, offset=page.offset)
    return board_blocks.board_answer(board, page)


async def _at(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    moment = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    return board_blocks.old_answer(
        await questions.standings_at(asked.session, league.id, moment, offset=page.offset), page
    )


async def overall(asked: Asked, page: Page) -> Answer:
    """One board over the public leagues the person may see."""
    seen = await leagues.visible_leagues(asked.session, asked.user, asked.people)
    public = tuple(league.id for league in seen if not league.is_private)
    return board_blocks.overall_answer(
        await questions.overall(asked.session, public, offset=page.offset), page
    )


async def _changes(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    since = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    found = await questions.changes(asked.session, league.id, since, asked.now)
    told = [one.match for one in found.overturned]
    links = await permalinks.of_matches(asked.session, asked.services, league.channel, told)
    return changes_answer(found, page, links)


async def _gap(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return board_blocks.gap_answer(*await questions.gap(asked.session, league.id), page)


async def _card(asked: Asked, page: Page) -> Answer:
    await asked.league(page.league)
    shown = card_message(await questions.card(asked.session, page.first, asked.now))
    return Answer(shown.text, shown.blocks, Frame(page))


async def versus(asked: Asked, page: Page) -> Answer:
    """The page's two entries against each other; where they never met, what a match would cost."""
    league = await asked.league(page.league)
    duel = await questions.head_to_head(asked.session, page.first, page.second, offset=page.offset)
    price = ""
    if not duel.record.matches:
        workshop = asked.services.workshop
        price = cost_line(await estimates.estimate(asked.session, workshop, league, 1, asked.now))
    return duel_blocks.duel_answer(duel, page, duels.DUEL_PAGE, price)


async def _history(asked: Asked, page: Page) -> Answer:
    await asked.league(page.league)
    history = await questions.history(asked.session, page.first, offset=page.offset)
    return duel_blocks.history_answer(history, page, duels.HISTORY_PAGE)


async def _judges(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return judge_blocks.judges_answer(await questions.judges(asked.session, league.id), page)


async def _cost(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return report_blocks.cost_answer(await questions.cost(asked.session, league.id, asked.now), page)


async def _log(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    log = await questions.log(asked.session, league.id, offset=page.offset)
    return report_blocks.log_answer(log, page, reports.LOG_PAGE)


async def _how(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    settings = asked.services.settings
    return report_blocks.how_answer(
        league.name,
        league.purpose,
        league.judges or settings.judges,
        settings.assessors,
        describe(league.purpose, read_rubric(settings.rubric)),
        page,
    )


READINGS: dict[str, Reading] = {
    "board": _board,
    "new": _newest,
    "at": _at,
    "all": overall,
    "changes": _changes,
    "gap": _gap,
    "card": _card,
    "vs": versus,
    "history": _history,
    "judges": _judges,
    "cost": _cost,
    "log": _log,
    "how": _how,
}
"""What a `Page` of each kind reads, so that commands, paging and sharing show the same."""
