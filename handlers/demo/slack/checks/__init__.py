"""Which blocks, views and elements Slack takes."""
