"""The generated pages of `docs/` say what the code says."""

from tests.docs import pages


def test_generated_pages_are_those_the_code_makes() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text() != text]
    assert stale == [], "run `python -m tests.docs`"
