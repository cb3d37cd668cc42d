"""Ids of buttons, menus and modals, and the values they carry; encoded and decoded only here, with types.

A new one is one line: `CAST_VOTE = Action("vote.cast", Ballot)`. The view writes `button("Draw",
*CAST_VOTE.carry(Ballot(poll=7, choice=2)))`, the listener gets the `Ballot` back.
"""

from typing import NamedTuple

from handlers.blocks.payloads import (
    METADATA_LIMIT,
    OPTION_LIMIT,
    VALUE_LIMIT,
    Action,
    Modal,
    OfPick,
    OfTopic,
    Page,
    PaperTopic,
    Period,
    PickBallot,
    Presenting,
    Question,
    ScheduleWindow,
    Where,
    from_menu,
)

__all__ = [
    "METADATA_LIMIT",
    "OPTION_LIMIT",
    "VALUE_LIMIT",
    "Action",
    "Modal",
    "OfPick",
    "OfTopic",
    "Page",
    "PaperTopic",
    "Period",
    "PickBallot",
    "Presenting",
    "Question",
    "ScheduleWindow",
    "Where",
    "from_menu",
]

MENU_ID = "menu"
"""Action id of all "⋯" menus; the value of the chosen option names the action."""


class Nothing(NamedTuple):
    """Payload of a button whose name says it all."""


class Switch(NamedTuple):
    """Payload of a button that turns something on or off; `on` is the new state."""

    on: bool


class OfEntry(NamedTuple):
    """What a button about an entry (a paper in a league) carries: the entry's id."""

    entry: int


class OfMatch(NamedTuple):
    """What a button about a match carries: the match's id."""

    match: int


class OfMerge(NamedTuple):
    """What a button about a merge of two papers carries: the merge's id."""

    merge: int


class OfPoll(NamedTuple):
    """What a button about a poll (the vote on a match) carries: the poll's id."""

    poll: int


class OfLeague(NamedTuple):
    """What a button about a league carries: the league's id."""

    league: int


class ServeChoice(NamedTuple):
    """What a button about a league's served pages carries: `word` is on, off or renew."""

    league: int
    word: str


class OfToken(NamedTuple):
    """What a button about a program's token carries: its league and its id, never the token."""

    league: int
    token: int


class OfWebhook(NamedTuple):
    """What a button about an address for events carries: its league and its id."""

    league: int
    webhook: int


class OwnerRequest(NamedTuple):
    """What a button carries that asks an owner for something; `wish` ends the sentence "asks you to …"."""

    league: int
    owner: str
    wish: str


class OfTournament(NamedTuple):
    """What a button about a tournament carries: the tournament's id."""

    tournament: int


class OfJudge(NamedTuple):
    """What a button about a judge carries: the judge's name in the settings."""

    judge: str


class MoreLike(NamedTuple):
    """Payload of an option of a daily preprint: whether the person wants more papers like it, or fewer."""

    entry: int
    more: bool


class JudgeChoice(NamedTuple):
    """Payload of a button that lets a judge at chance count in a league, or not: `counts` is the new state."""

    league: int
    judge: str
    counts: bool


class OfLink(NamedTuple):
    """What a button carries about a link whose paper isn't in the league: the link's URL."""

    url: str


class OfHeldLinks(NamedTuple):
    """Payload naming a message's links that wait until a person confirms that they should be added."""

    held: int


class InChannel(NamedTuple):
    """What a button about a channel carries: the channel's id."""

    channel: str


class Ballot(NamedTuple):
    """Payload of a vote: the poll and the choice (0 and 1 the papers as shown, 2 draw, 3 abstain)."""

    poll: int
    choice: int


class DuelBallot(NamedTuple):
    """Payload of a duel's answer: two entries and "first", "second", "skip", or on Home "back".

    `beside`: the message holds more than the duel, so the answer appears beside it.
    """

    first: int
    second: int
    choice: str
    beside: bool = False


class Mark(NamedTuple):
    """Payload of a mark: "match" or "assessment", its id, and whether the person finds it good."""

    about: str
    row: int
    is_good: bool


class Pair(NamedTuple):
    """What a button about two papers carries: the ids of both entries."""

    first: int
    second: int


class OfReview(NamedTuple):
    """What a tab of a paper's assessment window carries: the entry, and which assessor's review to show (from 0)."""

    entry: int
    tab: int = 0


class ModalSubject(NamedTuple):
    """What a window about one row carries: the row's id, and where to post the answer when it is submitted."""

    id: int
    channel: str = ""
    thread_ts: str = ""
    response_url: str = ""


class OfWork(NamedTuple):
    """Payload naming failed work: the kind of row (match, assessment, paper, …) and its id."""

    kind: str
    id: int


MENU: Action[Nothing] = Action(MENU_ID, Nothing)
OPEN_LINK = Action("link", Nothing)
ALL_COMMANDS = Action("help.commands", Nothing)
"""Id of buttons that only open a URL; Slack reports their clicks too."""

ASSESSMENT = Action("card.assessment", OfReview)
WHY = Action("card.why", OfEntry)
HISTORY = Action("card.history", OfEntry)
COMPARE = Action("card.compare", OfEntry)
CARD = Action("card.show", OfEntry)
MORE = Action("card.more", OfEntry)
FOLLOW = Action("card.follow", OfEntry)
UNFOLLOW = Action("card.unfollow", OfEntry)
FOLLOW_TOPIC = Action("topic.follow", PaperTopic)
UNFOLLOW_TOPIC = Action("topic.end", OfTopic)
TOPICS = Action("topic.list", Nothing)
SAVE = Action("card.save", OfEntry)
UNSAVE = Action("card.unsave", OfEntry)
MARK_READ = Action("card.read", OfEntry)
SHARE = Action("share", Page)
SHARE_CARD = Action("card.share", OfEntry)
POST_CARD = Action("card.post", OfEntry)
MARK_AUTHOR = Action("card.author", OfEntry)
UNMARK_AUTHOR = Action("card.not_author", OfEntry)
REMOVE = Action("card.remove", OfEntry)
CONFIRM_REMOVAL = Action("card.remove_now", OfEntry)
RESTORE = Action("card.restore", OfEntry)
MERGE = Action("paper.merge", Pair)
UNMERGE = Action("paper.unmerge", OfMerge)
ADD_TO = Action("card.add", OfEntry)
ADD_LINK = Action("link.add", OfLink)
ADD_HELD = Action("links.add", OfHeldLinks)
EXPORT = Action("board.export", OfLeague)
PUBLISH = Action("league.publish", OfLeague)
MORE_LIKE_THIS = Action("preprint.wish", MoreLike)
NO_WISH = Action("preprint.no_wish", OfEntry)
SERVE = Action("league.serve", ServeChoice)
REVOKE_TOKEN = Action("api.revoke", OfToken)
REMOVE_WEBHOOK = Action("webhook.remove", OfWebhook)
CITE = Action("card.cite", OfEntry)
CITE_BOARD = Action("board.cite", Page)
CITE_LIST = Action("reading.cite", Nothing)
PAGE = Action("page", Page)
CHOOSE_PAPER = Action("choose.paper", Question)
PICK_PAPER = Action("pick.paper", OfEntry)
"""Action of the menu that finds papers while a person types.

Its id ends with the question asked about the chosen paper.
"""
CHOOSE_LEAGUE = Action("choose.league", Question)
ASK = Action("ask.command", Question)
"""Id of suggestion buttons, which run a command as if it had been typed."""

CHALLENGE = Action("match.challenge", OfMatch)
READ_MATCH = Action("match.read", OfMatch)
CAST_VOTE = Action("vote.cast", Ballot)
DUEL_VOTE = Action("duel.vote", DuelBallot)
DUEL_MORE = Action("duel.more", OfLeague)
DUEL_BACK = Action("duel.back", Pair)
DUEL_DAILY = Action("duel.daily", OfLeague)
DUELS = Action("duel.mine", Switch)
PRESENT = Action("pick.present", Presenting)
PICK_VOTE = Action("pick.vote", OfPick)
PICK_CHOICE = Action("pick.choice", PickBallot)
PICK_AGAIN = Action("pick.again", OfPick)
DISCUSSED = Action("pick.discussed", Presenting)
UNDISCUSSED = Action("discussion.end", OfEntry)
NOTE = Action("note.write", OfEntry)
TAGS = Action("tags.edit", OfEntry)
LIST = Action("list.add", OfEntry)
UNLIST = Action("list.remove", OfEntry)
HOME_DUEL = Action("home.duel", DuelBallot)
FEEDBACK = Action("judge.feedback", Mark)
VOTE_REASON = Action("vote.reason", OfPoll)
VOTE_AUTHOR = Action("vote.author", OfPoll)
CLOSE_VOTE = Action("vote.close", OfPoll)
VOTE_RESULT = Action("vote.result", OfPoll)
VOTE_RULES = Action("vote.rules", OfPoll)
REVERT = Action("override.revert", OfMatch)

PAUSE = Action("tournament.pause", OfTournament)
RESUME = Action("tournament.resume", OfTournament)
RAISE_CAP = Action("tournament.raise", OfTournament)
CANCEL = Action("tournament.cancel", OfTournament)
ESTIMATE = Action("tournament.estimate", Nothing)
TOURNAMENT_DETAILS = Action("tournament.details", OfTournament)
PLAY_NOW = Action("tournament.play", Pair)
SCHEDULE_TOURNAMENT = Action("tournament.schedule", OfLeague)
PREVIEW_SCHEDULE = Action("tournament.when", Nothing)
START_TOURNAMENT = Action("tournament.start", OfLeague)

MUTE_DIGEST = Action("digest.mute", OfLeague)
DIGEST_IN_DM = Action("digest.dm", OfLeague)
DIGEST_DETAILS = Action("digest.details", Period)
DIGEST_SETTINGS = Action("digest.settings", OfLeague)
NO_DUELS = Action("digest.duels", OfLeague)

CREATE_LEAGUE = Action("league.create", InChannel)
LEAGUE_SETTINGS = Action("league.settings", OfLeague)
IMPORT_HISTORY = Action("league.import", OfLeague)
TAKE_OVER = Action("league.own", OfLeague)
ASK_OWNER = Action("owner.ask", OwnerRequest)
PLAY_AGAIN = Action("league.replay", OfEntry)

RETRY_WORK = Action("home.retry", OfWork)
UNFOLD_EVERYWHERE = Action("home.unfold", Switch)
RESUME_JUDGE = Action("home.judge", OfJudge)
ADMIT_JUDGE = Action("judge.admit", OfJudge)
CHOOSE_JUDGE = Action("judge.choose", JudgeChoice)
LEAGUE_CREATE_MODAL = Modal("league_create", Where)
LEAGUE_SETTINGS_MODAL = Modal("league_settings", Where)
PUBLISH_MODAL = Modal("league_publish", Where)
LEAGUE_BUDGET_MODAL = Modal("league_budget", Where)
RAISE_CAP_MODAL = Modal("tournament_raise", ModalSubject)
TOURNAMENT_START_MODAL = Modal("tournament_start", Where)
TOURNAMENT_SCHEDULE_MODAL = Modal("tournament_schedule", ScheduleWindow)
TAGS_MODAL = Modal("tags", ModalSubject)
NOTE_MODAL = Modal("note", ModalSubject)
VOTE_REASON_MODAL = Modal("vote_reason", ModalSubject)
CLOSE_VOTE_MODAL = Modal("close_vote", ModalSubject)
REVERT_REASON_MODAL = Modal("revert_reason", ModalSubject)
ASK_MODAL = Modal("ask", Where)
COMPARE_MODAL = Modal("compare_pick", ModalSubject)
COMPARE_TWO_MODAL = Modal("compare_two", Where)
ASSESSMENT_MODAL = Modal("assessment_view", OfReview)
DIGEST_SETTINGS_MODAL = Modal("digest_settings", Where)
ADD_TO_MODAL = Modal("add_to_league", ModalSubject)

ADD_PAPER_SHORTCUT = "add_paper"
"""Callback id of the message shortcut "Add to Paperbout"."""
ASK_SHORTCUT = "ask_rank"
"""Callback id of the global shortcut that asks a question."""
