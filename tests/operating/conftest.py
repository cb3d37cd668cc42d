"""The reading group of tests/slack, watched."""

from tests.slack.conftest import alice, bob, group

__all__ = ["alice", "bob", "group"]
