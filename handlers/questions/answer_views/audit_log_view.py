"""View of a league's log: one sentence per line, with papers' titles and links to messages."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from bot.leagues.settings import LEAGUE_SETTINGS, Control, LeagueSetting
from bot.people import FORMER_MEMBER
from bot.questions.audit_log import LOG_PAGE, LogLine, LogPage
from bot.schedules import cron
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, date, escape, header, link, one_line, paragraphs, section

_TITLE, _QUOTE = 90, 200
_GONE = "a paper that is gone"
_NEWER = "changed something that this version can't put into words"
_PROGRAM = "Paperbout"
_SEE = "see it"

Names = Mapping[str, str]


def log_answer(log: LogPage, page: ids.Page, names: Names, links: Mapping[str, str]) -> Answer:
    """Return a page of the log, newest first; `names` by user id, `links` by message key."""
    name = f"Log of {log.name}"
    lines = [_line(line, names, links) for line in log.lines]
    sections = paragraphs("\n".join(lines), 10) if lines else [section("Nothing was changed here yet.")]
    blocks: list[Block] = [header(name), *sections]
    total = log.offset + len(log.lines) + log.more
    return Answer(
        escape(name),
        tuple(blocks),
        Frame(page._replace(offset=log.offset), total, LOG_PAGE, phrases.LATER, phrases.EARLIER),
    )


def _line(line: LogLine, names: Names, links: Mapping[str, str]) -> str:
    who = escape(names.get(line.user, _PROGRAM))
    address = links.get(line.key or "")
    see = "" if address is None else f" · {link(address, _SEE)}"
    return f"• {date(line.at)}: *{who}* {_what(line, names)}{see}"


def _what(line: LogLine, names: Names) -> str:
    """Return the words for a logged action, which follow the person's name; an imported line may hold anything."""
    writer = WRITTEN.get(line.action)
    try:
        return _NEWER if writer is None else writer(line, names)
    except (ValueError, TypeError, ArithmeticError):
        return _NEWER


def _papers(line: LogLine, between: str) -> str:
    return between.join(link(url, one_line(title, _TITLE)) for title, url in line.papers) or _GONE


def _against(line: LogLine) -> str:
    return _papers(line, " against ")


def _quoted(text: Any) -> str:
    return f"“{escape(one_line(str(text), _QUOTE))}”"


def _other(line: LogLine, names: Names) -> str:
    user = str(line.detail.get("user", ""))
    return escape(names.get(user, FORMER_MEMBER))


def _stepped_down(line: LogLine, names: Names) -> str:
    if line.detail.get("user") == line.user:
        return "stepped down as an owner"
    return f"took {_other(line, names)} off the owners"


def _set_up(line: LogLine, _names: Names) -> str:
    plays, digest = line.detail.get("tournament"), line.detail.get("digest")
    parts = [f"new papers play {cron.in_words(plays)}"] if plays else []
    parts += [f"the digest comes {cron.in_words(digest)}"] if digest else []
    return "set up the league" + "".join(f"; {escape(part)}" for part in parts)


def _purpose(line: LogLine, _names: Names) -> str:
    text = line.detail.get("text")
    return f"said what matters: {_quoted(text)}" if text else "took back what matters"


def _rubric(line: LogLine, _names: Names) -> str:
    version = line.detail.get("version")
    return (
        f"gave it a rubric of its own, version {version}"
        if line.detail.get("own")
        else "went back to the usual rubric"
    )


def _settings(line: LogLine, _names: Names) -> str:
    return "changed " + "; ".join(_setting(name, values) for name, values in line.detail.items())


def _setting(name: str, values: Any) -> str:
    """Return a setting's label with its old and new value, as logged."""
    before, after = (
        values if isinstance(values, list) and len(values) == 2 else (None, values)  # noqa: PLR2004 - before, after
    )
    label, writer = SETTINGS.get(name, (name.replace("_", " "), _plain))
    return f"{label}: {escape(writer(before))} → {escape(writer(after))}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else one_line(str(value), 100)


def _money(value: Any) -> str:
    return _plain(value) if value is None else phrases.money(Decimal(str(value)))


def _number(unit: str) -> Callable[[Any], str]:
    def written(value: Any) -> str:
        return _plain(value) if value is None else f"{float(value):g}{unit}"

    return written


def _started(line: LogLine, _names: Names) -> str:
    by = " by the schedule" if "schedule" in line.detail else ""
    most = f" of at most {phrases.count(line.matches, 'match', 'matches')}" if line.matches else ""
    return f"started a tournament{by}{most}"


def _tournament(verb: str) -> Callable[[LogLine, Names], str]:
    def written(line: LogLine, _names: Names) -> str:
        return f"{verb} the tournament " + (
            "that is gone" if line.start is None else date(line.start, lead="begun")
        )

    return written


def _when(line: LogLine) -> str:
    return f"{cron.in_words(str(line.detail.get('cron')))} ({escape(_plain(line.detail.get('time_zone')))})"


def _scheduled(line: LogLine, _names: Names) -> str:
    of = line.detail
    bounds = [f"at most {phrases.count(int(of['matches']), 'match', 'matches')}"] if of.get("matches") else []
    bounds += [f"at most {phrases.money(Decimal(str(of['usd'])))}"] if of.get("usd") else []
    bounds += [f"for the top {of['top']}"] if of.get("top") else []
    bounds += [f"to ±{float(of['target']):g} points"] if of.get("target") else []
    bounds += ["each match by a panel"] if of.get("panel") else []
    bounds += ["in batches"] if of.get("batch") else []
    return f"scheduled tournaments {_when(line)}" + (f": {', '.join(bounds)}" if bounds else "")


def _digest(line: LogLine, _names: Names) -> str:
    of = line.detail
    quiet = "silent" if of.get("quiet") == "silent" else "told in a line"
    holds = f", with {escape(_plain(of['include']))}" if of.get("include") else ""
    return f"set the digest of <#{escape(str(of.get('channel')))}>: {_when(line)}, quiet days {quiet}{holds}"


def _preprints(line: LogLine, _names: Names) -> str:
    of = line.detail
    cross = ", cross-listed ones too" if of.get("cross") else ""
    subject = escape(_plain(of.get("categories")))
    return f"let new preprints of {subject} in, at most {_plain(of.get('most'))} a day{cross}"


def _retried(line: LogLine, _names: Names) -> str:
    subject, reason = line.detail.get("what"), line.detail.get("reason")
    return (
        f"had this tried again: {escape(one_line(str(subject), _QUOTE))}, which had failed: {_quoted(reason)}"
    )


def _of_judge(words: str) -> Callable[[LogLine, Names], str]:
    """Return the function that words a line about a judge, named by {judge} in `words`."""
    return lambda line, _names: words.format(judge=escape(_plain(line.detail.get("judge"))))


def _written(setting: LeagueSetting) -> Callable[[Any], str]:
    """Return the function that formats a setting's values."""
    match setting.control:
        case Control.NUMBER:
            return _number(setting.unit)
        case Control.MONEY:
            return _money
        case _:
            return _plain


SETTINGS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    **{name: (setting.log_words, _written(setting)) for name, setting in LEAGUE_SETTINGS.items()},
    "name": ("the league's name", _plain),
    "is_private": ("whether its channel is private", _plain),
    "prior_sd": ("the spread of scores expected", _number("")),
    "vote_weight": ("how many verdicts a vote counts for", _number("")),
    "swap_share": ("the share of matches judged in both orders", _number("")),
    "judges": ("the judges", _plain),
    "announced": ("models whose price was seen", _plain),
    "archived_at": ("when it was archived", _plain),
}
"""Label of each league setting, and the function that formats its value."""

WRITTEN: Mapping[str, Callable[[LogLine, Names], str]] = {
    "league.created": lambda _line, _names: "began the league",
    "league.setup": _set_up,
    "league.changed": _settings,
    "league.purpose": _purpose,
    "league.rubric": _rubric,
    "league.unowned": lambda _line, _names: "can't own it: it awaits its first owner",
    "owner.claimed": lambda _line, _names: "became its first owner",
    "owner.added": lambda line, names: f"made {_other(line, names)} an owner",
    "owner.dropped": _stepped_down,
    "owner.left": lambda _line, _names: "left, and no longer owns the league",
    "owner.took_over": lambda _line, _names: "took over the league, which had no owner",
    "entry.removed": lambda line, _names: f"took {_papers(line, '')} out",
    "entry.restored": lambda line, _names: f"brought {_papers(line, '')} back",
    "paper.replayed": lambda line, _names: f"had {_papers(line, '')} play again in its new version",
    "paper.merged": lambda line, _names: f"made one paper of {_papers(line, ' and ')}",
    "paper.unmerged": lambda line, _names: f"split {_papers(line, ' and ')}, which had been made one",
    "vote.opened": lambda line, _names: f"challenged the verdict on {_against(line)}",
    "vote.closed": lambda line, _names: f"closed the vote on {_against(line)} before its time",
    "override.made": lambda line, _names: f"overturned the verdict on {_against(line)} by the team's vote",
    "override.reverted": lambda line, _names: (
        f"reverted the team's decision on {_against(line)}: {_quoted(line.detail.get('reason'))}"
    ),
    "tournament.started": _started,
    "tournament.paused": _tournament("paused"),
    "tournament.resumed": _tournament("let go on"),
    "tournament.cancelled": _tournament("cancelled"),
    "tournament.scheduled": _scheduled,
    "tournament.unscheduled": lambda _line, _names: "stopped the schedule: tournaments start by hand",
    "digest.set": _digest,
    "digest.stopped": lambda line, _names: (
        f"stopped the digest of <#{escape(str(line.detail.get('channel')))}>"
    ),
    "pages.served": lambda _line, _names: "published its pages under a secret address",
    "pages.renewed": lambda _line, _names: "renewed the secret address of its pages",
    "token.made": lambda line, _names: (
        f"made the token {escape(_plain(line.detail.get('name')))} with which programs read the league"
    ),
    "token.revoked": lambda _line, _names: "revoked a token of a program",
    "webhook.added": lambda line, _names: (
        f"had {escape(_plain(line.detail.get('host')))} told of the league's events"
    ),
    "webhook.removed": lambda _line, _names: "removed an address that was told of the league's events",
    "pages.stopped": lambda _line, _names: "had its pages served no longer",
    "preprints.set": _preprints,
    "preprints.stopped": lambda _line, _names: "stopped taking in new preprints",
    "work.retried": _retried,
    "judge.resumed": lambda line, _names: f"resumed the judge {escape(_plain(line.detail.get('judge')))}",
    "judge.at_chance": _of_judge("told owners that {judge} agrees with the team no more than a coin would"),
    "judge.left_out": _of_judge(
        "left the verdicts of {judge} out, which agrees with the team by chance only"
    ),
    "judge.recovered": _of_judge("let the verdicts of {judge} count, which agrees with the team again"),
    "judge.kept": _of_judge("let the verdicts of {judge} count though it agrees by chance only"),
    "judge.put_out": _of_judge("left out the verdicts of {judge}, which agrees by chance only"),
    "judge.admitted": lambda line, _names: (
        f"let the verdicts of {escape(_plain(line.detail.get('judge')))} count though it didn't pass its exam"
    ),
}
"""Function that words each logged action, by action; the words follow the person's name."""
