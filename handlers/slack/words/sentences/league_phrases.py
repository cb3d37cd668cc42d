"""Phrases about a league, each with its command and words, in the form of the phrasebook."""

from handlers.slack.words.sentences.listing import ON_DAY
from handlers.slack.words.sentences.phrasebook import DAY, JUDGES, NAME, SPAN, phrases_of

OF_LEAGUE = phrases_of(
    (
        r"\bi(?:'m| am) (?:very |quite |rather |totally |completely |still )*(?:new|lost|confused|stuck)\b|\b(?:first (?:time|day)|just joined)\b"
        r"|^(?:so |and |but )*where (?:do|should|can|to|shall) (?:i |we |one )?(?:start|begin)\b",
        "help",
        "",
    ),
    (
        r"\bwhat (?:did|has|have) (?:i|me|we) (?:post|share|submit|add|brought|bring|contribut|sen[dt])\w*",
        "mine",
        "",
    ),
    (
        rf"\bwhat(?:'s| is|'ve| have| has| did| do)? {NAME} (?:been )?(?:post|share|submit|add|brought|bring|contribut|sen[dt]|put|upload|link)\w*",
        "board",
        "from {who}",
    ),
    (
        rf"\b(?:papers?|links?|things?|everything|all|stuff|entries|submissions?|posts?)\b.*\b(?:from|by|of|that) {NAME}"
        r"(?:'s)?(?: (?:has |have )?(?:posted|shared|submitted|added|brought|sent))?\W*$",
        "board",
        "from {who}",
    ),
    (
        rf"^(?:show |list |give |me |all |the )*{NAME}(?:'s|’s|(?<=s)') (?:papers?|links?|submissions?|entries|posts?)\W*$",
        "board",
        "from {who}",
    ),
    (
        r"\b(?:papers?|ones|links?|what|which|things?|anything)\b.*\b(?:have|did|do|had) (?:i|we) (?:ever |already |myself |personally )*(?:post|share|submit|add|brought|bring|contribut|sen[dt]|put|upload)\w*"
        r"|\bmy (?:own )?(?:papers?|submissions?|entries|links?|posts?)\b|\bmine\b|\b(?:papers?|ones?|what) i (?:have )?(?:post|submit|add|shar|brought)\w*"
        r"|\bdid i (?:post|submit|add|share)\b",
        "mine",
        "",
    ),
    (
        r"\b(?:ris|zotero|endnote|mendeley)\b.*\b(?:my|reading) ?list\b|\b(?:my|reading) ?list\b.*\b(?:ris|zotero|endnote|mendeley)\b",
        "export",
        "ris reading",
    ),
    (
        r"\b(?:export|download|cite|bib(?:tex)?)\b.*\b(?:my|reading) ?list\b|\b(?:my|reading) ?list\b.*\bbib(?:tex)?\b",
        "export",
        "bib reading",
    ),
    (
        r"\b(?:reading ?list|saved (?:papers|list|for later)|bookmarks\b|my list|to[- ]read|(?:did|have) i saved?|i saved)\b",
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
        r"\b(?:dms?|notif\w+|pings?|pinging|bothering|messag\w*|spam\w*|alerts?|annoying|bugging|nagging|pestering|disturb\w*)\b|\bsilence\b|\bdo not disturb\b",
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
        r"(?:\bnot|n't|\bnever|\bno) (?:\w+ ){0,3}(?:spend|cost|pay|use)\w* (?:\w+ ){0,2}(?:more|over|above|beyond)(?: than)? \D{0,3}(?P<most>\d+(?:[.,]\d+)?)"
        r"|\b(?:spend|cost|pay|use)\w* (?:\w+ ){0,2}(?:at most|no more than|not more than|up to|max(?:imum)?|only) \D{0,3}(?P<sum>\d+(?:[.,]\d+)?)",
        "budget",
        "{sum}",
    ),
    (
        r"\b(?:set|raise|increase|lower|reduce|change|make|put)\b.*\b(?:budget|cap|limit|maximum)\b.*?(?P<sum>\d+(?:[.,]\d+)?)|\b(?:budget|cap)\b.*?\bto\b\D*(?P<usd>\d+(?:[.,]\d+)?)",
        "budget",
        "{sum}",
    ),
    (
        r"\bhow much\b.*\b(?:left|remain\w*|budget|cap)\b|\b(?:budget|cap)\b.*\b(?:left|remain\w*)\b|\bmoney left\b|^(?:what(?:'s| is) )?(?:the |our |my )?(?:monthly )?(?:budget|cap|limit)(?: (?:for|in|of|this|per|a|each) .*)?\W*$"
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
        r"|\bgo away\b|\bshut up\b|\b(?:how|can)\b.*\b(?:stop|leave|out of)\b|\b(?:make|get|have|let)\b.*\bstop\b|\bleave (?:this|the|my|us)\b",
        "stop",
        "",
    ),
    (
        r"^(?:please |can (?:you|we) |could (?:you|we) |let'?s |let us |i (?:want|would like|'d like) to |how (?:do|can) (?:i|we) )*"
        r"(?:start|run|begin|launch|kick ?off|play|have|do|hold|fire up|open|create|make|set ?up)\b(?: (?:a|an|the|another|some|one|new|more|next|us|me|little|quick|small|big))*"
        r"(?: (?P<count>\d+))?(?: (?:more|new))? ?(?:tournaments?|match(?:es)?|games?|rounds?|bouts?|fights?|comparisons?|contest|competition)(?: now| please| today| here| tonight| this (?:evening|afternoon)| again)*\W*$"
        r"|^(?:let'?s |let us |go |please )*(?:play|begin|start|kick off|go ahead)(?: now| please| it| already| then)*\W*$|^new tournament\W*$|^tournament please\W*$",
        "start",
        "{count}",
    ),
    (
        r"^(?:please |can you |let'?s )*(?:start|run|begin|launch|play|hold|kick ?off)\b.*\b(?:tournament|round)\b.*?\b(?P<count>\d{1,6}) (?:matches|games|comparisons|rounds)\b",
        "start",
        "{count}",
    ),
    (
        r"\b(?:why|how come|what'?s wrong)\b.*\b(?:nothing|no (?:matches?|games?|tournaments?|new)|not(?:hing)? (?:playing|running|moving|happening|working)|stuck|quiet|idle|silent|stopped|waiting|frozen|asleep)\b"
        r"|\bwhy (?:does|did|is|has|are|do) ?(?:n't|not)? (?:it|anything|something|the tournament|you|they|matches) (?:not )?(?:play|run|start|happen|move|work|begin)\w*",
        "next",
        "",
    ),
    (
        r"^(?:please |just |now |can (?:you|we) |could (?:you|we) |let'?s )*(?:pause|suspend|hold|halt for now|freeze|take a break|wait)\b(?: (?:it|this|that|everything|all|now|please|the|your|a|tournament|matches|match|games?|judging|playing|run|round|on|off|with|for|until|till|moment|while|minute|bit|tomorrow|later))*\W*$",
        "pause",
        "",
    ),
    (r"\b(?:put|place|keep)\b.*\bon hold\b", "pause", ""),
    (
        r"^(?:please |just |now |can (?:you|we) |could (?:you|we) |let'?s |you (?:can|may) )*(?:resume|continue|carry on|go on|keep going|unpause|proceed)\b(?: (?:it|this|that|everything|all|now|please|the|your|a|tournament|matches|match|games?|judging|playing|run|round|with|again|from|where|we|left|off))*\W*$",
        "resume",
        "",
    ),
    (
        r"^(?:please |just |now |can (?:you|we) |could (?:you|we) |let'?s |i (?:want|would like|'d like) to )*(?:cancel|call off|abort|scrap|end|terminate)\b(?: (?:it|this|that|now|please|the|your|our|a|running|current|today's|whole|entire))* (?:tournament|round|run|competition)\W*$",
        "cancel",
        "",
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
        r"|\b(?:which|what|any|are there|is there)\b.*\b(?:being voted|voted on|under (?:a )?vote|to vote on|up for (?:a )?vote|put to (?:a |the )?vote)\b"
        r"|\b(?:open|pending|my|any|which|what|current|active|new|running) (?:vot(?:e|es)|polls?|ballots?)\b|\b(?:anything|something|what|where) .*\bvote\b"
        r"|\b(?:my|our) (?:vote|opinion|input)\b.*\b(?:need|want|miss|ask)\w*|\b(?:need|want|waiting for|miss)\w* (?:my|our) (?:vote|opinion|input)\b|^vot(?:e|es|ing)\W*$|\bi(?:'d like| want) to vote\b"
        r"|\b(?:waits?|waiting) (?:for|on) me\b|\bneeds? my attention\b|\bdid i vote\b|\bhave i voted\b|\bmy votes\b",
        "votes",
        "",
    ),
    (
        r"\b(?:change|set|edit|move|adjust|shift|reschedule|postpone)\b.*\b(?:schedules?|times?|evenings?|hours?|weekdays?)\b",
        "schedule",
        "",
    ),
    (
        r"\bwhat (?:are|is|am|things are) (?:you|i|we|this|it) (?:able|good|allowed|made|there|here) (?:to|for|at)\b|\bwhat (?:else )?do you (?:do|offer|know)\b|\bhow can you help\b",
        "help",
        "",
    ),
    (
        rf"\bplans?\b|\bagenda\b|\b(?:what(?:'s| is)|anything|something) (?:on|up|planned|happening|going on|scheduled)?\s*(?:for )?{DAY}|\bhappen(?:s|ing)? {DAY}"
        r"|\bwhat(?:'s| is) (?:on|happening|going on)\W*$|\bwhat should i do\b|\bwhat do i (?:have to|need to) do\b|\bto ?do\b|\bbrief(?:ing)? me\b|\bcatch me up\b|\bmy day\b"
        rf"|\bwhat (?:plays?|runs?|matches) {DAY}",
        "today",
        "",
    ),
    (r"\b(?:read|reading|recommend|suggest|look at|start with)\b.*\bnext\b", "board", ""),
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
        rf"\b(?:trust|rely|believe|reliab\w+|bias\w*|accura\w+|any good|fair\w*|consisten\w+|calibrat\w+|qualit\w+|how good|agree\w*|honest|objective|right|quality|measured|prefer\w*)\b.*\b{JUDGES}\b"
        rf"|\b{JUDGES}\b.*\b(?:trust\w*|rely|believe|reliab\w+|bias\w*|accura\w+|good|fair\w*|consisten\w+|agree\w*|honest|objective|right|measured|perform\w*|prefer\w*|quality|doing)\b"
        r"|\b(?:which|what|who are the|who's|name the|list the|show)\b.*\b(?:judges?|models?|llms?|assessors?)\b|\bposition bias\b|\b(?:like|prefer|favou?r)\w* (?:long|short|first)\w*"
        r"|\bwith (?:us|the team|humans?|people|our votes?)\b|\bagree with (?:us|me|humans?|people)\b|\bhow many (?:judges|models|assessors|llms)\b|\bare you (?:biased|fair|objective|reliable|ever wrong)\b|\bhow (?:good|reliable|biased) are you\b",
        "judges",
        "",
    ),
    (
        r"^are you (?:really |so |quite )?(?:sure|certain|confident)\b(?: about (?:it|that|this))?\W*$|\bhow (?:sure|certain|confident|precise|accurate|exact|reliable)\b.*\b(?:rank|ranking|score|place|position|you|this|it|rating)s?\b",
        "sure",
        "",
    ),
    (
        r"^(?!.*\b(?:chang|mov|shift|differ|climb|fell|fall|ris|rose)\w*).*?\b(?:ranking|standings?|board|leaderboard|ranks?|leaders?|top(?: \d+)?|order|table|scores?|results?|list)\b.*?"
        r"\b(?P<when>yesterday|last (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:a|one|two|three|four|five|six|\d+) (?:days?|weeks?|months?) ago|\d{4}-\d\d-\d\d|monday|tuesday|wednesday"
        rf"|thursday|friday|saturday|sunday|(?:(?<=on )|(?<=in )|(?<=of )|(?<=for )){ON_DAY})\b|\b(?P<then>last (?:week|month)|yesterday)'?s? (?:ranking|standings?|board|leaderboard|leaders?|top|results?|table)\b",
        "at",
        "{when}",
    ),
    (
        r"\bhow\b.*\b(?:judg\w+|rank(?:ed|s|ing|ings)?|rat(?:ed|ing|ings|e)|scor(?:ed?|es|ing)|works?|decid\w+|calculat\w+|comput\w+|made|assess\w+|evaluat\w+|determin\w+|score)\b"
        r"|\bprompts?\b|\bcriteria\b|(?<!by )(?<!by the )\brubric\b|\bmethodology\b|\balgorithm\b|\bbradley\b|\belo\b|\bwho(?:'s| is| are| does)? (?:doing |making |giving )?(?:the |all the )?(?:decid(?:e|es|ing)|judg(?:e|es|ing)|rank(?:s|ing)|scor(?:e|es|ing)|rating|decisions|comparisons|verdicts)\b|\bwhat (?:are|do) (?:the )?judges (?:told|see|read|look)\b"
        r"|\bunder the hood\b|\bhow does (?:this|it|that|voting) work\b|\bhow do (?:you|votes?|voting|they) (?:work|rank|judge|decide|score)\b|\bformula\b|\bmath\w*\b",
        "how",
        "",
    ),
    (
        r"\bwho\b.*\b(?:owns?|owner|runs?|manages?|admin\w*|in charge|responsible|leads? (?:this|the|our) (?:league|channel|group|team)|maintains?|controls?|(?:may|can|could|is allowed to|has the right to) (?:change|remove|delete|add|merge|start|pause|raise|set|invite|edit|restore|cancel)|created|set (?:this|it) up|boss)\b|\bowners?\b"
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
        r"\bpublish\b(?!ed)|\b(?:make|create|build|give me|export)\b.*\b(?:web ?sites?|web ?pages?|static pages?|html)\b|\bas (?:a )?(?:web ?site|web ?pages?|html)\b|\bpages? to keep\b",
        "publish",
        "",
    ),
    (
        r"\b(?:use|switch|change|swap|answer (?:about|for)|talk about|go to|move to|select|choose|pick)\b.*\b(?:channels?|leagues?)\b(?: (?:to|called|named))?(?: (?P<league><#\w+>|#?[\w-]+))?\W*$"
        r"|\b(?:which|what|other|another|different|wrong|list|my|the other) (?:leagues?|channels?)\b|(?<!this )(?<!our )(?<!the )(?<!your )(?<!a )\bleagues?\W*$|^(?:use|answer (?:about|for)|(?:switch|change|move|go)(?: over)? to) (?:the )?(?P<named><#\w+>|#?[\w-]+(?: [\w-]+){0,2})\W*$",
        "use",
        "{league}",
    ),
    (
        r"\bwho (?:changed|removed|deleted|added|merged|started|cancell?ed|did (?:this|that|it)|reverted|set)\b|\baudit\b|\b(?:change ?|activity )log\b|^log\b|\brecent activity\b",
        "log",
        "",
    ),
    (r"\b(?:bib(?:tex)?|\.bib|latex)\b", "export", "bib"),
    (r"\b(?:ris|endnote|mendeley|zotero|csl)\b", "export", "ris"),
    (r"\b(?:citations?|cite|references?)\b", "export", "bib"),
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
        rf"\b(?:new|newest|latest|recent|recently|fresh|incoming|arriv\w+|came in|come in|added|joined|posted|submitted|new ?comers?)\b.*?(?P<span>{SPAN})"
        rf"|(?P<before>{SPAN}).*\b(?:new|newest|latest|fresh|arriv\w+|came in|added|posted|papers)\b",
        "new",
        "{span}",
    ),
    (
        r"\b(?:chang(?:ed?|es)|moved?|movers?|mov(?:ed|ements?)|rose|risen|climb\w*|fell|fallen|dropp?\w*|gain\w*|happened|overtook|overtaken|jumped|slipped|went (?:up|down)|gone (?:up|down)|going (?:up|down)|news|updates?|differences?|progress)\b",
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
        r"(?<!best to )(?<!top to )\b(?:worst|lowest|bottom|weakest|least important|last (?:place|paper|one|in)|losers?|at the (?:end|bottom))\b",
        "board",
        "page 9999",
    ),
    (
        r"\b(?:top|best|ranking|rank|board|leaders?|leaderboard|papers|list|standings?)\b.*\bin (?P<category>[a-z-]+\.[a-z-]+|cs|math|stat|physics|econ|eess|q-bio|q-fin)\b",
        "board",
        "in {category}",
    ),
    (
        r"\b(?:top|best|leading|leaders?|leads?|first|highest|winn(?:er|ers|ing)|number one|no\.? ?1|strongest|greatest|favou?rites?|ranking|rankings|standings?|board|leaderboard|scoreboard|table|overview|ranks?|champion|hot|hottest|popular|trending"
        r"|how many papers|recommend\w*|worth reading|(?:should|shall|could|to) (?:i|we) (?:read|look)|must[- ]reads?|what to read|suggest\w*|read (?:today|first|next)|all papers|list (?:the |all )?papers|papers do (?:we|you) have|score)\b",
        "board",
        "",
    ),
    (
        r"\bhelp\b|\b(?:do(?:es)? ?n'?t|do not|did ?n'?t|cannot|can ?not|ca ?n'?t) (?:understand|get (?:it|this|that)|follow (?:you|this))\b|\bhow to (?:use|talk|ask|start|begin|work with)\b|\b(?:do(?:n't| not)|no idea|not sure) (?:know )?(?:what|how|where) (?:to|i|can) \w+|\bwhat (?:should|could) i (?:ask|say|type|try|write)\b|\bwhere (?:do|should|can) i (?:start|begin)\b|\bmy options\b|\bwhat (?:can|could|do|else can|all can) (?:you|i|we|this|it) (?:do|ask|say|type|use|write)?\b|\bcommands?\b|\bhow (?:do|can|should) (?:i|we|you)\b.*\b(?:use|start|begin|ask|add|remove|work|submit|delete)\b|\binstructions?\b"
        r"|\bmanual\b|\bdocs?\b|\bdocumentation\b|\bcapabilit\w+|\bfeatures?\b|\bmenu\b|\btutorial\b|\bexamples?\b|\bget(?:ting)? started\b|\bi(?:'m| am) (?:lost|new|confused|stuck)\b|\bwhat now\b|^\?+$|\bguide\b",
        "help",
        "",
    ),
)
"""Phrases about a league in the order tried, the more specific first."""
