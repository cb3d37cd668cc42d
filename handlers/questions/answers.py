"""Answers read from the tables: what a page of each kind shows, the same for commands, paging and sharing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import questions
from bot.judges.prompts import describe
from bot.judges.rubric import read_rubric
from bot.leagues.visibility import public_leagues, visible_league
from bot.people import People
from bot.questions import comparisons
from bot.questions.past_moments import parse_span
from bot.tournaments import estimates, scheduled_tournaments
from handlers.blocks.ids import Page
from handlers.entries.card_view import card_message
from handlers.judges import judges_view
from handlers.questions import audit_log_view, boards_view, cost_view, head_to_head_view
from handlers.questions.answer_frame import Answer, Frame
from handlers.questions.changes_view import changes_answer
from handlers.questions.upcoming_view import next_answer
from handlers.services import Services
from handlers.slack.posting import permalinks
from handlers.slack.words.command_words import parse_board
from handlers.tournaments.start_window_view import cost_line, evening_line
from storage.database.engine import Transaction
from storage.leagues import league_rows
from storage.questions import leaderboards
from storage.questions.leaderboards import Sort
from storage.tables import League
from storage.tournaments import schedules
from storage.voting import polls

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
        return await visible_league(self.session, league, self.user, self.people)


MOST_SUBMITTERS = 40

Reading = Callable[[Asked, Page], Awaitable[Answer]]


async def _board(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    wanted = parse_board(page.words)
    sort: Sort = SORTS.get(page.sort, "score")
    since = asked.now - parse_span(wanted.since) if wanted.since else None
    board = await questions.leaderboard(
        asked.session,
        league.id,
        offset=page.offset,
        sort=sort,
        category=wanted.category or None,
        submitter=wanted.submitter or None,
        since=since,
    )
    return boards_view.board_answer(board, page, await _submitters(asked, league))


async def _submitters(asked: Asked, league: League) -> list[tuple[str, str]]:
    """Who submitted something, (user, name) by name; left out where they are more than a menu shows well."""
    users = await leaderboards.submitters(asked.session, league.id)
    if len(users) > MOST_SUBMITTERS:
        return []
    named = [(user, (await asked.people.person(user)).name) for user in users]
    return sorted(named, key=lambda pair: pair[1].casefold())


async def _newest(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    span = parse_span(page.words)
    board = await questions.newest(asked.session, league.id, span=span, now=asked.now, offset=page.offset)
    return boards_view.board_answer(board, page)


async def _at(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    moment = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    return boards_view.old_answer(
        await questions.standings_at(asked.session, league.id, moment, offset=page.offset), page
    )


async def overall(asked: Asked, page: Page) -> Answer:
    """One board over the public leagues the person may see."""
    seen = await public_leagues(asked.session, asked.user, asked.people)
    public = tuple(league.id for league in seen)
    return boards_view.overall_answer(
        await questions.overall(asked.session, public, offset=page.offset), page
    )


async def _next(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    found = await questions.coming_up(asked.session, page.league, asked.now)
    evening = ""
    if found.unsettled and found.running is None:
        kept = await schedules.find(asked.session, league.id, "tournament", league.channel)
        options = {} if kept is None else kept.options
        evening = await evening_of(asked.session, asked.services, league, options, asked.now)
    return next_answer(found, page, asked.services.settings.rank_command, evening)


async def evening_of(
    session: Transaction, services: Services, league: League, options: Mapping[str, Any], now: datetime
) -> str:
    """What a schedule with these options would play now and what that costs, in a sentence or two."""
    coming = await scheduled_tournaments.matches_due(session, services.runtime, league, options)
    if coming is None:
        return evening_line(None, "")
    of = await estimates.estimate(
        session, services.runtime, league, coming.matches, now, panel=bool(options.get("panel"))
    )
    return evening_line(coming, cost_line(of))


async def _changes(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    since = datetime.strptime(page.words, MOMENT)  # noqa: DTZ007 - the format holds the zone
    found = await questions.changes(asked.session, league.id, since, asked.now)
    told = [one.match for one in found.overturned]
    links = await permalinks.of_matches(asked.session, asked.services, league.channel, told)
    return changes_answer(found, page, links)


async def _gap(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return boards_view.gap_answer(*await questions.gap(asked.session, league.id), page)


async def _card(asked: Asked, page: Page) -> Answer:
    await asked.league(page.league)
    shown = card_message(await questions.card(asked.session, page.first, asked.now), shares=False)
    *blocks, row = shown.blocks
    elements = row["elements"]
    assert isinstance(elements, list)
    return Answer(shown.text, tuple(blocks), Frame(page), tuple(elements))


async def versus(asked: Asked, page: Page) -> Answer:
    """The page's two entries against each other; where they never met, what a match would cost."""
    league = await asked.league(page.league)
    duel = await questions.head_to_head(asked.session, page.first, page.second, offset=page.offset)
    price = ""
    if not duel.record.matches:
        runtime = asked.services.runtime
        price = cost_line(await estimates.estimate(asked.session, runtime, league, 1, asked.now))
    ways = await _ways(asked, league, [match.match for match in duel.matches])
    return head_to_head_view.duel_answer(duel, page, comparisons.DUEL_PAGE, price, ways)


async def _ways(asked: Asked, league: League, matches: list[int]) -> head_to_head_view.Ways:
    """Where these matches and the votes on them stand in the league's channel."""
    latest = await polls.latest_on(asked.session, matches)
    links = await permalinks.of_polls(asked.session, asked.services, league.channel, list(latest.values()))
    return head_to_head_view.Ways(
        await permalinks.of_matches(asked.session, asked.services, league.channel, matches),
        {match: links[poll] for match, poll in latest.items() if poll in links},
    )


async def _history(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    history = await questions.history(asked.session, page.first, offset=page.offset)
    ways = await _ways(asked, league, [match.match for match in history.matches])
    return head_to_head_view.history_answer(history, page, comparisons.HISTORY_PAGE, ways)


async def _judges(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return judges_view.judges_answer(await questions.judges(asked.session, league.id), page)


async def _cost(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    return cost_view.cost_answer(await questions.cost(asked.session, league.id, asked.now), page)


async def _log(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    log = await questions.log(asked.session, league.id, offset=page.offset)
    users = {line.user for line in log.lines} | {str(line.detail.get("user", "")) for line in log.lines}
    names = {user: (await asked.people.person(user)).name for user in sorted(users - {""})}
    keys = [line.key for line in log.lines if line.key is not None]
    links = await permalinks.of_messages(asked.session, asked.services, log.channel, keys)
    return audit_log_view.log_answer(log, page, names, links)


async def _how(asked: Asked, page: Page) -> Answer:
    league = await asked.league(page.league)
    settings = asked.services.settings
    return cost_view.how_answer(
        league.name,
        await questions.purposes(asked.session, league.id),
        league.judges or settings.judges,
        settings.assessors,
        cost_view.Deciders(
            tuple(await league_rows.owners(asked.session, league.id)),
            league.quorum,
            league.vote_weight,
            league.members_may_revert,
        ),
        describe(league.purpose, read_rubric(settings.rubric)),
        page,
    )


READINGS: dict[str, Reading] = {
    "board": _board,
    "new": _newest,
    "at": _at,
    "all": overall,
    "changes": _changes,
    "next": _next,
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
