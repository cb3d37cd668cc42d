"""Actions of people: post, edit, join, run commands, click and fill in forms."""
