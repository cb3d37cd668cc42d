"""Phrases that people use, each with the command that answers it and its words.

A pattern is searched in the lower-case sentence, in which each paper named is replaced by `P`. In the words, `{p}` is the
paper meant and `{q}` the second one; other names in braces are groups of the pattern.
"""

import re
from typing import NamedTuple

from bot.papers.text import folded

CHAT = "chat"
"""Name of the command for small talk; its words are the kind of talk."""


class Phrase(NamedTuple):
    """A compiled phrase; `papers` is how many papers must be named or under discussion."""

    pattern: re.Pattern[str]
    command: str
    words: str
    papers: int


def phrases_of(*rows: tuple[str, str, str]) -> tuple[Phrase, ...]:
    """Compile rows of (pattern, command, words) to phrases."""
    return tuple(
        Phrase(re.compile(pattern), command, words, 2 if "{q}" in words else 1 if "{p}" in words else 0)
        for pattern, command, words in rows
    )


_HELLO = (
    "guten (?:morgen|tag|abend)", "gr(?:u|ue)(?:ss|ß) (?:gott|dich|euch)", "gruezi", "bon(?:soir|giorno| dia|a tarde|asera)",
    "buon(?:giorno|asera)", "buen[oa]s? (?:dias?|tardes|noches)", "boa (?:tarde|noite)", "ola", "oi", "hej(?: hej)?", "hei", "hoi",
    "god (?:morgon|morgen|dag|kvall)", "goede(?:morgen|middag|navond|ndag)", "ahoj", "cze(?:s|ś)c", "dzien dobry", "dobry den",
    "merhaba", "selam", "gunaydin", "privet", "zdravstvuyte", "salam", "as-?salamu alaykum", "shalom", "namaskar", "konnichiwa",
    "ohayou?(?: gozaimasu)?", "ni ?hao", "annyeong(?:haseyo)?", "xin chao", "sawasdee", "habari", "jambo", "aloha", "tere", "labas",
    "こんにちは", "こんばんは", "おはよう(?:ございます)?", "你好", "您好", "早上好", "大家好", "안녕(?:하세요)?", "привет", "здравствуйте",
    "добрый (?:день|вечер)", "доброе утро", "مرحبا", "السلام عليكم", "שלום", "नमस्ते", "γεια(?: σου| σας)?", "สวัสดี",
)  # fmt: skip
_THANKS = (
    "vielen dank", "danke(?: dir| schon| sehr)", "dank(?: je| u)(?: wel)?", "merci (?:beaucoup|bien)", "muchas gracias",
    "mil gracias", "grazie mille", "muito obrigad[oa]", "tack(?: sa mycket)?", "takk?", "kiitos", "dziekuje", "dekuji",
    "tesekkurler", "tesekkur ederim", "arigatou?(?: gozaimasu)?", "xie ?xie", "kamsahamnida", "spasibo", "shukran", "toda(?: raba)?",
    "ありがとう(?:ございます)?", "谢谢", "謝謝", "감사합니다", "고마워", "спасибо", "شكرا", "תודה", "धन्यवाद", "ευχαριστω",
)  # fmt: skip
"""Greetings and thanks in other languages."""
HELLO, THANKS = ("|".join(map(folded, words)) for words in (_HELLO, _THANKS))

WHO = r"(?:there|all|everyone|everybody|team|bot|paperbout|folks|guys|again|friends?|mate|mates|partner|buddy|pal|dear|sir|robot|boss|chief|gang|fam|y'?all|lads|world|colleagues?)"
DAY = r"(?:today|tonight|this (?:morning|evening|afternoon)|tomorrow)"
JUDGES = r"(?:judges?|judging|models?|llms?|ais?|verdicts?|raters?|assessors?)"
NAME = r"(?!(?:was|were|has|have|had|been|is|are|there|arxiv|the|a|an|today|yesterday|it|this|that)\b)(?P<who><@\w+>|@?[^\W\d_][\w.'’-]*)"

SMALL_TALK = phrases_of(
    (
        rf"^(?:(?:{HELLO}|hi|hello|hey|hiya|yo|howdy|hallo|hola|salut|bonjour|ciao|servus|moin|heya|sup|greetings|namaste"
        rf"|good (?:morning|afternoon|evening|day)|morning|evening|what'?s up|how are (?:you|things)(?: doing)?"
        rf"|how('?s| is) it going|how do you do|nice to meet you|(?:is )?(?:any|some)(?:body|one) (?:there|home|here|awake|around|up|online)|are you (?:there|awake|alive|up)"
        rf"|ping|test|testing|knock knock)\W*(?:{WHO}|today|now)?\W*)+$",
        CHAT,
        "greeting",
    ),
    (
        rf"^(?:(?:{THANKS}|ok|okay|great|perfect|cool|nice|awesome|wonderful|super|excellent|brilliant|amazing|lovely|ah|oh|alright"
        r"|fine|yes|yeah|yep|no|nope|sure|got it|understood|i see|makes sense|sounds good|good to know|love it|wow|neat|sweet"
        r"|well done|good (?:job|work|bot|one)|great (?:job|work|bot)|nice (?:job|work|one)|you rock|kudos|congrats"
        r"|no worries|never ?mind|nvm|that'?s (?:all|great|it|fine|good|helpful|perfect)|very (?:helpful|useful|good)"
        r"|helpful|useful"
        r"|many thanks|thanks?|thank you|thx|tx|ty|tysm|cheers(?: mate| all)?|merci|danke|gracias|grazie|obrigad[oa]|much appreciated"
        r"|appreciated?(?: it)?|(?:i )?appreciate (?:it|that)"
        r")(?: (?:so|very) much| a (?:lot|bunch|million|ton)| for (?:that|this|the help|your help|everything)| again| that| it"
        r"|,? (?:bot|paperbout|all|you))*\W*)+$",
        CHAT,
        "thanks",
    ),
    (
        r"^you(?:'re| are|r)? (?:really |so |just |simply )*(?:the best|great|awesome|amazing|brilliant|wonderful|fantastic|a star|a (?:life ?saver|hero|legend|gem|genius)|helpful|smart|clever|cool|rock|nice|kind|funny)\b(?: (?:bot|paperbout|thanks?|today|really))*\W*$",
        CHAT,
        "thanks",
    ),
    (
        rf"^(?:(?:ok|okay|ah|oh|great|cool|yes|yep|alright)\W+)*(?:{THANKS}|thanks?|thank you|thx|tnx|ta|ty|cheers|merci|danke|gracias|perfect|great|awesome|brilliant|excellent"
        r"|amazing|lovely|nice|super|cool|that|this|very|so|really)\b(?:\W+(?:that|this|it|which|was|is|has|helped|helps?|helpful|useful|very|really|so|super|much|many|exactly|just|what|i|we|me|us"
        r"|needed?|wanted|looking|for|the|a|an|your|all|of|info|information|answers?|quick|reply|replies|explanation|explaining|clarif\w+|work|job|good|great|nice|lot|bunch|ton|million|you|bot|paperbout"
        r"|again|now|team|everyone|guys|tip|heads|up|to|know|clear|understood|interesting|cool|awesome|perfect|helping|answering|sharing|support))*\W*$",
        CHAT,
        "thanks",
    ),
    (
        r"^(?:(?:good ?)?bye(?: bye)?(?: for now| everyone| all)?|(?:talk|speak)(?: to you)? (?:later|soon|tomorrow)|(?:see you |until )(?:later|soon|tomorrow|next \w+)|c ?ya|catch you (?:later|tomorrow|soon)|that'?s (?:all|it) for (?:now|today)|see (?:you|ya)(?: \w+)?|cu|ciao|good ?night(?: (?:all|everyone|everybody|team))?|later|farewell|take care|have a \w+ \w+"
        r"|ttyl|signing off)\W*$",
        CHAT,
        "farewell",
    ),
    (
        r"^(?:lol|lmao|rofl|(?:ha|he|hi|ho)(?:ha|he|hi|ho|h)+|h+m+|m+h+m*|uh+|u+gh+|ah+|oh+|eh+|meh|huh|xd+|omg|wtf|damn"
        r"|whatever|bla+h?(?: bla+h?)*|foo(?: ?bar)?|asdf\w*|qwert\w*|(?!\?)\W+|brb|idk|dunno|yay|oops|whoops|sorry|sry|pardon)\W*$",
        CHAT,
        "laugh",
    ),
    (
        r"^(?:who|what) (?:made|built|wrote|created|developed|programmed|owns) (?:you|this (?:bot|app|thing))"
        r"|^who(?:'s| is| are) your (?:maker|creator|author|developer|boss)|^where (?:do|are) you (?:come )?from",
        CHAT,
        "maker",
    ),
    (
        r"^(?:who|what)(?: are| is|'s) (?:you|paperbout|this (?:bot|app|thing))\W*$|^are you (?:an? )?(?:\w+ )?(?:bot|human|person|robot|ai"
        r"|real|chat ?gpt|gpt|llm|machine|model|claude|gemini)|^what(?:'s| is) your name|^what kind of bot"
        r"|^what(?:'s| is) paperbout",
        CHAT,
        "self",
    ),
    (
        r"^how old are you|^are you (?:ok|okay|fine|alive|happy|tired|busy|married|single|conscious)\b|\bjokes?\b|\bweather\b|\bwhat time is it\b|\bmeaning of life\b|\bsing\b|\bpoem\b|\blunch\b|\bstory\b|\bfootball\b"
        r"|(?<!what )\bdo you (?:love|like|hate|feel|sleep|dream|think|know)\b|^i (?:love|hate|like) (?:you|this|it)"
        r"|\bmarry me\b|\bwrite (?:me )?(?:a |an |some )?(?:code|essay|email|letter)|\bstock price|\bcoffee\b|\bbored\b",
        CHAT,
        "aside",
    ),
    (
        r"\b(?:privacy|gdpr|personal data|data protection)\b|\bforget me\b|\bdelete (?:my|all my) (?:data|votes?|name|account)"
        r"|\bwhat (?:data )?do you (?:store|keep|save|log|record|send|know about me)|\bwho (?:can )?sees? (?:my|what i|this)"
        r"|\bdo you (?:read|store|save|keep|log|listen|spy|share|sell)\b|\bwhere (?:is|does) (?:my|the|our) data"
        r"|\bis (?:this|it|my (?:vote|question)) (?:private|anonymous|secret|public)",
        CHAT,
        "privacy",
    ),
    (
        r"^(?:you(?:'re| are)|that(?:'s| is| was)|this is|it(?:'s| is)) (?:\w+ )?(?:wrong|stupid|nonsense|useless|bad|dumb"
        r"|rubbish|incorrect|unfair|ridiculous|bullshit|crap|annoying|slow|broken)|^(?:stupid|bad|dumb|useless) bot|^i (?:\w+ )?disagree\b|^you suck"
        r"|^(?:this|it|that) (?:does ?n'?t|is ?n'?t) (?:work|help|right)",
        CHAT,
        "complaint",
    ),
)

OPENERS = (
    (re.compile(rf"^(?:{HELLO}|hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings)\b(?:\W+[^\W\d]+){{0,5}}\W*$"), "greeting"),
    (re.compile(rf"(?:^|\b)(?:{THANKS}|thanks?|thank you|thx|cheers)\b"), "thanks"),
    (re.compile(r"^(?:and |so |but )*(?:who|what) (?:exactly )?are you\b|\byour (?:job|role|purpose|task)\b|\bwhat are you (?:for|doing)\b"), "self"),
)  # fmt: skip
"""How sentences begin that nothing else explains, and the kind of small talk that they are."""

FOREIGN = re.compile(
    r"\b(?:ich|nicht|und|wie|ist|warum|welche[rs]?|kannst|bitte|was|je|ne|pas|est|quel(?:le)?s?|comment|pourquoi|que|como|cual|por|el|los|las|une?|che|della?|perche|nao|voce|qual|het|een|hoe|wat|och|hur)\b.*"
    r"\b(?:ich|nicht|und|wie|ist|das|die|der|du|mir|den|je|ne|pas|est|la|le|les|que|como|es|por|el|los|las|esta|che|il|sono|nao|os|uma|het|de|een|ik|och|det|jag|papier|artikel|articles?|papeis)\b"
)
"""Pattern of sentences in other languages."""

_GROUP = r"(?:categor(?:y|ies)|(?:arxiv )?(?:class|field|subject|area|discipline)s?|[a-z-]+\.[a-z]{2,3}(?:-[a-z]+)?)"
"""Pattern of what people call a paper's category, or its code ("cs.CL")."""

TERMS = re.compile(
    r"^(?!.*\b(?:judges|models|assessors|people|they|others) (?:say|said|think|tell))"
    r"(?:what(?:'s| is| are| does| do|s)?|explain|define|meaning of|how (?:do i|should i|to) (?:read|interpret|understand))"
    r"\s+(?:is\s+|are\s+)?(?:the\s+|an?\s+|these\s+|this\s+|that\s+|your\s+)?"
    r"(?P<term>[\w±+/κα' -]+?)(?:\s+(?:mean|means|meaning|stand for|stands for|tell me|say|here|about|sign|symbol|number|thing"
    r"|exactly|for|in (?:the|your) \w+|supposed to \w+))*\W*$"
)

OF_PAPERS = phrases_of(
    (
        r"P and P are (?:the )?(?:same|one)",
        "merge",
        "{p} | {q}",
    ),
    (
        r"\b(?:challenge|dispute|contest|appeal|overturn|overrule)\b.*P.*P",
        "challenge",
        "{p} | {q}",
    ),
    (
        r"P.*P",
        "vs",
        "{p} | {q}",
    ),
    (
        rf"\b(?:where|what|which|how|rank|ranks|ranked|ranking|place|placed|position|standing|number)\b.*\b(?:in|within|among(?:st)?|inside|of|for) (?:(?:all|each|every|any|the|its|it's|their|this|that|of|own|respective|primary|main|other|papers?|peers|in|from) )*{_GROUP}\b",
        "place",
        "{p}",
    ),
    (
        r"\b(?:compare[ds]?|versus|vs|against|better than|worse than|stronger than|weaker than|above|below|beats?|ahead of|behind|head to head|differ(?:s|ent|ence)? (?:from|to|between)|over|than|next to|with)\b.*P",
        "vs",
        "{it} | {q}",
    ),
    (
        r"\b(?:who|what|which \w+) (?:beat|beats|defeated|won against)\b"
        r"|\b(?:lose|lost|loses|losing|loss(?! function| term| curve)|losses|defeat(?:s|ed)?|beaten|fail(?:s|ed)?|flop\w*)\b",
        "why",
        "{p}",
    ),
    (
        r"\b(?:rank|score|place|position|rating)\b.*\b(?:wrong|off|exact|real|final|safe)\b",
        "sure",
        "{p}",
    ),
    (
        r"\bhow\b.*\b(?:get|got|end(?:ed)? up|land(?:ed)?|ma[dk]e it|come|came|climb(?:ed)?|reach(?:ed)?)\b.*\b(?:there|high|low|up|down|top|bottom)\b"
        r"|\bwhat (?:did|do|does) (?:the )?(?:judges?|models?|they|people|others) (?:say|said|think)\b|\bwhat went wrong\b"
        r"|\bexplain\b.*\b(?:rank|score|place|position|result|verdict|rating)|\bwhat happened (?:to|with)\b|\bdeserve",
        "why",
        "{p}",
    ),
    (
        r"\bbeen (?:number|first|higher|lower|on top|at the top)\b|\bover time\b|\btrend|\bgoing up\b"
        r"|\b(?:risen|fallen|climbed|dropped|improved|moved|changed?|progress\w*)\b",
        "history",
        "{p}",
    ),
    (
        r"\bhow (?:sure|certain|confident|reliable|precise|accurate|exact|solid|robust|stable|uncertain|trustworthy)\b"
        r"|\b(?:un)?certain(?:ty)?\b|\bconfiden(?:t|ce)\b|\berror bars?\b|\binterval\b|\btrust\b|\breliab\w+|\bsettled\b|\bchances?\b"
        r"|\bpossible ranks?\b",
        "sure",
        "{p}",
    ),
    (
        r"\bproblems?\b|\bwrong with\b|\bdisadvantages?\b",
        "assessment",
        "limitations of {p}",
    ),
    (
        r"\bpros\b|\bgood (?:about|points?|thing|in)\b|\bbest (?:thing|part)\b|\bspecial about\b|\blike about\b|\bgreat about\b",
        "assessment",
        "strengths of {p}",
    ),
    (
        r"\brigou?r\w*",
        "assessment",
        "rigor of {p}",
    ),
    (
        r"\bimportan(?:t|ce)\b",
        "assessment",
        "impact of {p}",
    ),
    (
        r"\bnew about\b|\bnew in\b",
        "assessment",
        "novelty of {p}",
    ),
    (
        r"\bout ?dated\b|\btoo old\b",
        "assessment",
        "timeliness of {p}",
    ),
    (
        r"\breadab\w+",
        "assessment",
        "clarity of {p}",
    ),
    (
        r"\bsummar\w+|\bwhat(?:'s| is| does| do) (?:P|it|this|that|they) (?:about|do|say|propose|claim|show|argue|prove|contain|cover)\b"
        r"|\bkey (?:idea|point|takeaway|finding|result)s?\b|\bwhat(?:'s| is) in\b",
        "assessment",
        "contribution of {p}",
    ),
    (
        r"\bcite\b|\bbib(?:tex)?\b",
        "cite",
        "{p}",
    ),
    (
        r"\bwho (?:wrote|writes|is behind|are behind|are the authors|made (?:P|it|this|that))\b|\bvenue\b"
        r"|\bwho\b.*\b(?:post|shar|submit|add|bring|brought|put|link|upload|suggest|enter)(?:s|ed|d|ted)?\b|\bhow old\b"
        r"|\bwhich (?:year|conference|journal|venue|lab|group)\b",
        "origin",
        "{p}",
    ),
    (
        r"\b(?:whole |full |written )?(?:assess\w*|review\w*|rubric|evaluat\w+|report|opinion)\b",
        "assessment",
        "{p}",
    ),
    (
        r"\b(?:do(?:es)?(?:n't| not)|no need to|not?)\b.*\b(?:follow|watch|track|subscribe)\w*"
        r"|\b(?:unfollow|un-follow|(?:stop|quit|end|cease) (?:following|watching|tracking)|no longer follow|unsubscribe|unwatch)\b",
        "unfollow",
        "{p}",
    ),
    (
        r"\bnotify me\b|\b(?:tell|ping|dm|message|inform|let) me (?:know )?(?:when|if|as soon as|once|about changes)|\bupdates? on\b",
        "follow",
        "{p}",
    ),
    (
        r"\b(?:to|on|in|onto) (?:my|the) (?:reading )?list\b",
        "save",
        "{p}",
    ),
    (
        r"\b(?:remove|delete|drop|discard|erase|kick|throw|take)\b.*\b(?:P|it|this|that|paper|one|out|off|entry)\b"
        r"|\bget rid of (?:P|it|this|that)\b",
        "remove",
        "{p}",
    ),
    (
        r"\b(?:matches|games|duels?|bouts?|fights?|rounds|opponents?|results?|verdicts?|records?)\b|\bplay(?:ed|s)?\b"
        r"|\b(?:won|wins?|winning|beat(?:s|en)?|met|meet|faced?)\b|\bvot(?:e|ed|es|ers?)\b",
        "history",
        "{p}",
    ),
)
"""Phrases about papers, tried when a paper is named or referred to."""

ADDING = re.compile(
    r"\b(?:add|include|submit|insert|enter|ingest|rank|put in|bring in|register|upload|post|take in|want to add|import)\b(?P<rest>.*)"
)
"""Pattern of requests to add a paper without giving a link."""
FINDING = re.compile(
    r"\b(?:papers?|articles?|work|works|any(?:one|body)|some(?:one|body)|anything|something|everything|stuff|research|one|ones)\b.*?\b(?:about|on|regarding|concerning|dealing with|related to|mention\w*|around|with|using|for|that uses?|covering)\s+(?P<topic>.+)"
    r"|^(?:please |can you |could you )*(?:find|search(?: for)?|look(?: up| for)|where(?:'s| is)|which paper is|is there|(?:what )?do (?:we|you) have|have we (?:got|read|ranked)|got|got any)\s+(?:me |us |the |a |an |any |anything |papers? |something )*(?:about |on |for |by )?(?P<words>.+)"
)
"""Pattern of requests for papers by topic."""
