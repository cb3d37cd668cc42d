"""View of what a person follows besides papers (authors, keywords, venues), and of the news about new papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.following.topics import Followed, TopicName
from bot.papers.text import summary_line
from handlers.blocks import builders, ids, phrases
from handlers.blocks.builders import Block, Message
from storage.following.topics import NewsEntry, Topic

MOST = 10
"""How many papers a message of news shows, and how many topics Home does."""
SUMMARY = 140
"""Most characters of the line on a paper in the news."""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A new paper in a person's news, with its league's name and size, and the topic that it fits."""

    paper: NewsEntry
    league: str
    of: int
    topic: TopicName


def _name(text: str) -> str:
    return builders.escape(builders.one_line(text, 80))


def _label(kind: str, words: str) -> str:
    return f"{kind} *{_name(words)}*"


def usage(command: str) -> str:
    """Return how to follow a paper, an author, a keyword or a venue."""
    return (
        f"`{command} follow keyword mixture of experts`, `{command} follow author Jane Doe` or "
        f"`{command} follow venue ICML` tells you of new papers; `{command} follow <paper>` of changes to one paper."
    )


def confirmation(topic: TopicName, followed: Followed, command: str, *, is_new: bool) -> Message:
    """Return the confirmation that a person follows a topic now, with buttons to end it and to see all."""
    already = "" if is_new else " already"
    when = "" if followed.next_at is None else builders.date(followed.next_at, lead="Next look:")
    text = (
        f"You follow the {_label(topic.kind, topic.words)}{already}: I'll DM you new papers of your leagues that fit, "
        "at most once a day."
    )
    note = f"{when} · `{command} follow at 17:00` changes the time"
    row = next(
        (each for each in followed.topics if (each.kind, each.words) == (topic.kind, topic.words)), None
    )
    buttons = (
        [] if row is None else [builders.button("Unfollow", *ids.UNFOLLOW_TOPIC.carry(ids.OfTopic(row.id)))]
    )
    buttons.append(builders.button("All you follow", *ids.TOPICS.carry(ids.Nothing())))
    return builders.message(
        text, [builders.section(text), builders.context(note), builders.actions(*buttons)]
    )


def end_confirmation(topic: TopicName) -> str:
    """Return the confirmation that a person no longer follows a topic."""
    return f"You no longer follow the {_label(topic.kind, topic.words)}."


def time_confirmation(followed: Followed) -> str:
    """Return the confirmation that a person's news come at another time."""
    assert followed.next_at is not None
    return f"{builders.date(followed.next_at, lead='Your next news of new papers:')}."


def topics(followed: Followed, command: str) -> Message:
    """Return all topics that a person follows, each with a button to end it."""
    if not followed.topics:
        text = f"You follow no author, keyword or venue. {usage(command)}"
        return builders.message(text, [builders.section(text)])
    text = f"You follow {_count(followed.topics)}."
    when = (
        "" if followed.next_at is None else builders.date(followed.next_at, lead="Next look for new papers:")
    )
    note = f"{when} · `{command} follow at 17:00` changes the time"
    lines = [_line(topic) for topic in followed.topics]
    return builders.message(text, [builders.section(text), *lines, builders.context(note)])


def on_home(followed: Followed, command: str) -> list[Block]:
    """Return the Home tab's part on topics, each with a button to end it; empty without topics."""
    if not followed.topics:
        return []
    rest = len(followed.topics) - MOST
    blocks = [builders.header("You follow"), *map(_line, followed.topics[:MOST])]
    if rest > 0:
        blocks.append(builders.context(f"and {rest} more: `{command} follow`"))
    return blocks


def _count(rows: Sequence[Topic]) -> str:
    kinds = [("author", "authors"), ("keyword", "keywords"), ("venue", "venues")]
    counts = [(sum(row.kind == one for row in rows), one, many) for one, many in kinds]
    return phrases.and_list([phrases.count(number, one, many) for number, one, many in counts if number])


def _line(topic: Topic) -> Block:
    end = builders.button("Unfollow", *ids.UNFOLLOW_TOPIC.carry(ids.OfTopic(topic.id), topic.id))
    return builders.section(f"{topic.kind.capitalize()} *{_name(topic.words)}*", end)


def news(lines: Sequence[NewsLine]) -> Message:
    """Return the message about new papers that fit what a person follows."""
    fit = "fits" if len(lines) == 1 else "fit"
    text = f"{phrases.count(len(lines), 'new paper')} that {fit} what you follow"
    blocks = [builders.section(f"*{text}*"), *map(_paper, lines[:MOST])]
    if len(lines) > MOST:
        titles = [
            builders.link(line.paper.url, builders.one_line(line.paper.title, 80)) for line in lines[MOST:]
        ]
        blocks.append(builders.context("Also: " + " · ".join(titles[:MOST])))
    blocks.append(builders.actions(builders.button("What you follow", *ids.TOPICS.carry(ids.Nothing()))))
    return builders.message(f"{text}: {_name(lines[0].paper.title)}", blocks)


def _paper(line: NewsLine) -> Block:
    paper = line.paper
    place = (
        "not ranked yet"
        if paper.rank is None or paper.score is None or paper.interval is None
        else f"#{paper.rank} of {line.of} · {phrases.score(paper.score, paper.interval)}"
    )
    title = builders.link(paper.url, builders.one_line(paper.title, 150))
    facts = f"{place} · {_name(line.league)} · {line.topic.kind}: {_name(line.topic.words)}"
    summary = builders.escape(summary_line(paper.summary, SUMMARY))
    sentence = f"\n_{summary}_" if summary else ""
    show = builders.button("Show", *ids.CARD.carry(ids.OfEntry(paper.entry), paper.entry))
    return builders.section(f"*{title}*\n{facts}{sentence}", show)
