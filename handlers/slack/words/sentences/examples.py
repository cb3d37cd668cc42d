"""Sentences that people might say, by the command that answers them; `nearest_examples` compares others with these.

`P` stands for a paper. In a command's words, `{p}` is the paper meant and `{q}` the second one.
"""

EXAMPLES: dict[tuple[str, str], str] = {
    ("board", ""): (
        "show the ranking|who is leading|list everything in order|how do the papers stand|full list from best to worst|sort them by quality|overview of all papers"
        "|give me the table|current order of papers|who comes out on top|all entries by place|display the scores|the whole league please|how does the competition look"
        "|which papers do well here|what made it to the front|who leads|who is winning|standings please|who is in front|print the chart|ranking list|score list"
        "|give me all of them ranked|the hit parade|league table"
    ),
    ("board", "page 9999"): (
        "who is at the bottom|which ones are the worst|the tail of the list|who comes last|weakest papers here|lowest places|the losers of the league"
        "|what sits in last position|who trails|lowest of them all|which one is last|the rear of the field|who is at the end"
    ),
    ("board", "uncertain"): (
        "which places are still open|which ranks may still change|where are you least sure|papers that need more matches|what is undecided|least settled papers"
        "|which ones are a toss-up"
    ),
    ("board", "rating"): "sort by rubric|order them by the review score|best according to the assessments|which has the highest rating by reviewers",
    ("new", "7d"): (
        "what came in lately|latest arrivals|did somebody post anything|any additions|what did I miss in the channel|which papers joined|fresh papers"
        "|newcomers of the week|recent submissions|has anything been added|what was shared recently|what arrived|newly posted|stuff added lately|what turned up"
        "|recent entries|what is fresh|anything new to look at"
    ),
    ("changes", "since last week"): (
        "what moved|who climbed and who fell|how has the ranking shifted|what is different from last week|any movement|did positions change|news about the ranking"
        "|who overtook whom|has the order changed|what happened while I was away|catch up on the changes|anything exciting happen|who gained|who dropped"
        "|winners and losers of the week|did anybody climb|rank changes|what shifted|who is rising"
    ),
    ("mine", ""): (
        "how are my papers doing|where do my submissions stand|what have I contributed|papers I brought|did mine move|my own ones|everything I shared|the ones from me"
        "|how is my stuff ranked|what did I bring in|my entries|things I put in|my uploads"
    ),
    ("following", ""): "which papers do I keep an eye on|what am I watching|list of my follows|what do I get updates about|papers I am subscribed to|whose moves do you tell me",
    ("reading", ""): (
        "what have I set aside|what did I put on my list|papers I wanted to read|what should I still read|my saved ones|my backlog|things I bookmarked"
        "|what is waiting to be read by me|what did I mark for later|is something left on my list|my pile|my queue|to-read pile|what is on my list"
    ),
    ("missed", ""): (
        "which preprints did not make it in|what new papers on arxiv were left out|what did you filter out|anything from arxiv that we skipped|papers that nearly came in"
        "|which preprints were not taken"
    ),
    ("today", ""): (
        "what is on today|plan for tonight|do I have to do anything today|anything waiting for me|what needs my attention|agenda|what should I do now"
        "|is there something for me|brief me for the day|what is up today|what do you have planned|anything for me to do|my tasks"
    ),
    ("next", ""): (
        "when do you play again|what is scheduled|why is nothing going on|when does the judging go on|when will the new papers be judged|what time are matches"
        "|is something planned|when is the coming evening|how long until the next matches|when does it continue|why so quiet|at what hour are the games"
        "|when do matches begin|what time does it start|when are they judged|next evening|upcoming matches|when will you judge again|date of the next round"
    ),
    ("status", ""): (
        "how far along are we|is it still running|is the tournament over|how many matches are left to play|how is it going with the matches|are you done judging"
        "|is something in progress|when will this run finish|how long will it still take|is it done|are they finished|did the run end|how many are decided"
        "|what is the state of the run|still going|where are we in the tournament"
    ),
    ("votes", ""): (
        "is any poll running|what can I vote on|open ballots|do you need my vote|what is being voted on|is a vote going on|where can I cast my vote"
        "|which decisions are pending with us|does anything need a decision from me|let me vote|I want to cast a vote|show the votes|where do I vote|is my vote wanted"
        "|open polls please"
    ),
    ("disputed", ""): (
        "where do the judges disagree|which verdicts were overturned|did we overturn anything|has the team corrected a judge|close calls|which matches are controversial"
        "|did people overrule the models|contested decisions|on what did opinions split|where were you wrong|which results did we not accept|did we ever change a result"
        "|where did we contradict the models|when did we overrule|which calls were wrong|where did people and models differ|verdicts that we changed|reversed results"
        "|which matches did the judges split on"
    ),
    ("upsets", ""): (
        "did an outsider win|biggest surprise|which favourite lost|results against the odds|any unexpected winner|shock results|did somebody low beat somebody high"
        "|craziest result|wildest match|strangest outcome|most astonishing win|a big surprise|weirdest verdict|who beat a favourite|shocking defeat"
    ),
    ("gap", ""): (
        "which papers do better in matches than in the review|where do rubric and ranking differ|overrated papers|underrated papers|hidden gems|good reviews but bad rank"
        "|who is hyped too much"
    ),
    ("all", ""): "ranking across all leagues|best papers of the whole company|one list over all channels|compare the leagues with each other|everything everywhere",
    ("how", ""): (
        "how do you decide|what is your method|how are places worked out|by what rules do you rank|what are the judges told|who makes the decisions here"
        "|do humans have a say|do people decide or machines|what counts for you|on what basis do you order them|explain the system to me|what do you look at in a paper"
        "|where do the points come from|can people influence the ranking|how is the winner chosen|what makes a paper win|how does all this work"
        "|walk me through the process|who tells you which paper is better|on which criteria do you compare|what is behind the ranking|why should I believe the ranking"
        "|how did you come up with it|what is being measured|how is quality defined|in what way are papers compared|how are results turned into ranks"
        "|what decides the order"
    ),
    ("judges", ""): (
        "who are the referees|are the referees machines|which ai does the judging|can I rely on the verdicts|are the models any good|is it biased"
        "|how often are the judges right|do they favour long abstracts|which llm compares the papers|are the reviewers human|how reliable is the jury"
        "|do judges and people agree|who sits on the jury|can somebody game it|does it prefer famous authors|is the comparison fair|is a human checking this"
        "|who checks the verdicts|who is the referee|is it chatgpt|do the models make mistakes|how often are they mistaken|are the verdicts any good"
        "|can we trust the verdicts|judge quality|jury members|are there people among the judges|do you favour anybody"
    ),
    ("cost", ""): (
        "how expensive is this|the bill so far|what do we pay|what does a match cost|how much would more matches set us back|is it for free|what are you costing us"
        "|where does the money go|spendings of the month|who pays for this|price per paper|what did the last run cost|on what was it spent|cost breakdown"
        "|how much would 100 matches be|what would another round cost|are we spending too much|how much did it cost so far|what was paid|invoice|expenses|is it pricey"
        "|price of the run|costs of january|money spent"
    ),
    ("budget", ""): (
        "what is the cap|how much is left|what may we spend|remaining budget|what is the monthly limit|do we have money left|when is the money used up|are we over budget"
        "|have we hit the cap|how close are we to the limit|may we spend more|is there any budget remaining|when does the money run out"
    ),
    ("log", ""): (
        "who changed something|history of changes to the league by people|who did that|what did the owners do|record of actions|who started the last run"
        "|who removed the paper|activity of people here|who touched the settings|audit trail|who was it|who paused the last one|who cancelled the run|who added that paper"
        "|who did it|who started it|who pressed the button|what have people done here|who merged them"
    ),
    ("owners", ""): (
        "who is in charge|whom must I ask for permission|who runs this league|who may change things|whom do I contact|who is responsible|who has admin rights"
        "|make somebody an owner|who can help me with the league|who decides about the settings|can I become owner|who can give me rights|who set this up"
        "|who maintains this|person responsible|I want to be an owner"
    ),
    ("help", ""): (
        "what can I ask you|I don't know what to do|no idea what this means|how do I use you|what are you good for|I am lost|can you explain what you do"
        "|what are my options|first time here|how does one talk to you|teach me|what can I say|I am confused by this|could somebody explain this to me"
        "|what else is possible|which commands exist|I need assistance|never used such a bot|how does this thing work for me|show me what you can do|what now"
        "|I need a manual|how to begin|give me examples of questions"
    ),
    ("stop", ""): "make it stop|how do I get rid of you|leave this channel|I want you to be quiet|shut it all down|stop posting here|enough of this|how do we remove the bot",
    ("mute", ""): (
        "leave me alone|no more messages from you|I get too many notifications|don't write to me any more|stop sending me stuff|less noise please|spare me the updates"
        "|be less chatty|you write too much|you are too noisy|quiet please|stop the notifications|I don't want dms|calm down with the messages"
    ),
    ("unmute", ""): "write to me again|I want your messages back|start sending me updates again|turn notifications on|you may message me again",
    ("start", ""): (
        "let them fight|play some matches|go with 30 comparisons|run another round|let us have a tournament|begin judging now|kick something off|more matches please"
        "|compare them all|let the games begin|can we play now|do a quick round|judge the new ones now|play 15 games|judge some pairs|do 20 comparisons|have them compete"
        "|another tournament please|go play|run a batch of matches"
    ),
    ("pause", ""): "hold the tournament|wait with the matches|take a break from judging|hold off for a while|not now, later|interrupt the run",
    ("resume", ""): "go on with the tournament|continue where you left off|carry on judging|you can play on now|pick it up again",
    ("cancel", ""): "call the tournament off|end this run for good|throw the current tournament away|scrap the round",
    ("schedule", ""): (
        "play every evening|move the matches to another hour|at what time should it play|change when you play|make it run each morning|set up a regular time"
        "|I want matches every friday|judge automatically at night"
    ),
    ("digest", ""): "when does the news come|send the summary weekly|I want the digest on mondays|change the newsletter|can we have the daily summary later",
    ("settings", ""): "change how this works|adjust the league|where are the options|configure it|I want to set things up|change the number of votes needed|switch the judges",
    ("purpose", ""): "what is this league about|what do we care about here|change what matters to us|for what do we rank|what is our focus",
    ("duel", ""): "give me two papers to compare|I want to compare something myself|let me judge a pair|show me a pair|can I play judge|which of two do I like better",
    ("pick", ""): (
        "which paper shall we discuss on friday|choose something for the reading group|who presents next|suggest papers for our meeting"
        "|what should we talk about in the seminar"
    ),
    ("export", ""): "download everything|give me the raw numbers|I need a spreadsheet|data as a file|can I have the matches as csv|get the results out",
    ("export", "bib"): "all references for latex|bibliography of the league|bibtex file of everything|references for my thesis|cite the whole list",
    ("export", "ris"): "references for zotero|file for endnote|import all of it into mendeley|ris file please|get the papers into my reference manager",
    ("publish", ""): "make a website of the ranking|put it online|pages to archive|static pages of the league",
    ("import", ""): "take in the old links of the channel|read the channel's history|add what was posted before you came|collect earlier papers",
    ("chat", "greeting"): "hello there|hi bot|are you up|good to see you|anyone home|hey you|yo bot you there",
    ("chat", "thanks"): (
        "thank you|that helps|that clears it up|now I get it|good answer|exactly what I wanted|that was useful|great, understood|perfect, that makes sense"
        "|appreciate your help|you saved me time|that answers it|ok that is clear now"
    ),
    ("chat", "self"): "what are you|tell me about yourself|are you a person|who am I talking to|what is your purpose|introduce yourself",
    ("chat", "complaint"): "this is wrong|I disagree with the result|that makes no sense|you got it wrong|the ranking is nonsense|I don't believe this|that can't be right",
    ("chat", "privacy"): "who sees what I write|do you store my questions|is my vote secret|can others read this|what do you know about me",
    ("explain", "draw"): "what happens when two papers tie|what if nobody wins|can a match end even|what if they are equally good",
    ("explain", "settled"): "what counts as settled|when is a paper finished|when does a rank stop changing|why does it play no more|when is it final",
    ("explain", "interval"): "what is the plus minus|how do I read the error bar|what does the number after the score say|why is there a range behind the score",
    ("explain", "score"): "what do the points mean|is 1500 good|what is a good score|how should I read the number|what scale is this|what is the maximum score",
    ("explain", "vote"): (
        "how does voting work|how can I vote|how many votes are needed|what happens when we vote|can we overrule a judge|how do I overturn a verdict|who may vote"
        "|how do votes work|how is a vote decided|what does a vote change|rules of voting|when does a vote close"
    ),
    ("explain", "match"): "what is a match|what do you mean by playing|what is compared in a match|how does one comparison go",
    ("paper", "{p}"): (
        "show P|tell me about P|P|how is P doing|where does P stand|how good is P|rank of P|what place has P|what about P|info on P|how did P fare|is P any good"
        "|what do you think of P|the one called P|open P|look up P|do we have P|is P in here|how high is P|current position of P|what score does P have|P please|P again"
        "|our P|where is P|score of P|card of P|I mean P|rather P|any news on P|what rank is P"
    ),
    ("origin", "{p}"): (
        "who wrote P|who are the people behind P|when did P come out|which year is P from|who posted P|who brought P here|where was P published|is P old"
        "|from which lab is P|how long has P been here|who suggested P|when was P added|authors of P|when did we add P and who did|who authored P|P by whom"
        "|which people wrote P|since when do we have P|year of P|P's authors|age of P"
    ),
    ("vs", "{p} | {q}"): (
        "P or P|is P better than P|which is stronger, P or P|compare P and P|did P and P ever meet|P against P|who wins between P and P|does P beat P"
        "|difference between P and P|what separates P from P|put P next to P|would P win over P|has P ever lost to P"
    ),
    ("why", "{p}"): (
        "why is P so low|what happened to P|how come P is that far down|I can't believe P is so high|what speaks against P|why did P lose|who beat P"
        "|does P deserve its place|what put P on top|explain the rank of P|for what reason is P there|who did P lose to|what did judges hold against P"
        "|what is P's problem in the ranking|I am surprised that P is there|what got P so far up|what made P win|what makes P so strong|reason for P's low place"
        "|which papers beat P|who is better than P and why|has P ever been beaten|defend the place of P|how did P get there|P so low"
    ),
    ("history", "{p}"): (
        "all matches of P|against whom did P play|P's fights|whom did P beat|record of P|results of P|when was P judged|how often did P win|list P's comparisons"
        "|how did P do over time|has P improved|who judged P|opponents of P|did P win anything|that verdict on P is nonsense|I disagree about P|how many games has P had"
        "|how has P done so far|show what P played|P's career|P's journey|past of P|everything P has played"
    ),
    ("sure", "{p}"): (
        "how certain is P's place|can I trust the rank of P|will P's position still change|may P move|how reliable is P's score|is P settled|could P be higher in truth"
        "|how stable is P|how solid is the place of P|is the rank of P final|how wrong could P's score be|how far off may P be|range of P|error of P's score"
        "|is P's place certain|how exact is P's score|is that final for P|will P stay there"
    ),
    ("place", "{p}"): "where is P in its category|place of P among its field|rank of P within its area|how is P placed by category",
    ("similar", "{p}"): (
        "papers resembling P|anything like P|what else is on the topic of P|more in the direction of P|neighbours of P|related to P|what should I read after P"
        "|other works on the same thing as P|closest to P|if I like P what else|more papers of P's kind|papers of the same kind as P|P's rivals on the topic"
        "|alternatives to P|same field as P|in the spirit of P|what compares to P"
    ),
    ("assessment", "limitations of {p}"): (
        "weaknesses of P|what is wrong with P|where does P fall short|critique of P|what did P miss|name a flaw in P|what are the cons of P|what does P fail to do"
        "|where is P thin|what would a reviewer attack in P|what do critics say about P|what speaks against the method of P|P's soft spots|bad sides of P|doubts about P"
        "|what is questionable in P|what does P lack"
    ),
    ("assessment", "strengths of {p}"): (
        "what is good about P|strong points of P|what does P do well|pros of P|why should I read P|what makes P great|best part of P|P's strong sides|upsides of P"
        "|good sides of P|what speaks for P|why is P good|best arguments for P"
    ),
    ("assessment", "rigor of {p}"): (
        "is P sound|how well was P done|are the experiments of P convincing|is the evidence in P solid|methodology of P|how careful is P|is the math in P right"
        "|are the proofs of P correct|is P trustworthy science|does P hold water|did P test enough|how thorough is P|quality of P's evidence"
    ),
    ("assessment", "impact of {p}"): (
        "what came of P|how important is P|does P matter|who uses P|influence of P|is P useful in practice|significance of P|did anybody need P in practice"
        "|is P used anywhere|what changed because of P|real world value of P|who benefits from P|what is P good for"
    ),
    ("assessment", "novelty of {p}"): "how new is P|is P original|what is new in P|has P done something first|was P the first",
    ("assessment", "timeliness of {p}"): "is P still relevant|is P outdated|does P hold up today|is P too old|has P aged well",
    ("assessment", "clarity of {p}"): "is P easy to read|how well is P written|is P understandable|how clear is P",
    ("assessment", "contribution of {p}"): (
        "summary of P|what is P about|what does P say|gist of P|main idea of P|what did P find|P in one sentence|what problem does P solve|tldr of P"
        "|what is the point of P|what did they do in P|what does P propose|P in two sentences|explain P briefly|P in plain words|short version of P|what is P trying to do"
        "|the point P makes"
    ),
    ("assessment", "{p}"): "review of P|what did the assessor write about P|the whole assessment of P|rubric scores of P|opinion on P|evaluation of P",
    ("cite", "{p}"): "how do I cite P|bibtex of P|reference for P|citation of P|P for my bibliography|how to reference P",
    ("follow", "{p}"): (
        "keep me in the loop about P|tell me when P moves|keep me updated on P|watch P for me|I want news about P|notify me about P|let me know how P goes on"
        "|ping me if P changes|any news on P send it to me|inform me about P|alert me when P changes|I want to follow P"
    ),
    ("unfollow", "{p}"): (
        "I no longer care about P|no more news about P|forget P for me|stop telling me about P|I lost interest in P|not interested in P any longer|stop the updates on P"
        "|P is not interesting for me any more|leave me alone with P"
    ),
    ("save", "{p}"): (
        "I want to read P later|remember P for me|put P aside|keep P for the weekend|bookmark P|note P down for me|add P to what I want to read|remind me of P"
        "|put P on the pile|P on my list|save P|P for later|I will read P tomorrow|mark P to read|P goes on the reading pile"
    ),
    ("remove", "{p}"): "take P out|P does not belong here|throw P out|get P off the list|P was posted by mistake|I don't want P in here",
    ("merge", "{p} | {q}"): "P and P are the same paper|merge P with P|P is a duplicate of P|P and P are one work",
    ("challenge", "{p} | {q}"): "I want a vote on P against P|challenge P and P|let us vote on P versus P|the judge was wrong about P and P",
    ("explain", "upset"): "explain the word upset|what do you call an upset|meaning of upset",
    ("explain", "rank interval"): "what does likely mean beside the rank|why is there a range of places|how do I read likely 4 to 22",
    ("explain", "rubric"): "what is the rubric|which scores are in a review|what do the ratings from 1 to 10 mean",
    ("explain", "judge"): "what is a judge|what do you mean by assessor|difference between judge and assessor",
}  # fmt: skip
