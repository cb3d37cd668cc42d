"""Messages about an export."""

from handlers.blocks import ids, phrases
from handlers.blocks.builders import Message, actions, button, escape, message, section

READING_LIST = "reading list"
MOST_CITED = 2_900
"""Maximum characters of a citation in a message; a section of Slack takes 3,000."""


def summary(league: str, papers: int, matches: int) -> str:
    """Return the comment beside a league's CSV files, as plain text."""
    return f"{league}: {phrases.count(papers, 'paper')}, {phrases.count(matches, 'match', 'matches')}"


def upload_confirmation(league: str) -> str:
    """Return the message that the CSV files are in the direct messages."""
    return f"The CSV files of {escape(league)} are in our direct messages."


def references(league: str, count: int) -> str:
    """Return the comment beside a bibliography file, as plain text."""
    return f"{league}: {phrases.count(count, 'reference')}"


def references_sent(name: str, count: int) -> str:
    """Return the message that a bibliography file was sent, or that no paper fits."""
    if not count:
        return "No paper fits, so there is no file."
    return f"{escape(name)} with {phrases.count(count, 'reference')} is in our direct messages."


def pages(league: str, papers: int, *, names: bool) -> str:
    """Return the comment beside a league's pages, as plain text."""
    return (
        f"{league} as pages to keep, with {phrases.count(papers, 'paper')}. Unpack the file and open index.html; "
        "the folder can be put on any web server as it is. It names "
        + ("those who added papers." if names else "no person.")
    )


def asks_back(league: int, name: str) -> Message:
    """Return the question to an owner whether a private league's pages may be published."""
    text = f"{escape(name)} belongs to a private channel. Publish its pages all the same?"
    button_of = button("Publish…", *ids.PUBLISH.carry(ids.OfLeague(league)))
    return message(text, [section(text), actions(button_of)])


def pages_sent(name: str) -> str:
    """Return the message that a league's pages were sent."""
    return f"{escape(name)} is in our direct messages: a board in every order, a page a paper, weeks and months, a feed."


def too_large(league: str, most: int) -> str:
    """Return the sentence that a league has too many papers to send its pages through Slack, as plain text."""
    return (
        f"{league} has more than {most:,} ranked papers, too many to send here. The person who runs Paperbout can "
        f"write its pages: paperbout publish --league {league} --output pages."
    )


def citation(bibtex: str, ris: str) -> Message:
    """Return the message with one paper's citation, as text to copy."""
    blocks = [section(f"```{_verbatim(text)}```") for text in (bibtex, ris) if text]
    return message("The citation, as BibTeX and as RIS.", blocks)


def _verbatim(text: str) -> str:
    return escape(text.replace("\r\n", "\n").strip().replace("```", "~~~"))[:MOST_CITED]
