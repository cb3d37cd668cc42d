"""Patterns of passages that instruct a model, by kind, in English and eleven other languages."""

import re
from collections.abc import Mapping

# Letters of other scripts that look like Latin ones; NFKC leaves them apart.
LOOKALIKES = str.maketrans(
    {
        pair[0]: pair[1]
        for pair in (  # noqa: SIM905 - pairs in a row read better
            "аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw ѵv ӏl вb гr кk мm нh тt пn ցg "
            "αa νv ιi κk ρp τt υu χx οo ηn ϲc γy ωw βb εe "
            "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɡg ɑa ıi"
        ).split()
    }
)

KINDS: Mapping[str, re.Pattern[str]] = {
    "overrides instructions": re.compile(
        r"\b(?:ignore|disregard|forget|override|bypass|skip|neglect)\b[^.!?]{0,40}"
        r"\b(?:previous|prior|above|earlier|preceding|foregoing|former|system|initial|original|all"
        r"|any|these|those|your)\b"
        r"[^.!?]{0,30}\b(?:instructions?|prompts?|rules?|directions?|guidelines?|directives?"
        r"|commands?|rubric|criteria)\b"
        r"|\b(?:new|updated|real|actual) (?:system )?(?:instructions?|prompt|task)\s{0,3}(?::|for)"
        r"|\bdo not follow (?:the|your|any)\b[^.!?]{0,30}\b(?:instructions?|rubric|rules?)"
    ),
    "asks for a verdict": re.compile(
        r"\b(?:rate|score|rank|grade|judge|assess|evaluate|review|mark)\b (?:this|our|the present"
        r"|the current|my|it)\b"
        r"[^.!?]{0,50}\b(?:high\w*|top|best|10|ten|maximum|perfect|favou?rabl\w+|positive\w*"
        r"|excellent|superior|accept\w*"
        r"|first|winner|full marks)\b"
        r"|\b(?:give|assign|award|return|output|answer|choose|select|pick|prefer|declare|respond"
        r"|reply|vote)\b[^.!?]{0,50}"
        r"\b(?:10 ?/ ?10|(?:highest|maximum|perfect|top|full) (?:possible )?(?:scores?|ratings?"
        r"|marks?|rank)"
        r"|as (?:the )?(?:winner|better)|(?:this|our) (?:paper|work|submission) (?:as|over|wins|is better)"
        r"|paper [12ab]\b|winner\b|score of (?:9|10|ten)|positive reviews?)"
        r"|\b(?:positive|favou?rable) reviews? only\b|\bdo not (?:mention|highlight|list"
        r"|report)\b[^.!?]{0,30}"
        r"\b(?:weakness\w*|limitations?|negatives?|flaws?|shortcomings)\b"
        r"|\b(?:this|our) (?:paper|work|submission|abstract) (?:must|should|has to|shall|needs to"
        r"|deserves to) "
        r"(?:win|be (?:ranked|rated|scored|preferred|chosen|accepted|declared|selected))"
        r"|\bpaper [12ab] (?:must|should|shall|has to) (?:win|lose|be)\b"
        r"|[\"']?winner[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:first|second|paper)"
    ),
    "speaks to a model": re.compile(
        r"\b(?:(?:note|message|instructions?|notice|important) (?:to|for)|attention,?|dear|hey|hello)\s{1,3}"
        r"(?:the |all |any )*(?:ai|llms?|language models?|automated) ?(?:reviewers?|judges?"
        r"|assistants?|models?|graders?)?\b\s{0,3}[:,]"
        r"|\b(?:as|if you are|you are|you're|being) (?:now )?an? (?:ai|llm|large language model"
        r"|language model|helpful"
        r"|impartial|unbiased|automated)\b[^.!?]{0,20}\b(?:model|assistant|reviewer|judge|grader|,|you)"
        r"|\byou are now\b|\bfrom now on,? you\b|\bpretend (?:to be|that you)\b|\bact as (?:an? "
        r"|the )?(?:judge|reviewer|"
        r"grader|assistant|system)\b|\byour (?:task|job|role|goal) (?:is|now is) (?:now )?to\b"
        r"|\b(?:reveal|print|repeat|show)\b[^.!?]{0,20}\byour (?:system )?(?:prompt|instructions)\b"
    ),
    "role tag": re.compile(
        r"<\s{0,3}\|[^|<>\n]{1,40}\|\s{0,3}>|<\s{0,3}/?\s{0,3}(?:system|assistant|human|instructions?|start_of_turn"
        r"|end_of_turn)\b[^<>]{0,40}>"
        r"|\[/?inst\]|<<\s{0,3}/?sys\s{0,3}>>|(?:^|\n)\s{0,3}#{0,4}\s{0,3}(?:system|assistant|developer)\s{0,3}(?:message"
        r"|prompt)?\s{0,3}:"
        r"|\bend of (?:the )?(?:paper|abstract|document|data|submission|untrusted)\b[^a-z]{0,12}(?:$"
        r"|\n|begin|system|now|new)"
        r"|(?:begin|start) (?:of )?(?:system|judge|reviewer) (?:message|prompt|instructions?)"
    ),
    "fence line": re.compile(
        r"\bfence-[0-9a-f]{6,}[^\n]{0,20}\b(?:begins?|starts?|ends?)\b|(?:^|\n)[^\w\n]{0,20}(?:[\w-]{4,40} )?paper ?[12]? (?:begins?|starts?|ends?)[^\w\n]{0,20}(?:$|\n)"
        r"|(?:^|\n)[^\w\n]{3,40}(?:end|start|begin)(?:ing)? of (?:the )?(?:untrusted |quoted )?(?:paper|data|material|text|input)\b"
    ),
}  # fmt: skip

_OTHER_LANGUAGES = {
    "overrides instructions": (
        r"(?:忽略|無視|无视|忘记|忘掉|不要理会|不要遵守)[^。！？]{0,20}(?:指令|指示|提示|规则|規則|要求|说明)",  # Chinese
        r"(?:指示|命令|プロンプト|ルール|指令)[^。]{0,15}(?:無視|忘れ|従わない)",  # Japanese
        r"(?:지시|명령|프롬프트|규칙|지침)[^.]{0,15}(?:무시|잊어|따르지)",  # Korean
        r"\b(?:ignor[ae]|ignoren?|olvid[ae]n?|haz caso omiso de|descarta)\b[^.!?]{0,40}\b(?:instrucciones|indicaciones|reglas)\b",
        r"\b(?:ignore[zr]?|oublie[zr]?|ne ten[ez]+ pas compte|fais abstraction)\b[^.!?]{0,40}\b(?:instructions|consignes|règles|directives)\b",
        r"\b(?:ignoriere?n?|vergiss|vergessen sie|missachte|beachte nicht)\b[^.!?]{0,40}\b(?:anweisungen|instruktionen|regeln|vorgaben|befehle)\b",
        r"\b(?:ignor[ae]m?|esque[çc]a|desconsidere|descarte)\b[^.!?]{0,40}\b(?:instruç(?:ões|ão)|regras|orientações)\b",
        r"\b(?:ignora(?:te)?|dimentica(?:te)?|non considerare)\b[^.!?]{0,40}\b(?:istruzioni|regole|indicazioni)\b",
        r"(?:игнорируй(?:те)?|забудь(?:те)?|не обращай(?:те)? внимания)[^.!?]{0,40}(?:инструкци|указани|правил|команд)",
        r"(?:تجاهل|انس|لا تتبع)[^.!؟]{0,40}(?:التعليمات|الأوامر|القواعد|الإرشادات)",
        r"(?:निर्देशों|निर्देश|नियमों)[^।.]{0,25}(?:अनदेखा|नज़रअंदाज़|भूल|उपेक्षा)|(?:अनदेखा|नज़रअंदाज़)[^।.]{0,25}निर्देश",
        r"(?:önceki|yukarıdaki|tüm)[^.!?]{0,25}(?:talimat|kural|yönerge)[^.!?]{0,20}(?:yok ?say|unut|görmezden)",
    ),
    "asks for a verdict": (
        r"(?:给|給|打|评|評)[^。！？]{0,12}(?:最高分|满分|滿分|高分|正面评价|正面評價|好评)|(?:选择|選擇|推荐|接受)(?:这篇|這篇|本)(?:论文|論文|文章)|只(?:给|给出|写)?[^。]{0,6}(?:正面|积极)",
        r"(?:この|本)論文[^。]{0,12}(?:最高|高く|選ん|採択|勝者|優れている)[^。]{0,12}(?:ください|しろ|せよ|すること)|(?:最高点|満点|高評価)[^。]{0,8}(?:付け|与え|つけ)|肯定的な(?:評価|レビュー)のみ",
        r"이 논문[^.]{0,15}(?:선택|최고|높은|우승|승자)[^.]{0,15}(?:하세요|하십시오|해라|주세요|하라)|(?:최고점|만점|높은 점수)[^.]{0,8}(?:주|부여)|긍정적인 (?:평가|리뷰)만",
        r"\b(?:da|dale|dé|den|otorga|asigna|elige|elija|selecciona|escoge)\b[^.!?]{0,40}(?:este (?:artículo|trabajo)|puntuación más alta|máxima (?:nota|puntuación)|reseña positiva|ganador)",
        r"\b(?:donne[zr]?|attribue[zr]?|choisis(?:sez)?|sélectionne[zr]?)\b[^.!?]{0,40}(?:cet article|ce papier|meilleure note|note maximale|avis positif|vainqueur|gagnant)",
        r"\b(?:gib|geben sie|wähle?n?|bewerte?n?|vergib)\b[^.!?]{0,40}(?:diese[sn]? (?:paper|artikel|arbeit)|höchste (?:note|punktzahl)|bestnote|positive (?:bewertung|gutachten)|sieger|gewinner)",
        r"\b(?:dê|atribua|escolha|selecione)\b[^.!?]{0,40}(?:este (?:artigo|trabalho)|nota máxima|pontuação mais alta|avaliação positiva|vencedor)",
        r"\b(?:dai|date|assegna(?:te)?|scegli(?:ete)?|seleziona(?:te)?)\b[^.!?]{0,40}(?:quest[oa] (?:articolo|lavoro)|voto (?:più alto|massimo)|punteggio (?:più alto|massimo)|recensione positiva|vincitore)",
        r"(?:выбери(?:те)?|поставь(?:те)?|оцени(?:те)?|присвой(?:те)?|дай(?:те)?)[^.!?]{0,40}(?:эту (?:статью|работу)|высш(?:ий|ую) (?:балл|оценку)|максимальн\w+ (?:балл|оценк)|положительн\w+ (?:отзыв|рецензи))",
        r"(?:اختر|امنح|أعط|قيّم|قيم)[^.!؟]{0,40}(?:هذه الورقة|هذا البحث|أعلى (?:درجة|تقييم)|مراجعة إيجابية)",
        r"(?:इस (?:पेपर|शोध|लेख)|उच्चतम (?:अंक|स्कोर)|सकारात्मक समीक्षा)[^।.]{0,30}(?:चुनें|चुनो|दें|दीजिए|दो|करें)",
    ),
}  # fmt: skip

IN_OTHER_LANGUAGES: Mapping[str, re.Pattern[str]] = {
    kind: re.compile("|".join(patterns)) for kind, patterns in _OTHER_LANGUAGES.items()
}
"""Patterns by kind, for lower-case text with its accents as written."""

ABOUT_INJECTION = re.compile(
    r"prompt[- ]inject|injection attack|injected (?:prompt|instruction|text)|indirect(?:ly)? inject|jailbreak|adversarial (?:prompt|instruction|suffix)"
    r"|hidden (?:prompt|instruction)|instruction hierarch|prompt leak|prompt hijack|goal hijack|red[- ]team|backdoor|guardrail"
    r"|llm[- ]as[- ]a[- ]judge|llm (?:judges?|reviewers?|evaluators?)|automated (?:peer )?review|ai[- ](?:generated |assisted )?(?:peer )?review|peer review"
    r"|system prompt|instruction[- ](?:tun|follow)|safety (?:train|align)|(?:prompt|instruction) (?:attack|defen[cs]e|manipulation|extraction)"
)
"""Pattern of what a paper says that itself studies such passages."""
