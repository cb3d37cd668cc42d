"""What a team would want to read, by the words of titles and abstracts and by what it liked; no model is asked."""
