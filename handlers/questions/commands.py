"""Commands that ask: boards, papers, pairs, reports, and plain questions."""

from handlers.blocks.answers import private
from handlers.blocks.ids import Page
from handlers.questions import ask_windows
from handlers.questions.answers import overall
from handlers.questions.asker import Asker
from handlers.questions.help import help_view
from handlers.questions.pages import PAGES, mistyped_page
from handlers.questions.papers import paper_in_question
from handlers.questions.papers.paper_in_question import WHO_VOTED
from handlers.questions.replies import reply
from handlers.slack.calls import Call
from handlers.slack.words.commands import BOARD, PAPER, VERSUS, Command, Line, Run
from handlers.slack.words.plain_questions import PlainQuestion
from storage.errors import AmbiguousError, NotFoundError
from storage.leagues.homes import About
from storage.leagues.league_rows import League

HOW = "how"
WHY = "why"
LOSES = PlainQuestion(
    "Why did it lose?",
    r"why\b.*\b(?:lose|lost|losing|win|won|beat|rank\w*|low|high|last|down|fell|drop\w*)\b",
    needs_paper=True,
    answer="the matches that decided its rank",
)


def _question(name: str) -> Run:
    """Return the function that runs a command by showing the page of this name."""

    async def run(call: Call, words: str) -> None:
        await reply(call, PAGES[name], name, words)

    return run


async def _overall(call: Call, _words: str) -> None:
    viewer = await call.viewer(About.EVERYTHING)
    async with call.services.database.reading(call.workspace) as session:
        answer = private(await overall(Asker.of(call, session, viewer), Page("all", 0, 0)))
    await call.answer(answer)


async def _paper(call: Call, words: str) -> None:
    """Answer with the named paper, or as a plain question; else suggest the nearest command."""
    try:
        await reply(call, PAGES[PAPER], PAPER, words)
    except NotFoundError as error:
        commands = call.services.commands
        question = commands.question(words)
        if question is not None:
            await _in_plain_words(call, question, words)
            return
        nearest = commands.nearest(words.split(None, 1)[0])
        if (nearest is None or len(words.split()) > 1) and await _mistyped(call, words):
            return
        await call.answer(help_view.not_found(error.sentence, call.services.settings.rank_command, nearest))


async def _mistyped(call: Call, words: str) -> bool:
    """Answer with the paper whose title is most similar to the words; return False if none is."""
    try:
        await reply(call, mistyped_page, PAPER, words)
    except NotFoundError:
        return False
    return True


async def _how(call: Call, words: str) -> None:
    question = call.services.commands.question(f"how {words}") if words else None
    if question is not None and call.services.commands.of_question(question).name != HOW:
        await _in_plain_words(call, question, f"how {words}")
        return
    await reply(call, PAGES[HOW], HOW, "" if question is not None else words)


async def _why(call: Call, words: str) -> None:
    """Answer `why`: the reasons for a paper's rank; "why did it lose?" is answered as a plain question."""
    question = call.services.commands.question(f"why {words}") if words else LOSES
    if question is LOSES:
        await _in_plain_words(call, LOSES, f"why {words}".strip())
        return
    await reply(call, PAGES[WHY], WHY, words)


async def _in_plain_words(call: Call, question: PlainQuestion, words: str) -> None:
    """Answer a plain question; if it needs a paper that isn't named, offer a menu of likely ones."""
    commands = call.services.commands
    command = commands.of_question(question)
    if not question.needs_paper:
        await command.run(call, question.words)
        return
    kind = paper_in_question.kind_of(command)

    async def page_of(asker: Asker, league: League, words: str) -> Page:
        page = await paper_in_question.named(asker, league, kind, words)
        if page is not None:
            return page
        choices = await paper_in_question.pointed_at(asker, league, question, call.channel, call.thread_ts)
        if not choices:
            raise NotFoundError("No paper is in this league yet. Post a link to one here.")
        if len(choices) == 1:
            return Page(kind, league.id, 0, choices[0][0])
        rank = call.services.settings.rank_command
        raise AmbiguousError(help_view.needs_paper(question, commands, rank), tuple(choices))

    await reply(call, page_of, command.name, words)


async def _versus(call: Call, words: str) -> None:
    """Answer `vs A | B`; alone, it opens a window with a menu for each paper."""
    if not words.strip() and call.trigger_id:
        await ask_windows.open_compare(call)
        return
    await reply(call, PAGES[VERSUS], VERSUS, words)


LOOK = (
    Command(
        name=BOARD,
        run=_question(BOARD),
        usage="",
        help="the board",
        group="Look",
        aliases=("leaderboard", "top"),
        examples=(Line("board uncertain in cs.CL from @ana since 30d", "the board sorted and filtered"),),
    ),
    Command(
        name=PAPER,
        run=_paper,
        usage="<paper>",
        help="its card: rank, score, rubric, history",
        group="Look",
        questions=(
            PlainQuestion(
                "How sure is this rank?",
                r"how\b.*\b(?:sure|certain|reliable|precise)\b",
                needs_paper=True,
                answer="its card: the rank interval and the ± of its score",
            ),
        ),
    ),
    Command(
        name=VERSUS,
        run=_versus,
        usage="vs A | B",
        help="two papers against each other",
        group="Look",
        aliases=("compare",),
        takes_link=True,
    ),
    Command(
        name=WHY,
        run=_why,
        usage="why <paper>",
        help="what its rank rests on, in three sentences",
        group="Look",
        takes_link=True,
        questions=(LOSES,),
    ),
    Command(
        name="history",
        run=_question("history"),
        usage="history <paper>",
        help="every comparison, newest first",
        group="Look",
        takes_link=True,
        questions=(WHO_VOTED,),
    ),
    Command(
        name="sure",
        run=_question("sure"),
        usage="sure <paper>",
        help="how sure its rank is, in words",
        group="Look",
        beside="history",
        takes_link=True,
    ),
    Command(
        name="place",
        run=_question("place"),
        usage="place <paper>",
        help="its place in each of its categories",
        group="Look",
        beside="history",
        takes_link=True,
    ),
    Command(
        name="origin",
        run=_question("origin"),
        usage="origin <paper>",
        help="who wrote it, when, and who brought it here",
        group="Look",
        beside="history",
        takes_link=True,
    ),
    Command(
        name="assessment",
        run=_question("assessment"),
        usage="assessment limitations of <paper>",
        help="what its assessment says, whole or of one aspect",
        group="Look",
        takes_link=True,
    ),
    Command(
        name="similar",
        run=_question("similar"),
        usage="similar <paper>",
        help="the papers here that are closest to it",
        group="Look",
        takes_link=True,
    ),
    Command(
        name="new",
        run=_question("new"),
        usage="new 7d",
        help="what came in, with ranks",
        group="Look",
    ),
    Command(
        name="next",
        run=_question("next"),
        usage="next",
        help="what plays next, and when",
        group="Look",
        questions=(
            PlainQuestion("What plays next?", r"(?:what|when|who)\b.*\b(?:next|plays?)\b", is_broad=True),
        ),
    ),
    Command(
        name="changes",
        run=_question("changes"),
        usage="changes since yesterday",
        help="who moved, what is new, what was overturned",
        group="Look",
        aliases=("movers",),
        questions=(
            PlainQuestion(
                "What changed since yesterday?",
                r"what\b.*\b(?:changed?|moved|new|happened)\b",
                words="since yesterday",
                is_broad=True,
            ),
        ),
    ),
    Command(
        name="mine",
        run=_question("mine"),
        usage="mine",
        help="the papers you submitted",
        group="Look",
        questions=(PlainQuestion("Where is my paper?", r"where\b.*\bpapers?\b"),),
    ),
    Command(
        name="at",
        run=_question("at"),
        usage="at last week",
        help="the standings as they were then",
        group="Look",
    ),
    Command(
        name="disputed",
        run=_question("disputed"),
        usage="disputed",
        help="where judges disagree, and what is voted on",
        group="Look",
        aliases=("contested",),
    ),
    Command(
        name="upsets",
        run=_question("upsets"),
        usage="upsets",
        help="wins against the odds",
        group="Look",
        aliases=("upset",),
        beside="disputed",
    ),
    Command(
        name="gap",
        run=_question("gap"),
        usage="gap",
        help="where tournament and rubric disagree most",
        group="Look",
    ),
    Command(
        name="all",
        run=_overall,
        usage="all",
        help="one board over all public leagues",
        group="Look",
    ),
)

UNDERSTAND = (
    Command(
        name=HOW,
        run=_how,
        usage="how",
        help="what the judges are told, and how ratings come about",
        group="Understand",
        questions=(
            PlainQuestion("Who decides?", r"who\b.*\b(?:decides?|judges?|ranks?)\b"),
            PlainQuestion(
                "How does it judge?", r"how\b.*\b(?:judge[ds]?|rank(?:ed|s)?|rated?|works?)\b", is_broad=True
            ),
        ),
    ),
    Command(
        name="judges",
        run=_question("judges"),
        usage="judges",
        help="each judge as measured",
        group="Understand",
    ),
    Command(
        name="cost",
        run=_question("cost"),
        usage="cost",
        help="this month's money",
        group="Understand",
        questions=(
            PlainQuestion("What did this cost?", r"(?:what|how much)\b.*\b(?:cost|spen[dt]|pay|paid)"),
        ),
    ),
    Command(
        name="log",
        run=_question("log"),
        usage="log",
        help="who changed what",
        group="Understand",
    ),
)

COMMANDS = (*LOOK, *UNDERSTAND)
