"""Pure functions that turn plain data into Slack blocks, shared by the views of all features."""
