"""List of all features; each brings its listeners, commands and messages."""

from handlers.assessments.feature import ASSESSMENTS
from handlers.digests.feature import DIGESTS
from handlers.entries.feature import ENTRIES
from handlers.following.feature import FOLLOWING
from handlers.judges.feature import JUDGES
from handlers.leagues.feature import LEAGUES
from handlers.outlets.feature import OUTLETS
from handlers.questions.feature import QUESTIONS
from handlers.slack.agent import register_agent
from handlers.slack.boundary import Boundary
from handlers.slack.services import Renderer
from handlers.slack.slash import register_commands
from handlers.slack.words.commands import Commands
from handlers.tournaments.feature import TOURNAMENTS
from handlers.voting.feature import VOTING

FEATURES = (
    QUESTIONS,
    ENTRIES,
    ASSESSMENTS,
    FOLLOWING,
    VOTING,
    TOURNAMENTS,
    DIGESTS,
    JUDGES,
    LEAGUES,
    OUTLETS,
)
"""All features, in the order of the help."""

COMMANDS = Commands(command for feature in FEATURES for command in feature.commands)


def messages() -> dict[str, Renderer]:
    """Return the renderer of each kind of outbox message. Raises `ValueError` if two features have the same kind."""
    renderers: dict[str, Renderer] = {}
    for feature in FEATURES:
        if twice := renderers.keys() & feature.messages.keys():
            raise ValueError(f"two features render {', '.join(sorted(twice))}")
        renderers.update(feature.messages)
    return renderers


def register_features(on: Boundary) -> None:
    """Register the listeners of all features, the slash commands and the agent."""
    for feature in FEATURES:
        for register in feature.listeners:
            register(on)
    register_commands(on)
    register_agent(on)
