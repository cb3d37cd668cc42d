"""Delivers the simulated Slack's events, interactions and commands to the bot."""
