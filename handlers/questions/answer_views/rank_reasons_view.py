"""Answer to “Why this rank?”: three sentences from the decisive matches, and one next step."""

from bot.questions.rank_reasons import DecisiveMatch, Neighbour, RankReasons
from handlers.blocks import ids, phrases
from handlers.blocks.answers import Answer, Frame
from handlers.blocks.builders import Block, button, escape, header, link, one_line, section
from handlers.slack.words.commands import VERSUS

_NEAREST = "the paper above it"
_NUMBERS = ("no", "one", "two")


def reasons_answer(reasons: RankReasons, page: ids.Page) -> Answer:
    """Return the reasons for a paper's rank, each loss with a button to its match."""
    figures = reasons.figures
    place = "not ranked yet" if figures is None else f"#{figures.rank} of {reasons.ranked_entries}"
    name = escape(reasons.short)
    blocks: list[Block] = [
        header("Why this rank?"),
        section(f"*{link(reasons.url, one_line(reasons.title, 150))}*  {place}"),
    ]
    sentences = _sentences(reasons)
    blocks += [section(sentence, *accessory) for sentence, accessory in sentences]
    text = f"{name}, {place}: " + " ".join(sentence for sentence, _ in sentences)
    return Answer(text, tuple(blocks), Frame(page), (_next_step(reasons),))


def _sentences(reasons: RankReasons) -> list[tuple[str, tuple[Block, ...]]]:
    """Return the sentences of the answer, each with the button that opens its match, if any."""
    people, for_it = reasons.duels
    in_duels = f"People chose it in {for_it} of {phrases.count(people, 'duel')}." if people else ""
    figures = reasons.figures
    if figures is None or not reasons.matches:
        return [(in_duels or "It hasn't played yet.", ())]
    reads = tuple(
        button(
            "Read",
            *ids.READ_MATCH.carry(ids.OfMatch(loss.match)),
            label=f"Read the match against {loss.title}",
        )
        for loss in reasons.costliest[:1]
    )
    sentences = [(_losses(reasons), reads)]
    sentences += [(sentence, ()) for sentence in (_below(reasons), _above(reasons), in_duels) if sentence]
    return sentences


def _losses(reasons: RankReasons) -> str:
    matches = phrases.count(reasons.matches, "match", "matches")
    if not reasons.losses:
        return f"It lost none of its {matches}." if reasons.matches > 1 else "It didn't lose its one match."
    opponents = [_against(loss) for loss in reasons.costliest]
    if reasons.losses == 1:
        return f"It lost once in {matches}, to {opponents[0]}."
    if reasons.winners == len(opponents):
        return f"It lost {reasons.losses} of {matches}, to {phrases.and_list(opponents)}."
    return f"It lost {reasons.losses} of {matches}. What cost most: losing to {phrases.and_list(opponents)}."


def _against(loss: DecisiveMatch) -> str:
    criteria = [phrases.CRITERIA.get(name, name) for name in loss.criteria]
    on = f", on {phrases.and_list(criteria, len(criteria))}" if criteria else ""
    return f"*{escape(loss.title)}* (#{loss.rank}{on})"


def _below(reasons: RankReasons) -> str:
    if not reasons.has_below:
        return ""
    if not reasons.matches_below:
        return "It hasn't met a paper ranked below it."
    record = _record(reasons.wins_below, reasons.draws_below, reasons.matches_below)
    return f"Against papers ranked below it, {record}."


def _record(wins: int, draws: int, matches: int) -> str:
    """Return what became of a paper's matches: "it won 2 of 3 and drew 1"."""
    if draws == matches:
        return "it drew its one match" if matches == 1 else f"it drew all {matches} matches"
    return f"it won {wins} of {matches}" + (f" and drew {draws}" if draws else "")


def _above(reasons: RankReasons) -> str:
    """Return the sentence on whether the paper met those ranked directly above it."""
    if not reasons.above:
        return "No paper is ranked above it."
    names = phrases.and_list([f"*{escape(other.title)}*" for other in reasons.above])
    right = _NEAREST if len(reasons.above) == 1 else f"the {_NUMBERS[len(reasons.above)]} papers above it"
    strangers = _strangers(reasons)
    if len(strangers) == len(reasons.above):
        return f"It hasn't met {right}: {names}."
    matches = sum(other.matches for other in reasons.above)
    wins = sum(other.wins for other in reasons.above)
    drew = sum(other.draws for other in reasons.above)
    record = f"Against {right}, {names}, {_record(wins, drew, matches)}"
    return record + (f"; it hasn't met *{escape(strangers[0].title)}*." if strangers else ".")


def _strangers(reasons: RankReasons) -> list[Neighbour]:
    """Return the papers directly above that this paper never met."""
    return [other for other in reasons.above if not other.matches]


def _next_step(reasons: RankReasons) -> Block:
    """Return one next step: a comparison with a paper above that it never met, else its match history."""
    if not reasons.matches:
        return button("What plays next", *ids.PAGE.carry(ids.Page("next", reasons.league, 0), "next"))
    strangers = _strangers(reasons)
    if strangers:
        pair = ids.Page(VERSUS, reasons.league, 0, reasons.entry, strangers[0].entry)
        return button(
            one_line(f"Compare with {strangers[0].title}", 70), *ids.PAGE.carry(pair, "next"), style="primary"
        )
    return button("All its matches", *ids.HISTORY.carry(ids.OfEntry(reasons.entry)))
