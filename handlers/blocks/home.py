"""How App Home looks: votes that wait, tournaments that run, one's own papers, leagues and what comes."""

from dataclasses import dataclass
from datetime import datetime

from handlers import ids
from handlers.blocks import parts
from handlers.blocks.parts import Block

_TITLE = 120


@dataclass(frozen=True, slots=True)
class HomePaper:
    """A paper one brought or follows; figures in points, None where it isn't rated."""

    entry: int
    league: str
    title: str
    url: str
    rank: int | None
    of: int
    score: float | None
    interval: float | None
    followed: bool


@dataclass(frozen=True, slots=True)
class HomeVote:
    """A vote that waits for the reader."""

    league: str
    channel: str
    first: str
    second: str
    closes_at: datetime
    link: str | None


@dataclass(frozen=True, slots=True)
class HomeTournament:
    """A tournament that runs or pauses."""

    league: str
    status: str
    decided: int
    budget: int


@dataclass(frozen=True, slots=True)
class HomeLeague:
    """A league one may see, and what comes next there."""

    league: int
    name: str
    channel: str
    papers: int
    leader: tuple[str, str] | None
    plays_next: datetime | None
    digest_next: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on a person's home."""

    command: str
    votes: tuple[HomeVote, ...]
    tournaments: tuple[HomeTournament, ...]
    papers: tuple[HomePaper, ...]
    leagues: tuple[HomeLeague, ...]


def home(shown: Home) -> Block:
    """The home tab; an empty one says how to begin."""
    blocks: list[Block] = []
    if shown.votes:
        blocks += [parts.header("Votes waiting for you"), *map(_vote, shown.votes)]
    if shown.tournaments:
        blocks += [parts.header("Playing now"), *map(_tournament, shown.tournaments)]
    if shown.papers:
        blocks += [parts.header("Your papers"), *map(_paper, shown.papers)]
    if shown.leagues:
        blocks.append(parts.header("Leagues"))
        for league in shown.leagues:
            blocks += _league(league)
    else:
        blocks.append(
            parts.section(
                "No league yet. Invite me to a channel and post a link to a paper: a league begins with it. "
                f"`{shown.command} help` shows everything I answer."
            )
        )
    return parts.home(blocks)


def _name(text: str) -> str:
    return parts.escape(parts.one_line(text, _TITLE))


def _vote(vote: HomeVote) -> Block:
    text = (
        f"{_name(vote.first)} or {_name(vote.second)}?\n"
        f"{_name(vote.league)} in <#{vote.channel}>, open until {parts.date(vote.closes_at)}"
    )
    button = None if vote.link is None else parts.button("Vote", ids.OPEN_LINK.id(), url=vote.link)
    return parts.section(text, button)


def _tournament(tournament: HomeTournament) -> Block:
    decided = f"{tournament.decided} of {tournament.budget} matches decided"
    return parts.section(f"{_name(tournament.league)}: {tournament.status}, {decided}")


def _paper(paper: HomePaper) -> Block:
    figures = (
        "not ranked yet"
        if paper.rank is None or paper.score is None or paper.interval is None
        else f"#{paper.rank} of {paper.of} · {paper.score:.0f}±{paper.interval:.0f}"
    )
    follows = " · followed" if paper.followed else ""
    title = parts.link(paper.url, parts.one_line(paper.title, _TITLE))
    return parts.section(
        f"{title}\n{figures} · {_name(paper.league)}{follows}",
        parts.button("Show", *ids.CARD.carry(ids.OfEntry(paper.entry))),
    )


def _league(league: HomeLeague) -> list[Block]:
    lines = [f"*{_name(league.name)}* in <#{league.channel}>, {league.papers} papers ranked"]
    if league.leader is not None:
        lines.append(f"Leads: {parts.link(league.leader[1], parts.one_line(league.leader[0], _TITLE))}")
    comes = [
        f"{what} {parts.date(at)}"
        for what, at in (("new papers play", league.plays_next), ("the digest comes", league.digest_next))
        if at is not None
    ]
    if comes:
        lines.append("Next: " + ", ".join(comes))
    settings = (
        parts.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(league.league)))
        if league.mine
        else None
    )
    return [parts.section("\n".join(lines), settings)]
