"""A day of a made-up team, played through the stand-in for Slack with the production program."""
