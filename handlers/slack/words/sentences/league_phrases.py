"""Phrases about a league, each with its command and words, in the form of the phrasebook."""

import re

from handlers.slack.words.sentences.listing import MOMENT, NUMBERS, ON_DAY, since_words
from handlers.slack.words.sentences.phrasebook import DAY, JUDGES, NAME, Phrase, phrases_of

OF_LEAGUE = phrases_of(
    (
        r"\bi(?:'m| am) (?:very |quite |rather |totally |completely |still )*(?:new|lost|confused|stuck)\b"
        r"|\b(?:first (?:time|day)|just joined)\b",
        "help",
        "",
    ),
    (
        r"\bwhat (?:did|has|have) (?:i|me|we) (?:post|share|submit|add|brought|bring|contribut|sen[dt])\w*",
        "mine",
        "",
    ),
    (
        rf"\b(?:papers?|links?|things?|everything|all|stuff|entries|submissions?|posts?)\b.*\b(?:from|by|of|that) {NAME}(?:'s)?(?: (?:has |have )?(?:posted|shared|submitted|added|brought|sent))?\W*$",
        "board",
        "from {who}",
    ),
    (
        rf"^(?:show |list |give |me |all |the )*{NAME}(?:'s|’s|(?<=s)') (?:papers?|links?|submissions?|entries|posts?)\W*$",
        "board",
        "from {who}",
    ),
    (
        r"\b(?:my|reading) ?list\b.*\b(?:ris|zotero|endnote|mendeley)\b",
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
        r"\bmy (?:follows|followed|subscriptions|watch ?list)\b",
        "following",
        "",
    ),
    (
        r"\b(?:stop|quit|no more|fewer|less|too many|do ?n'?t|do not|without|turn off|disable)\b.*\b(?:dms?|notif\w+|pings?|pinging|bothering|messag\w*|spam\w*|alerts?|annoying|bugging|nagging|pestering|disturb\w*)\b"
        r"|\bsilence\b",
        "mute",
        "",
    ),
    (
        r"\b(?:stop|end|no more|turn off|disable|without|kill|cancel)\b.*\b(?:digest|newsletter|daily (?:summary|news|message))\b",
        "stop",
        "",
    ),
    (
        r"\bexpens\w+|\bmoney\b|\busd\b",
        "cost",
        "",
    ),
    (
        r"^(?:please |just |now |can you |could you |how (?:do|can) (?:i|we) )*(?:stop|halt|abort|quit|end|kill|shut (?:up|down)|be quiet|go away|enough|turn (?:it |this |that |you )?off)\b(?: (?:it|this|that|everything|all|now|please|you|the (?:bot|tournament|matches|match|game|thing|games|run)|running|playing|posting|talking|doing \w+|immediately|at once|a|tournament|matches))*\W*$"
        r"|\b(?:remove|uninstall|delete|kick|leave|get rid of)\b.*\b(?:you|bot|paperbout|channel|app)\b",
        "stop",
        "",
    ),
    (
        r"^(?:please |can (?:you|we) |could (?:you|we) |let'?s |let us |i (?:want|would like|'d like) to |how (?:do|can) (?:i|we) )*(?:start|run|begin|launch|kick ?off|play|have|do|hold|fire up|open|create|make|set ?up)\b(?: (?:a|an|the|another|some|one|new|more|next|us|me|little|quick|small|big))*(?: (?P<count>\d+))?(?: (?:more|new))? ?(?:tournaments?|match(?:es)?|games?|rounds?|bouts?|fights?|comparisons?|contest|competition)(?: now| please| today| here| tonight| this (?:evening|afternoon)| again)*\W*$"
        r"|^(?:let'?s |let us |go |please )*(?:play|begin|start|kick off|go ahead)(?: now| please| it| already| then)*\W*$",
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
        r"^(?:please |just |now |can (?:you|we) |could (?:you|we) |let'?s |you (?:can|may) )*(?:resume|continue|carry on|go on|keep going|unpause|proceed)\b(?: (?:it|this|that|everything|all|now|please|the|your|a|tournament|matches|match|games?|judging|playing|run|round|with|again|from|where|we|left|off))*\W*$",
        "resume",
        "",
    ),
    (
        r"\b(?:is|are|was) (?:a |the |any |there )*(?:tournament|match\w*|game|anything|something|it|what)\b.*\b(?:running|playing|going on|finished|done|over|active|live|ready|in progress)\b"
        r"|\bhow(?:'s| is| are| did| was)\b.*\b(?:tournament|match\w*|games?|round)\b.*|\bhow many matches\b"
        r"|\bwho won (?:the |last |this )*(?:tournament|match|round|night)|\b(?:last|latest) tournament\b",
        "status",
        "",
    ),
    (
        r"\b(?:vot(?:e|es|ing)|polls?|ballots?)\b.*\b(?:open|wait\w*|pending|left|need\w*|me|i|my|today|now|going on|running|active|on|there|anything|for)\b"
        r"|\b(?:my|our) (?:vote|opinion|input)\b.*\b(?:need|want|miss|ask)\w*"
        r"|\b(?:need|want|waiting for|miss)\w* (?:my|our) (?:vote|opinion|input)\b|\b(?:waits?|waiting) (?:for|on) me\b",
        "votes",
        "",
    ),
    (
        r"\b(?:change|set|edit|move|adjust|shift|reschedule|postpone)\b.*\b(?:schedules?|times?|evenings?|hours?|weekdays?)\b",
        "schedule",
        "",
    ),
    (
        r"\bwhat (?:are|is|am|things are) (?:you|i|we|this|it) (?:able|good|allowed|made|there|here) (?:to|for|at)\b",
        "help",
        "",
    ),
    (
        rf"\b(?:what(?:'s| is)|anything|something) (?:on|up|planned|happening|going on|scheduled)?\s*(?:for )?{DAY}"
        rf"|\bhappen(?:s|ing)? {DAY}|\bwhat(?:'s| is) (?:on|happening|going on)\W*$|\bwhat should i do\b|\bmy day\b"
        rf"|\bwhat (?:plays?|runs?|matches) {DAY}",
        "today",
        "",
    ),
    (
        r"\bwhen (?:is|are|do|does|will)\b.*\b(?:tournament|match\w*|judg\w+|rank\w*|digest)\b",
        "next",
        "",
    ),
    (
        r"\b(?:judges?|models?|llms?|assessors?|verdicts?)\b.*\b(?:disagree\w*|differ\w*|split|contradict\w*|conflict\w*|divided|argue)\b"
        r"|\b(?:disagree\w*|disput\w+|contested|controvers\w+|debat\w+|divisive|divided|contentious|close calls?|closest match\w*|split decisions?|conflict\w*)\b",
        "disputed",
        "",
    ),
    (
        r"\boverturned\b|\bcorrected\b|\breversed\b",
        "disputed",
        "",
    ),
    (
        r"\bupsets?\b|\bshock\w*",
        "upsets",
        "",
    ),
    (
        r"\bgap\b|\bhidden gems?\b",
        "gap",
        "",
    ),
    (
        rf"\b{JUDGES}\b.*\b(?:trust\w*|rely|believe|reliab\w+|bias\w*|accura\w+|good|fair\w*|consisten\w+|agree\w*|honest|objective|right|measured|perform\w*|prefer\w*|quality|doing)\b",
        "judges",
        "",
    ),
    (
        rf"^(?!.*\b(?:chang|mov|shift|differ|climb|fell|fall|ris|rose)\w*).*?\b(?:ranking|standings?|board|leaderboard|ranks?|leaders?|top(?: \d+)?|order|table|scores?|results?|list)\b.*?\b(?P<when>yesterday|last (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:a|one|two|three|four|five|six|\d+) (?:days?|weeks?|months?) ago|\d{{4}}-\d\d-\d\d|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:(?<=on )|(?<=in )|(?<=of )|(?<=for )){ON_DAY})\b",
        "at",
        "{when}",
    ),
    (
        r"\bhow\b.*\b(?:judg\w+|rank(?:ed|s|ing|ings)?|rat(?:ed|ing|ings|e)|scor(?:ed?|es|ing)|works?|decid\w+|calculat\w+|comput\w+|made|assess\w+|evaluat\w+|determin\w+|score)\b"
        r"|(?<!by )(?<!by the )\brubric\b|\bmethodology\b|\bbradley\b"
        r"|\bwho(?:'s| is| are| does)? (?:doing |making |giving )?(?:the |all the )?(?:decid(?:e|es|ing)|judg(?:e|es|ing)|rank(?:s|ing)|scor(?:e|es|ing)|rating|decisions|comparisons|verdicts)\b"
        r"|\bwhat (?:are|do) (?:the )?judges (?:told|see|read|look)\b|\bmath\w*\b",
        "how",
        "",
    ),
    (
        r"\bwho\b.*\b(?:owns?|owner|runs?|manages?|admin\w*|in charge|responsible|leads? (?:this|the|our) (?:league|channel|group|team)|maintains?|controls?|(?:may|can|could|is allowed to|has the right to) (?:change|remove|delete|add|merge|start|pause|raise|set|invite|edit|restore|cancel)|created|set (?:this|it) up|boss)\b"
        r"|\bowners?\b",
        "owners",
        "",
    ),
    (
        r"\b(?:all|across|every|whole|over) (?:the |our |my )?(?:leagues|channels|workspace|workspaces|company|teams)\b|\beverywhere\b",
        "all",
        "",
    ),
    (
        r"\b(?:use|switch|change|swap|answer (?:about|for)|talk about|go to|move to|select|choose|pick)\b.*\b(?:channels?|leagues?)\b(?: (?:to|called|named))?(?: (?P<league><#\w+>|#?[\w-]+))?\W*$"
        r"|^(?:use|answer (?:about|for)|(?:switch|change|move|go)(?: over)? to) (?:the )?(?P<named><#\w+>|#?[\w-]+(?: [\w-]+){0,2})\W*$",
        "use",
        "{league}",
    ),
    (
        r"\bwho (?:changed|removed|deleted|added|merged|started|cancell?ed|did (?:this|that|it)|reverted|set)\b|\baudit\b"
        r"|\b(?:change ?|activity )log\b|\brecent activity\b",
        "log",
        "",
    ),
    (
        r"\b(?:bib(?:tex)?|\.bib|latex)\b",
        "export",
        "bib",
    ),
    (
        r"\b(?:ris|endnote|mendeley|zotero|csl)\b",
        "export",
        "ris",
    ),
    (
        r"\b(?:citations?|cite|references?)\b",
        "export",
        "bib",
    ),
    (
        r"\b(?:export|download|csv|spreadsheet|excel|dump|backup|as a file)\b",
        "export",
        "",
    ),
    (
        r"\b(?:old|past|earlier|previous|existing) (?:links|papers|messages)\b|\bbring in\b",
        "import",
        "",
    ),
    (
        r"\b(?:settings?|preferences|options|config\w*|set ?up|customi[sz]e|adjust)\b"
        r"|\bchange (?:the )?(?:time|schedule|quorum|judges?|models?|rules)\b",
        "settings",
        "",
    ),
    (
        r"\b(?:chang(?:ed?|es)|moved?|movers?|mov(?:ed|ements?)|rose|risen|climb\w*|fell|fallen|dropp?\w*|gain\w*|happened|overtook|overtaken|jumped|slipped|went (?:up|down)|gone (?:up|down)|going (?:up|down)|news|updates?|differences?|progress)\b",
        "changes",
        "since {span}",
    ),
    (
        r"\b(?:new|newest|latest|recent|recently|fresh|incoming|arriv\w+|came in|newly)\b",
        "new",
        "7d",
    ),
    (
        r"\bneed(?:s|ing)? more matches\b",
        "board",
        "uncertain",
    ),
    (
        r"\b(?:by|sorted by|highest|best|top) (?:the )?(?:rubric|rating|assessment)\b",
        "board",
        "rating",
    ),
    (
        r"(?<!best to )(?<!top to )\b(?:worst|lowest|bottom|weakest|least important|last (?:place|paper|one|in)|losers?|at the (?:end|bottom))\b",
        "board",
        "page 9999",
    ),
    (
        r"\b(?:top|best|leading|leaders?|leads?|first|highest|winn(?:er|ers|ing)|number one|no\.? ?1|strongest|greatest|favou?rites?|ranking|rankings|standings?|board|leaderboard|scoreboard|table|overview|ranks?|champion|hot|hottest|popular|trending|how many papers|recommend\w*|worth reading|(?:should|shall|could|to) (?:i|we) (?:read|look)|must[- ]reads?|what to read|suggest\w*|read (?:today|first|next)|all papers|list (?:the |all )?papers|papers do (?:we|you) have|score)\b",
        "board",
        "",
    ),
    (
        r"\b(?:do(?:es)? ?n'?t|do not|did ?n'?t|cannot|can ?not|ca ?n'?t) (?:understand|get (?:it|this|that)|follow (?:you|this))\b"
        r"|\bhow to (?:use|talk|ask|start|begin|work with)\b"
        r"|\b(?:do(?:n't| not)|no idea|not sure) (?:know )?(?:what|how|where) (?:to|i|can) \w+"
        r"|\bwhat (?:should|could) i (?:ask|say|type|try|write)\b"
        r"|\bwhat (?:can|could|do|else can|all can) (?:you|i|we|this|it) (?:do|ask|say|type|use|write)?\b|\bcommands?\b"
        r"|\bhow (?:do|can|should) (?:i|we|you)\b.*\b(?:use|start|begin|ask|add|remove|work|submit|delete)\b|\binstructions?\b|\bdocs?\b"
        r"|\bdocumentation\b|\bcapabilit\w+|\btutorial\b|\bget(?:ting)? started\b|\bwhat now\b",
        "help",
        "",
    ),
)
"""Phrases about a league in the order tried, the more specific first."""


def command_words(phrase: Phrase, match: re.Match[str]) -> str:
    """Return the words for a phrase's command, filled from the groups of its pattern."""
    caught = {name: value for name, value in match.groupdict().items() if value}
    match phrase.command:
        case "board" if "who" in caught:
            name = caught["who"].strip(".,?!")
            return f"from {name.upper() if name.startswith('<@') else '@' + name.removeprefix('@')}"
        case "new":
            span = caught.get("span") or caught.get("before")
            return _days(span) if span else phrase.words
        case "changes":
            span = re.search(r"\b(?:since|last|past|this|yesterday|today)\b.*", match.string)
            moment = MOMENT.search(match.string)
            if moment is not None and not re.search(
                r"\b(?:week|month|year|yesterday|today)$", moment["moment"] or ""
            ):
                return since_words(moment)
            return f"since {_since(span[0] if span else '')}"
        case "at":
            when = caught.get("when") or caught.get("then") or "last week"
            first, _, rest = when.partition(" ")
            number = 1 if first == "a" else NUMBERS.get(first)
            return f"{number} {rest}" if number is not None and rest.endswith("ago") else when
        case "start":
            return f"{caught['count']} matches" if "count" in caught else ""
        case "budget":
            return (caught.get("sum") or caught.get("usd") or caught.get("most") or "").replace(",", ".")
        case "use":
            return caught.get("league") or caught.get("named") or ""
        case _:
            return phrase.words.format_map(_Groups(caught))


class _Groups(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _days(span: str) -> str:
    """Convert a time span in words ("last week") to days for `new` ("7d")."""
    number = re.search(r"\d+", span)
    if number is not None:
        return f"{number[0]}d"
    for word, days in (
        ("today", "1d"),
        ("yesterday", "2d"),
        ("week", "7d"),
        ("month", "30d"),
        ("year", "365d"),
    ):
        if word in span:
            return days
    return "7d"


def _since(span: str) -> str:
    moments = {"yesterday": "yesterday", "today": "yesterday", "month": "last month", "year": "last year"}
    for word, moment in (moments | {"week": "last week"}).items():
        if word in span:
            return moment
    return "yesterday"
