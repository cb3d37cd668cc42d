"""Greeting of a channel that the bot has joined."""

from dataclasses import dataclass
from decimal import Decimal

from bot.schedules.cron import in_words
from bot.schedules.zones import zone_in_words
from bot.spending.price_estimates import Prices
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Message
from handlers.leagues.settings_windows_view import FREE, SET_UP, price_line, too_little


@dataclass(frozen=True, slots=True)
class Greeting:
    """Content of a greeting: channel, command, the league's schedules and costs if there is a league."""

    channel: str
    command: str
    league: int | None = None
    name: str = ""
    is_set_up: bool = False
    schedules: tuple[tuple[str, str, str], ...] = ()
    """(kind, cron expression, time zone) of each active schedule."""
    cap: Decimal = Decimal(0)
    prices: Prices = FREE
    matches: int = 12
    reads_channels: bool = True
    """Whether the bot sees links that are only posted, besides those in mentions and commands."""


def greeting(content: Greeting) -> Message:
    """Return the greeting: three lines and a button; for a league already set up, its schedules."""
    if content.league is not None and content.is_set_up:
        lines = [
            f"*{builders.escape(content.name)}* is set up. {_hand(content)} a link to a paper and it joins."
        ]
        lines += [_runs(*schedule) for schedule in content.schedules]
        if not content.prices.is_free:
            lines.append(price_line(content.prices, content.matches))
            lines.append(
                f"It spends at most {phrases.money(content.cap)} a month; `{content.command} cost` says on what."
            )
            lines += filter(None, [too_little(content.prices, content.cap)])
        settings = builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(content.league)))
        return builders.message(lines[0], [builders.section("\n".join(lines)), builders.actions(settings)])
    lines = [
        f"Hello! {_hand(content)} links to papers here: I assess each one and let judges rank them against one another.",
        f"`{content.command}` shows the board, `{content.command} help` everything else.",
        "My models cost money: nothing is spent until somebody sets up the league and its monthly cap."
        if not content.prices.is_free
        else "Paste a link to start. Set up says what matters to you and when it plays.",
    ]
    button = builders.button(
        SET_UP, *ids.CREATE_LEAGUE.carry(ids.InChannel(content.channel)), style="primary"
    )
    return builders.message(lines[0], [builders.section("\n".join(lines)), builders.actions(button)])


def _hand(content: Greeting) -> str:
    return "Post" if content.reads_channels else f"Mention me with (or `{content.command} add`)"


def _runs(kind: str, cron: str, time_zone: str) -> str:
    event = "New papers play" if kind == "tournament" else "The digest comes"
    return f"{event} {in_words(cron)} ({builders.escape(zone_in_words(time_zone))})."
