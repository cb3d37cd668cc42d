"""Windows that create a league or change its settings or cap, and their confirmations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.leagues.league_schedules import DIGEST_AT, PLAYS_AT
from bot.leagues.settings import LEAGUE_SETTINGS, Control, LeagueSettings
from bot.spending.price_estimates import Prices
from handlers.blocks import builders, ids, inputs, phrases
from handlers.blocks.builders import Block, Message
from handlers.slack.windows import times

FREE = Prices(Decimal(0), Decimal(0), (), ())
PURPOSE, SCHEDULE, DIGEST, CAP, ZONE, IMPORT = "purpose", "schedule", "digest", "cap", "zone", "import"
RUBRIC = "rubric"
MOST_RUBRIC_HERE = 3_000
"""Characters that Slack lets people type into a field; a longer rubric is set by the command."""
ALLOW, RIGHTS = "allow", "rights"
YES = "yes"
SET_UP, SETTINGS = "Set up the league", "League settings"


@dataclass(frozen=True, slots=True)
class LeagueForm:
    """What the fields of a league's window show when it opens; schedules are phrases, empty for off."""

    channel: str
    purpose: str = ""
    tournament: str = "every weekday at 19:00"
    digest: str = "every weekday at 08:30"
    cap: Decimal = Decimal(10)
    time_zone: str = "UTC"
    settings: LeagueSettings | None = None
    """Current settings of the league; None if it doesn't exist yet."""
    rubric: str = ""
    """The league's own rubric for assessments; empty for the usual one."""
    prices: Prices = FREE
    matches: int = 12
    """About how many matches a new paper plays."""


def create_modal(form: LeagueForm, metadata: str) -> Block:
    """Return the window that creates a league; its defaults can be kept."""
    blocks = [
        builders.section(
            f"The league of <#{form.channel}>. The defaults are fine; change anything later in Settings."
        ),
        _box(
            PURPOSE,
            "What matters to you?",
            form.purpose,
            hint="A sentence that assessors and judges are told: “matters for our work on …”",
        ),
        *_play_times(form),
        *times.time_inputs(DIGEST, "Digest", form.digest, form.time_zone, at=DIGEST_AT, off="None"),
        inputs.input_zone(ZONE, inputs.zone_option(form.time_zone)),
        builders.section(price_line(form.prices, form.matches, form.cap)),
        cap_field(form.cap, form.prices),
        inputs.input_checkboxes(
            IMPORT,
            "Papers already here",
            [
                builders.option(
                    "Bring in links already in the channel; each is read and plays as a new one", YES
                )
            ],
        ),
    ]
    return builders.modal(
        SET_UP,
        blocks,
        submit="Set up",
        private_metadata=metadata,
        callback_id=ids.LEAGUE_CREATE_MODAL.name,
    )


def settings_modal(form: LeagueForm, metadata: str, more: Sequence[Block] = ()) -> Block:
    """Return the settings window of a league; `more` are inputs of other features."""
    assert form.settings is not None
    blocks = [
        _box(PURPOSE, "What matters to you", form.purpose),
        _rubric_field(form.rubric),
        *_play_times(form),
        inputs.input_zone(ZONE, inputs.zone_option(form.time_zone)),
        builders.section(price_line(form.prices, form.matches, form.cap)),
        cap_field(form.cap, form.prices),
        *_numbers(form.settings),
        *more,
        _switches(ALLOW, Control.SWITCH, form.settings),
        _switches(
            RIGHTS,
            Control.RIGHT,
            form.settings,
            hint="Never guests. Budget and reverts: members of the league's channel only. Owners and admins always may.",
        ),
    ]
    return builders.modal(
        SETTINGS,
        blocks,
        submit="Save",
        private_metadata=metadata,
        callback_id=ids.LEAGUE_SETTINGS_MODAL.name,
    )


def _box(name: str, label: str, value: str, *, hint: str = "", most: int = 1_000) -> Block:
    """Return an optional input of several lines."""
    return inputs.input_text(name, label, initial=value, hint=hint, optional=True, multiline=True, most=most)


def _play_times(form: LeagueForm) -> list[Block]:
    """Return the inputs for when new papers play."""
    return times.time_inputs(
        SCHEDULE, "New papers play", form.tournament, form.time_zone, at=PLAYS_AT, off="Only by hand"
    )


def _rubric_field(text: str) -> Block:
    """Return the input for a league's own rubric, or a line about a rubric that is too long for one."""
    label = "Your own rubric for assessments"
    if len(text) > MOST_RUBRIC_HERE:
        return builders.section(
            f"*{label}* has {len(text):,} characters, too many for this window. "
            "The command `rubric` shows and changes it."
        )
    hint = "What rating, significance, rigor, novelty and clarity mean to you from 1 to 10. Empty: the usual rubric."
    return _box(RUBRIC, label, text, hint=hint, most=MOST_RUBRIC_HERE)


def _numbers(settings: LeagueSettings) -> list[Block]:
    """Return an input for each numeric setting."""
    return [
        inputs.input_text(
            setting.field, setting.label, initial=f"{getattr(settings, name):g}", hint=setting.hint, most=100
        )
        for name, setting in LEAGUE_SETTINGS.items()
        if setting.control is Control.NUMBER
    ]


def _switches(name: str, control: Control, settings: LeagueSettings, *, hint: str = "") -> Block:
    """Return a block of checkboxes for the settings of a group."""
    group = {column: setting for column, setting in LEAGUE_SETTINGS.items() if setting.control is control}
    fields = {setting.field for column, setting in group.items() if getattr(settings, column)}
    options = [builders.option(setting.label, setting.field) for setting in group.values()]
    return inputs.input_checkboxes(name, control.value, options, initial=fields, hint=hint)


def budget_modal(form: LeagueForm, name: str, metadata: str) -> Block:
    """Return the window for a member who may change only the budget."""
    blocks = [
        builders.section(f"What {builders.escape(name)} may spend. Everything else is set by its owners."),
        builders.section(price_line(form.prices, form.matches, form.cap)),
        cap_field(form.cap, form.prices),
    ]
    return builders.modal(
        "Budget",
        blocks,
        submit="Save",
        private_metadata=metadata,
        callback_id=ids.LEAGUE_BUDGET_MODAL.name,
    )


def cap_field(cap: Decimal, prices: Prices) -> Block:
    """Return the input for a league's monthly cap in USD."""
    return inputs.input_text(CAP, "Monthly cap, USD", initial=f"{cap:.2f}", hint=_price(prices), most=100)


def _price(prices: Prices) -> str:
    return (
        "Nothing is paid for beyond it. It begins anew each month (UTC)."
        if not prices.is_free
        else ("The models named in the settings of this installation cost nothing.")
    )


def _covers(cap: Decimal | None, usual: Decimal | None) -> str:
    """Return how many papers a monthly cap pays for; "" while the typical cost is unknown."""
    if not cap or not usual:
        return ""
    return f"; {phrases.money(cap)} a month covers about {phrases.count(int(cap / usual), 'paper')}"


def price_line(prices: Prices, matches: int, cap: Decimal | None = None) -> str:
    """Return what a paper costs, typically and at most; people must see this before any model is paid."""
    if prices.is_free:
        return f"It costs nothing: {builders.escape(', '.join(prices.models))}."
    most = phrases.money(prices.paper + matches * prices.match)
    models = builders.escape(", ".join(prices.models))
    if prices.usual_paper is None or prices.usual_match is None:
        usual, head = None, f"at most {most} a paper; most calls cost less"
    else:
        usual = prices.usual_paper + matches * prices.usual_match
        head = f"typically about {phrases.money(usual)} a paper, never more than {most}"
    line = (
        f"*What it costs* ({models}): {head}{_covers(cap, usual)}. That is reading a paper at most "
        f"{phrases.money(prices.paper)}, a match at most {phrases.money(prices.match)}, and about {matches} matches "
        "until it settles."
    )
    if prices.unknown:
        line += (
            f" The price of {builders.escape(', '.join(prices.unknown))} isn't known, so it isn't asked: "
            "PAPERBOUT_PRICE_PER_MTOK_USD says it."
        )
    return line


def too_little(prices: Prices, cap: Decimal) -> str:
    """Return the warning that a cap is too small for one match; "" if it suffices."""
    if prices.is_free or cap >= prices.match:
        return ""
    if not cap:
        return "With a cap of $0.00 no paid model reads a paper or judges a match."
    return (
        f"A cap of {phrases.money(cap)} may not pay for one match (at most {phrases.money(prices.match)}): then nothing "
        "plays until it is raised."
    )


def still_held(tournament: int) -> Message:
    """Build the message that a tournament waits for money, and goes on only after somebody resumes it."""
    text = "Saved. The tournament waits since the cap was reached."
    resume = builders.button("Resume it", *ids.RESUME.carry(ids.OfTournament(tournament)), style="primary")
    return builders.message(text, [builders.section(text), builders.actions(resume)])


def purpose(name: str, text: str | None, command: str) -> str:
    """Return a league's purpose, or how to set one."""
    example = f"`{command} purpose matters for our work on …`"
    current = builders.escape(text) if text else f"nothing set. To set it, type {example}"
    return f"What matters in {builders.escape(name)}: {current}"


def rubric(name: str, text: str | None, version: int, command: str) -> str:
    """Return the message that shows a league's own rubric, or says how to set one if `text` is None."""
    where = builders.escape(name)
    if text is None:
        return (
            f"{where} scores papers by the usual rubric; `{command} how` shows it. "
            f"To give it its own, type `{command} rubric rating: 10 changes our field …`."
        )
    return (
        f"The rubric of {where}, version {version}:\n{builders.escape(builders.shorten(text, 2_500))}\n"
        f"`{command} rubric off` returns to the usual one."
    )


def rubric_noted(name: str, version: int, *, is_own: bool) -> str:
    """Return the confirmation that a new version of the rubric was saved."""
    which = f"version {version} of the rubric of" if is_own else "the usual rubric for"
    return f"Saved: {which} {builders.escape(name)}. New assessments use it; past ones stay, marked as older."


def purpose_noted(name: str, version: int) -> str:
    """Return the confirmation that a new version of the purpose was saved."""
    return (
        f"Saved as version {version} of the purpose of {builders.escape(name)}. "
        "New assessments and matches will use it; past ones stay as they are."
    )
