"""Short conversational replies that aren't about papers, with a suggested next step."""

from collections.abc import Sequence
from datetime import datetime

from bot.following.topics import Followed
from bot.questions.upcoming import Upcoming
from handlers.blocks import ids, phrases
from handlers.blocks.answers import place
from handlers.blocks.builders import (
    Block,
    Message,
    actions,
    button,
    context,
    date,
    escape,
    link,
    message,
    one_line,
    section,
)
from handlers.following import topics_view
from handlers.slack.words.conversation_view import suggestion_button
from handlers.voting.waiting_votes_view import WaitingVote
from storage.following.followers import HomeEntry

WHICH_LEAGUE = "Which league should I answer about here? I'll remember it."
PRIVACY = (
    "Only you see my answers, and votes are hidden until they close. Models get texts of papers, never names or votes."
    " What you save, read, follow and react to helps to choose new preprints; an owner's setting turns that off."
    " The person who runs me can erase a person with `paperbout forget`."
)
COMPLAINT = (
    "You can overrule a judge: open the match with *Read* and press *Challenge*, and the channel votes."
    " `{rank} challenge A | B` shows the matches of two papers."
)
_TALK: dict[str, tuple[str, tuple[str, ...]]] = {
    "greeting": (
        "Hi! Paste a link to a paper and I'll rank it, or ask me about one. You could start here:",
        ("board", "new", "today"),
    ),
    "thanks": ("You're welcome.", ()),
    "farewell": ("See you!", ()),
    "laugh": (":slightly_smiling_face:", ()),
    "maker": (
        "I'm Paperbout, an open-source bot; the person who runs this workspace's copy installed me.",
        (),
    ),
    "self": (
        "I'm Paperbout, a bot: language models compare the papers you post, I rank them, and your votes overrule.",
        ("how", "judges", "help"),
    ),
    "aside": ("I only know about papers and how they rank.", ("board", "new", "help")),
    "leaving out": (
        "I can't leave papers out of a list. These choose some: `board in cs.CL`, `board from @ana`, `board since 30d`.",
        ("board", "new"),
    ),
    "left": ("All right, I leave that as it is.", ()),
    "language": (
        "I understand English only. Try one of these, or a paper's title:",
        ("board", "new", "help"),
    ),
    "privacy": (PRIVACY, ("how",)),
    "complaint": (COMPLAINT, ("disputed", "judges")),
}


def small_talk(kind: str, rank: str) -> Message:
    """Return the reply to small talk of this kind, with suggestion buttons if any."""
    text, commands = _TALK.get(kind, _TALK["greeting"])
    sentence = text.replace("{rank}", rank)
    blocks: list[Block] = [section(sentence)]
    if commands:
        blocks.append(actions(*(suggestion_button(command) for command in commands)))
    return message(sentence if kind != "laugh" else "A smile.", blocks)


def adding(words: str, offers: Sequence[tuple[str, str]]) -> Message:
    """Return the reply to "add" without a link: how to add a paper, and fitting (title, URL) offers if any."""
    name = f"“{escape(one_line(words, 60))}”" if words else "the paper"
    fitting = [(title, url) for title, url in offers if words and title.casefold() in words.casefold()]
    if fitting:
        sentence = f"Shall I add {escape(fitting[0][0])}?"
        row = actions(
            *(button(f"Add {title}", *ids.ADD_LINK.carry(ids.OfLink(url), title)) for title, url in fitting)
        )
        return message(sentence, [section(sentence), row])
    sentence = f"Send me a link to {name} (arXiv, DOI, OpenReview, a PDF …) and I'll add it."
    return message(sentence, [section(sentence)])


def no_such_term(words: str) -> str:
    """Return the reply that a word isn't a known term, as plain text."""
    return f"I can't explain “{one_line(words, 40)}”. Try score, ±, rank, rubric, match, verdict, vote or settled."


def explanation(term: str, sentence: str) -> Message:
    """Return the explanation of a term in one sentence."""
    label = term[0].upper() + term[1:]
    return message(f"{label}: {sentence}", [section(sentence), actions(suggestion_button("how"))])


def today(upcoming: Upcoming | None, votes: Sequence[WaitingVote], now: datetime) -> Message:
    """Return what plays today and the votes that wait."""
    lines = []
    if upcoming is not None:
        moments = [
            (at, plan.kind)
            for plan in upcoming.schedules
            for at in plan.upcoming
            if at.date() == now.date() and at >= now
        ]
        if upcoming.running is not None:
            run = upcoming.running
            lines.append(f"A tournament is {run.status}: {run.decided} of {run.budget} matches decided.")
        for at, kind in sorted(moments):
            lines.append(f"{'Papers play' if kind == 'tournament' else 'The digest comes'} {date(at)}.")
        if not lines:
            later = min((at for plan in upcoming.schedules for at in plan.upcoming if at > now), default=None)
            lines.append("Nothing plays today." + (f" Next: {date(later)}." if later is not None else ""))
    if votes:
        lines.append(f"{phrases.count(len(votes), 'vote')} {'waits' if len(votes) == 1 else 'wait'} for you:")
        lines += [f"• {_vote(vote)}" for vote in votes[:5]]
    else:
        lines.append("No vote waits for you.")
    text = "\n".join(lines)
    return message(
        text, [section(text), actions(*(suggestion_button(command) for command in ("next", "board", "duel")))]
    )


def _vote(vote: WaitingVote) -> str:
    pair = f"{one_line(vote.first, 60)} or {one_line(vote.second, 60)}"
    return escape(pair) if vote.link is None else link(vote.link, pair)


def following(papers: Sequence[tuple[HomeEntry, str, int]], followed: Followed, command: str) -> Message:
    """Return the papers that a person follows, as (entry, league name, papers ranked), and topics, each with its end."""
    if not papers:
        if followed.topics:
            return topics_view.topics(followed, command)
        text = "You follow no paper yet. *Follow* in the “⋯” menu of a card tells you when its rank clearly changes."
        return message("You follow no paper yet.", [section(text), context(topics_view.usage(command))])
    blocks: list[Block] = [section("*You follow*")]
    for paper, league, size in papers:
        rank = f"{place(paper.rank)} of {size}" if paper.rank is not None else "not ranked yet"
        unfollow = button("Unfollow", *ids.UNFOLLOW.carry(ids.OfEntry(paper.entry)))
        blocks.append(
            section(f"{link(paper.url, one_line(paper.title, 100))}  {rank} in {escape(league)}", unfollow)
        )
    blocks += topics_view.topics(followed, command).blocks if followed.topics else ()
    return message(f"You follow {phrases.count(len(papers), 'paper')}.", blocks)


def only_league(name: str, channel: str) -> Message:
    """Return the reply that there is only one league to choose."""
    return message(f"I answer about *{escape(name)}* (<#{channel}>); it's the only league you can see.")


def in_its_channel(name: str, channel: str) -> Message:
    """Return the reply that this channel answers only about its own league."""
    return message(
        f"This channel has a league of its own. Ask about *{escape(name)}* in <#{channel}>, or in our direct message."
    )


def league_in_use(name: str) -> Message:
    """Return the confirmation of which league a direct message is about from now on."""
    return message(
        f"From now on I answer about *{escape(name)}* here.",
        [
            section(f"From now on I answer about *{escape(name)}* here."),
            actions(suggestion_button("board"), suggestion_button("new")),
        ],
    )
