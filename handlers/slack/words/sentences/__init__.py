"""Understands a sentence: by phrases, by shapes of sentences, and by what example sentences taught."""
