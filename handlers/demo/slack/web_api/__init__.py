"""Requests to Slack: who may call which method how often, OAuth, and answers by response_url."""
