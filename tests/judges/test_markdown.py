"""Markdown from a model looks right in Slack, and none of its links can be followed."""

import pytest

from handlers.blocks.markdown import from_markdown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Strengths:** clear", "*Strengths:* clear"),
        ("### Limitations\n- one\n* two", "*Limitations*\n• one\n• two"),
        ("see [the code](https://evil.example/x)", "see the code"),
        ("at https://evil.example/x.", "at `https://evil.example/x`."),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<https://evil.example|click>", "&lt;`https://evil.example`|click&gt;"),
        ("5 * 3 and x_i * y_i, 2 - 1", "5 * 3 and x_i * y_i, 2 - 1"),
        ("a rule\n---\nbelow", "a rule\nbelow"),
    ],
)
def test_markdown_becomes_slacks_formatting_and_links_become_text(written: str, shown: str) -> None:
    assert from_markdown(written) == shown
