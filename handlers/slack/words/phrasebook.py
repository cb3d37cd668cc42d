"""How people say things: each phrase, the command that answers it, and the words it is given. A table of facts.

A pattern is looked for in the sentence in lower case, in which every paper named stands as `P`. In the words, `{p}` is
the paper meant and `{q}` the second one; other names in braces are the pattern's own groups.
"""

import re
from typing import NamedTuple

CHAT = "chat"
"""The command of small talk; its words name the kind."""


class Phrase(NamedTuple):
    """A way to say something, compiled; `papers` must be named, or be under discussion."""

    pattern: re.Pattern[str]
    command: str
    words: str
    papers: int


def _phrases(*rows: tuple[str, str, str]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(re.compile(pattern), command, words, 2 if "{q}" in words else 1 if "{p}" in words else 0)
        for pattern, command, words in rows
    )


_WHO = r"(?:there|all|everyone|everybody|team|bot|paperbout|folks|guys|again|friend|mate)"
_DAY = r"(?:today|tonight|this (?:morning|evening|afternoon)|tomorrow)"
_SPAN = r"(?:today|yesterday|(?:this|last|past) (?:week|month|year)|(?:last|past) \d+ days|since \w+|recently|lately)"
_JUDGES = r"(?:judges?|judging|models?|llms?|ais?|verdicts?|raters?|assessors?)"
_NAME = r"(?P<who><@\w+>|@?[^\W\d_][\w.'’-]*)"

SMALL_TALK = _phrases(
    (
        rf"^(?:(?:hi|hello|hey|hiya|yo|howdy|hallo|hola|salut|bonjour|ciao|servus|moin|heya|sup|greetings|namaste"
        rf"|good (?:morning|afternoon|evening|day)|morning|evening|what'?s up|how are (?:you|things)(?: doing)?"
        rf"|how('?s| is) it going|how do you do|nice to meet you|(?:is )?any(?:body|one) (?:there|home|here)|are you (?:there|awake|alive|up)"
        rf"|ping|test|testing|knock knock)\W*(?:{_WHO}|today|now)?\W*)+$",
        CHAT,
        "greeting",
    ),
    (
        r"^(?:(?:ok|okay|great|perfect|cool|nice|awesome|wonderful|super|excellent|brilliant|amazing|lovely|ah|oh|alright"
        r"|fine|yes|yeah|yep|no|nope|sure|got it|understood|i see|makes sense|sounds good|good to know|love it|wow|neat|sweet"
        r"|well done|good (?:job|work|bot|one)|great (?:job|work|bot)|nice (?:job|work|one)|you rock|kudos|congrats"
        r"|no worries|never ?mind|nvm|that'?s (?:all|great|it|fine|good|helpful|perfect)|very (?:helpful|useful|good)"
        r"|helpful|useful"
        r"|many thanks|thanks?|thank you|thx|tx|ty|tysm|cheers|merci|danke|gracias|grazie|obrigad[oa]|much appreciated"
        r"|appreciated?(?: it)?|(?:i )?appreciate (?:it|that)"
        r")(?: (?:so|very) much| a (?:lot|bunch|million|ton)| for (?:that|this|the help|your help|everything)| again| that| it"
        r"|,? (?:bot|paperbout|all|you))*\W*)+$",
        CHAT,
        "thanks",
    ),
    (
        r"^(?:(?:good ?)?bye(?: bye)?|see (?:you|ya)(?: \w+)?|cu|ciao|good ?night|later|farewell|take care|have a \w+ \w+"
        r"|ttyl|signing off)\W*$",
        CHAT,
        "farewell",
    ),
    (
        r"^(?:lol|lmao|rofl|(?:ha|he|hi|ho)(?:ha|he|hi|ho|h)+|h+m+|m+h+m*|uh+|u+gh+|ah+|oh+|eh+|meh|huh|xd+|omg|wtf|damn"
        r"|whatever|bla+h?(?: bla+h?)*|foo(?: ?bar)?|asdf\w*|qwert\w*|\W+|brb|idk|dunno|yay|oops|whoops|sorry|sry|pardon)\W*$",
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
        r"^(?:who|what) (?:are|is) (?:you|paperbout|this (?:bot|app))\W*$|^are you (?:an? )?(?:\w+ )?(?:bot|human|person|robot|ai"
        r"|real|chat ?gpt|gpt|llm|machine|model|claude|gemini)|^what(?:'s| is) your name|^what kind of bot"
        r"|^what(?:'s| is) paperbout",
        CHAT,
        "self",
    ),
    (
        r"\bjokes?\b|\bweather\b|\bwhat time is it\b|\bmeaning of life\b|\bsing\b|\bpoem\b|\blunch\b|\bstory\b|\bfootball\b"
        r"|\bdo you (?:love|like|hate|feel|sleep|dream|think|know)\b|^i (?:love|hate|like) (?:you|this|it)"
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

TERMS = re.compile(
    r"^(?:what(?:'s| is| are| does| do|s)?|explain|define|meaning of|how (?:do i|should i|to) (?:read|interpret|understand))"
    r"\s+(?:is\s+|are\s+)?(?:the\s+|an?\s+|these\s+|this\s+|that\s+|your\s+)?"
    r"(?P<term>[\w±+/κα' -]+?)(?:\s+(?:mean|means|meaning|stand for|stands for|tell me|say|here|about|sign|symbol|number|thing"
    r"|exactly|for|in (?:the|your) \w+|supposed to \w+))*\W*$"
)

OF_PAPERS = _phrases(
    (
        r"\bmerge\b|\bduplicates?\b.*P.*P|P and P are (?:the )?(?:same|one)|P is (?:the )?same (?:paper )?as P",
        "merge",
        "{p} | {q}",
    ),
    (r"\b(?:challenge|dispute|contest|appeal|overturn|overrule)\b.*P.*P", "challenge", "{p} | {q}"),
    (r"P.*P", "vs", "{p} | {q}"),
    (
        r"\b(?:compare[ds]?|versus|vs|against|better than|worse than|stronger than|weaker than|above|below|beats?|ahead of|behind"
        r"|head to head|differ(?:s|ent|ence)? (?:from|to|between)|over|than|next to|with)\b.*P",
        "vs",
        "{it} | {q}",
    ),
    (r"^(?:now |and |or |so )*(?:compare|vs|versus|head to head)\b", "vs", "{p}"),
    (
        r"\b(?:who|what|which \w+) (?:beat|beats|defeated|won against)\b|\b(?:lose|lost|loses|losing|loss|losses|defeat(?:s|ed)?|beaten"
        r"|fail(?:s|ed)?|flop\w*)\b",
        "why",
        "{p}",
    ),
    (
        r"\bwhy\b|\bwhat (?:did|do|does) (?:the )?(?:judges?|models?|they) (?:say|said|think)\b|\bhow come\b|\bwhat went wrong\b|\breasons?\b|\bexplain\b.*\b(?:rank|score|place|position|result|verdict|rating)"
        r"|\bwhat happened (?:to|with)\b|\bon what grounds\b|\bjustif\w+|\brationales?\b|\bdeserve",
        "why",
        "{p}",
    ),
    (
        r"\bover time\b|\bcurve\b|\btrend|\btrajectory\b|\bevol\w+|\b(?:score|rank) (?:history|chart|graph)|\bgoing up\b|\bgoing down\b"
        r"|\b(?:risen|fallen|climbed|dropped|improved|moved|changed?|progress\w*)\b",
        "history",
        "{p}",
    ),
    (
        r"\bhow (?:sure|certain|confident|reliable|precise|accurate|exact|solid|robust|stable|uncertain|trustworthy)\b"
        r"|\b(?:un)?certain(?:ty)?\b|\bconfiden(?:t|ce)\b|\berror bars?\b|\bmargin\b|\binterval\b|\btrust\b|\breliab\w+|\bsettled\b"
        r"|\b(?:are|is) (?:you|that|it|this|P) (?:really )?(?:sure|certain|final|reliable|solid)|±|\bchances?\b|\blikely\b|\bpossible ranks?\b",
        "sure",
        "{p}",
    ),
    (
        r"\bsimilar\b|\bsimilarit\w+|\blike (?:P|this|that|it)\b|\brelated\b|\bnearest\b|\bclosest\b|\bresembl\w+|\bcomparable\b"
        r"|\bneighbou?rs?\b|\balike\b|\boverlap\w*|\bsame topic\b|\bsibling|\bduplicates?\b|\bkind of (?:P|this|that)\b",
        "similar",
        "{p}",
    ),
    (
        r"\bweak\w*|\blimit(?:s|ed|ation|ations|ing)?\b|\bdrawbacks?\b|\bflaws?\b|\bflawed\b|\bproblems?\b|\bshortcomings?\b|\bcaveats?\b"
        r"|\bcons\b|\bcriti(?:que|cism|cise|cize|cal)\w*|\bdownsides?\b|\bwrong with\b|\bmissing\b|\bissues?\b|\bdisadvantages?\b"
        r"|\bnot convinc\w+|\bbad about\b",
        "assessment",
        "limitations of {p}",
    ),
    (
        r"\bstrengths?\b|\bstrong(?:est)? points?\b|\bpros\b|\badvantages?\b|\bupsides?\b|\bgood (?:about|points?|thing|in)\b|\bmerits?\b"
        r"|\bbest (?:thing|part)\b|\bspecial about\b|\blike about\b|\bgreat about\b",
        "assessment",
        "strengths of {p}",
    ),
    (
        r"\brigou?r\w*|\bsound(?:ness)?\b|\bmethod(?:s|olog\w+)?\b|\bevidence\b|\bexperiments?\b|\bvalid\b",
        "assessment",
        "rigor of {p}",
    ),
    (
        r"\bimpact\w*|\bsignifican\w+|\bimportan(?:t|ce)\b|\bmatters?\b|\binfluen\w+|\buseful(?:ness)?\b|\bappli(?:ed|cation|cations|cable)\b"
        r"|\bpractical\b|\bconsequences?\b|\brelevan(?:t|ce)\b|\breal[- ]world\b",
        "assessment",
        "impact of {p}",
    ),
    (
        r"\bnovel(?:ty)?\b|\boriginal(?:ity)?\b|\bnew about\b|\bnew in\b|\binnovat\w+",
        "assessment",
        "novelty of {p}",
    ),
    (r"\btimel\w+|\bstill relevant\b|\bout ?dated\b|\btoo old\b", "assessment", "timeliness of {p}"),
    (
        r"\bclarity\b|\bclear(?:ly)?\b|\breadab\w+|\bwell written\b|\bwriting\b|\bunderstandable\b",
        "assessment",
        "clarity of {p}",
    ),
    (
        r"\bsummar\w+|\btl;? ?dr\b|\bgist\b|\bmain (?:idea|point|result|contribution|finding|claim|message)s?\b|\bcontribut\w+|\babout\W*$"
        r"|\bin (?:a|one) (?:sentence|nutshell|word)|\bwhat(?:'s| is| does| do) (?:P|it|this|that|they) (?:about|do|say|propose|claim|show"
        r"|argue|prove|contain|cover)\b|\bkey (?:idea|point|takeaway|finding|result)s?\b|\btake ?aways?\b|\bfindings?\b|\bpropos\w+"
        r"|\bwhat(?:'s| is) in\b|\bessence\b|\bcore\b",
        "assessment",
        "contribution of {p}",
    ),
    (
        r"\bauthors?\b|\bwho (?:wrote|is behind|are the authors)\b|\bpublish\w*|\bvenue\b|\blink\b|\burl\b|\bpdf\b|\babstract\b|\bcode\b|\b(?:any|how|really|that) good\b"
        r"|\bcard\b|\bdetails\b|\bworth\b",
        "paper",
        "{p}",
    ),
    (
        r"\b(?:whole |full |written )?(?:assess\w*|review\w*|rubric|evaluat\w+|report|opinion)\b",
        "assessment",
        "{p}",
    ),
    (
        r"\b(?:unfollow|un-follow|stop (?:following|watching|tracking)|no longer follow|unsubscribe|unwatch)\b",
        "unfollow",
        "{p}",
    ),
    (
        r"\bfollow\b|\bwatch\b|\btrack\b|\bsubscribe\b|\bkeep (?:me posted|an eye|track)\b|\bnotify me\b|\balert me\b"
        r"|\b(?:tell|ping|dm|message|inform|let) me (?:know )?(?:when|if|about changes)|\bupdates? on\b",
        "follow",
        "{p}",
    ),
    (
        r"\bsave\b|\bbookmark\b|\bread (?:it |this |that |P )?later\b|\b(?:to|on|in|onto) (?:my|the) (?:reading )?list\b"
        r"|\bremind me (?:to read|of)\b|\bput .* (?:on|in) my\b",
        "save",
        "{p}",
    ),
    (r"\b(?:restore|undelete|un-?remove|bring .*back|put .*back|undo)\b", "restore", "{rest}"),
    (
        r"\b(?:remove|delete|drop|discard|erase|kick|throw|take)\b.*\b(?:P|it|this|that|paper|one|out|off|entry)\b|\bget rid of (?:P|it|this|that)\b"
        r"|^(?:remove|delete)\b|\bdoes ?n'?t belong here\b|\boff[- ]topic\b",
        "remove",
        "{p}",
    ),
    (
        r"\b(?:disagree|challenge|dispute|contest|appeal|overrule|overturn|veto|call (?:a|for a) vote|(?:should|must) be higher|(?:should|must) be lower"
        r"|underrated|overrated|unfair\w*|wrong(?:ly)?|robbed|deserves?)\b",
        "history",
        "{p}",
    ),
    (
        r"\bhistory\b|\bcomparisons?\b|\b(?:matches|games|duels|bouts|fights|rounds|opponents?|results?|verdicts?|records?)\b|\bplay(?:ed|s)?\b"
        r"|\b(?:judged?|ranked|rated|evaluated|last)\b.*\bwhen\b|\bwhen\b.*\b(?:judged|play(?:ed|s)?|ranked|rated|compared|evaluated|decided|match)"
        r"|\bwho (?:judged|decided|rated|ranked|evaluated)\b|\bwhich (?:model|judge|llm)s?\b|\b(?:won|wins?|winning|beat(?:s|en)?|met|meet|faced?)\b"
        r"|\bvot(?:e|ed|es|ers?)\b",
        "history",
        "{p}",
    ),
)
"""Tried where a paper is named, or one is under discussion and pointed at."""

OF_LEAGUE = _phrases(
    (
        r"\bwhat (?:did|has|have) (?:i|me|we) (?:post|share|submit|add|brought|bring|contribut|sen[dt])\w*",
        "mine",
        "",
    ),
    (
        rf"\bwhat(?:'s| is|'ve| have| has| did| do)? {_NAME} (?:been )?(?:post|share|submit|add|brought|bring|contribut|sen[dt]|put|upload|link)\w*",
        "board",
        "from {who}",
    ),
    (
        rf"\b(?:papers?|links?|things?|everything|all|stuff|entries|submissions?|posts?)\b.*\b(?:from|by|of|that) {_NAME}"
        r"(?:'s)?(?: (?:has |have )?(?:posted|shared|submitted|added|brought|sent))?\W*$",
        "board",
        "from {who}",
    ),
    (
        rf"^(?:show |list |give |me |all |the )*{_NAME}(?:'s|’s) (?:papers?|links?|submissions?|entries|posts?)\W*$",
        "board",
        "from {who}",
    ),
    (
        r"\bmy (?:own )?(?:papers?|submissions?|entries|links?|posts?)\b|\bmine\b|\b(?:papers?|ones?|what) i (?:have )?(?:post|submit|add|shar|brought)\w*"
        r"|\bdid i (?:post|submit|add|share)\b",
        "mine",
        "",
    ),
    (
        r"\b(?:reading ?list|saved (?:papers|list|for later)|bookmarks?|my list|to[- ]read|(?:did|have) i saved?|i saved)\b",
        "reading",
        "",
    ),
    (
        r"\b(?:what|who|which|papers?|things?|anything)\b.*\b(?:am i|do i|i am|i'm|i|am) (?:follow|watch|track|subscrib)\w*"
        r"|\bmy (?:follows|followed|subscriptions|watch ?list)\b|^(?:following|subscriptions|follows|watchlist)\W*$",
        "following",
        "",
    ),
    (
        r"\b(?:unmute|un-mute|notify me again|messages? (?:me )?again|turn (?:on|back on) (?:the )?(?:notif|dms|messag)\w*)",
        "unmute",
        "",
    ),
    (
        r"\bmute\b|\bleave me alone\b|\b(?:stop|quit|no more|fewer|less|too many|do ?n'?t|do not|without|turn off|disable)\b.*"
        r"\b(?:dms?|notif\w+|pings?|pinging|bothering|messag\w*|spam\w*|alerts?|annoying|disturb\w*)\b|\bsilence\b|\bdo not disturb\b",
        "mute",
        "",
    ),
    (
        r"\b(?:stop|end|no more|turn off|disable|without|kill|cancel)\b.*\b(?:digest|newsletter|daily (?:summary|news|message))\b"
        r"|\bdigest\b.*\b(?:off|stop|away)\b",
        "stop",
        "",
    ),
    (
        r"\b(?:when|what time|how often)\b.*\b(?:digest|newsletter|summary)\b|\b(?:change|move|set|settings?)\b.*\bdigest\b|^(?:the )?digest\W*$"
        r"|\b(?:send|show|give|get|post|where'?s?)\b.*\b(?:digest|newsletter|summary of the (?:day|week))\b",
        "digest",
        "",
    ),
    (
        r"\b(?:set|raise|increase|lower|reduce|change|make|put)\b.*\b(?:budget|cap|limit|maximum)\b.*?(?P<sum>\d+(?:[.,]\d+)?)|\b(?:budget|cap)\b.*?\bto\b\D*(?P<usd>\d+(?:[.,]\d+)?)",
        "budget",
        "{sum}",
    ),
    (
        r"\bhow much\b.*\b(?:left|remain\w*|budget|cap)\b|\b(?:budget|cap)\b.*\b(?:left|remain\w*)\b|\bmoney left\b|^(?:what(?:'s| is) )?(?:the |our |my )?(?:monthly )?(?:budget|cap|limit)\W*$"
        r"|\b(?:raise|increase|lower|change|set)\b.*\b(?:budget|cap|limit)\b|\bwhat (?:may|can) (?:we|it|the league) spend\b",
        "budget",
        "",
    ),
    (
        r"\bcosts?\b|\bspen[dt]\w*|\bexpens\w+|\bmoney\b|\bdollars?\b|\bprices?\b|\bpric(?:e|ing)\b|\bpay(?:ing|s)?\b|\bpaid\b|\bbills?\b|\bbilled\b|\$|\busd\b|\bfree\b"
        r"|\bcheap\w*|\bcharges\b|\bhow much (?:is|was|did|does|do|have)\b",
        "cost",
        "",
    ),
    (
        r"^(?:please |just |now |can you |could you |how (?:do|can) (?:i|we) )*(?:stop|halt|abort|quit|end|kill|shut (?:up|down)|be quiet|go away|enough|turn (?:it |this |that |you )?off)"
        r"\b(?: (?:it|this|that|everything|all|now|please|you|the (?:bot|tournament|matches|match|game|thing|games|run)|running|playing|posting|talking|doing \w+|"
        r"immediately|at once|a|tournament|matches))*\W*$"
        r"|\b(?:get|kick|throw|remove|take) (?:you|the bot|paperbout|it|this bot) (?:out|off|away)\b|\b(?:remove|uninstall|delete|kick|leave|get rid of)\b.*\b(?:you|bot|paperbout|channel|app)\b"
        r"|\bgo away\b|\bshut up\b|\b(?:how|can)\b.*\b(?:stop|leave|out of)\b|\bmake it stop\b|\bleave (?:this|the|my|us)\b",
        "stop",
        "",
    ),
    (
        r"^(?:please |can (?:you|we) |could (?:you|we) |let'?s |let us |i (?:want|would like|'d like) to |how (?:do|can) (?:i|we) )*"
        r"(?:start|run|begin|launch|kick ?off|play|have|do|hold|fire up|open|create|make|set ?up)\b(?: (?:a|an|the|another|some|one|new|more|next|us|me|little|quick|small|big))*"
        r"(?: (?P<count>\d+))?(?: (?:more|new))? ?(?:tournaments?|match(?:es)?|games?|rounds?|bouts?|fights?|comparisons?|contest|competition)(?: now| please| today| here)*\W*$"
        r"|^(?:let'?s |let us |go |please )*(?:play|begin|start|kick off|go ahead)(?: now| please| it| already| then)*\W*$|^new tournament\W*$|^tournament please\W*$",
        "start",
        "{count}",
    ),
    (
        r"\b(?:is|are|was) (?:a |the |any |there )*(?:tournament|match\w*|game|anything|something|it|what)\b.*\b(?:running|playing|going on|finished|done|over|active|live|ready|in progress)\b"
        r"|\bhow(?:'s| is| are| did| was)\b.*\b(?:tournament|match\w*|games?|round)\b.*|\btournament\b.*\b(?:status|progress|going|doing|done|far|results?)\b"
        r"|\bwhat(?:'s| is) (?:running|playing|being (?:played|judged))\b|\bprogress\b|^status\b|\bhow far\b|\bhow many matches\b|\bwho won (?:the |last |this )*(?:tournament|match|round|night)"
        r"|\bdone yet\b|\b(?:last|latest) tournament\b",
        "status",
        "",
    ),
    (
        r"\bduels?\b|\b(?:give|show|send) me (?:a|another|two) (?:pair|papers? to compare)\b|\blet me (?:choose|compare two)\b|\bthis or that\b",
        "duel",
        "",
    ),
    (
        r"\b(?:vot(?:e|es|ing)|polls?|ballots?)\b.*\b(?:open|wait\w*|pending|left|need\w*|me|i|my|today|now|going on|running|active|on|there|anything|for)\b"
        r"|\b(?:open|pending|my|any|which|what|current|active|new|running) (?:vot(?:e|es)|polls?|ballots?)\b|\b(?:anything|something|what|where) .*\bvote\b"
        r"|\b(?:my|our) (?:vote|opinion|input)\b.*\b(?:need|want|miss|ask)\w*|\b(?:need|want|waiting for|miss)\w* (?:my|our) (?:vote|opinion|input)\b|^vot(?:e|es|ing)\W*$|\bi(?:'d like| want) to vote\b"
        r"|\b(?:waits?|waiting) (?:for|on) me\b|\bneeds? my attention\b|\bdid i vote\b|\bhave i voted\b|\bmy votes\b",
        "votes",
        "",
    ),
    (
        rf"\bplans?\b|\bagenda\b|\b(?:what(?:'s| is)|anything|something) (?:on|up|planned|happening|going on|scheduled)?\s*(?:for )?{_DAY}|\bhappen(?:s|ing)? {_DAY}"
        r"|\bwhat(?:'s| is) (?:on|happening|going on)\W*$|\bwhat should i do\b|\bwhat do i (?:have to|need to) do\b|\bto ?do\b|\bbrief(?:ing)? me\b|\bcatch me up\b|\bmy day\b"
        rf"|\bwhat (?:plays?|runs?|matches) {_DAY}",
        "today",
        "",
    ),
    (
        r"\b(?:when|what time|what|who|which)\b.*\b(?:next|plays?|playing|upcoming|start\w*|begin\w*|run|runs)\b|\bnext (?:tournament|match\w*|round|evening|games?)\b|\bcoming up\b"
        r"|\bupcoming\b|\bwhat(?:'s| is) next\b|\bwhen (?:is|are|do|does|will)\b.*\b(?:tournament|match\w*|judg\w+|rank\w*|digest)\b|\bschedule\b",
        "next",
        "",
    ),
    (
        r"\b(?:judges?|models?|llms?|assessors?|verdicts?)\b.*\b(?:disagree\w*|differ\w*|split|contradict\w*|conflict\w*|divided|argue)\b|\b(?:disagree\w*|disput\w+|contested|controvers\w+"
        r"|debat\w+|divisive|divided|contentious|close calls?|closest match\w*|split decisions?|conflict\w*)\b",
        "disputed",
        "",
    ),
    (
        r"\boverturned\b|\boverrul\w+|\boverrid\w+|\bteam'?s? (?:decisions?|votes?|verdicts?)\b|\bcorrected\b|\breversed\b",
        "disputed",
        "",
    ),
    (
        r"\bupsets?\b|\bsurpris\w+|\bunderdogs?\b|\bunexpected\w*|\bgiant killer|\bdark horse|\bshock\w*",
        "upsets",
        "",
    ),
    (
        r"\boverrated\b|\bunderrated\b|\bgap\b|\brubric (?:vs|versus|against)\b|\btournament and (?:the )?rubric\b|\bhyped?\b|\bhidden gems?\b",
        "gap",
        "",
    ),
    (
        rf"\b(?:trust|rely|believe|reliab\w+|bias\w*|accura\w+|any good|fair\w*|consisten\w+|calibrat\w+|qualit\w+|how good|agree\w*|honest|objective|right|quality|measured|prefer\w*)\b.*\b{_JUDGES}\b"
        rf"|\b{_JUDGES}\b.*\b(?:trust\w*|rely|believe|reliab\w+|bias\w*|accura\w+|good|fair\w*|consisten\w+|agree\w*|honest|objective|right|measured|perform\w*|prefer\w*|quality|doing)\b"
        r"|\b(?:which|what|who are the|who's|name the|list the|show)\b.*\b(?:judges?|models?|llms?|assessors?)\b|\bposition bias\b|\b(?:like|prefer|favou?r)\w* (?:long|short|first)\w*"
        r"|\bwith (?:us|the team|humans?|people|our votes?)\b|\bagree with (?:us|me|humans?|people)\b|\bare you (?:biased|fair|objective|reliable|ever wrong|sure)\b|\bhow (?:good|reliable|biased) are you\b",
        "judges",
        "",
    ),
    (
        r"\bhow (?:sure|certain|confident|precise|accurate|exact|reliable)\b.*\b(?:rank|ranking|score|place|position|you|this|it|rating)s?\b",
        "sure",
        "",
    ),
    (
        r"\bhow\b.*\b(?:judg\w+|rank(?:ed|s|ing|ings)?|rat(?:ed|ing|ings|e)|scor(?:ed?|es|ing)|works?|decid\w+|calculat\w+|comput\w+|made|assess\w+|evaluat\w+|determin\w+|score)\b"
        r"|\bprompts?\b|\bcriteria\b|\brubric\b|\bmethodology\b|\balgorithm\b|\bbradley\b|\belo\b|\bwho (?:decides|judges|ranks|scores)\b|\bwhat (?:are|do) (?:the )?judges (?:told|see|read|look)\b"
        r"|\bunder the hood\b|\bhow does (?:this|it|that|voting) work\b|\bhow do (?:you|votes?|voting|they) (?:work|rank|judge|decide|score)\b|\bformula\b|\bmath\w*\b",
        "how",
        "",
    ),
    (
        r"\bwho\b.*\b(?:owns?|owner|runs?|manages?|admin\w*|in charge|responsible|leads?|maintains?|controls?|may change|can change|created|set (?:this|it) up|boss)\b|\bowners?\b"
        r"|\badmins?\b|\bwho do i ask\b|\bcontact\b",
        "owners",
        "",
    ),
    (
        r"\bpurpose\b|\bwhat matters\b|\bwhat(?:'s| is) (?:this|the) (?:league|channel|ranking) (?:about|for)\b|\bgoal of\b|\bfocus of\b",
        "purpose",
        "",
    ),
    (
        r"\b(?:all|across|every|whole|over) (?:the |our |my )?(?:leagues|channels|workspace|workspaces|company|teams)\b|\boverall\b|\beverywhere\b",
        "all",
        "",
    ),
    (
        r"\b(?:use|switch|change|swap|answer (?:about|for)|talk about|go to|move to|select|choose|pick)\b.*\b(?:channels?|leagues?)\b(?: (?:to|called|named))?(?: (?P<league><#\w+>|#?[\w-]+))?\W*$"
        r"|\b(?:which|what|other|another|different|wrong|list|my|the other) (?:leagues?|channels?)\b|\bleagues?\W*$|^(?:use|switch to) (?P<named><#\w+>|#?[\w-]+)\W*$",
        "use",
        "{league}",
    ),
    (
        r"\bwho (?:changed|removed|deleted|added|merged|started|cancell?ed|did|reverted|set)\b|\baudit\b|\b(?:change ?|activity )log\b|^log\b|\brecent activity\b",
        "log",
        "",
    ),
    (r"\b(?:bib(?:tex)?|\.bib|latex|citations?|cite|references?)\b", "export", "bib"),
    (r"\b(?:ris|endnote|mendeley|zotero|csl)\b", "export", "ris"),
    (r"\b(?:export|download|csv|spreadsheet|excel|dump|backup|as a file)\b", "export", ""),
    (
        r"\bimport\b|\b(?:old|past|earlier|previous|existing) (?:links|papers|messages)\b|\bbring in\b",
        "import",
        "",
    ),
    (
        r"\b(?:settings?|preferences|options|config\w*|set ?up|customi[sz]e|adjust)\b|\bchange (?:the )?(?:time|schedule|quorum|judges?|models?|rules)\b",
        "settings",
        "",
    ),
    (
        r"\b(?:ranking|standings?|board|leaderboard|ranks?|leaders?|top(?: \d+)?|order|table|scores?|results?|list)\b.*?"
        r"\b(?P<when>yesterday|last (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:a|one|two|three|\d+) (?:days?|weeks?|months?) ago|\d{4}-\d\d-\d\d|monday|tuesday|wednesday"
        r"|thursday|friday|saturday|sunday)\b|\b(?P<then>last (?:week|month)|yesterday)'?s? (?:ranking|standings?|board|leaderboard|leaders?|top|results?|table)\b",
        "at",
        "{when}",
    ),
    (
        rf"\b(?:new|newest|latest|recent|recently|fresh|incoming|arriv\w+|came in|come in|added|joined|posted|submitted|new ?comers?)\b.*?(?P<span>{_SPAN})"
        rf"|(?P<before>{_SPAN}).*\b(?:new|newest|latest|fresh|arriv\w+|came in|added|posted|papers)\b",
        "new",
        "{span}",
    ),
    (
        r"\b(?:chang(?:ed?|es)|moved?|movers?|mov(?:ed|ements?)|rose|risen|climb\w*|fell|fallen|dropp?\w*|gain\w*|happened|news|updates?|differences?|progress)\b",
        "changes",
        "since {span}",
    ),
    (r"\b(?:new|newest|latest|recent|recently|fresh|incoming|arriv\w+|came in|newly)\b", "new", "7d"),
    (
        r"\b(?:most|least|more|very|which|what|too|still|un)?\s*(?:un)?(?:certain|sure|settled|decided|clear)\b.*\b(?:papers?|ranks?|ones?|ratings?|scores?|are|yet)\b|\bneed(?:s|ing)? more matches\b|\buncertain\b|\bunsure\b",
        "board",
        "uncertain",
    ),
    (r"\b(?:by|sorted by|highest|best|top) (?:the )?(?:rubric|rating|assessment)\b", "board", "rating"),
    (
        r"\b(?:worst|lowest|bottom|weakest|least important|last (?:place|paper|one|in)|losers?|at the (?:end|bottom))\b",
        "board",
        "page 9999",
    ),
    (
        r"\b(?:top|best|ranking|rank|board|leaders?|leaderboard|papers|list|standings?)\b.*\bin (?P<category>[a-z-]+\.[a-z-]+|cs|math|stat|physics|econ|eess|q-bio|q-fin)\b",
        "board",
        "in {category}",
    ),
    (
        r"\b(?:top|best|leading|leaders?|leads?|first|highest|winn(?:er|ers|ing)|number one|no\.? ?1|strongest|greatest|favou?rites?|ranking|rankings|standings?|board|leaderboard|scoreboard|table|overview|ranks?|champion"
        r"|how many papers|recommend\w*|worth reading|(?:should|shall|could|to) (?:i|we) (?:read|look)|must[- ]reads?|what to read|suggest\w*|read (?:today|first|next)|all papers|list (?:the |all )?papers|papers do (?:we|you) have|score)\b",
        "board",
        "",
    ),
    (
        r"\bhelp\b|\bwhat (?:can|could|do|else can|all can) (?:you|i|we|this|it) (?:do|ask|say|type|use|write)?\b|\bcommands?\b|\bhow (?:do|can|should) (?:i|we|you)\b.*\b(?:use|start|begin|ask|add|remove|work|submit|delete)\b|\binstructions?\b"
        r"|\bmanual\b|\bdocs?\b|\bdocumentation\b|\bcapabilit\w+|\bfeatures?\b|\bmenu\b|\btutorial\b|\bexamples?\b|\bget(?:ting)? started\b|\bi(?:'m| am) (?:lost|new|confused|stuck)\b|\bwhat now\b|^\?+$|\bguide\b",
        "help",
        "",
    ),
)
"""Tried in this order; the narrower come first."""

ADDING = re.compile(
    r"\b(?:add|include|submit|insert|enter|ingest|rank|put in|bring in|register|upload|post|take in|want to add|import)\b(?P<rest>.*)"
)
"""What asks for a paper to be taken in, its link missing."""
FINDING = re.compile(
    r"\b(?:papers?|articles?|work|works|anything|something|everything|stuff|research|one|ones)\b.*?\b(?:about|on|regarding|concerning|dealing with|related to|mention\w*|around|with|using|for|that uses?|covering)\s+(?P<topic>.+)"
    r"|^(?:please |can you |could you )*(?:find|search(?: for)?|look(?: up| for)|where(?:'s| is)|which paper is|is there|do (?:we|you) have|have we (?:got|read|ranked)|got|got any)\s+(?:me |us |the |a |an |any |anything |papers? |something )*(?:about |on |for |by )?(?P<words>.+)"
)
"""What asks for papers by topic."""
