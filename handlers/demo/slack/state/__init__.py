"""State of the simulated workspace: people, conversations, messages, views, files."""
