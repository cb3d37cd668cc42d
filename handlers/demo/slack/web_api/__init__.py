"""Requests to the simulated Slack: permissions, rate limits, OAuth, and answers by response_url."""
