"""Understands a sentence by rules: phrases, shapes of sentences, and the command and words that they mean."""
