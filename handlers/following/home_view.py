"""View of the Home tab: waiting votes, tournaments, reading list, own papers, leagues, and owners' tasks."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.following.reading_list import ReadingList
from bot.following.topics import Followed
from bot.leagues.upkeep import Upkeep
from bot.voting.duels import Duel, DuelResult
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block
from handlers.following import topics_view
from handlers.following.reading_list_view import list_blocks
from handlers.voting import duels_view
from handlers.voting.waiting_votes_view import WaitingVote, vote_section

_TITLE = 120


@dataclass(frozen=True, slots=True)
class HomePaper:
    """A paper that the person submitted or follows; score and interval in points, None while it isn't rated."""

    entry: int
    league: str
    title: str
    url: str
    rank: int | None
    of: int
    score: float | None
    interval: float | None
    followed: bool
    status: str = "known"


@dataclass(frozen=True, slots=True)
class HomeTournament:
    """A running or paused tournament; `steers`: the person may pause or cancel it."""

    tournament: int
    league: str
    status: str
    decided: int
    budget: int
    steers: bool
    wants_cap: bool = False
    """Whether the tournament waits for the league's monthly cap to be raised."""


@dataclass(frozen=True, slots=True)
class HomeLeague:
    """A league of the person: what comes next there, and what the person may do."""

    league: int
    name: str
    channel: str
    papers: int
    leader: tuple[str, str] | None
    plays_next: datetime | None
    digest_next: datetime | None
    manages: bool
    starts: bool
    budgets: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Content of a person's Home tab; `others` are public leagues (name, channel) they aren't in."""

    command: str
    votes: tuple[WaitingVote, ...]
    tournaments: tuple[HomeTournament, ...]
    papers: tuple[HomePaper, ...]
    leagues: tuple[HomeLeague, ...]
    others: tuple[tuple[str, str], ...] = ()
    reading: ReadingList = field(default_factory=lambda: ReadingList((), ()))
    followed: Followed = field(default_factory=lambda: Followed((), None))
    upkeep: Upkeep | None = None
    unfolds_everywhere: bool | None = None
    """Whether links in channels without a league get previews; None if the person isn't an admin of the workspace."""
    duel: Duel | None = None
    """The pair that the person is asked about."""
    duel_answer: DuelResult | None = None
    """The duel that the person just answered here."""
    duels_switched_off: bool = False
    """Whether the person just chose to be asked no pairs."""


def home(contents: Home) -> Block:
    """Return the Home tab; if there is no content, it says how to begin."""
    blocks: list[Block] = []
    if contents.votes:
        blocks += [builders.header("Votes waiting for you"), *map(vote_section, contents.votes)]
    blocks += _duel(contents)
    if contents.tournaments:
        blocks.append(builders.header("Playing now"))
        for tournament in contents.tournaments:
            blocks += _tournament(tournament)
    blocks += list_blocks(contents.reading)
    if contents.papers:
        blocks += [builders.header("Your papers"), *map(_paper, contents.papers)]
    blocks += topics_view.on_home(contents.followed, contents.command)
    if contents.leagues:
        blocks.append(builders.header("Leagues in your channels"))
        for league in contents.leagues:
            blocks += _league(league)
    if contents.others:
        names = ", ".join(f"{_name(name)} in <#{channel}>" for name, channel in contents.others[:20])
        blocks.append(builders.context(f"Other leagues: {names}"))
    if not contents.leagues and not contents.others:
        blocks.append(
            builders.section(
                "No league yet. Invite me to a channel and post a link to a paper: a league begins with it."
            )
        )
    if contents.upkeep is not None:
        blocks += _upkeep(contents.upkeep)
    blocks += _unfolding(contents.unfolds_everywhere)
    return builders.home([*blocks, _help(contents.command)])


def not_known(command: str) -> Block:
    """Return the Home tab of a person about whom Slack can't be asked now."""
    sentence = (
        "Slack can't tell me who you are right now. This tab fills in a minute, or when you open it again."
    )
    return builders.home([builders.section(sentence), _help(command)])


def _help(command: str) -> Block:
    return builders.context(f"`{command} help` shows everything I answer.")


def _duel(contents: Home) -> list[Block]:
    """Return the pair that the person is asked about, below the result of their last answer."""
    blocks = duels_view.on_home(contents.duel, contents.duel_answer)
    if contents.duels_switched_off:
        blocks.append(builders.context(duels_view.switch_confirmation(contents.command, on=False)))
    return blocks


def _unfolding(on: bool | None) -> list[Block]:
    """Return the switch by which an admin turns previews in channels without a league on or off."""
    if on is None:
        return []
    state = "unfold" if on else "don't unfold"
    switch = ids.UNFOLD_EVERYWHERE.carry(ids.Switch(not on))
    return [
        builders.section(
            f"*Channels without a league*: links to papers of public leagues {state} with their rank.",
            builders.button("Turn off" if on else "Turn on", *switch),
        )
    ]


def _name(text: str) -> str:
    return builders.escape(builders.one_line(text, _TITLE))


def _tournament(tournament: HomeTournament) -> list[Block]:
    progress = f"{tournament.decided} of {tournament.budget} matches decided"
    blocks = [builders.section(f"{_name(tournament.league)}: {tournament.status}, {progress}")]
    if tournament.steers:
        about = ids.OfTournament(tournament.tournament)
        if tournament.wants_cap:
            step = builders.button(phrases.RAISE_CAP, *ids.RAISE_CAP.carry(about))
        elif tournament.status == "paused":
            step = builders.button("Resume", *ids.RESUME.carry(about))
        else:
            step = builders.button("Pause", *ids.PAUSE.carry(about))
        blocks.append(
            builders.actions(step, builders.button("Cancel", *ids.CANCEL.carry(about), confirm=CANCEL))
        )
    return blocks


CANCEL = builders.confirm(
    "Cancel this tournament?", "Decided matches keep counting.", "Cancel it", "Keep playing"
)


def _paper(paper: HomePaper) -> Block:
    state = {"failed": "couldn't be read", "fetching": "being read"}.get(paper.status, "not ranked yet")
    figures = (
        state
        if paper.rank is None or paper.score is None or paper.interval is None
        else f"#{paper.rank} of {paper.of} · {phrases.score(paper.score, paper.interval)}"
    )
    follows = " · followed" if paper.followed else ""
    title = builders.link(paper.url, builders.one_line(paper.title, _TITLE))
    return builders.section(
        f"{title}\n{figures} · {_name(paper.league)}{follows}",
        builders.button("Show", *ids.CARD.carry(ids.OfEntry(paper.entry))),
    )


def _league(league: HomeLeague) -> list[Block]:
    lines = [f"*{_name(league.name)}* in <#{league.channel}>, {phrases.count(league.papers, 'paper')} ranked"]
    if league.leader is not None:
        lines.append(f"Leads: {builders.link(league.leader[1], builders.one_line(league.leader[0], _TITLE))}")
    comes = [
        builders.date(at, lead=event)
        for event, at in (("matches", league.plays_next), ("digest", league.digest_next))
        if at is not None
    ]
    if comes:
        lines.append("Next: " + ", ".join(comes))
    about = ids.OfLeague(league.league)
    buttons = [builders.button("Board", *ids.PAGE.carry(ids.Page("board", league.league, 0)))]
    if league.starts:
        buttons.append(builders.button("Start a tournament", *ids.START_TOURNAMENT.carry(about)))
    if league.manages:
        buttons += [
            builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(about)),
            builders.button("Bring in links posted earlier", *ids.IMPORT_HISTORY.carry(about)),
            builders.button("Publish", *ids.PUBLISH.carry(about)),
        ]
    elif league.budgets:
        buttons.append(builders.button("Budget", *ids.LEAGUE_SETTINGS.carry(about)))
    return [builders.section("\n".join(lines)), builders.actions(*buttons)]


def _upkeep(upkeep: Upkeep) -> list[Block]:
    """Return the section for owners: budgets and judges in order as lines, problems with a button."""
    budgets = "\n".join(
        f"{_name(budget.name)}: {phrases.money(budget.spent)} of {phrases.money(budget.cap)} this month"
        for budget in upkeep.budgets
    )
    blocks = [builders.header("For owners"), builders.section(f"*Budgets*\n{budgets}")]
    if upkeep.judges:
        lines = [
            f"{_name(judge.judge)}: {phrases.count(judge.calls, 'call')}"
            + (f", {judge.failed} without an answer" if judge.failed else ", all answered")
            for judge in upkeep.judges
        ]
        blocks.append(builders.section("*Judges and assessors, last seven days*\n" + "\n".join(lines)))
    for judge, reason in upkeep.pauses:
        blocks.append(
            builders.section(
                f"*{_name(judge)}* is paused: {builders.escape(builders.one_line(reason, 300))}",
                builders.button("Resume", *ids.RESUME_JUDGE.carry(ids.OfJudge(judge))),
            )
        )
    if upkeep.failures:
        blocks.append(builders.section(f"*{_failures_title(upkeep)}*"))
        blocks += [
            builders.section(
                f"{phrases.sentence(_name(work.about))} {builders.escape(builders.one_line(work.reason, 300))}",
                builders.button("Retry", *ids.RETRY_WORK.carry(ids.OfWork(work.kind.value, work.id))),
            )
            for work in upkeep.failures[:15]
        ]
    return blocks


def _failures_title(upkeep: Upkeep) -> str:
    """Return a heading that names the papers, if papers are all that failed."""
    count = len(upkeep.failures)
    if all(work.kind.value == "paper" for work in upkeep.failures):
        return f"Papers I couldn't read ({count})"
    return f"What I couldn't do ({count})"
