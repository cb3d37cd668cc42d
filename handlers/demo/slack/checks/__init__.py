"""Checks of the blocks, views and elements that Slack accepts."""
