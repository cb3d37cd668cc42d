"""What a workspace holds: people, conversations, messages, views, files."""
