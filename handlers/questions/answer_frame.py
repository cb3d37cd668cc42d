"""What every answer has in common: its frame with paging and sharing, menus to choose from, help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.blocks import ids, phrases
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    date,
    escape,
    message,
    modal,
    one_line,
    option,
    section,
    select,
)
from handlers.blocks.degrading import LEVELS, degrade
from handlers.slack.words.plain_questions import QUESTIONS, PlainQuestion

OPTION = 75
COMPARED_WITH = "Compare it with which paper? One further down the board is named after a bar: A | B."
MOST_BUTTONS = 25
IN_WINDOWS = (ids.ASSESSMENT.name, ids.HISTORY.name, ids.MORE.name, ids.COMPARE.name)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an answer stands: the page shown (its `offset` is the first row), rows in all, rows a page."""

    page: ids.Page
    total: int = 0
    size: int = 0
    previous: str = phrases.PREVIOUS
    next: str = phrases.NEXT

    def buttons(self) -> list[Block]:
        """Backwards and forwards, where there is such a page."""
        found = []
        if self.size and self.page.offset > 0:
            before = self.page._replace(offset=max(0, self.page.offset - self.size))
            found.append(button(self.previous, *ids.PAGE.carry(before, "before")))
        if self.size and self.page.offset + self.size < self.total:
            after = self.page._replace(offset=self.page.offset + self.size)
            found.append(button(self.next, *ids.PAGE.carry(after, "after")))
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is framed: plain text, blocks, what its last row of buttons begins with."""

    text: str
    blocks: tuple[Block, ...]
    frame: Frame
    buttons: tuple[Block, ...] = ()


def private(answer: Answer) -> Message:
    """For the person who asked: with paging, and a button that shares the same answer."""
    share = button(phrases.SHARE, *ids.SHARE.carry(answer.frame.page))
    menus = [element for element in answer.buttons if element["type"] == "overflow"]
    others = [element for element in answer.buttons if element["type"] != "overflow"]
    return message(answer.text, [*answer.blocks, actions(*answer.frame.buttons(), *others, share, *menus)])


def shared(answer: Answer, user: str, now: datetime) -> Message:
    """For a channel, saying who shared it and as of when."""
    row = [*answer.frame.buttons(), *answer.buttons]
    tail = [actions(*row)] if row else []
    return message(
        f"<@{user}> shared: {answer.text}",
        [context(f"<@{user}> shared, {date(now, lead='as of')}"), *answer.blocks, *tail],
    )


def window(answer: Answer) -> Block:
    """The answer in a modal, which takes no tables, and no buttons that answer into a channel."""
    plain = degrade(message(answer.text, answer.blocks), LEVELS - 1)
    shown = [{**block} for block in plain.blocks if block["type"] != "actions"]
    for block in shown:
        block.pop("accessory", None)
    return modal("Paperbout", shown)


def card_window(answer: Answer) -> Block:
    """A card in a modal, with those of its buttons that don't answer into a channel."""
    blocks = list(degrade(message(answer.text, answer.blocks), LEVELS - 1).blocks)
    kept = [element for element in answer.buttons if str(element["action_id"]).startswith(IN_WINDOWS)]
    return modal("Paper", [*blocks, actions(*kept)] if kept else blocks)


def choose_paper(sentence: str, choices: Iterable[tuple[int, str]], again: ids.Question) -> Message:
    """A menu of papers; the one chosen is asked about with the same question."""
    options = [(title, again._replace(entry=entry)) for entry, title in choices]
    return _chooser(sentence, ids.CHOOSE_PAPER, "Choose a paper", options)


def choose_league(sentence: str, choices: Iterable[tuple[int, str]], again: ids.Question) -> Message:
    """A menu of leagues; the one chosen is asked the same question."""
    options = [(name, again._replace(entry=league)) for league, name in choices]
    return _chooser(sentence, ids.CHOOSE_LEAGUE, "Choose a league", options)


def _chooser(
    sentence: str,
    action: ids.Action[ids.Question],
    placeholder: str,
    options: Sequence[tuple[str, ids.Question]],
) -> Message:
    written = [(text, action.encode(payload)) for text, payload in options]
    if all(len(value) <= OPTION for _, value in written):
        menu = select(placeholder, action.id("menu"), [option(text, value) for text, value in written])
        return message(escape(sentence), [section(escape(sentence)), actions(menu)])
    row = [
        button(text, action.id(place), value) for place, (text, value) in enumerate(written[:MOST_BUTTONS])
    ]
    return message(escape(sentence), [section(escape(sentence)), actions(*row)])


def help_message(rank: str, h2h: str, here: str) -> Message:
    """All commands by the names they have here; `here` says what this place is to the one who asks."""
    blocks = [
        section(here),
        section("*Questions people ask*\n" + "\n".join(_plain(rank, question) for question in QUESTIONS)),
    ]
    blocks += [
        section(
            f"*{title}*\n"
            + "\n".join(f"`{rank}{' ' + words if words else ''}`  {what}" for words, what in lines)
        )
        for title, lines in HELP
    ]
    short = context(
        f"`{h2h} A | B` is short for `{rank} vs A | B`. A paper is its link, #place, or words of its title."
        " Answers are seen by you alone until you share them."
    )
    return message(f"{rank}: the league's board; {rank} help lists all commands.", [*blocks, short])


def _plain(rank: str, question: PlainQuestion) -> str:
    if question.written:
        ways = " or ".join(f"`{rank} {words}`" for words in question.written.split(", "))
        return f"{question.asked}  {ways}"
    words = f"{rank} {question.command}".rstrip() + (" <paper>" if question.needs_paper else "")
    return f"{question.asked}  `{words}`"


def needs_paper(question: PlainQuestion, rank: str) -> str:
    """What to choose, or write, where a question is about a paper that wasn't named; plain."""
    words = f"{rank} {question.command}".rstrip()
    what = {
        "history": "every comparison with the judge's reasons, and the votes on it with who voted",
        "": "its card: the rank interval and the ± of its score",
    }[question.command]
    return f"Which paper? `{words} <paper>` shows {what}. A paper is its link, #place, or words of its title."


HELP = (
    (
        "Look",
        (
            ("", "the board"),
            ("board uncertain in cs.CL from @ana since 30d", "the board sorted and filtered"),
            ("<paper>", "its card: rank, score, rubric, history"),
            ("vs A | B", "two papers against each other"),
            ("history <paper>", "every comparison, newest first"),
            ("new 7d", "what came in, with ranks"),
            ("next", "what plays next, and when"),
            ("changes since yesterday", "who moved, what is new, what was overturned"),
            ("mine", "the papers you submitted"),
            ("reading", "your reading list, by rank"),
            ("at last week", "the standings as they were then"),
            ("gap", "where tournament and rubric disagree most"),
            ("all", "one board over all public leagues"),
        ),
    ),
    (
        "Understand",
        (
            ("how", "what the judges are told, and how ratings come about"),
            ("judges", "each judge as measured"),
            ("cost", "this month's money"),
            ("log", "who changed what"),
            ("export", "everything as CSV"),
        ),
    ),
    (
        "Do",
        (
            ("add <link>", "add a paper"),
            ("remove <paper>", "take a paper out; `restore` brings it back for 30 days"),
            ("merge A | B", "make two papers one that are the same work; `unmerge` parts them"),
            (
                "follow <paper>",
                "hear by direct message when it moves; `unfollow` ends it, `mute` all of them",
            ),
            ("votes", "the votes that wait for you"),
            ("start 60 matches", "play a tournament; `status`, `pause`, `resume`, `cancel` steer it"),
            ("schedule every weekday at 19:00", "play by itself; `schedule off` ends that"),
            ("digest", "when the channel reads the news"),
            ("stop", "how to stop whatever runs, and how to get me out of the channel"),
            ("budget 25", "what the league may spend a month; without a number, what it has spent"),
            ("settings", "purpose, owners, votes, rights; also `purpose`, `owners`, `import`"),
        ),
    ),
)


def exported(league: str, papers: int, matches: int) -> str:
    """What stands beside a league's CSV files; plain."""
    return f"{league}: {phrases.count(papers, 'paper')}, {phrases.count(matches, 'match', 'matches')}"


def not_found(sentence: str, rank: str, nearest: str | None) -> str:
    """The sentence for words that are neither a paper nor a command."""
    hint = f" Did you mean `{rank} {nearest}`?" if nearest else f" `{rank} help` lists what I can answer."
    return escape(sentence) + hint


def at_home(league: str) -> str:
    """What a league's own channel is to the one who asks for help there."""
    return f"This is a channel of the league *{escape(league)}*: links to papers posted here join it."


def elsewhere(league: str, channel: str) -> str:
    """What any other place is, where one league is meant."""
    return f"Here I answer about *{escape(league)}*, whose home is <#{channel}>."


def uploaded(league: str) -> str:
    """Where an export went."""
    return f"The CSV files of {escape(league)} are in our direct messages."


def place(rank: int | None) -> str:
    """A rank as people write it."""
    return "–" if rank is None else f"#{rank}"


def title(text: str, most: int = 90) -> str:
    """A title for a line of a list, plain."""
    return one_line(text, most)
