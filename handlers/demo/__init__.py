"""The demo: a day of a made-up team, played by the production program against a simulated Slack."""
