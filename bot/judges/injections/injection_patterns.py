"""Patterns of passages that instruct a model, by kind, in English and twenty-eight other languages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        r"[^.!?]{0,30}\b(?:instructions?|prompts?|rules?(?!\s+of\s+thumb\b)|directions?|guidelines?|directives?"
        r"|commands?|rubric|criteria)\b"
        r"|\b(?:new|updated|real|actual) (?:system )?(?:instructions?|prompt|task)\s{0,3}(?::|for)"
        r"|\b(?:ignore|disregard|forget) (?:everything|anything|all (?:of )?(?:the )?(?:text|content)|what(?:ever)?)\b"
        r"[^.!?]{0,30}\b(?:above|before|previous\w*|prior|so far|earlier|told)\b"
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
        r"\bif you(?: are|'re) (?:an? |the )?(?:[\w-]+ ){0,3}(?:ai|llm|language model|chatbot|automated [\w-]+)\b"
        r"|\bfor (?:ai|llm|automated|language model|artificial) (?:reviewers?|judges?|graders?|evaluators?|models?|readers?)\b"
        r"(?: only)?\s{0,3}:"
        r"|\bthe (?:correct|only|right|final) (?:verdict|winner|decision) is\b"
        r"|\bto the (?:ai|llm|language model|model|judge|reviewer)s? (?:that is |who is )?(?:reading|evaluating|reviewing|judging)\b"
        r"|\b(?:reviewer|judge|grader) instructions?\s{0,3}:|\balways (?:pick|choose|select|prefer) the paper\b"
        r"|\b(?:(?:note|message|instructions?|notice|important) (?:to|for)|attention,?|dear|hey|hello)\s{1,3}"
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
        r"(?:指示(?!関数)|命令|プロンプト|ルール|指令)[^。]{0,15}(?:無視|忘れ|従わない)",  # Japanese
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
        r"\b(?:negeer|vergeet|sla [^.!?]{0,20} over)\b[^.!?]{0,40}\b(?:instructies|aanwijzingen|regels|opdrachten)\b",  # Dutch
        r"\b(?:z?ignoruj(?:cie)?|zapomnij(?:cie)?|pomiń(?:cie)?)\b[^.!?]{0,40}(?:polece|instrukcj|wskazów|zasad)",  # Polish
        r"(?:ігноруй(?:те)?|забудь(?:те)?|не зважай(?:те)?)[^.!?]{0,40}(?:інструкц|вказів|правил|наказ)",  # Ukrainian
        r"(?:دستور|دستورات|دستورالعمل|قوانین)[^.!؟]{0,30}(?:نادیده|فراموش)|(?:نادیده|فراموش)[^.!؟]{0,30}(?:دستور|قوانین)",  # Persian
        r"(?:התעלם|התעלמי|התעלמו|שכח|שכחי|שכחו)[^.!?]{0,40}(?:הוראות|הנחיות|כללים)",  # Hebrew
        r"(?:নির্দেশ|নির্দেশনা|নিয়ম)[^।.]{0,25}(?:উপেক্ষা|ভুলে|অগ্রাহ্য)",  # Bengali
        r"(?:bỏ qua|phớt lờ|quên)[^.!?]{0,30}(?:hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc)",  # Vietnamese
        r"\b(?:abaikan|lupakan|kesampingkan)\b[^.!?]{0,40}\b(?:instruksi|perintah|petunjuk|arahan|aturan)\b",  # Indonesian, Malay
        r"(?:เพิกเฉย|ละเว้น|ไม่ต้องสนใจ|ลืม)[^.!?]{0,30}(?:คำสั่ง|คำแนะนำ|กฎ)",  # Thai
        r"\b(?:ignorera|ignorer|bortse från|glöm|glem|se bort fra)\b[^.!?]{0,40}(?:instru[kc]t|anvisning|regler)",  # Swedish, Danish, Norwegian
        r"\b(?:ohita|unohda|jätä huomiotta|älä noudata)\b[^.!?]{0,40}(?:ohje|määräyk|sään)",  # Finnish
        r"\b(?:ignoruj(?:te)?|zapomeň(?:te)?|zabudni(?:te)?)\b[^.!?]{0,40}(?:pokyn|instrukc|inštrukc|pravid|příkaz)",  # Czech, Slovak
        r"(?:hagyd|hagyja|hagyják) figyelmen kívül[^.!?]{0,40}(?:utasítás|szabály|parancs)",  # Hungarian
        r"\b(?:ignor[aăi](?:ți)?|uită|uitați)\b[^.!?]{0,40}(?:instrucțiun|indicați|reguli)",  # Romanian
        r"(?:αγνόησε|αγνοήστε|ξέχασε|ξεχάστε)[^.!;]{0,40}(?:οδηγίες|εντολές|κανόνες)",  # Greek
        r"(?:ہدایات|احکامات|قواعد)[^.!؟۔]{0,30}(?:نظر ?انداز|بھول)",  # Urdu
        r"(?:வழிமுறை|அறிவுறுத்தல்|கட்டளை)[^.!]{0,30}(?:புறக்கணி|மறந்து)",  # Tamil
        r"\b(?:puuza|sahau)\b[^.!?]{0,40}\b(?:maagizo|maelekezo|sheria)\b",  # Swahili
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
        r"(?:将|把)?(?:本文|本论文|這篇論文|这篇论文)[^。！？]{0,8}(?:判为|判為|评为|評為|选为|選為)",
        r"\b(?:déclare[zr]?|proclame[zr]?)\b[^.!?]{0,20}(?:cet article|ce papier)[^.!?]{0,20}(?:vainqueur|gagnant|meilleur)",
        r"\b(?:geef|ken|kies)\b[^.!?]{0,40}(?:dit (?:artikel|werk)|hoogste (?:score|cijfer))[^.!?]{0,30}(?:score|cijfer|toe|winnaar)",
        r"\b(?:przyznaj(?:cie)?|daj(?:cie)?|wybierz(?:cie)?)\b[^.!?]{0,40}(?:najwyższ\w+ ocen|maksymaln\w+|(?:ten|tę|temu|tej) (?:artykuł|prac))",
        r"(?:поставте|постав|дайте|виберіть|оберіть)[^.!?]{0,40}(?:найвищ\w+ (?:оцінк|бал)|цю статтю|цій статті)",
        r"(?:بالاترین|حداکثر) (?:امتیاز|نمره)[^.!؟]{0,15}(?:بده|بدهید)|به این مقاله[^.!؟]{0,30}(?:بده|بدهید)",
        r"(?:תן|תני|תנו|בחר|בחרי)[^.!?]{0,30}(?:למאמר (?:זה|הזה)|(?:ה)?ציון הגבוה)",
        r"(?:cho|chấm|chọn)[^.!?]{0,20}(?:bài báo này|bài viết này)[^.!?]{0,20}(?:điểm|thắng|cao nhất)",
        r"\b(?:berikan|beri|pilih)\b[^.!?]{0,40}(?:skor|nilai|makalah ini|artikel ini)\b",
        r"\b(?:ge|giv|gi)\b[^.!?]{0,20}(?:denna|denne|dette) (?:artik\w+|arbet\w+|papir)[^.!?]{0,20}(?:högsta|højeste|høyeste|best)",
        r"\b(?:dej(?:te)?)\b[^.!?]{0,30}(?:tomuto článku|této práci)",
        r"\b(?:anna)\b[^.!?]{0,20}\btälle (?:artikkelille|työlle)\b",
        r"\b(?:acord[aăi](?:ți)?)\b[^.!?]{0,30}(?:acestui articol|punctajul maxim)",
        r"(?:δώσε|δώστε)[^.!;]{0,30}(?:αυτό το άρθρο|υψηλότερη βαθμολογία)",
        r"(?:इस (?:पेपर|शोध|लेख)|उच्चतम (?:अंक|स्कोर)|सकारात्मक समीक्षा)[^।.]{0,30}(?:चुनें|चुनो|दें|दीजिए|दो|करें)",
    ),
    "speaks to a model": (
        r"(?:如果|若|假如)(?:你|您)是[^。！？]{0,8}(?:语言模型|語言模型|人工智能|ai|llm)|(?:致|给|給)[^。！？]{0,6}(?:审稿|審稿|评审|評審)[^。！？]{0,4}(?:人工智能|ai|模型)",
        r"あなたが[^。]{0,10}(?:言語モデル|ai|人工知能)(?:なら|である場合|の場合)|ai(?:査読者|審査員|モデル)(?:へ|に)",
        r"(?:당신|귀하)[이가은는][^.]{0,10}(?:언어 ?모델|인공지능|ai)(?:이라면|라면)|ai (?:심사자|리뷰어)(?:에게|께)",
        r"\b(?:si vous êtes|si tu es) une? (?:grand )?(?:modèle de langage|ia|llm)",
        r"\b(?:si eres|si usted es) una? (?:gran )?(?:modelo de lenguaje|ia|llm)",
        r"\b(?:se você é|se sei|se siete) u[mn][ao]? (?:grande )?(?:modelo de linguagem|modello linguistico|ia|llm)",
        r"\b(?:wenn du|wenn sie|falls du|falls sie|sofern du|sofern sie) eine? (?:großes )?(?:sprachmodell|ki|llm)\b",
        r"\b(?:hinweis an) (?:das|die|den|alle) (?:sprachmodelle?|ki)\b",
        r"если (?:вы|ты)(?: —| -)? (?:большая )?(?:языковая модель|ии|llm)|якщо (?:ви|ти)(?: —| -)? (?:велика )?мовна модель",
        r"(?:إذا كنت|إن كنت)[^.!؟]{0,12}(?:نموذج(?:ا|اً)? لغوي|ذكاء)|(?:यदि|अगर) आप[^।.]{0,12}(?:भाषा मॉडल|एआई)",
    ),
}  # fmt: skip

_LATIN, _ACCENTED = 0x24F, 0x1E  # the last letter of the Latin blocks; the block of 256 with Vietnamese ones
_FIRST_WORDS = re.compile(r"^(?:\\b)?\(\?:((?:[^()]|\((?:[^()])*\)\??)*)\)")


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A pattern in another language; it is searched only in texts with its script, or one of its first words."""

    pattern: re.Pattern[str]
    scripts: frozenset[int]
    words: tuple[str, ...]

    def may_match(self, text: str, scripts: frozenset[int]) -> bool:
        """Return whether a search in this text, which has letters of these scripts, could find anything."""
        if self.scripts:
            return not self.scripts.isdisjoint(scripts)
        return not self.words or any(word in text for word in self.words)


def scripts_of(text: str) -> frozenset[int]:
    """Return the Unicode blocks of 128 characters beyond Latin that occur in a text."""
    return (
        frozenset()
        if text.isascii()
        else frozenset(ord(char) >> 7 for char in set(text) if ord(char) > _LATIN)
    )


def _first_words(pattern: str) -> tuple[str, ...]:
    """Return texts of which one occurs wherever the pattern matches; none if that isn't known."""
    group = _FIRST_WORDS.match(pattern)
    if group is None or "|" in re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", pattern):
        return ()
    words = []
    for choice in re.split(r"\|(?![^(\[]*[)\]])", group[1]):
        literal = re.match(r"[^\\\[\](){}?*+.]*", choice)
        word = literal[0] if literal else ""
        if choice[len(word) : len(word) + 1] in {"?", "*"}:
            word = word[:-1]
        words.append(word)
    return tuple(words) if all(words) else ()


def _other_language(written: str) -> OtherLanguage:
    pattern = written.translate({ord("ς"): "σ", ord("ß"): "ss"})  # as `casefold` leaves the text
    scripts = frozenset(
        ord(char) >> 7 for char in pattern if ord(char) > _LATIN and ord(char) >> 8 != _ACCENTED
    )
    return OtherLanguage(re.compile(pattern), scripts, _first_words(pattern))


IN_OTHER_LANGUAGES: Mapping[str, Sequence[OtherLanguage]] = {
    kind: tuple(_other_language(pattern) for pattern in patterns)
    for kind, patterns in _OTHER_LANGUAGES.items()
}
"""Patterns by kind, for lower-case text with its accents as written."""

ABOUT_INJECTION = re.compile(
    r"prompt[- ]inject|injection attack|injected (?:prompt|instruction|text)|indirect(?:ly)? inject|jailbreak|adversarial (?:prompt|instruction|suffix)"
    r"|hidden (?:prompt|instruction)|instruction hierarch|prompt leak|prompt hijack|goal hijack|red[- ]team|backdoor|guardrail"
    r"|llm[- ]as[- ]a[- ]judge|llm (?:judges?|reviewers?|evaluators?)|automated (?:peer )?review|ai[- ](?:generated |assisted )?(?:peer )?review|peer review"
    r"|提示(?:词|詞)?注入|越狱攻击|プロンプト ?インジェクション|프롬프트 ?(?:인젝션|주입)|inyecci[oó]n de (?:prompts?|instrucciones)|injection de (?:prompts?|requêtes)"
    r"|separat\w+ (?:prompts?|instructions?) (?:and|from) data|instructions in the data"
    r"|system prompt|instruction[- ](?:tun|follow)|safety (?:train|align)|(?:prompt|instruction) (?:attack|defen[cs]e|manipulation|extraction)"
)
"""Pattern of what a paper says that itself studies such passages."""
