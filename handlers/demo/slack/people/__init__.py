"""What people do: post, edit, join, run commands, click and fill in."""
