"""What people say, and which command answers it: by rules alone, over the demo's league."""

import csv
import re
from pathlib import Path
from time import process_time

import pytest

from bot.questions.search.paper_mentions import Shelf, ShelfPaper, nearest_words, slips
from bot.questions.search.shelves import Shelves
from handlers.demo.papers import PAPERS
from handlers.features import COMMANDS
from handlers.slack.words.conversation import meaning_by_rules, plain_request, without_league
from handlers.slack.words.sentences.clauses import requests_in
from handlers.slack.words.sentences.meanings import Meaning
from handlers.slack.words.sentences.understanding import is_typed, small_talk, understand
from tests.growth import MOST
from tests.slack.conftest import REPLAY

PHRASES = REPLAY.parent / "phrases.tsv"
PLACES = {paper.title: place for place, paper in enumerate(PAPERS, 1)}
SHELF = Shelf([ShelfPaper(n, p.title, p.authors, p.key, n) for n, p in enumerate(PAPERS[:26], 1)])
ATTENTION, BERT, GPT3, RESNET, ADAM, GAN = range(1, 7)
WORD2VEC, SCALING, CHINCHILLA, LORA, DIFFUSION = 11, 17, 18, 19, 8


def meaning(text: str, *, thread: bool = False) -> str:
    """The command and its words, "?" where nothing was understood; `thread` is one about Attention Is All You Need."""
    chat = small_talk(text)
    if chat is not None:
        return f"{chat.command} {chat.words}"
    understood = (
        None if is_typed(text, COMMANDS) else understand(text, SHELF, COMMANDS, (1,) if thread else ())
    )
    if understood is None:
        request = COMMANDS.parse(text)
        return f"{COMMANDS[request.command].name} {request.words}".strip()
    return f"{understood.command or '?'} {understood.words}".strip()


GIVEN = {
    "hi": "chat greeting",
    "thanks!": "chat thanks",
    "what can you do?": "help",
    "anything new this week?": "new 7d",
    "why did attention lose?": f"why entry:{ATTENTION}",
    "why is it so low?": f"why entry:{ATTENTION}",
    "is chinchilla better than scaling laws": f"vs entry:{CHINCHILLA} | entry:{SCALING}",
    "how good is the diffusion paper?": f"paper entry:{DIFFUSION}",
    "atention is all you ned": f"paper entry:{ATTENTION}",
    "show history of word2vec": f"history entry:{WORD2VEC}",
    "how sure are you about #3?": f"sure entry:{GPT3}",
    "what does ± mean": "explain interval",
    "can I trust the judges": "judges",
    "do the judges agree with us": "judges",
    "how much did we spend?": "cost",
    "stop it": "stop",
    "start a tournament": "start",
    "add https://arxiv.org/abs/1810.04805": "add https://arxiv.org/abs/1810.04805",
    "can you add the mamba paper": "chat adding mamba",
    "remove this paper": f"remove entry:{ATTENTION}",
    "what did noor post": "board from @noor",
    "mute": "mute",
    "what am I following": "following",
    "my reading list": "reading",
    "settings": "settings",
    "who owns this league": "owners",
    "when was this judged": f"history entry:{ATTENTION}",
    "what is the weakness of lora": f"assessment limitations of entry:{LORA}",
    "is this paper similar to another": f"similar entry:{ATTENTION}",
    "where do judges disagree": "disputed",
    "what was the biggest upset": "upsets",
    "how did #1 do over time": f"history entry:{ATTENTION}",
    "use the other channel": "use",
    "who made you": "chat maker",
    "lol": "chat laugh",
    "#7": "paper entry:7",
    "https://doi.org/10.1038/nature14539": "paper https://doi.org/10.1038/nature14539",
    "rank bert": f"paper entry:{BERT}",
    "good morning, what's the plan today?": "today",
    "is there anything I should vote on": "votes",
}
"""The phrases that were given, and what answers each; those that point at a paper are said in a card's thread."""


def test_the_phrases_that_were_given_are_answered_as_said_there() -> None:
    if not PHRASES.exists():
        pytest.skip("shared/data isn't here")
    with PHRASES.open(newline="") as file:
        phrases = [row["phrase"] for row in csv.DictReader(file, delimiter="\t")]
    assert set(phrases) == set(GIVEN)
    pointing = {
        phrase for phrase in phrases if re.search(r"\b(?:it so|this)\b", phrase) and "league" not in phrase
    }
    assert {p: meaning(p, thread=p in pointing) for p in phrases} == GIVEN


@pytest.mark.parametrize(
    ("command", "sentences"),
    [
        ("chat greeting", "hello there|hey paperbout!|good evening|is anyone there"),
        ("chat thanks", "thank you so much|ok great, thanks|good bot"),
        ("chat farewell", "bye|good night"),
        ("chat laugh", "haha|asdfgh|hmm|blah blah blah"),
        ("chat aside", "tell me a joke|what's the weather like in Berlin?"),
        ("chat privacy", "what do you store about me?|is my vote anonymous?|forget me"),
        ("chat complaint", "that's wrong|I disagree with this ranking"),
        ("merge", "merge"),
        ("board rating", "by the rubric"),
        ("board", "who is winning?|what's the best paper|show me the leaderboard|shwo leaderbord"),
        ("board page 9999", "worst paper"),
        ("board 5", "top 5"),
        ("at last week", "what was the ranking last week"),
        ("changes since last week", "what moved this week?"),
        ("new 1d", "papers added today"),
        ("new 30d", "what came in last month"),
        ("mine", "where is my paper|how are my papers doing"),
        ("board from @tomas", "what has Tomás shared"),
        ("status", "is a tournament running?|how's the tournament going|who won the tournament"),
        ("next", "when is the next tournament?|when do you play next|what's next"),
        ("start 20 matches", "play 20 matches"),
        ("start 60 matches", "start 60 matches"),
        ("stop", "stop everything|shut up|leave this channel|turn off the digest"),
        ("mute", "mute notifications|stop sending me messages"),
        ("budget 25", "set the budget to 25"),
        ("budget", "what's our budget|how much money is left"),
        ("cost", "is it expensive?|what does it cost?"),
        ("votes", "which votes are open?|any open votes|what's waiting for me"),
        ("disputed", "most controversial paper|which verdicts are contested"),
        ("gap", "which papers are overrated"),
        ("judges", "are the judges biased?|how reliable are the judges|which models do you use?"),
        ("how", "how are the ratings computed?|what prompt do you use|how do you rank papers"),
        ("owners", "who is the owner|who's in charge here?|who can change the settings"),
        ("explain rank interval", "what does likely 4-22 mean"),
        ("publish", "could you publish our league|can you make a web page of it|pages to keep"),
        ("export bib", "export to bibtex|give me the bibtex"),
        ("use reading-group", "use reading-group"),
        ("log", "who removed the paper"),
        ("help", "how do I use this?|how do I add a paper?"),
        (f"paper entry:{LORA}", "lroa|tell me about lora please"),
        (f"history entry:{BERT}", "histroy of bert|who voted on bert"),
        (
            f"place entry:{BERT}",
            "where is bert in its category?|what's bert's rank in its field|how does bert rank within cs.CL",
        ),
        (
            f"place entry:{BERT}",
            "bert's category rank|what place does bert have among the papers of its category|rank of bert by category",
        ),
        (f"why entry:{RESNET}", "who beat resnet|why is resnet ranked so high"),
        (f"vs entry:{BERT} | entry:{GPT3}", "did bert beat gpt-3?|bert vs gpt3|difference between bert and gpt-3"),
        (f"assessment strengths of entry:{GAN}", "strengths of the gan paper|what's good about the GANs paper"),
        (f"assessment contribution of entry:{LORA}", "tldr lora|what's lora about"),
        (f"follow entry:{BERT}", "follow bert|tell me when bert moves"),
        (f"unfollow entry:{BERT}", "stop following bert"),
        (f"save entry:{CHINCHILLA}", "save chinchilla for later"),
        (f"similar entry:{ADAM}", "what is similar to adam|papers like adam"),
        ("paper reinforcement learning", "anything on reinforcement learning?"),
        ("?", "which dataset did bert use?|what is the batch size in table 2?"),
    ],
)  # fmt: skip
def test_other_sentences_of_each_kind_reach_their_answer(command: str, sentences: str) -> None:
    said = sentences.split("|")
    assert {sentence: meaning(sentence) for sentence in said} == dict.fromkeys(said, command)


UNSEEN = {
    f"cite entry:{LORA}": "cite lora|give me a citation for lora|bibtex of lora please",
    "export ris reading": "export my list as ris",
    "export bib reading": "my reading list as bibtex",
    "paper robots": "did anyone post about robots",
    "chat self": "whats this thing",
    f"why entry:{ADAM}": "what do people say about adam",
    "chat greeting": "hola|buenas tardes|hey there|bonjour!|guten morgen|こんにちは|Доброе утро|god morgon|안녕하세요",
    "chat thanks": "thx a lot|cheers mate|merci|great job 👍|ok cool|vielen dank!|ありがとうございます|спасибо",
    "chat farewell": "bye|good night everyone",
    "chat laugh": "asdfgh",
    "chat aside": "what's the weather in berlin",
    "help": "how do i use this?|what are you able to do",
    "help me please": "help me please",
    "new 7d": "whats new",
    "new 2d": "which papers came in yesterday?",
    "board": "who's on top|show me the leaderbord|best papers this month|anything worth reading today?",
    "board 5": "top 5",
    "board page 9999": "which paper is the worst?",
    "board from @hinton": "papers by hinton",
    f"paper entry:{BERT}": "how is bert doing",
    f"paper entry:{WORD2VEC}": "where does word2vec stand?",
    f"paper entry:{ATTENTION}": "what's the rank of the transformer paper|atenttion is al you need",
    f"paper entry:{DIFFUSION}": "defusion models",
    f"paper entry:{SCALING}": "scaling laws for neural lanugage models",
    "why alphafold": "who did alphafold lose against",
    f"why entry:{BERT}": "why is bert ranked so high?",
    f"vs entry:{BERT} | entry:{LORA}": "bert vs lora",
    f"vs entry:{WORD2VEC} | entry:{BERT}": "which is better, word2vec or bert?",
    f"vs entry:{ATTENTION} | entry:{CHINCHILLA}": "compare attention and chinchilla",
    f"vs entry:{LORA} | entry:{BERT}": "has lora ever beaten bert?",
    f"history entry:{BERT}": "list all matches of bert",
    f"sure entry:{BERT}": "confidence of #2?",
    f"unfollow entry:{BERT}": "unfollow bert",
    f"save entry:{LORA}": "save lora for later",
    "reading": "what's on my list",
    "budget": "how much money is left?|whats the budget",
    "judges": "which models judge here|which judge is the most generous",
    "next": "when do the next matches run?",
    "schedule": "change the schedule|set another time",
    "votes": "are there open votes?",
    "pause the tournament": "pause the tournament",
    "export bib": "export to bibtex",
    "owners": "who are the admins of this league",
    "how": "how do ratings work",
    "paper proteins": "papers about proteins",
    "log": "who did this?",
}
"""Sentences written before the rules were looked at, most of them, and a few more of the kinds that were missed."""


def test_sentences_that_the_rules_had_not_seen_reach_their_answer() -> None:
    said = {sentence: command for command, some in UNSEEN.items() for sentence in some.split("|")}
    assert {sentence: meaning(sentence) for sentence in said} == said


SENTENCES = Path(__file__).parent / "unseen_sentences.tsv"
"""Three lists, each written before the rules were looked at again; by rules alone 64 %, 73 % and 86 % were answered right
at first, and the rules were mended after each (tests/benchmarks/README.md)."""


def reaction(text: str, *, thread: bool, turns: tuple[str, ...] = (), discussed: tuple[int, ...] = ()) -> str:
    """What a sentence is answered with by rules, as the bot decides it; of a question to a paper, which paper.

    Several requests of one message stand with " + " between them.
    """
    discussed = discussed or ((ATTENTION,) if thread else ())
    request = plain_request(text, COMMANDS)
    if request is None and (several := requests_in(text, SHELF, COMMANDS, discussed)):
        return " + ".join(f"{each.command} {each.words}".strip() for each in several)
    asked = request or meaning_by_rules(text, SHELF, COMMANDS, discussed, turns) or COMMANDS.parse(text)
    name = COMMANDS[asked.command].name if asked.command in COMMANDS.names else asked.command
    words = asked.words.split(" | ")[0] if name == "ask" else asked.words
    return f"{name or '?'} {words}".strip()


def test_lists_of_unseen_sentences_are_answered() -> None:
    with SENTENCES.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    answers = {row["sentence"]: conversation(row["sentence"], row["where"] == "thread") for row in rows}
    assert answers == {row["sentence"]: row["answer"] for row in rows}


def conversation(sentences: str, in_thread: bool) -> str:
    """What each turn of a conversation is answered with; turns and answers stand with " / " between them."""
    turns: tuple[str, ...] = ()
    discussed: tuple[int, ...] = ()
    answers = []
    for turn in sentences.split(" / "):
        answers.append(reaction(turn, thread=in_thread, turns=turns, discussed=discussed))
        turns += (turn,)
        discussed = tuple(map(int, re.findall(r"entry:(\d+)", answers[-1]))) or discussed
    return " / ".join(answers)


@pytest.mark.parametrize(
    ("sentence", "rest", "league"),
    [
        ("what's on top in vision club?", "what's on top ?", "vision-club"),
        ("show me vision-club's board", "show me board", "vision-club"),
        ("the best of #Vision-Club", "the best", "vision-club"),
        ("papers on vision", "papers on vision", ""),
        ("is a vision-clubhouse better in reading", "is a vision-clubhouse better in reading", ""),
    ],
)
def test_a_league_that_a_sentence_names_is_taken_from_it(sentence: str, rest: str, league: str) -> None:
    assert without_league(sentence, ["reading-group", "vision-club"]) == (rest, league)


async def test_a_leagues_shelf_is_built_once_and_anew_when_a_rank_changes() -> None:
    shelves, papers = Shelves(), [ShelfPaper(1, "Adam", rank=1), ShelfPaper(2, "BERT", rank=2)]
    first = await shelves.shelf("T1", 1, papers)
    assert await shelves.shelf("T1", 1, list(papers)) is first
    assert await shelves.shelf("T1", 2, papers) is not first, "each league has its own"
    anew = await shelves.shelf("T1", 1, [ShelfPaper(1, "Adam", rank=2), ShelfPaper(2, "BERT", rank=1)])
    assert anew.ranks == {2: 1, 1: 2}


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("similar ones?", f"similar entry:{ATTENTION}"),
        ("how reliable is that rank", f"sure entry:{ATTENTION}"),
        ("who submitted this?", f"origin entry:{ATTENTION}"),
        ("is it any good?", f"paper entry:{ATTENTION}"),
        ("read it later", f"save entry:{ATTENTION}"),
        ("follow this one", f"follow entry:{ATTENTION}"),
        ("and rigor?", f"assessment rigor of entry:{ATTENTION}"),
        ("compare with #2", f"vs entry:{ATTENTION} | entry:{BERT}"),
        ("is it better than bert?", f"vs entry:{ATTENTION} | entry:{BERT}"),
        ("tl;dr", f"assessment contribution of entry:{ATTENTION}"),
        ("why?", f"why entry:{ATTENTION}"),
        ("vs 2?", f"vs entry:{ATTENTION} | entry:{BERT}"),
        ("who voted on this", f"history entry:{ATTENTION}"),
        ("any flaws?", f"assessment limitations of entry:{ATTENTION}"),
        ("who wrote this?", f"origin entry:{ATTENTION}"),
        ("how sure are you?", f"sure entry:{ATTENTION}"),
        ("follow it", f"follow entry:{ATTENTION}"),
        ("what plays next", "next"),
        ("where do judges disagree", "disputed"),
        ("how much did it cost", "cost"),
        ("why did lora lose?", f"why entry:{LORA}"),
    ],
)
def test_in_a_papers_thread_it_is_that_paper_unless_the_league_is_meant(sentence: str, command: str) -> None:
    assert meaning(sentence, thread=True) == command


def test_titles_that_begin_like_questions_are_titles() -> None:
    titles = ("How powerful are graph neural networks?", "Why should I trust you?", "What matters in data")
    shelf = Shelf([ShelfPaper(n, title) for n, title in enumerate(titles, 1)])
    for entry, title in shelf.papers.items():
        assert understand(title.title, shelf, COMMANDS) == Meaning("paper", f"entry:{entry}")


def test_every_command_as_the_help_writes_it_stays_that_command() -> None:
    for command in COMMANDS:
        for words, _what in command.lines:
            if words and "<" not in words and not command.is_spoken:
                assert meaning(words).split()[0] == command.name, words


def test_a_name_that_two_papers_bear_is_asked_about() -> None:
    understood = understand("kingma", SHELF, COMMANDS)
    assert understood is not None
    assert [SHELF.papers[entry].title.split(":")[0] for entry in understood.choices] == [
        "Adam",
        "Auto-Encoding Variational Bayes",
    ]


def test_a_guess_answers_questions_and_changes_nothing_unasked() -> None:
    assert understand("why did lroa lose", SHELF, COMMANDS) == Meaning("why", f"entry:{LORA}")
    for sentence in ("remove lroa", "follow bertt"):
        understood = understand(sentence, SHELF, COMMANDS)
        assert understood is not None
        assert len(understood.choices) == 1, "a menu asks first"
    assert understand("merge bertt and lroa", SHELF, COMMANDS) in {None, Meaning("merge", "bertt and lroa")}


def test_what_isnt_understood_gets_three_suggestions() -> None:
    understood = understand("purple elephants dance slowly", SHELF, COMMANDS)
    assert understood is not None
    assert understood.command == ""
    assert len(understood.suggestions) == 3


def test_a_slip_is_a_letter_more_less_other_or_two_swapped() -> None:
    assert all(slips(word, "history", 1) for word in ("histroy", "hstory", "hisstory", "historx", "history"))
    assert not slips("hystory", "histori", 1)
    assert nearest_words("lerning", ["learning", "earnings", "warning"]) == ["learning"]
    assert nearest_words("abc", ["abd"]) == [], "three letters are too few to be sure"


def test_the_time_for_a_mistyped_sentence_grows_no_faster_than_the_number_of_papers() -> None:
    words = [paper.title for paper in PAPERS]

    def seconds(papers: int) -> float:
        titles = (f"{words[n % 26]} {n:x} {words[n % 25][::-1]}" for n in range(papers))
        shelf = Shelf([ShelfPaper(n, title, ("A. Nyone",)) for n, title in enumerate(titles)])
        began = process_time()
        understand("waht abuot teh atention papre and somthing completly difrent", shelf, COMMANDS)
        return process_time() - began

    assert min(seconds(1_600) / seconds(200) for _ in range(3)) < MOST


@pytest.mark.parametrize(
    "sentence",
    [
        "don't remove bert",
        "please do not delete this paper",
        "never start a tournament",
        "never mute me",
        "don't publish it",
    ],
)
def test_what_somebody_forbids_is_left_undone(sentence: str) -> None:
    assert reaction(sentence, thread=True) == "chat left"


def test_typed_words_stay_a_command_though_they_sound_like_a_question_to_a_paper() -> None:
    typed = "purpose papers that explain attention to a clinician"
    assert reaction(typed, thread=False) == typed


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("compare Faster R-CNN with U-Net", "vs entry:2 | entry:1"),
        ("how does mask r-cnn rank?", "paper entry:3"),
    ],
)
def test_a_letter_of_a_papers_name_is_no_slip_of_the_keyboard(sentence: str, command: str) -> None:
    titles = "U-Net: Convolutional Networks", "Faster R-CNN: Towards Real-Time Detection", "Mask R-CNN"
    shelf = Shelf([ShelfPaper(n, title) for n, title in enumerate(titles, 1)])
    meant = understand(sentence, shelf, COMMANDS)
    assert meant is not None
    assert f"{meant.command} {meant.words}" == command


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("what changed in the last 3 weeks", "since 21d"),
        ("what changed in the past fortnight", "since 14d"),
        ("what changed in the last 10 days", "since 10d"),
        ("what changed last week", "since last week"),
        ("what changed since march", "since march"),
    ],
)
def test_what_changed_in_a_time_of_many_days_or_weeks(sentence: str, words: str) -> None:
    assert meaning(sentence) == f"changes {words}"


@pytest.mark.parametrize(
    ("typed", "command", "is_offer"),
    [("histroy", "history", False), ("votse", "votes", False), ("cancle", "cancel", True)],
)
def test_a_mistyped_command_alone_is_that_command_but_changes_nothing(
    typed: str, command: str, is_offer: bool
) -> None:
    assert understand(typed, SHELF, COMMANDS) == Meaning(command, is_offer=is_offer)


@pytest.mark.parametrize("sentence", ["?", "??", "?!"])
def test_a_question_mark_alone_is_the_help(sentence: str) -> None:
    assert reaction(sentence, thread=False) == "help"


def test_a_sure_example_outweighs_a_loose_phrase_and_a_precise_pattern_outweighs_both() -> None:
    assert meaning("which papers split the judges?") == "disputed", "a phrase about judges occurs in it, too"
    assert meaning("which papers have the widest error bars") == "board uncertain"
    assert meaning("top 5 in cs.CL") == "board 5 in cs.CL"
