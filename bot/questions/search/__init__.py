"""Find papers by words, titles and likeness."""
