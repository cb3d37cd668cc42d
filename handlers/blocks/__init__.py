"""Views: pure functions from plain data to Slack blocks, one stem a feature."""
