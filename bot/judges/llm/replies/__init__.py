"""What comes back from a model's server: bodies, errors, and the answers in them."""
