from tests.questions.conftest import asker, slack, world

__all__ = ["asker", "slack", "world"]
